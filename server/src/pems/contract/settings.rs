//! Where PEMS is and how to get in, checked before anything is sent there.

use std::time::Duration;

use reqwest::Url;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use crate::config::{InvalidPemsUrl, PemsUrl};

/// How long and how much, at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// A whole request, from connecting to the last byte of its answer.
    pub total: Duration,
    pub connect: Duration,
    /// Answer to anything but a list or a batch.
    pub single_bytes: usize,
    pub list_bytes: usize,
}

impl Default for Limits {
    /// The contract's time-out of 30 s. The largest good answers are about 1 KB a record, 1 MB a page.
    fn default() -> Self {
        Self {
            total: Duration::from_secs(30),
            connect: Duration::from_secs(5),
            single_bytes: 4 << 20,
            list_bytes: 32 << 20,
        }
    }
}

/// What a connector is built from.
#[derive(Debug, Clone)]
pub struct ConnectorSettings {
    pub base_url: String,
    pub tenant: String,
    /// Organisation code in PEMS.
    pub organisation: String,
    pub username: String,
    pub password: SecretString,
    /// Whether `POST pfa/batch` may be used.
    pub supports_batch: bool,
    pub limits: Limits,
}

/// Why there can be no connector.
#[derive(Debug, thiserror::Error)]
pub enum UnusableSettings {
    #[error("the address of the API server cannot be used: {0}")]
    Url(#[from] InvalidPemsUrl),
    #[error("{0} holds characters that cannot be sent in a header")]
    Header(&'static str),
    #[error("the user name must not hold a colon: HTTP Basic authentication has no way to send one")]
    ColonInUsername,
    /// For example: this machine has no root certificates.
    #[error("HTTPS cannot be set up on this machine")]
    Tls(#[source] reqwest::Error),
}

impl ConnectorSettings {
    /// The base, always with a slash at its end, so that paths can be appended.
    pub(super) fn url(&self) -> Result<Url, UnusableSettings> {
        let checked: PemsUrl = self.base_url.parse()?;
        Url::parse(&format!("{checked}/")).map_err(|_| InvalidPemsUrl::NoUrl.into())
    }

    /// Sent with every request.
    pub(super) fn headers(&self) -> Result<HeaderMap, UnusableSettings> {
        let mut headers = HeaderMap::new();
        for (name, text) in [("tenant", &self.tenant), ("organization", &self.organisation)] {
            let value = HeaderValue::from_str(text).map_err(|_| UnusableSettings::Header(name))?;
            headers.insert(HeaderName::from_static(name), value);
        }
        headers.insert(reqwest::header::AUTHORIZATION, self.authorization()?);
        headers.insert(reqwest::header::ACCEPT, HeaderValue::from_static("application/json"));
        Ok(headers)
    }

    fn authorization(&self) -> Result<HeaderValue, UnusableSettings> {
        use base64::Engine as _;
        if self.username.contains(':') {
            return Err(UnusableSettings::ColonInUsername);
        }
        let pair = format!("{}:{}", self.username, self.password.expose_secret());
        let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
        let mut value = HeaderValue::from_str(&format!("Basic {encoded}"))
            .map_err(|_| UnusableSettings::Header("the password"))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(base_url: &str, tenant: &str, username: &str) -> ConnectorSettings {
        ConnectorSettings {
            base_url: base_url.into(),
            tenant: tenant.into(),
            organisation: "RIO".into(),
            username: username.into(),
            password: SecretString::from("pässword"),
            supports_batch: true,
            limits: Limits::default(),
        }
    }

    #[test]
    fn a_password_is_never_sent_in_the_clear_over_a_network() {
        let refused = settings("http://pems.example.com/api", "T", "u").url().unwrap_err();
        assert!(matches!(refused, UnusableSettings::Url(InvalidPemsUrl::NotSecure)), "{refused}");
        assert!(settings("http://127.0.0.1:4010/api/pems", "T", "u").url().is_ok());
        assert_eq!(settings("https://h/api/pems/", "T", "u").url().unwrap().as_str(), "https://h/api/pems/");
    }

    #[test]
    fn what_cannot_be_a_header_is_refused_before_it_is_sent() {
        assert!(matches!(
            settings("https://h", "a\nb", "u").headers(),
            Err(UnusableSettings::Header("tenant"))
        ));
        assert!(matches!(
            settings("https://h", "T", "a:b").headers(),
            Err(UnusableSettings::ColonInUsername)
        ));
    }

    #[test]
    fn the_password_is_not_printed() {
        let settings = settings("https://h", "T", "u");
        let printed = format!("{settings:?} {:?}", settings.headers().unwrap());
        assert!(!printed.contains("pässword") && !printed.contains("Basic"), "{printed}");
    }
}
