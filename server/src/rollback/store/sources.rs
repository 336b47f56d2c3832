//! What a plan is made from.

use std::collections::HashMap;

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_app::backend::Access;
use vanguard_domain::record::FieldMap;
use vanguard_domain::rollback::{Change, Version, Write};

use crate::read_sync::Origin;

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
        r#"SELECT j.kind, j.state,
                  EXISTS (SELECT 1 FROM pfa_modification m WHERE m.job_id = j.id
                          AND m.state IN ('pending_sync', 'queued', 'syncing')) AS "is_under_way!"
           FROM sync_jobs j WHERE j.organisation_id = $1 AND j.id = $2"#,
        access.organization_id(),
        job_id
    )
    .fetch_optional(connection)
    .await?;
    Ok(job.map(|job| match (job.kind.as_str(), job.state.as_str(), job.is_under_way) {
        ("read", ..) => TargetJob::Read,
        // What met a conflict or failed may be on its way again, by another job.
        (_, "running", _) | (_, _, true) => TargetJob::Running,
        _ => TargetJob::Ended,
    }))
}

/// The writes of a job that PEMS confirmed, in their order, each with its record. What was not written, because PEMS
/// had it already or because it failed, is nothing to take back.
///
/// A change that met a conflict or failed, and was sent again by another job, is both jobs': of the one that committed it,
/// and of the one that sent it.
pub(in crate::rollback) async fn confirmed_writes(
    connection: &mut PgConnection,
    access: &Access,
    job_id: Uuid,
) -> Result<Vec<(String, Write)>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"WITH items AS (
             SELECT id FROM pfa_write_queue WHERE job_id = $2
             UNION
             SELECT i.id FROM pfa_modification m JOIN pfa_write_queue i ON i.modification_id = m.id WHERE m.job_id = $2
           )
           SELECT q.pfa_id, q.modified_by, w.sent_version, w.finished_at AS "finished_at!",
                  coalesce(h.fields, q.base_values) AS "before!: Json<FieldMap>",
                  w.payload AS "written: Json<FieldMap>"
           FROM items JOIN pfa_write_queue q ON q.id = items.id
           JOIN write_attempts w ON w.queue_item_id = q.id AND w.outcome IN ('confirmed', 'settled_applied')
           LEFT JOIN pfa_mirror_history h ON h.organisation_id = q.organisation_id AND h.pfa_id = q.pfa_id
                                          AND h.version = w.sent_version
           WHERE q.organisation_id = $1
           ORDER BY q.sequence, w.attempt"#,
        access.organization_id(),
        job_id
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let write = Write {
                from_version: row.sent_version,
                made: Change { by: row.modified_by, at: row.finished_at },
                before: row.before.0,
                written: row.written.0,
            };
            (row.pfa_id, write)
        })
        .collect())
}

/// The versions that we have of each record from a version on, oldest first.
pub(in crate::rollback) async fn versions_from(
    connection: &mut PgConnection,
    access: &Access,
    records: &[(String, i64)],
) -> Result<HashMap<String, Vec<Version>>, sqlx::Error> {
    if records.is_empty() {
        return Ok(HashMap::new());
    }
    let (pfa_ids, from): (Vec<String>, Vec<i64>) = records.iter().cloned().unzip();
    let rows = sqlx::query!(
        r#"SELECT v.pfa_id AS "pfa_id!", v.version AS "version!", v.updated_by AS "updated_by!",
                  v.updated_at AS "updated_at!", v.origin = $4 AS "is_ours!", v.fields AS "fields!: Json<FieldMap>"
           FROM unnest($2::text[], $3::bigint[]) AS wanted (pfa_id, version)
           CROSS JOIN LATERAL (
             SELECT h.pfa_id, h.version, h.updated_by, h.updated_at, h.origin, h.fields FROM pfa_mirror_history h
             WHERE h.organisation_id = $1 AND h.pfa_id = wanted.pfa_id AND h.version >= wanted.version
             UNION ALL
             SELECT m.pfa_id, m.version, m.updated_by, m.updated_at, m.origin, m.fields FROM pfa_mirror m
             WHERE m.organisation_id = $1 AND m.pfa_id = wanted.pfa_id) v
           ORDER BY v.version"#,
        access.organization_id(),
        &pfa_ids,
        &from,
        Origin::Vanguard.as_str()
    )
    .fetch_all(connection)
    .await?;
    let mut versions: HashMap<String, Vec<Version>> = HashMap::new();
    for row in rows {
        let made = Change { by: row.updated_by, at: row.updated_at };
        let version = Version { number: row.version, is_ours: row.is_ours, made, fields: row.fields.0 };
        versions.entry(row.pfa_id).or_default().push(version);
    }
    Ok(versions)
}
