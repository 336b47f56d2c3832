//! Conflicts under decision.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_app::backend::Access;
use vanguard_domain::conflict::{ConflictStatus, Resolution};
use vanguard_domain::delta::Operation;
use vanguard_domain::record::{Field, FieldMap};
use vanguard_domain::three_way::{Sides, afresh};

use super::side;
use crate::database::parsed;

/// A conflict under decision, with what the decision is about: compared with PEMS as our mirror has it now.
#[derive(Debug)]
pub(in crate::conflict) struct LockedConflict {
    pub(in crate::conflict) id: Uuid,
    pub(in crate::conflict) is_resolved: bool,
    pub(in crate::conflict) modification_id: Uuid,
    pub(in crate::conflict) pfa_id: String,
    pub(in crate::conflict) author_id: Uuid,
    pub(in crate::conflict) fields: BTreeMap<Field, Sides>,
    pub(in crate::conflict) undisputed: FieldMap,
    pub(in crate::conflict) operation: Operation,
    pub(in crate::conflict) reason: Option<String>,
    /// User name.
    pub(in crate::conflict) author: String,
    /// The mirror's fields now.
    pub(in crate::conflict) record: FieldMap,
    pub(in crate::conflict) record_version: i64,
    pub(in crate::conflict) record_updated_by: String,
    pub(in crate::conflict) record_updated_at: DateTime<Utc>,
}

impl LockedConflict {
    pub(in crate::conflict) fn base_data(&self) -> FieldMap {
        side(&self.fields, |sides| &sides.base)
    }

    pub(in crate::conflict) fn pems_data(&self) -> FieldMap {
        side(&self.fields, |sides| &sides.pems)
    }

    pub(in crate::conflict) fn local_data(&self) -> FieldMap {
        side(&self.fields, |sides| &sides.local)
    }
}

/// Locks conflicts with their changes, in the order of their ids, and answers in that order.
pub(in crate::conflict) async fn lock(
    connection: &mut PgConnection,
    access: &Access,
    conflict_ids: &[Uuid],
) -> Result<Vec<LockedConflict>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT c.id, c.status, c.modification_id, c.pfa_id,
                  c.base_data AS "base_data: Json<FieldMap>", c.local_data AS "local_data: Json<FieldMap>",
                  c.undisputed AS "undisputed: Json<FieldMap>", m.operation, m.reason, u.id AS user_id, u.username,
                  r.fields AS "record: Json<FieldMap>", r.version AS record_version, r.updated_by, r.updated_at,
                  coalesce(h.fields, m.base_values) AS "before!: Json<FieldMap>"
           FROM pfa_sync_conflict c
           JOIN pfa_modification m ON m.id = c.modification_id
           JOIN users u ON u.id = m.user_id
           JOIN pfa_mirror r ON r.organisation_id = c.organisation_id AND r.pfa_id = c.pfa_id
           LEFT JOIN pfa_mirror_history h ON h.organisation_id = c.organisation_id AND h.pfa_id = c.pfa_id
                                         AND h.version = c.pems_version
           WHERE c.organisation_id = $1 AND c.id = ANY($2) ORDER BY c.id FOR UPDATE OF c, m"#,
        access.organization_id(),
        conflict_ids
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let operation = parsed(&row.operation)?;
            let (base, local, record) = (&row.base_data.0, &row.local_data.0, row.record.0);
            let dispute = afresh(operation, base, local, &row.undisputed, &row.before, &record);
            Ok(LockedConflict {
                id: row.id,
                is_resolved: row.status != ConflictStatus::Unresolved.as_str(),
                modification_id: row.modification_id,
                pfa_id: row.pfa_id,
                fields: dispute.fields,
                undisputed: dispute.undisputed,
                operation,
                reason: row.reason,
                author_id: row.user_id,
                author: row.username,
                record,
                record_version: row.record_version,
                record_updated_by: row.updated_by,
                record_updated_at: row.updated_at,
            })
        })
        .collect()
}

/// Keeps what was decided about with the decision: PEMS may have moved on since the conflict was found.
pub(in crate::conflict) async fn mark_resolved(
    connection: &mut PgConnection,
    access: &Access,
    conflict: &LockedConflict,
    resolution: Resolution,
    change: &FieldMap,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE pfa_sync_conflict
         SET status = 'resolved_manual', resolution = $3, resolved_data = $4, resolved_by = $5, resolved_at = now(),
             base_data = $6, local_data = $7, pems_data = $8, undisputed = $9, pems_version = $10,
             pems_updated_by = $11, pems_updated_at = $12
         WHERE organisation_id = $1 AND id = $2 AND status = 'unresolved'",
        access.organization_id(),
        conflict.id,
        resolution.as_str(),
        change.to_json(),
        access.user_id(),
        conflict.base_data().to_json(),
        conflict.local_data().to_json(),
        conflict.pems_data().to_json(),
        conflict.undisputed.to_json(),
        conflict.record_version,
        conflict.record_updated_by,
        conflict.record_updated_at
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Tells an author what somebody else decided about changes of his.
pub(in crate::conflict) async fn tell_author(
    connection: &mut PgConnection,
    access: &Access,
    author_id: Uuid,
    title: &str,
    body: &str,
    link: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO notifications (organisation_id, user_id, kind, title, body, link)
         VALUES ($1, $2, 'conflict', $3, $4, $5)",
        access.organization_id(),
        author_id,
        title,
        body,
        link
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The time that stands at everything which this transaction resolves.
pub(in crate::conflict) async fn transaction_time(
    connection: &mut PgConnection,
) -> Result<DateTime<Utc>, sqlx::Error> {
    sqlx::query_scalar!(r#"SELECT now() AS "now!""#).fetch_one(connection).await
}

/// Where a resolved conflict's change goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::conflict) enum NextState {
    Queued,
    Synced,
    Discarded,
}

/// conflict → queued | synced | discarded.
pub(in crate::conflict) async fn move_modification(
    connection: &mut PgConnection,
    access: &Access,
    conflict: &LockedConflict,
    next: NextState,
    operation: Operation,
    change: &FieldMap,
    base_values: &FieldMap,
) -> Result<(), sqlx::Error> {
    match next {
        NextState::Queued => sqlx::query!(
            "UPDATE pfa_modification SET state = 'queued', operation = $3, changes = $4, base_values = $5,
                    base_version = $6, updated_at = now()
             WHERE organisation_id = $1 AND id = $2 AND state = 'conflict'",
            access.organization_id(),
            conflict.modification_id,
            operation.as_str(),
            change.to_json(),
            base_values.to_json(),
            conflict.record_version
        )
        .execute(connection)
        .await?,
        NextState::Synced => sqlx::query!(
            "UPDATE pfa_modification SET state = 'synced', synced_at = now(), synced_version = $3, updated_at = now()
             WHERE organisation_id = $1 AND id = $2 AND state = 'conflict'",
            access.organization_id(),
            conflict.modification_id,
            conflict.record_version
        )
        .execute(connection)
        .await?,
        NextState::Discarded => sqlx::query!(
            "UPDATE pfa_modification SET state = 'discarded', updated_at = now()
             WHERE organisation_id = $1 AND id = $2 AND state = 'conflict'",
            access.organization_id(),
            conflict.modification_id
        )
        .execute(connection)
        .await?,
    };
    Ok(())
}
