//! "3 min ago", with the exact time on hover.

use chrono::{DateTime, SecondsFormat, Utc};
use leptos::prelude::*;

use crate::clock::use_now;

/// A time as people say it, moving on by itself; the exact time in UTC is on hover and in the markup.
///
/// Until the page is hydrated it is the exact time: server and browser need not agree on what now is.
#[component]
pub fn RelativeTime(
    at: DateTime<Utc>,
    /// It lies ahead. Without it, it lies behind, even where clocks say otherwise: the browser's is not the server's,
    /// and moves on every few seconds only.
    #[prop(optional)]
    ahead: bool,
) -> impl IntoView {
    let now = use_now();
    let exact = at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    let text = move || match now.get() {
        Some(now) if ahead && now >= at => "now".to_owned(),
        Some(now) if ahead => relative(now, at),
        Some(now) => relative(now.max(at), at),
        None => at.format("%Y-%m-%d %H:%M UTC").to_string(),
    };
    view! {
        <time class="nowrap" datetime=at.to_rfc3339_opts(SecondsFormat::Secs, true) title=exact>
            {text}
        </time>
    }
    .into_any()
}

/// How people say `at` when it is `now`; from a week on, the day.
pub fn relative(now: DateTime<Utc>, at: DateTime<Utc>) -> String {
    let seconds = (now - at).num_seconds();
    let distance = match seconds.unsigned_abs() {
        0..5 => return if seconds < 0 { "in a moment" } else { "just now" }.to_owned(),
        n @ 5..60 => format!("{n} s"),
        n @ 60..3_600 => format!("{} min", n / 60),
        n @ 3_600..86_400 => format!("{} h", n / 3_600),
        n @ 86_400..604_800 => format!("{} d", n / 86_400),
        _ => return at.format("%Y-%m-%d").to_string(),
    };
    if seconds < 0 { format!("in {distance}") } else { format!("{distance} ago") }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn said(seconds_ago: i64) -> String {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        relative(now, now - TimeDelta::seconds(seconds_ago))
    }

    #[test]
    fn the_past_is_ago() {
        assert_eq!(said(2), "just now");
        assert_eq!(said(42), "42 s ago");
        assert_eq!(said(3 * 60 + 59), "3 min ago");
        assert_eq!(said(5 * 3_600), "5 h ago");
        assert_eq!(said(3 * 86_400), "3 d ago");
        assert_eq!(said(30 * 86_400), "2024-09-04");
    }

    #[test]
    fn the_future_is_ahead() {
        assert_eq!(said(-2), "in a moment");
        assert_eq!(said(-40), "in 40 s");
    }
}
