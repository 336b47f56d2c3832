//! Requests, and what is decided about them.

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::{Access, RollbackTarget, TargetFields};
use vanguard_domain::permission::{Permission, Role};
use vanguard_domain::rollback::{RollbackStatus, RollbackStep};
use vanguard_domain::validation::LONGEST_REASON;

use super::target;
use crate::database::parsed;
use crate::rollback;

/// A new request; `None` if the same is asked for already.
pub(in crate::rollback) async fn insert(
    connection: &mut PgConnection,
    access: &Access,
    target: &RollbackTarget,
    reason: &str,
    hash: &str,
) -> Result<Option<Uuid>, sqlx::Error> {
    let target = TargetFields::from(target.clone());
    sqlx::query_scalar!(
        "INSERT INTO rollbacks (organisation_id, target_job_id, pfa_id, to_version, reason, requested_by, preview_hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (organisation_id, target_job_id, pfa_id, to_version) WHERE status = 'requested' DO NOTHING
         RETURNING id",
        access.organization_id(),
        target.job_id,
        target.pfa_id,
        target.to_version,
        reason,
        access.user_id(),
        hash
    )
    .fetch_optional(connection)
    .await
}

/// A rollback under decision.
#[derive(Debug)]
pub(in crate::rollback) struct LockedRollback {
    pub(in crate::rollback) id: Uuid,
    pub(in crate::rollback) target: RollbackTarget,
    pub(in crate::rollback) status: RollbackStatus,
    pub(in crate::rollback) requested_by: Uuid,
    /// User name.
    pub(in crate::rollback) requester: String,
    pub(in crate::rollback) preview_hash: String,
    records: usize,
    reason: String,
}

impl LockedRollback {
    /// What is taken back, in the middle of a sentence.
    pub(in crate::rollback) fn words(&self) -> String {
        rollback::words(&self.target, self.records)
    }

    /// The reason that its changes carry to PEMS.
    pub(in crate::rollback) fn change_reason(&self) -> String {
        format!("Rollback: {}", self.reason).chars().take(LONGEST_REASON).collect()
    }
}

pub(in crate::rollback) async fn lock(
    connection: &mut PgConnection,
    access: &Access,
    rollback_id: Uuid,
) -> Result<Option<LockedRollback>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT r.id, r.target_job_id, r.pfa_id, r.to_version, r.status, r.requested_by, u.username,
                  r.preview_hash, r.reason,
                  (SELECT count(*) FROM rollback_records p WHERE p.rollback_id = r.id) AS "records!"
           FROM rollbacks r JOIN users u ON u.id = r.requested_by
           WHERE r.organisation_id = $1 AND r.id = $2 FOR UPDATE OF r"#,
        access.organization_id(),
        rollback_id
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(LockedRollback {
            id: row.id,
            target: target(row.target_job_id, row.pfa_id, row.to_version)?,
            status: parsed(&row.status)?,
            requested_by: row.requested_by,
            requester: row.username,
            preview_hash: row.preview_hash,
            records: usize::try_from(row.records).unwrap_or(usize::MAX),
            reason: row.reason,
        })
    })
    .transpose()
}

/// What the user may do in the organisation today; nothing, if he is not active in it any more.
pub(in crate::rollback) async fn permissions_of(
    connection: &mut PgConnection,
    access: &Access,
    user_id: Uuid,
) -> Result<Vec<Permission>, sqlx::Error> {
    let role = sqlx::query_scalar!(
        "SELECT u.role FROM users u JOIN organisation_members m ON m.user_id = u.id
         WHERE m.organisation_id = $1 AND u.id = $2 AND u.is_active",
        access.organization_id(),
        user_id
    )
    .fetch_optional(connection)
    .await?;
    let role: Option<Role> = role.as_deref().map(parsed).transpose()?;
    Ok(role.map(Role::permissions).unwrap_or_default())
}

/// requested → running.
pub(in crate::rollback) async fn mark_approved(
    connection: &mut PgConnection,
    access: &Access,
    rollback_id: Uuid,
    job_id: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE rollbacks SET status = $3, decided_by = $4, decided_at = now(), job_id = $5
         WHERE organisation_id = $1 AND id = $2 AND status = ANY($6)",
        access.organization_id(),
        rollback_id,
        RollbackStep::Approve.target().as_str(),
        access.user_id(),
        job_id,
        &RollbackStep::Approve.sources()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// requested → rejected | cancelled.
pub(in crate::rollback) async fn mark_declined(
    connection: &mut PgConnection,
    access: &Access,
    rollback_id: Uuid,
    step: RollbackStep,
    reason: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE rollbacks SET status = $3, decided_by = $4, decided_at = now(), decision_reason = $5
         WHERE organisation_id = $1 AND id = $2 AND status = ANY($6)",
        access.organization_id(),
        rollback_id,
        step.target().as_str(),
        access.user_id(),
        reason,
        &step.sources()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes room for a new preview, named `hash`.
pub(in crate::rollback) async fn renew(
    connection: &mut PgConnection,
    access: &Access,
    rollback_id: Uuid,
    hash: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE rollbacks SET preview_hash = $3, preview_at = now()
         WHERE organisation_id = $1 AND id = $2 AND status = 'requested'",
        access.organization_id(),
        rollback_id,
        hash
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "DELETE FROM rollback_records WHERE organisation_id = $1 AND rollback_id = $2",
        access.organization_id(),
        rollback_id
    )
    .execute(connection)
    .await?;
    Ok(())
}
