//! What becomes of a row after a try. Pure.

use std::time::Duration;

use vanguard_domain::retry::{LONGEST_WAIT, RetryPolicy};

use crate::alert::channel::SendError;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    Sent,
    /// After this wait, for this reason.
    Retried(Duration, String),
    Failed(String),
}

impl Fate {
    /// `tries` counts this one; `jitter` is a random number from 0 to 1.
    pub(super) fn of(policy: &RetryPolicy, tries: i32, result: Result<(), SendError>, jitter: f64) -> Self {
        let error = match result {
            Ok(()) => return Self::Sent,
            Err(error @ SendError::Refused(_)) => return Self::Failed(error.to_string()),
            Err(error) => error,
        };
        let tries = u16::try_from(tries).unwrap_or(u16::MAX);
        match (policy.wait_before(tries, jitter), &error) {
            (Some(wait), SendError::Busy { retry_after: Some(asked) }) => {
                Self::Retried(wait.max((*asked).min(LONGEST_WAIT)), error.to_string())
            }
            (Some(wait), _) => Self::Retried(wait, error.to_string()),
            (None, _) => Self::Failed(format!("{error} (given up after {tries} tries)")),
        }
    }

    /// For metrics.
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Retried(..) => "retried",
            Self::Failed(_) => "failed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy { max_retries: 2, base: Duration::from_secs(10) };

    fn fate(tries: i32, error: SendError) -> Fate {
        Fate::of(&POLICY, tries, Err(error), 0.5)
    }

    fn away() -> SendError {
        SendError::Unavailable("HTTP 500".into())
    }

    #[test]
    fn what_may_work_later_is_tried_again_until_the_retries_are_used_up() {
        let waits = |seconds| Fate::Retried(Duration::from_secs(seconds), "not delivered: HTTP 500".into());
        assert_eq!(fate(1, away()), waits(10));
        assert_eq!(fate(2, away()), waits(20));
        let given_up = "not delivered: HTTP 500 (given up after 3 tries)";
        assert_eq!(fate(3, away()), Fate::Failed(given_up.into()));
    }

    #[test]
    fn what_was_refused_is_not_tried_again() {
        assert_eq!(fate(1, SendError::Refused("HTTP 404".into())), Fate::Failed("refused: HTTP 404".into()));
    }

    #[test]
    fn who_asks_for_a_wait_gets_it_within_reason() {
        let asked =
            |seconds| match fate(1, SendError::Busy { retry_after: Some(Duration::from_secs(seconds)) }) {
                Fate::Retried(wait, _) => wait.as_secs(),
                other => panic!("{other:?}"),
            };
        assert_eq!((asked(1), asked(30), asked(u64::MAX)), (10, 30, LONGEST_WAIT.as_secs()));
    }
}
