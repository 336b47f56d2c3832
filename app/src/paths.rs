//! Addresses within the app, and which of them may be followed when they come from outside.

use leptos_router::location::Url;

/// The login page, leading back to `next`.
pub fn login(next: &str) -> String {
    format!("/login?next={}", Url::escape(next))
}

/// A path with the query of a location, if it has one.
pub fn with_query(path: &str, search: &str) -> String {
    let search = search.trim_start_matches('?');
    if search.is_empty() { path.to_owned() } else { format!("{path}?{search}") }
}

/// `path` in a form fit for a header, if it stays on this site; `None` for everything that a browser could take for
/// another site, or for no address at all.
pub fn on_this_site(path: &str) -> Option<String> {
    let mut characters = path.chars();
    let starts_here = characters.next() == Some('/') && characters.next() != Some('/');
    // Browsers read `\` as `/` and drop tabs and line breaks, so `/\host` and `/<tab>/host` lead away.
    if !starts_here || path.contains('\\') || path.contains(char::is_control) {
        return None;
    }
    let escaped = |byte: u8| {
        if byte.is_ascii_graphic() { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    Some(path.bytes().map(escaped).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_ours_are_followed() {
        for path in ["/", "/o/RIO/records?search=crane&sort=-model", "/o/RIO/conflicts#top"] {
            assert_eq!(on_this_site(path).as_deref(), Some(path));
        }
        assert_eq!(on_this_site("/o/é x").as_deref(), Some("/o/%C3%A9%20x"));
    }

    #[test]
    fn nothing_leads_to_another_site() {
        for path in [
            "",
            "o/RIO",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(on_this_site(path), None, "{path:?}");
        }
    }
}
