//! When an API server is left alone, and for how long. Pure: the row and the time come in, what to do goes out.
//!
//! ```text
//! closed ── 5 failures in a row ──► open ── pause over ──► a probe (GET health) by one replica
//!    ▲                               ▲                        │ fails: open, for longer
//!    │ a request succeeds            │ the next one fails     ▼ succeeds
//!    └───────────────────────────────┴────────────────────── on trial
//! ```
//! The pauses: 15 s, 30 s, 1 min … up to 10 min ([`breaker_pause`]).

use chrono::{DateTime, TimeDelta, Utc};
use vanguard_domain::retry::breaker_pause;

/// So many failures in a row open it.
pub(super) const FAILURES_TO_OPEN: i32 = 5;

/// A breaker's row at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BreakerState {
    pub(super) now: DateTime<Utc>,
    pub(super) consecutive_failures: i32,
    /// Pauses in a row; how often it opened since the last success.
    pub(super) pauses: i32,
    pub(super) open_until: Option<DateTime<Utc>>,
}

/// What a failure changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailureEffect {
    /// Whether it uses up one of the item's retries. It does not while the server, and not the item, is at fault.
    pub counts_as_retry: bool,
    /// Nothing is to be sent before, if this failure opened the breaker or met it open.
    pub opened_until: Option<DateTime<Utc>>,
}

/// What may be sent, as far as the breaker is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Passage {
    Free,
    /// Nothing before this time.
    Shut(DateTime<Utc>),
    /// The pause is over: somebody has to ask PEMS how it is.
    ProbeFirst,
}

impl BreakerState {
    pub(super) fn passage(&self) -> Passage {
        match self.open_until {
            None => Passage::Free,
            Some(until) if until > self.now => Passage::Shut(until),
            Some(_) => Passage::ProbeFirst,
        }
    }

    /// The state after one more failure, and what follows for the item.
    pub(super) fn after_failure(self) -> (Self, FailureEffect) {
        let failures = self.consecutive_failures.saturating_add(1);
        let counted = Self { consecutive_failures: failures, ..self };
        // A straggler: sent before it opened. It says nothing new, and must not make the pause longer.
        if let Some(until) = self.open_until {
            return (counted, FailureEffect { counts_as_retry: false, opened_until: Some(until) });
        }
        if failures < FAILURES_TO_OPEN {
            return (counted, FailureEffect { counts_as_retry: true, opened_until: None });
        }
        let opened = counted.opened();
        (opened, FailureEffect { counts_as_retry: false, opened_until: opened.open_until })
    }

    /// Open, for a longer pause than the one before.
    pub(super) fn opened(self) -> Self {
        let pause = breaker_pause(u32::try_from(self.pauses).unwrap_or(0));
        let pause = TimeDelta::from_std(pause).unwrap_or(TimeDelta::MAX);
        Self { pauses: self.pauses.saturating_add(1), open_until: Some(self.now + pause), ..self }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    fn fresh() -> BreakerState {
        BreakerState { now: at(0), consecutive_failures: 0, pauses: 0, open_until: None }
    }

    #[test]
    fn the_fifth_failure_in_a_row_opens_it_and_uses_no_retry() {
        let mut state = fresh();
        let mut counted = Vec::new();
        for _ in 0..6 {
            let (next, effect) = state.after_failure();
            counted.push(effect.counts_as_retry);
            state = next;
        }
        assert_eq!(counted, [true, true, true, true, false, false]);
        assert_eq!(
            (state.passage(), state.pauses),
            (Passage::Shut(at(15)), 1),
            "the sixth did not make it longer"
        );
    }

    #[test]
    fn after_the_pause_somebody_probes_and_one_more_failure_reopens_for_longer() {
        let (open, _) = BreakerState { consecutive_failures: 4, ..fresh() }.after_failure();
        let later = BreakerState { now: at(15), ..open };
        assert_eq!(later.passage(), Passage::ProbeFirst);
        let on_trial = BreakerState { open_until: None, ..later };
        let (reopened, effect) = on_trial.after_failure();
        assert_eq!(effect, FailureEffect { counts_as_retry: false, opened_until: Some(at(15 + 30)) });
        assert_eq!(reopened.pauses, 2);
    }

    proptest! {
        #[test]
        fn it_is_never_shut_for_more_than_ten_minutes(pauses in 0..i32::MAX, failures in 0..i32::MAX) {
            let state = BreakerState { pauses, consecutive_failures: failures, ..fresh() };
            let (next, effect) = state.after_failure();
            if let Some(until) = effect.opened_until {
                prop_assert!(until > next.now && until <= next.now + TimeDelta::minutes(10));
            }
            prop_assert_eq!(effect.counts_as_retry, next.passage() == Passage::Free);
        }
    }
}
