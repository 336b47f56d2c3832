//! What the outcome of a request means beyond the request itself. Pure.

use chrono::{DateTime, Utc};

use crate::pems::{PemsError, Written};

/// What follows from an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observation {
    /// Whether a failure uses up one of the item's retries.
    pub counts_as_retry: bool,
    /// The breaker holds everything back until then.
    pub hold_until: Option<DateTime<Utc>>,
    /// PEMS refused the credential: the server is paused until an administrator resumes it.
    pub paused: bool,
}

impl Observation {
    /// Nothing beyond the request itself.
    pub(super) const PLAIN: Self = Self { counts_as_retry: true, hold_until: None, paused: false };
}

/// What an outcome tells about the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// It answered as it should, if only to refuse.
    Alive,
    /// It is too busy for us.
    TooFast,
    /// It does not know us any more.
    Refused,
    /// It did not answer, or not as it should.
    Failing,
}

pub(super) fn sign(error: Option<&PemsError>) -> Sign {
    match error {
        None
        | Some(
            PemsError::Conflict(_) | PemsError::Locked(_) | PemsError::NotFound(_) | PemsError::Invalid(_),
        ) => Sign::Alive,
        Some(PemsError::RateLimited { .. }) => Sign::TooFast,
        Some(PemsError::Unauthorized(_)) => Sign::Refused,
        Some(PemsError::Transient(_) | PemsError::OutcomeUnknown(_)) => Sign::Failing,
    }
}

/// The one result of an answered batch that tells most about the server: a refusal of our credential before a rate
/// limit, before a sign of life, before failure. An item that failed within a good answer is the item's affair.
pub(super) fn most_telling(results: &[Result<Written, PemsError>]) -> Option<&PemsError> {
    let rank = |result: &&Result<Written, PemsError>| match sign(result.as_ref().err()) {
        Sign::Refused => 0,
        Sign::TooFast => 1,
        Sign::Alive => 2,
        Sign::Failing => 3,
    };
    results.iter().min_by_key(rank).and_then(|result| result.as_ref().err())
}

/// Whether an item that failed within an answered batch uses up a retry: not if it met the rate limit or a refused
/// credential, nor if the batch as a whole met the breaker.
pub fn item_counts_as_retry(error: &PemsError, batch: Observation) -> bool {
    match sign(Some(error)) {
        Sign::TooFast | Sign::Refused => false,
        Sign::Alive => true,
        Sign::Failing => batch.hold_until.is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pems::Answer;

    fn no() -> Answer {
        Answer::none("no")
    }

    #[expect(clippy::unnecessary_wraps, reason = "it stands for one result of a batch")]
    fn written() -> Result<Written, PemsError> {
        Ok(Written { new_version: 2, updated_at: DateTime::UNIX_EPOCH, response: serde_json::Value::Null })
    }

    #[test]
    fn a_refusal_of_the_record_is_a_sign_of_life() {
        for error in [
            PemsError::Conflict(no()),
            PemsError::Locked(no()),
            PemsError::NotFound(no()),
            PemsError::Invalid(no()),
        ] {
            assert_eq!(sign(Some(&error)), Sign::Alive, "{error}");
        }
        assert_eq!(sign(Some(&PemsError::Transient(no()))), Sign::Failing);
        assert_eq!(sign(Some(&PemsError::OutcomeUnknown(no()))), Sign::Failing);
    }

    #[test]
    fn failed_items_within_a_good_answer_do_not_speak_against_the_server() {
        let results = [Err(PemsError::OutcomeUnknown(no())), written(), Err(PemsError::OutcomeUnknown(no()))];
        assert_eq!(most_telling(&results), None);
        let results = [Err(PemsError::OutcomeUnknown(no())), Err(PemsError::OutcomeUnknown(no()))];
        assert_eq!(sign(most_telling(&results)), Sign::Failing, "but a batch of nothing else does");
    }

    #[test]
    fn a_refused_credential_within_a_batch_is_not_overheard() {
        let results = [written(), Err(PemsError::Unauthorized(no())), written()];
        assert_eq!(sign(most_telling(&results)), Sign::Refused);
    }
}
