//! Rollbacks: asked for by one person, approved by another who sees the same preview, carried out as ordinary changes.
//!
//! An approval commits one change a record, all in one write run, in one transaction. From there on the worker, conflicts,
//! dead letters and the audit log treat them as they treat any change; and the run can be rolled back in its turn.
//!
//! | file | what it does |
//! |---|---|
//! | [`plan`] | reads what the plan is made from, and has the domain make it |
//! | [`request`] | previews, and asks for approval |
//! | [`approve`], [`decline`] | what another administrator, or whoever asked, decides |
//! | [`renewed`] | what differs from the preview before |
//! | [`ending`] | the result, once the run has ended |
//! | [`shown`] | a preview as the caller may see it |

mod approve;
mod decline;
mod ending;
mod plan;
mod renewed;
mod request;
mod service;
mod shown;
mod store;

pub use ending::finish_ended;
pub use service::RollbacksService;

use vanguard_app::backend::{BackendError, RollbackTarget};
use vanguard_domain::rollback::{RollbackStatus, RollbackStep};
use vanguard_domain::validation::check_reason;

/// A reason fit to be kept, without the space around it.
fn checked_reason<'r>(reason: &'r str, needed_for: &str) -> Result<&'r str, BackendError> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(BackendError::field(
            "reason",
            "required",
            format!("Say why: {needed_for} needs a reason."),
        ));
    }
    check_reason(reason)
        .map_err(|error| BackendError::Invalid { message: error.message.clone(), errors: vec![error] })?;
    Ok(reason)
}

/// Refuses a step that is not possible (any more).
fn check_step(status: RollbackStatus, step: RollbackStep) -> Result<(), BackendError> {
    status.after(step).map(drop).map_err(|_| {
        BackendError::wrong_state(match status {
            RollbackStatus::Rejected => "This rollback was refused already.",
            RollbackStatus::Cancelled => "This rollback was cancelled.",
            _ => "This rollback was approved already.",
        })
    })
}

/// What is taken back, in the middle of a sentence.
fn words(target: &RollbackTarget, records: usize) -> String {
    match target {
        RollbackTarget::Version { pfa_id, to_version } => format!("{pfa_id} to version {to_version}"),
        RollbackTarget::Job { .. } if records == 1 => "a write run of 1 record".to_owned(),
        RollbackTarget::Job { .. } => format!("a write run of {records} records"),
    }
}
