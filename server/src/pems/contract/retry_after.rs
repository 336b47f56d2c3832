//! The `Retry-After` header: seconds, or an HTTP date.

use std::time::Duration;

use chrono::{DateTime, Utc};
use vanguard_domain::retry::LONGEST_WAIT;

/// How long PEMS asks us to wait; `None` if it doesn't say so in a way that can be read. Never longer than
/// [`LONGEST_WAIT`], so that a slip at the other end does not stop the sync for good.
///
/// A date is measured from `server_date`, the answer's own `Date`, so that the two clocks need not agree; from
/// `now` only if that is missing.
pub(super) fn retry_after(header: &str, server_date: Option<&str>, now: DateTime<Utc>) -> Option<Duration> {
    let header = header.trim();
    let wait = if header.bytes().all(|byte| byte.is_ascii_digit()) && !header.is_empty() {
        Duration::from_secs(header.parse().unwrap_or(u64::MAX))
    } else {
        let from = server_date.and_then(http_date).unwrap_or(now);
        // A date that has passed means: at once.
        (http_date(header)? - from).to_std().unwrap_or(Duration::ZERO)
    };
    Some(wait.min(LONGEST_WAIT))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`: the one form that senders may generate (RFC 9110, 5.6.7).
fn http_date(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc2822(text.trim()).ok().map(|date| date.to_utc())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(header: &str, server_date: Option<&str>) -> Option<Duration> {
        retry_after(header, server_date, "2026-01-05T10:00:00Z".parse().unwrap())
    }

    #[test]
    fn seconds_and_dates_are_understood() {
        assert_eq!(at("7", None), Some(Duration::from_secs(7)));
        assert_eq!(at("Mon, 05 Jan 2026 10:00:30 GMT", None), Some(Duration::from_secs(30)));
    }

    #[test]
    fn a_date_is_measured_by_the_clock_of_the_server_that_sent_it() {
        let server = Some("Mon, 05 Jan 2026 10:10:00 GMT");
        assert_eq!(at("Mon, 05 Jan 2026 10:10:30 GMT", server), Some(Duration::from_secs(30)));
    }

    #[test]
    fn a_date_in_the_past_means_at_once() {
        assert_eq!(at("Mon, 05 Jan 2026 09:00:00 GMT", None), Some(Duration::ZERO));
    }

    #[test]
    fn an_absurd_wait_is_cut_and_nonsense_is_none() {
        assert_eq!(at("99999999999999999999999", None), Some(LONGEST_WAIT));
        assert_eq!(at("Mon, 05 Jan 2099 10:00:00 GMT", None), Some(LONGEST_WAIT));
        for nonsense in ["", "soon", "-3", "1.5"] {
            assert_eq!(at(nonsense, None), None, "{nonsense:?}");
        }
    }

    proptest! {
        #[test]
        fn no_header_panics_or_waits_for_ever(header in ".*", date in ".*") {
            prop_assert!(at(&header, Some(&date)).is_none_or(|wait| wait <= LONGEST_WAIT));
        }
    }
}
