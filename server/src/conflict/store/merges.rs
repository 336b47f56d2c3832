//! The merge journal: written by the worker, shown, undone.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_app::backend::{Access, MergeView, Window};
use vanguard_domain::record::FieldMap;

use crate::conflict::FoundMerge;

pub(in crate::conflict) async fn insert_merge(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    merge: &FoundMerge,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO merge_journal
             (organisation_id, modification_id, queue_item_id, pfa_id, from_version, onto_version, ours_before,
              ours, theirs_before, theirs, pems_updated_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (queue_item_id, onto_version) DO NOTHING",
        organisation_id,
        merge.modification_id,
        merge.item_id,
        merge.pfa_id,
        merge.from_version,
        merge.onto_version,
        merge.ours_before.to_json(),
        merge.ours.to_json(),
        merge.theirs_before.to_json(),
        merge.theirs.to_json(),
        merge.pems_updated_by
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(in crate::conflict) async fn count_merges(
    connection: &mut PgConnection,
    access: &Access,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM merge_journal WHERE organisation_id = $1"#,
        access.organization_id()
    )
    .fetch_one(connection)
    .await
}

pub(in crate::conflict) async fn merges(
    connection: &mut PgConnection,
    access: &Access,
    window: Window,
) -> Result<Vec<MergeView>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT j.id, j.pfa_id, j.modification_id, j.from_version, j.onto_version,
                  j.ours_before AS "ours_before: Json<FieldMap>", j.ours AS "ours: Json<FieldMap>",
                  j.theirs_before AS "theirs_before: Json<FieldMap>", j.theirs AS "theirs: Json<FieldMap>",
                  u.username, j.pems_updated_by, j.merged_at, j.undone_at, d.username AS "undone_by?"
           FROM merge_journal j
           JOIN pfa_modification m ON m.id = j.modification_id
           JOIN users u ON u.id = m.user_id
           LEFT JOIN users d ON d.id = j.undone_by
           WHERE j.organisation_id = $1 ORDER BY j.merged_at DESC, j.id LIMIT $2 OFFSET $3"#,
        access.organization_id(),
        i64::from(window.limit),
        i64::from(window.offset)
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| MergeView {
            id: row.id,
            pfa_id: row.pfa_id,
            modification_id: row.modification_id,
            from_version: row.from_version,
            onto_version: row.onto_version,
            ours_before: row.ours_before.0,
            ours: row.ours.0,
            theirs_before: row.theirs_before.0,
            theirs: row.theirs.0,
            modified_by: row.username,
            pems_updated_by: row.pems_updated_by,
            merged_at: row.merged_at,
            undone_at: row.undone_at,
            undone_by: row.undone_by,
        })
        .collect())
}

/// A merge that is to be undone.
pub(in crate::conflict) struct LockedMerge {
    pub(in crate::conflict) pfa_id: String,
    pub(in crate::conflict) ours_before: FieldMap,
    pub(in crate::conflict) ours: FieldMap,
    pub(in crate::conflict) is_undone: bool,
    /// The version that holds the merged change, once PEMS has it.
    pub(in crate::conflict) synced_version: Option<i64>,
}

pub(in crate::conflict) async fn lock_merge(
    connection: &mut PgConnection,
    access: &Access,
    merge_id: Uuid,
) -> Result<Option<LockedMerge>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT j.pfa_id, j.ours_before AS "ours_before: Json<FieldMap>", j.ours AS "ours: Json<FieldMap>",
                  j.undone_at, m.synced_version
           FROM merge_journal j JOIN pfa_modification m ON m.id = j.modification_id
           WHERE j.organisation_id = $1 AND j.id = $2 FOR UPDATE OF j"#,
        access.organization_id(),
        merge_id
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| LockedMerge {
        pfa_id: row.pfa_id,
        ours_before: row.ours_before.0,
        ours: row.ours.0,
        is_undone: row.undone_at.is_some(),
        synced_version: row.synced_version,
    }))
}

/// The committed change that takes our side of a merge back.
pub(in crate::conflict) async fn insert_undo(
    connection: &mut PgConnection,
    access: &Access,
    merge: &LockedMerge,
    base_version: i64,
    job_id: Uuid,
) -> Result<Uuid, sqlx::Error> {
    sqlx::query_scalar!(
        "INSERT INTO pfa_modification (organisation_id, pfa_id, user_id, operation, state, base_version, base_values,
                                       changes, reason, job_id, committed_by, committed_at)
         VALUES ($1, $2, $3, 'UPDATE', 'pending_sync', $4, $5, $6, 'Undoes an automatic merge', $7, $3,
                 clock_timestamp())
         RETURNING id",
        access.organization_id(),
        merge.pfa_id,
        access.user_id(),
        base_version,
        merge.ours.to_json(),
        merge.ours_before.to_json(),
        job_id
    )
    .fetch_one(connection)
    .await
}

pub(in crate::conflict) async fn mark_undone(
    connection: &mut PgConnection,
    access: &Access,
    merge_id: Uuid,
) -> Result<DateTime<Utc>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"UPDATE merge_journal SET undone_at = now(), undone_by = $3
           WHERE organisation_id = $1 AND id = $2 RETURNING undone_at AS "undone_at!""#,
        access.organization_id(),
        merge_id,
        access.user_id()
    )
    .fetch_one(connection)
    .await
}
