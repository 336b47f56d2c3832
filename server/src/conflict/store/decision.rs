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
use vanguard_domain::three_way::{Sides, sides_of};

use super::side;
use crate::database::parsed;

/// A conflict under decision, with what the decision is about.
#[derive(Debug)]
pub(in crate::conflict) struct LockedConflict {
    pub(in crate::conflict) id: Uuid,
    pub(in crate::conflict) is_resolved: bool,
    pub(in crate::conflict) modification_id: Uuid,
    pub(in crate::conflict) pfa_id: String,
    pub(in crate::conflict) pems_version: i64,
    pub(in crate::conflict) fields: BTreeMap<Field, Sides>,
    pub(in crate::conflict) undisputed: FieldMap,
    pub(in crate::conflict) operation: Operation,
    /// What the change's fields held when its author saw them.
    pub(in crate::conflict) base_values: FieldMap,
    pub(in crate::conflict) reason: Option<String>,
    /// User name.
    pub(in crate::conflict) author: String,
    /// The mirror's fields now.
    pub(in crate::conflict) record: FieldMap,
    pub(in crate::conflict) record_version: i64,
}

impl LockedConflict {
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
        r#"SELECT c.id, c.status, c.modification_id, c.pfa_id, c.pems_version,
                  c.base_data AS "base_data: Json<FieldMap>", c.local_data AS "local_data: Json<FieldMap>",
                  c.pems_data AS "pems_data: Json<FieldMap>", c.undisputed AS "undisputed: Json<FieldMap>",
                  m.operation, m.base_values AS "base_values: Json<FieldMap>", m.reason, u.username,
                  r.fields AS "record: Json<FieldMap>", r.version AS record_version
           FROM pfa_sync_conflict c
           JOIN pfa_modification m ON m.id = c.modification_id
           JOIN users u ON u.id = m.user_id
           JOIN pfa_mirror r ON r.organisation_id = c.organisation_id AND r.pfa_id = c.pfa_id
           WHERE c.organisation_id = $1 AND c.id = ANY($2) ORDER BY c.id FOR UPDATE OF c, m"#,
        access.organization_id(),
        conflict_ids
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(LockedConflict {
                id: row.id,
                is_resolved: row.status != ConflictStatus::Unresolved.as_str(),
                modification_id: row.modification_id,
                pfa_id: row.pfa_id,
                pems_version: row.pems_version,
                fields: sides_of(&row.base_data, &row.local_data, &row.pems_data),
                undisputed: row.undisputed.0,
                operation: parsed(&row.operation)?,
                base_values: row.base_values.0,
                reason: row.reason,
                author: row.username,
                record: row.record.0,
                record_version: row.record_version,
            })
        })
        .collect()
}

pub(in crate::conflict) async fn mark_resolved(
    connection: &mut PgConnection,
    access: &Access,
    conflict_id: Uuid,
    resolution: Resolution,
    change: &FieldMap,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE pfa_sync_conflict
         SET status = 'resolved_manual', resolution = $3, resolved_data = $4, resolved_by = $5, resolved_at = now()
         WHERE organisation_id = $1 AND id = $2 AND status = 'unresolved'",
        access.organization_id(),
        conflict_id,
        resolution.as_str(),
        change.to_json(),
        access.user_id()
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
            conflict.pems_version
        )
        .execute(connection)
        .await?,
        NextState::Synced => sqlx::query!(
            "UPDATE pfa_modification SET state = 'synced', synced_at = now(), synced_version = $3, updated_at = now()
             WHERE organisation_id = $1 AND id = $2 AND state = 'conflict'",
            access.organization_id(),
            conflict.modification_id,
            conflict.pems_version
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
