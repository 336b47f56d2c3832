//! Rollbacks whose run has ended.

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::RollbackTarget;
use vanguard_domain::rollback::RollbackStep;

use super::target;

/// Those of which every change has ended: is in PEMS, or given up. One in conflict, or failed and not decided about, may still
/// get there.
pub(in crate::rollback) async fn ended(connection: &mut PgConnection) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT r.id FROM rollbacks r JOIN sync_jobs j ON j.id = r.job_id AND j.state <> 'running'
         WHERE r.status = 'running'
           AND NOT EXISTS (SELECT 1 FROM rollback_records p JOIN pfa_modification m ON m.id = p.modification_id
                           WHERE p.rollback_id = r.id AND m.state NOT IN ('synced', 'discarded'))"
    )
    .fetch_all(connection)
    .await
}

/// A rollback that is about to end.
#[derive(Debug)]
pub(in crate::rollback) struct EndedRollback {
    pub(in crate::rollback) id: Uuid,
    pub(in crate::rollback) organisation_id: Uuid,
    pub(in crate::rollback) target: RollbackTarget,
    /// Changes that were approved, and how many of them are in PEMS.
    pub(in crate::rollback) changes: usize,
    pub(in crate::rollback) restored: usize,
}

/// `None` if another replica is ending it, or has.
pub(in crate::rollback) async fn lock_ended(
    connection: &mut PgConnection,
    rollback_id: Uuid,
) -> Result<Option<EndedRollback>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT id, organisation_id, target_job_id, pfa_id, to_version FROM rollbacks
         WHERE id = $1 AND status = 'running' FOR UPDATE SKIP LOCKED",
        rollback_id
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let counts = sqlx::query!(
        r#"SELECT count(*) AS "changes!", count(*) FILTER (WHERE m.state = 'synced') AS "restored!"
           FROM rollback_records p JOIN pfa_modification m ON m.id = p.modification_id WHERE p.rollback_id = $1"#,
        rollback_id
    )
    .fetch_one(connection)
    .await?;
    Ok(Some(EndedRollback {
        id: row.id,
        organisation_id: row.organisation_id,
        target: target(row.target_job_id, row.pfa_id, row.to_version)?,
        changes: usize::try_from(counts.changes).unwrap_or(0),
        restored: usize::try_from(counts.restored).unwrap_or(0),
    }))
}

/// running → completed | partly | failed.
pub(in crate::rollback) async fn mark_ended(
    connection: &mut PgConnection,
    rollback_id: Uuid,
    step: RollbackStep,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE rollbacks SET status = $2, ended_at = now() WHERE id = $1 AND status = ANY($3)",
        rollback_id,
        step.target().as_str(),
        &step.sources()
    )
    .execute(connection)
    .await?;
    Ok(())
}
