//! The queries behind rollbacks. All that people ask for is bound to the organisation of the `Access`.

mod changes;
mod decision;
mod ending;
mod list;
mod notify;
mod preview;
mod sources;

use uuid::Uuid;
use vanguard_app::backend::{RollbackTarget, TargetFields};

use crate::database::decode;

pub(super) use changes::{NewChange, insert_changes};
pub(super) use decision::{
    LockedRollback, insert, lock, mark_approved, mark_declined, permissions_of, renew,
};
pub(super) use ending::{EndedRollback, ended, lock_ended, mark_ended};
pub(super) use list::{count, list, preview_hash, view};
pub(super) use notify::{notify_approvers, notify_requester};
pub(super) use preview::{insert_previewed, previewed};
pub(super) use sources::{TargetJob, confirmed_writes, target_job, versions_from};

/// A target as its columns hold it; the CHECK constraints keep out anything between.
fn target(
    job_id: Option<Uuid>,
    pfa_id: Option<String>,
    to_version: Option<i64>,
) -> Result<RollbackTarget, sqlx::Error> {
    RollbackTarget::try_from(TargetFields { job_id, pfa_id, to_version }).map_err(decode)
}
