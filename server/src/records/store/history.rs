//! A record's versions, and the writes of ours behind them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_app::backend::{Access, AttemptView};
use vanguard_domain::record::FieldMap;

use crate::read_sync::Origin;

/// One version of a record.
#[derive(Debug, Clone)]
pub struct Version {
    pub version: i64,
    pub updated_at: DateTime<Utc>,
    pub updated_by: String,
    pub origin: String,
    pub fields: FieldMap,
}

impl Version {
    /// Whether a confirmed write of ours made it.
    pub fn is_ours(&self) -> bool {
        self.origin == Origin::Vanguard.as_str()
    }
}

/// Every version that we have, oldest first.
pub async fn versions(
    connection: &mut PgConnection,
    access: &Access,
    pfa_id: &str,
) -> Result<Vec<Version>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT version AS "version!", updated_at AS "updated_at!", updated_by AS "updated_by!",
                  origin AS "origin!", fields AS "fields!: Json<FieldMap>"
           FROM (SELECT version, updated_at, updated_by, origin, fields FROM pfa_mirror_history
                 WHERE organisation_id = $1 AND pfa_id = $2
                 UNION ALL
                 SELECT version, updated_at, updated_by, origin, fields FROM pfa_mirror
                 WHERE organisation_id = $1 AND pfa_id = $2) v
           ORDER BY version"#,
        access.organization_id(),
        pfa_id
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Version {
            version: row.version,
            updated_at: row.updated_at,
            updated_by: row.updated_by,
            origin: row.origin,
            fields: row.fields.0,
        })
        .collect())
}

/// A change of ours that made a version, with every request that was made for it.
pub(in crate::records) struct Write {
    pub(in crate::records) modification_id: Uuid,
    pub(in crate::records) author: String,
    pub(in crate::records) committed_by: String,
    pub(in crate::records) committed_at: DateTime<Utc>,
    pub(in crate::records) reason: Option<String>,
    pub(in crate::records) job_id: Uuid,
    /// What the job was started by.
    pub(in crate::records) trigger: String,
    pub(in crate::records) attempts: Vec<AttemptView>,
}

/// Our writes of a record, by the version that each made.
pub(in crate::records) async fn writes(
    connection: &mut PgConnection,
    access: &Access,
    pfa_id: &str,
) -> Result<HashMap<i64, Write>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT m.id, m.synced_version AS "synced_version!", m.reason, m.job_id AS "job_id!",
                  m.committed_at AS "committed_at!", u.username, c.username AS committed_by, j.trigger
           FROM pfa_modification m
           JOIN users u ON u.id = m.user_id
           JOIN users c ON c.id = m.committed_by
           JOIN sync_jobs j ON j.id = m.job_id
           WHERE m.organisation_id = $1 AND m.pfa_id = $2 AND m.state = 'synced'
           ORDER BY m.committed_at, m.id"#,
        access.organization_id(),
        pfa_id
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut attempts = attempts(connection, access, pfa_id).await?;
    let mut writes = HashMap::new();
    for row in rows {
        let attempts = attempts.remove(&row.id).unwrap_or_default();
        // PEMS may have gone on before an answer that was lost was read back.
        let made = attempts.iter().rev().find_map(|attempt| attempt.new_version);
        let write = Write {
            modification_id: row.id,
            author: row.username,
            committed_by: row.committed_by,
            committed_at: row.committed_at,
            reason: row.reason,
            job_id: row.job_id,
            trigger: row.trigger,
            attempts,
        };
        if let Some(version) = made {
            writes.insert(version, write);
        } else {
            // It may have found its values there already: then another write made this version.
            writes.entry(row.synced_version).or_insert(write);
        }
    }
    Ok(writes)
}

/// Every request that was made for changes of a record, by change, in the order in which they were made.
async fn attempts(
    connection: &mut PgConnection,
    access: &Access,
    pfa_id: &str,
) -> Result<HashMap<Uuid, Vec<AttemptView>>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT q.modification_id, w.attempt, w.sent_version, w.started_at, w.finished_at, w.outcome, w.http_status,
                w.response, w.new_version
         FROM pfa_modification m
         JOIN pfa_write_queue q ON q.modification_id = m.id
         JOIN write_attempts w ON w.queue_item_id = q.id
         WHERE m.organisation_id = $1 AND m.pfa_id = $2 AND m.state = 'synced' ORDER BY w.id",
        access.organization_id(),
        pfa_id
    )
    .fetch_all(connection)
    .await?;
    let mut attempts: HashMap<Uuid, Vec<AttemptView>> = HashMap::new();
    for row in rows {
        attempts.entry(row.modification_id).or_default().push(AttemptView {
            attempt: row.attempt,
            sent_version: row.sent_version,
            started_at: row.started_at,
            finished_at: row.finished_at,
            outcome: row.outcome,
            http_status: row.http_status,
            response: row.response,
            new_version: row.new_version,
        });
    }
    Ok(attempts)
}
