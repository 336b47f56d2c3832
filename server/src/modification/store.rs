//! The queries behind drafts and commits. Every statement names the states that it starts from.

use std::collections::HashMap;

use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_app::backend::{Access, SavedDraft};
use vanguard_domain::delta::Operation;
use vanguard_domain::modification::ModificationState;
use vanguard_domain::record::FieldMap;

use crate::database::parsed;

/// A draft that the caller has already.
pub(super) struct ExistingDraft {
    pub(super) id: Uuid,
    pub(super) base_version: i64,
    pub(super) base_values: FieldMap,
}

/// Locks the caller's drafts of these records, so that a commit cannot pass by.
pub(super) async fn lock_own_drafts(
    connection: &mut PgConnection,
    access: &Access,
    pfa_ids: &[String],
) -> Result<HashMap<String, ExistingDraft>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT id, pfa_id, base_version, base_values AS "base_values: Json<FieldMap>"
           FROM pfa_modification
           WHERE organisation_id = $1 AND user_id = $2 AND state = 'draft' AND pfa_id = ANY($3)
           ORDER BY id FOR UPDATE"#,
        access.organization_id(),
        access.user_id(),
        pfa_ids
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let draft =
                ExistingDraft { id: row.id, base_version: row.base_version, base_values: row.base_values.0 };
            (row.pfa_id, draft)
        })
        .collect())
}

/// A draft to be stored.
pub(super) struct DraftRow {
    pub(super) pfa_id: String,
    pub(super) operation: Operation,
    pub(super) base_version: i64,
    pub(super) base_values: FieldMap,
    pub(super) changes: FieldMap,
    pub(super) reason: Option<String>,
}

/// Stores drafts over the caller's earlier ones of the same records.
pub(super) async fn upsert_drafts(
    connection: &mut PgConnection,
    access: &Access,
    drafts: &[DraftRow],
) -> Result<Vec<SavedDraft>, sqlx::Error> {
    let pfa_ids: Vec<String> = drafts.iter().map(|draft| draft.pfa_id.clone()).collect();
    let operations: Vec<String> = drafts.iter().map(|draft| draft.operation.as_str().to_owned()).collect();
    let versions: Vec<i64> = drafts.iter().map(|draft| draft.base_version).collect();
    let bases: Vec<Value> = drafts.iter().map(|draft| draft.base_values.to_json()).collect();
    let changes: Vec<Value> = drafts.iter().map(|draft| draft.changes.to_json()).collect();
    let reasons: Vec<Option<String>> = drafts.iter().map(|draft| draft.reason.clone()).collect();
    let rows = sqlx::query!(
        "INSERT INTO pfa_modification
             (organisation_id, user_id, pfa_id, operation, base_version, base_values, changes, reason, created_at)
         SELECT $1, $2, d.pfa_id, d.operation, d.base_version, d.base_values, d.changes, d.reason,
                -- Drafts of one call keep their order when they are committed together.
                now() + d.place * interval '1 microsecond'
         FROM unnest($3::text[], $4::text[], $5::bigint[], $6::jsonb[], $7::jsonb[], $8::text[]) WITH ORDINALITY
              AS d (pfa_id, operation, base_version, base_values, changes, reason, place)
         ON CONFLICT (organisation_id, user_id, pfa_id) WHERE state = 'draft' DO UPDATE
             SET operation = excluded.operation, base_version = excluded.base_version,
                 base_values = excluded.base_values, changes = excluded.changes,
                 reason = coalesce(excluded.reason, pfa_modification.reason), updated_at = now()
         RETURNING id, pfa_id, base_version",
        access.organization_id(),
        access.user_id(),
        &pfa_ids,
        &operations,
        &versions,
        &bases,
        &changes,
        &reasons as &[Option<String>]
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| SavedDraft {
            modification_id: row.id,
            pfa_id: row.pfa_id,
            base_version: row.base_version,
            sync_state: ModificationState::Draft,
        })
        .collect())
}

/// A draft that is gone.
pub(super) struct GoneDraft {
    pub(super) id: Uuid,
    pub(super) pfa_id: String,
    pub(super) base_version: i64,
    pub(super) changes: FieldMap,
}

/// Discards those of `ids` that are drafts of the caller.
pub(super) async fn discard_drafts(
    connection: &mut PgConnection,
    access: &Access,
    ids: &[Uuid],
) -> Result<Vec<GoneDraft>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"UPDATE pfa_modification SET state = 'discarded', updated_at = now()
           WHERE organisation_id = $1 AND user_id = $2 AND state = 'draft' AND id = ANY($3)
           RETURNING id, pfa_id, base_version, changes AS "changes: Json<FieldMap>""#,
        access.organization_id(),
        access.user_id(),
        ids
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| GoneDraft {
            id: row.id,
            pfa_id: row.pfa_id,
            base_version: row.base_version,
            changes: row.changes.0,
        })
        .collect())
}

/// A draft that is about to be committed.
pub(super) struct LockedDraft {
    pub(super) id: Uuid,
    pub(super) pfa_id: String,
    pub(super) operation: Operation,
    pub(super) base_version: i64,
    pub(super) base_values: FieldMap,
    pub(super) changes: FieldMap,
    pub(super) reason: Option<String>,
    /// User name.
    pub(super) author: String,
}

/// Locks the drafts to commit: those of `ids`, or all of the caller's, in the order in which they were begun.
pub(super) async fn lock_drafts(
    connection: &mut PgConnection,
    access: &Access,
    ids: Option<&[Uuid]>,
) -> Result<Vec<LockedDraft>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT m.id, m.pfa_id, m.operation, m.base_version, m.reason, u.username,
                  m.base_values AS "base_values: Json<FieldMap>", m.changes AS "changes: Json<FieldMap>"
           FROM pfa_modification m JOIN users u ON u.id = m.user_id
           WHERE m.organisation_id = $1 AND m.state = 'draft'
             AND CASE WHEN $3::uuid[] IS NULL THEN m.user_id = $2 ELSE m.id = ANY($3) END
           ORDER BY m.created_at, m.id FOR UPDATE OF m"#,
        access.organization_id(),
        access.user_id(),
        ids
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(LockedDraft {
                id: row.id,
                pfa_id: row.pfa_id,
                operation: parsed(&row.operation)?,
                base_version: row.base_version,
                base_values: row.base_values.0,
                changes: row.changes.0,
                reason: row.reason,
                author: row.username,
            })
        })
        .collect()
}

/// draft → `pending_sync`.
pub(super) async fn mark_committed(
    connection: &mut PgConnection,
    access: &Access,
    ids: &[Uuid],
    job_id: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE pfa_modification
         SET state = 'pending_sync', job_id = $4, committed_by = $2, committed_at = clock_timestamp(),
             updated_at = now()
         WHERE organisation_id = $1 AND state = 'draft' AND id = ANY($3)",
        access.organization_id(),
        access.user_id(),
        ids,
        job_id
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// What an earlier commit under the same key did.
pub(super) async fn committed_under_key(
    connection: &mut PgConnection,
    access: &Access,
    key: Option<&str>,
) -> Result<(Uuid, Vec<Uuid>), sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT j.id, array_remove(array_agg(m.id ORDER BY m.created_at, m.id), NULL) AS "ids!"
           FROM sync_jobs j LEFT JOIN pfa_modification m ON m.job_id = j.id
           WHERE j.organisation_id = $1 AND j.requested_by = $2 AND j.idempotency_key = $3
           GROUP BY j.id"#,
        access.organization_id(),
        access.user_id(),
        key
    )
    .fetch_one(connection)
    .await?;
    Ok((row.id, row.ids))
}
