//! The session cookie: out of reach of scripts, sent along from our own pages only.

use http::HeaderMap;
use http::header::COOKIE;

/// Its name.
pub const SESSION_COOKIE: &str = "vanguard_session";

/// The `Set-Cookie` header that keeps `token` for `seconds`.
pub fn set(token: &str, seconds: i64, secure: bool) -> String {
    format!("{SESSION_COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{}", suffix(secure))
}

/// The `Set-Cookie` header that removes it.
pub fn clear(secure: bool) -> String {
    set("", 0, secure)
}

const fn suffix(secure: bool) -> &'static str {
    if secure { "; Secure" } else { "" }
}

/// The token that a request carries in its cookie.
pub fn read(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == SESSION_COOKIE && !value.is_empty())
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, "theme=dark; vanguard_session=abc.def; x=y".parse().unwrap());
        assert_eq!(read(&headers), Some("abc.def"));
        headers.insert(COOKIE, "not_vanguard_session=abc; vanguard_session=".parse().unwrap());
        assert_eq!(read(&headers), None);
    }

    #[test]
    fn scripts_cannot_read_it_and_other_sites_cannot_use_it() {
        let cookie = set("t", 60, true);
        for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=60", "Secure"] {
            assert!(cookie.split("; ").any(|part| part == attribute), "{cookie}");
        }
        assert!(!set("t", 60, false).contains("Secure"));
    }
}
