//! Conflicts that the worker found, and telling people of them.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;

use super::side;
use crate::conflict::FoundConflict;

pub(in crate::conflict) async fn insert_conflict(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    conflict: &FoundConflict,
) -> Result<Uuid, sqlx::Error> {
    sqlx::query_scalar!(
        "INSERT INTO pfa_sync_conflict
             (organisation_id, modification_id, queue_item_id, pfa_id, cause, local_version, pems_version,
              base_data, local_data, pems_data, undisputed, broken_rules, pems_updated_by, pems_updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id",
        organisation_id,
        conflict.modification_id,
        conflict.item_id,
        conflict.pfa_id,
        conflict.cause.as_str(),
        conflict.local_version,
        conflict.pems.version,
        side(&conflict.fields, |sides| &sides.base).to_json(),
        side(&conflict.fields, |sides| &sides.local).to_json(),
        side(&conflict.fields, |sides| &sides.pems).to_json(),
        conflict.undisputed.to_json(),
        json!(conflict.errors),
        conflict.pems.updated_by,
        conflict.pems.updated_at
    )
    .fetch_one(connection)
    .await
}

/// Tells the author of a change, and whoever committed it for him.
pub(in crate::conflict) async fn tell_people(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    modification_id: Uuid,
    conflict_id: Uuid,
    title: &str,
    body: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO notifications (organisation_id, user_id, kind, title, body, link)
         SELECT $1, u.id, 'conflict', $3, $4, '/o/' || o.code || '/conflicts/' || $5::text
         FROM pfa_modification m
         JOIN users u ON u.id IN (m.user_id, m.committed_by)
         JOIN organisations o ON o.id = m.organisation_id
         WHERE m.id = $2 AND m.organisation_id = $1",
        organisation_id,
        modification_id,
        title,
        body,
        conflict_id.to_string()
    )
    .execute(connection)
    .await?;
    Ok(())
}
