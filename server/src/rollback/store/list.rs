//! Rollbacks as people look for them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::{Access, RollbackView, Window};
use vanguard_domain::rollback::RollbackStatus;

use super::target;
use crate::database::parsed;

/// A row of the list, as the database has it.
struct RollbackRow {
    id: Uuid,
    target_job_id: Option<Uuid>,
    pfa_id: Option<String>,
    to_version: Option<i64>,
    status: String,
    reason: String,
    requested_by: String,
    requested_at: DateTime<Utc>,
    preview_at: DateTime<Utc>,
    decided_by: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    decision_reason: Option<String>,
    ended_at: Option<DateTime<Utc>>,
    job_id: Option<Uuid>,
    records: i64,
    changes: i64,
    under_way: i64,
    undecided: i64,
    restored: i64,
}

impl RollbackRow {
    fn into_view(self) -> Result<RollbackView, sqlx::Error> {
        Ok(RollbackView {
            id: self.id,
            target: target(self.target_job_id, self.pfa_id, self.to_version)?,
            status: parsed(&self.status)?,
            reason: self.reason,
            requested_by: self.requested_by,
            requested_at: self.requested_at,
            preview_at: self.preview_at,
            decided_by: self.decided_by,
            decided_at: self.decided_at,
            decision_reason: self.decision_reason,
            ended_at: self.ended_at,
            job_id: self.job_id,
            records: self.records,
            changes: self.changes,
            under_way: self.under_way,
            undecided: self.undecided,
            restored: self.restored,
        })
    }
}

fn names(statuses: &[RollbackStatus]) -> Vec<String> {
    statuses.iter().map(|status| status.as_str().to_owned()).collect()
}

/// Those in one of `statuses`, or all if none is named.
async fn rows(
    connection: &mut PgConnection,
    access: &Access,
    statuses: &[RollbackStatus],
    rollback_id: Option<Uuid>,
    window: Window,
) -> Result<Vec<RollbackRow>, sqlx::Error> {
    sqlx::query_as!(
        RollbackRow,
        r#"SELECT r.id, r.target_job_id, r.pfa_id, r.to_version, r.status, r.reason, u.username AS requested_by,
                  r.requested_at, r.preview_at, d.username AS "decided_by?", r.decided_at, r.decision_reason,
                  r.ended_at, r.job_id, c.records AS "records!", c.changes AS "changes!",
                  c.under_way AS "under_way!", c.undecided AS "undecided!", c.restored AS "restored!"
           FROM (SELECT * FROM rollbacks
                 WHERE organisation_id = $1 AND (cardinality($2::text[]) = 0 OR status = ANY($2)) AND ($3::uuid IS NULL OR id = $3)
                 ORDER BY requested_at DESC, id LIMIT $4 OFFSET $5) r
           JOIN users u ON u.id = r.requested_by
           LEFT JOIN users d ON d.id = r.decided_by
           CROSS JOIN LATERAL (
             SELECT count(*) AS records, count(m.id) AS changes,
                    count(*) FILTER (WHERE m.state IN ('pending_sync', 'queued', 'syncing')) AS under_way,
                    count(*) FILTER (WHERE m.state IN ('conflict', 'sync_error')) AS undecided,
                    count(*) FILTER (WHERE m.state = 'synced') AS restored
             FROM rollback_records p LEFT JOIN pfa_modification m ON m.id = p.modification_id
             WHERE p.rollback_id = r.id) c
           ORDER BY r.requested_at DESC, r.id"#,
        access.organization_id(),
        &names(statuses),
        rollback_id,
        i64::from(window.limit),
        i64::from(window.offset)
    )
    .fetch_all(connection)
    .await
}

/// A part of the list, newest first.
pub(in crate::rollback) async fn list(
    connection: &mut PgConnection,
    access: &Access,
    statuses: &[RollbackStatus],
    window: Window,
) -> Result<Vec<RollbackView>, sqlx::Error> {
    let rows = rows(connection, access, statuses, None, window).await?;
    rows.into_iter().map(RollbackRow::into_view).collect()
}

pub(in crate::rollback) async fn count(
    connection: &mut PgConnection,
    access: &Access,
    statuses: &[RollbackStatus],
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM rollbacks
           WHERE organisation_id = $1 AND (cardinality($2::text[]) = 0 OR status = ANY($2))"#,
        access.organization_id(),
        &names(statuses)
    )
    .fetch_one(connection)
    .await
}

pub(in crate::rollback) async fn view(
    connection: &mut PgConnection,
    access: &Access,
    rollback_id: Uuid,
) -> Result<Option<RollbackView>, sqlx::Error> {
    let rows = rows(connection, access, &[], Some(rollback_id), Window { offset: 0, limit: 1 }).await?;
    rows.into_iter().next().map(RollbackRow::into_view).transpose()
}

/// The name of its preview.
pub(in crate::rollback) async fn preview_hash(
    connection: &mut PgConnection,
    access: &Access,
    rollback_id: Uuid,
) -> Result<String, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT preview_hash FROM rollbacks WHERE organisation_id = $1 AND id = $2",
        access.organization_id(),
        rollback_id
    )
    .fetch_one(connection)
    .await
}
