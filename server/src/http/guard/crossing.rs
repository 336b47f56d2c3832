//! Whether a request that changes something may have been made by another site's page: browsers send our cookie
//! along with those too.
//!
//! `Sec-Fetch-Site` says it, where the browser sends it; it does so over HTTPS and for loopback addresses only. Else
//! `Origin` has to name the host that was asked. A request with neither is not from a browser's page; it is refused
//! only if it relies on the cookie.

use http::HeaderMap;
use http::header::{HOST, ORIGIN};

use crate::auth::Credential;

/// Why the request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Foreign {
    #[error("This request was made by a page of another site, so it was refused.")]
    OtherSite,
    #[error(
        "A request with the session cookie needs the header Origin or Sec-Fetch-Site. Scripts use: Authorization: Bearer <token>."
    )]
    NoOrigin,
}

pub(super) fn check(headers: &HeaderMap, credential: Option<Credential<'_>>) -> Result<(), Foreign> {
    // No page can add this header to a request to us.
    if matches!(credential, Some(Credential::Bearer(_))) {
        return Ok(());
    }
    if let Some(site) = headers.get("sec-fetch-site") {
        let ours = site == "same-origin" || site == "none";
        return if ours { Ok(()) } else { Err(Foreign::OtherSite) };
    }
    match (headers.get(ORIGIN), credential) {
        (Some(origin), _) => {
            let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
            let host = headers.get(HOST).and_then(|host| host.to_str().ok());
            match (origin, host) {
                (Some((_, origin)), Some(host)) if origin.eq_ignore_ascii_case(host) => Ok(()),
                _ => Err(Foreign::OtherSite),
            }
        }
        (None, Some(_)) => Err(Foreign::NoOrigin),
        (None, None) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COOKIE: Option<Credential<'_>> = Some(Credential::Cookie("x"));

    fn sent(headers: &[(&'static str, &str)], credential: Option<Credential<'_>>) -> Result<(), Foreign> {
        let mut map = HeaderMap::new();
        map.insert(HOST, "vanguard.example:3000".parse().unwrap());
        for (name, value) in headers {
            map.insert(*name, value.parse().unwrap());
        }
        check(&map, credential)
    }

    #[test]
    fn our_own_pages_may() {
        assert_eq!(sent(&[("sec-fetch-site", "same-origin")], COOKIE), Ok(()));
        assert_eq!(sent(&[("sec-fetch-site", "none")], COOKIE), Ok(()));
        assert_eq!(sent(&[("origin", "http://vanguard.example:3000")], COOKIE), Ok(()));
    }

    #[test]
    fn other_sites_may_not_even_log_somebody_in() {
        for credential in [COOKIE, None] {
            for site in ["cross-site", "same-site", "nonsense"] {
                assert_eq!(sent(&[("sec-fetch-site", site)], credential), Err(Foreign::OtherSite));
            }
            for origin in [
                "http://evil.example",
                "null",
                "http://vanguard.example",
                "http://vanguard.example:3000.evil.example",
            ] {
                assert_eq!(sent(&[("origin", origin)], credential), Err(Foreign::OtherSite), "{origin}");
            }
        }
        let both = [("sec-fetch-site", "cross-site"), ("origin", "http://vanguard.example:3000")];
        assert_eq!(sent(&both, COOKIE), Err(Foreign::OtherSite));
    }

    #[test]
    fn scripts_need_no_origin_unless_they_use_the_cookie() {
        assert_eq!(sent(&[], Some(Credential::Bearer("x"))), Ok(()));
        assert_eq!(sent(&[], None), Ok(()));
        assert_eq!(sent(&[], COOKIE), Err(Foreign::NoOrigin));
    }
}
