//! What follows from PEMS's answer to a write.

use std::time::Duration;

use vanguard_domain::delta::applied;
use vanguard_domain::record::{FieldMap, PfaRecord};
use vanguard_domain::retry::RetryPolicy;

use super::batch::{Batch, Ready};
use super::finish::{Finished, Outcome};
use super::plan::{Plan, found_conflict, plan};
use super::settle::{ReadBack, ReadFailure};
use super::{settle, store};
use crate::pems::{PemsError, Written};
use crate::queue::{AttemptEnd, Burial, Claimed, Retry, Unsettled};

/// The wait after a 429 that does not say how long.
const UNSAID_RETRY_AFTER: Duration = Duration::from_secs(1);

/// How the attempt ended, for its row.
pub(super) fn attempt_end(attempt_id: i64, result: &Result<Written, PemsError>) -> AttemptEnd {
    match result {
        Ok(written) => AttemptEnd {
            attempt_id,
            outcome: "confirmed",
            http_status: Some(200),
            response: Some(written.response.clone()),
            new_version: Some(written.new_version),
        },
        Err(error) => AttemptEnd {
            attempt_id,
            outcome: error.code(),
            http_status: error.answer().status,
            response: Some(error.answer().to_json()),
            new_version: None,
        },
    }
}

/// What becomes of the item, with everything that is known of its attempts.
pub(super) async fn finished(
    batch: &Batch<'_>,
    ready: Ready,
    attempt_id: i64,
    result: &Result<Written, PemsError>,
    counts_as_retry: bool,
) -> Result<Finished, sqlx::Error> {
    let mut attempts = vec![attempt_end(attempt_id, result)];
    let item = &ready.item;
    let retry = &batch.worker.settings.retry;
    let outcome = match result {
        Ok(written) => Outcome::Confirmed {
            record: PfaRecord {
                pfa_id: item.pfa_id.clone(),
                organization: ready.record.organization.clone(),
                version: written.new_version,
                updated_at: written.updated_at,
                updated_by: item.modified_by.clone(),
                fields: applied(&ready.record.fields, &ready.changes),
            },
        },
        Err(error @ PemsError::Conflict(_)) => after_conflict(batch, &ready, error, &mut attempts).await?,
        Err(error @ (PemsError::NotFound(_) | PemsError::Invalid(_))) => dead(item, error),
        Err(error @ PemsError::RateLimited { retry_after, .. }) => {
            waits(item, error, retry_after.unwrap_or(UNSAID_RETRY_AFTER))
        }
        // The server is paused: the item stays in the queue, untouched.
        Err(error @ PemsError::Unauthorized(_)) => waits(item, error, Duration::ZERO),
        Err(error @ PemsError::Locked(_)) => retry_or_bury(retry, item, error),
        Err(error @ (PemsError::Transient(_) | PemsError::OutcomeUnknown(_))) => {
            transient(retry, item, error, counts_as_retry)
        }
    };
    Ok(Finished { item: ready.item, attempts, outcome })
}

/// 409: reads the record and looks again. What can be merged, or is decided by a rule, goes on with the next claim, which
/// finds the new version in the mirror.
async fn after_conflict(
    batch: &Batch<'_>,
    ready: &Ready,
    error: &PemsError,
    attempts: &mut Vec<AttemptEnd>,
) -> Result<Outcome, sqlx::Error> {
    let item = &ready.item;
    let record = match batch.read_back(&item.pfa_id).await? {
        Some(ReadBack::Record(record)) => record,
        Some(ReadBack::Failed(failure)) => return Ok(after_read_failure(batch, item, &failure)),
        // It was refused, so nothing is in doubt: the next claim looks again.
        None => return Ok(waits(item, error, Duration::ZERO)),
    };
    if record.version <= ready.version {
        // PEMS says that it has moved on and shows the same version: let it make up its mind.
        return Ok(retry_or_bury(&batch.worker.settings.retry, item, error));
    }
    let before = if ready.version == item.base_version {
        item.base_values.clone()
    } else {
        ready.record.fields.values_of(ready.changes.fields())
    };
    if let Some(outcome) = earlier_attempt(batch, ready, &before, &record, attempts).await? {
        return Ok(outcome);
    }
    let rebased = Claimed {
        payload: ready.changes.clone(),
        base_values: before,
        base_version: ready.version,
        ..item.clone()
    };
    Ok(match batch.ruled(&rebased, &record, plan(&rebased, &record)).await? {
        Plan::Send { .. } | Plan::Rebase { .. } | Plan::Ruled(_) | Plan::PartlyRuled(..) => {
            waits(item, error, Duration::ZERO)
        }
        Plan::AlreadyThere => Outcome::AlreadyThere { record },
        Plan::Conflict { cause, fields, undisputed, errors } => {
            let found = found_conflict(&rebased, &record, cause, fields, undisputed, errors);
            Outcome::Conflict(Box::new(found), None)
        }
    })
}

/// An earlier attempt against this version, read back as not applied, may have been on its way still: then it is what
/// this one ran into.
async fn earlier_attempt(
    batch: &Batch<'_>,
    ready: &Ready,
    before: &FieldMap,
    record: &PfaRecord,
    attempts: &mut Vec<AttemptEnd>,
) -> Result<Option<Outcome>, sqlx::Error> {
    let item = &ready.item;
    let earlier = {
        let mut connection = batch.worker.pool.acquire().await?;
        store::attempt_thought_lost(&mut connection, item.modification_id, ready.version).await?
    };
    let Some(attempt_id) = earlier else { return Ok(None) };
    let earlier = Unsettled { attempt_id, version: ready.version, changes: ready.changes.clone() };
    let settled = batch.judge(item, &earlier, before, record).await?;
    Ok(settle::written(settled, item, &earlier, before, record).map(|(attempt, outcome)| {
        attempts.push(attempt);
        outcome
    }))
}

/// The record could not be read back.
pub(super) fn after_read_failure(batch: &Batch<'_>, item: &Claimed, failure: &ReadFailure) -> Outcome {
    let retry = &batch.worker.settings.retry;
    match &failure.error {
        error @ (PemsError::NotFound(_) | PemsError::Invalid(_)) => dead(item, error),
        error @ PemsError::Unauthorized(_) => waits(item, error, Duration::ZERO),
        error @ PemsError::RateLimited { retry_after, .. } => {
            waits(item, error, retry_after.unwrap_or(UNSAID_RETRY_AFTER))
        }
        error => transient(retry, item, error, failure.counts_as_retry),
    }
}

fn transient(policy: &RetryPolicy, item: &Claimed, error: &PemsError, counts_as_retry: bool) -> Outcome {
    if counts_as_retry { retry_or_bury(policy, item, error) } else { waits(item, error, policy.base) }
}

/// Back to the queue, without using up a retry.
fn waits(item: &Claimed, error: &PemsError, wait: Duration) -> Outcome {
    Outcome::Waits(again(item, error, wait))
}

fn again(item: &Claimed, error: &PemsError, wait: Duration) -> Retry {
    Retry {
        item_id: item.id,
        wait,
        uses_retry: false,
        spent: false,
        error_code: error.code(),
        error: error.to_string(),
    }
}

fn retry_or_bury(policy: &RetryPolicy, item: &Claimed, error: &PemsError) -> Outcome {
    let policy = RetryPolicy { max_retries: item.max_retries, ..*policy };
    let is_open = item.unsettled.is_some() || matches!(error, PemsError::OutcomeUnknown(_));
    match policy.wait_before(item.retry_count + 1, rand::random()) {
        Some(wait) => Outcome::Waits(Retry { uses_retry: true, ..again(item, error, wait) }),
        // It may be in PEMS: one more look, before a person has to decide. Whoever tries it again reads it back first.
        None if is_open && !item.retries_spent => {
            Outcome::Waits(Retry { spent: true, ..again(item, error, policy.base) })
        }
        None => dead(item, error),
    }
}

fn dead(item: &Claimed, error: &PemsError) -> Outcome {
    Outcome::Dead(Burial { item_id: item.id, error_code: error.code(), error: error.to_string() })
}

/// The last answer was lost, and reading back showed that it was no success.
pub(super) fn given_up(item: &Claimed) -> Outcome {
    Outcome::Dead(Burial {
        item_id: item.id,
        error_code: "unknown",
        error: "PEMS's answer to the last try was lost, and the change is not there.".to_owned(),
    })
}
