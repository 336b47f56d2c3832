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

/// The page that a path shows: a conflict is shown in a dialog over their list, and a zoom is the same timeline.
pub fn page(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some((timeline, _)) if timeline.ends_with("/timeline") => timeline,
        Some((list, id)) if list.ends_with("/conflicts") && uuid::Uuid::parse_str(id).is_ok() => list,
        _ => path,
    }
}

/// The query of a location without what it tells of the step before.
pub fn without_notice(search: &str) -> String {
    let kept: Vec<&str> = search
        .trim_start_matches('?')
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("notice="))
        .collect();
    kept.join("&")
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
    fn what_was_told_is_not_told_again() {
        assert_eq!(without_notice("?show=all&notice=decision-sent&field=model"), "show=all&field=model");
        assert_eq!(without_notice("?notice=decision-sent"), "");
        assert_eq!(without_notice(""), "");
    }

    #[test]
    fn a_conflict_is_shown_over_their_list() {
        let id = uuid::Uuid::nil();
        assert_eq!(page(&format!("/o/RIO/conflicts/{id}")), "/o/RIO/conflicts");
        assert_eq!(page("/o/RIO/timeline/week"), "/o/RIO/timeline");
        for path in ["/", "/o/RIO/timeline", "/o/RIO/conflicts", "/o/RIO/conflicts/merged", "/o/RIO/sync"] {
            assert_eq!(page(path), path);
        }
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
