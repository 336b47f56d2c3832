//! The worst that can be said, as a pure function of what is known.

use chrono::{DateTime, Utc};
use vanguard_app::backend::HealthWord;

/// What health is judged by.
#[derive(Debug, Clone, Default)]
pub(super) struct Signs {
    pub(super) last_sync: Option<DateTime<Utc>>,
    pub(super) pending: i64,
    /// Open dead letters.
    pub(super) failed: i64,
    /// API servers in use, …
    pub(super) servers: i64,
    /// … those that somebody or a refused password stopped, …
    pub(super) paused: i64,
    /// … and those that the breaker holds back.
    pub(super) broken: i64,
    /// How long the longest-waiting item that could go has been waiting, in s.
    pub(super) oldest_due_seconds: f64,
}

/// An item that could go and waits longer than this: nobody works.
const STUCK_SECONDS: f64 = 600.0;

pub(super) fn judge(writes: bool, signs: Option<&Signs>) -> HealthWord {
    let Some(signs) = signs else { return HealthWord::Down };
    if signs.servers > 0 && signs.broken == signs.servers {
        return HealthWord::Down;
    }
    if !writes || (signs.servers > 0 && signs.paused + signs.broken == signs.servers) {
        return HealthWord::Paused;
    }
    if signs.oldest_due_seconds > STUCK_SECONDS {
        return HealthWord::Down;
    }
    if signs.failed > 0 || signs.paused > 0 || signs.broken > 0 {
        return HealthWord::Degraded;
    }
    HealthWord::Healthy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_database_it_is_down() {
        assert_eq!(judge(true, None), HealthWord::Down);
    }

    #[test]
    fn one_server_of_two_degrades_and_both_stop_it() {
        let two = Signs { servers: 2, ..Signs::default() };
        assert_eq!(judge(true, Some(&two)), HealthWord::Healthy);
        assert_eq!(judge(true, Some(&Signs { broken: 1, ..two.clone() })), HealthWord::Degraded);
        assert_eq!(judge(true, Some(&Signs { paused: 2, ..two.clone() })), HealthWord::Paused);
        assert_eq!(judge(true, Some(&Signs { broken: 2, ..two })), HealthWord::Down);
    }

    #[test]
    fn what_could_go_and_does_not_is_down() {
        let stuck = Signs { servers: 1, pending: 5, oldest_due_seconds: 601.0, ..Signs::default() };
        assert_eq!(judge(true, Some(&stuck)), HealthWord::Down);
        assert_eq!(judge(false, Some(&stuck)), HealthWord::Paused);
    }
}
