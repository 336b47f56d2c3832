//! What a plan is made from.

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_app::backend::Access;
use vanguard_domain::record::FieldMap;
use vanguard_domain::rollback::Write;

/// Whether a job's writes can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rollback) enum TargetJob {
    Read,
    Running,
    Ended,
}

pub(in crate::rollback) async fn target_job(
    connection: &mut PgConnection,
    access: &Access,
    job_id: Uuid,
) -> Result<Option<TargetJob>, sqlx::Error> {
    let job = sqlx::query!(
        "SELECT kind, state FROM sync_jobs WHERE organisation_id = $1 AND id = $2",
        access.organization_id(),
        job_id
    )
    .fetch_optional(connection)
    .await?;
    Ok(job.map(|job| match (job.kind.as_str(), job.state.as_str()) {
        ("read", _) => TargetJob::Read,
        (_, "running") => TargetJob::Running,
        _ => TargetJob::Ended,
    }))
}

/// The writes of a job that PEMS confirmed, in their order, each with its record. What was not written, because PEMS
/// had it already or because it failed, is nothing to take back.
pub(in crate::rollback) async fn confirmed_writes(
    connection: &mut PgConnection,
    access: &Access,
    job_id: Uuid,
) -> Result<Vec<(String, Write)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT q.pfa_id, coalesce(h.fields, q.base_values) AS "before!: Json<FieldMap>",
                  w.payload AS "written: Json<FieldMap>"
           FROM pfa_write_queue q
           JOIN write_attempts w ON w.queue_item_id = q.id AND w.outcome IN ('confirmed', 'settled_applied')
           LEFT JOIN pfa_mirror_history h ON h.organisation_id = q.organisation_id AND h.pfa_id = q.pfa_id
                                          AND h.version = w.sent_version
           WHERE q.organisation_id = $1 AND q.job_id = $2
           ORDER BY q.sequence, w.attempt"#,
        access.organization_id(),
        job_id
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.pfa_id, Write { before: row.before.0, written: row.written.0 }))
        .collect())
}
