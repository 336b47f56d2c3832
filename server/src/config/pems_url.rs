//! Where PEMS may be: passwords go there, so it is HTTPS, but for this machine itself.

use std::fmt;
use std::str::FromStr;

use reqwest::Url;

/// An address that passwords may be sent to, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PemsUrl(String);

/// Why an address won't do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPemsUrl {
    #[error("it is no web address")]
    NoUrl,
    #[error("it is not https:// (http:// is allowed for loopback addresses only)")]
    NotSecure,
    #[error("it holds a user name, a query or a fragment; give the address alone")]
    TooMuch,
    #[error("it has more than 500 characters")]
    TooLong,
}

impl PemsUrl {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PemsUrl {
    type Err = InvalidPemsUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text.trim()).map_err(|_| InvalidPemsUrl::NoUrl)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            "http" => return Err(InvalidPemsUrl::NotSecure),
            _ => return Err(InvalidPemsUrl::NoUrl),
        }
        if !url.username().is_empty()
            || url.password().is_some()
            || url.query().is_some()
            || url.fragment().is_some()
        {
            return Err(InvalidPemsUrl::TooMuch);
        }
        let text = url.as_str().trim_end_matches('/').to_owned();
        if text.len() > 500 { Err(InvalidPemsUrl::TooLong) } else { Ok(Self(text)) }
    }
}

/// Whether requests to it stay on this machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        let address = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>();
        host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    })
}

impl fmt::Display for PemsUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for good in [
            "https://pems.example.com/api/pems/",
            "http://127.0.0.1:4010/api",
            "http://[::1]:1/x",
            "http://localhost",
        ] {
            assert!(good.parse::<PemsUrl>().is_ok(), "{good}");
        }
        assert_eq!("http://pems.example.com".parse::<PemsUrl>(), Err(InvalidPemsUrl::NotSecure));
        assert_eq!("http://127.0.0.1.example.com".parse::<PemsUrl>(), Err(InvalidPemsUrl::NotSecure));
        assert_eq!("ftp://localhost".parse::<PemsUrl>(), Err(InvalidPemsUrl::NoUrl));
        assert_eq!("https://me:secret@pems.example.com".parse::<PemsUrl>(), Err(InvalidPemsUrl::TooMuch));
    }

    #[test]
    fn a_slash_at_the_end_makes_no_difference() {
        assert_eq!("https://a.example/x/".parse::<PemsUrl>(), "https://a.example/x".parse());
    }
}
