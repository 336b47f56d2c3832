//! The merge journal: written by the worker, shown, undone.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_app::backend::{Access, MergeUndo, MergeView, Window};
use vanguard_domain::record::FieldMap;
use vanguard_domain::undo::UndoState;

use crate::conflict::FoundMerge;
use crate::database::parsed;

pub(in crate::conflict) async fn insert_merge(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    merge: &FoundMerge,
    conflict_id: Option<Uuid>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO merge_journal
             (organisation_id, modification_id, queue_item_id, pfa_id, from_version, onto_version, ours_before,
              ours, theirs_before, theirs, pems_updated_by, given_up, conflict_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
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
        merge.pems_updated_by,
        merge.given_up.to_json(),
        conflict_id
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
                  j.given_up AS "given_up: Json<FieldMap>", c.rule AS "rule?", j.conflict_id,
                  u.username, j.pems_updated_by, j.merged_at, j.undo_modification_id, j.undone_at,
                  d.username AS "undone_by?", n.state AS "undo_state?", o.id AS "undo_conflict_id?"
           FROM merge_journal j
           JOIN pfa_modification m ON m.id = j.modification_id
           JOIN users u ON u.id = m.user_id
           LEFT JOIN users d ON d.id = j.undone_by
           LEFT JOIN pfa_sync_conflict c ON c.id = j.conflict_id
           LEFT JOIN pfa_modification n ON n.id = j.undo_modification_id
           LEFT JOIN pfa_sync_conflict o ON o.modification_id = n.id AND o.status = 'unresolved'
           WHERE j.organisation_id = $1 ORDER BY j.merged_at DESC, j.id LIMIT $2 OFFSET $3"#,
        access.organization_id(),
        i64::from(window.limit),
        i64::from(window.offset)
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let undo = match (row.undo_modification_id, row.undo_state, row.undone_by, row.undone_at) {
                (Some(modification_id), Some(state), Some(asked_by), Some(asked_at)) => Some(MergeUndo {
                    state: UndoState::of(parsed(&state)?),
                    modification_id,
                    conflict_id: row.undo_conflict_id,
                    asked_by,
                    asked_at,
                }),
                _ => None,
            };
            Ok(MergeView {
                id: row.id,
                pfa_id: row.pfa_id,
                modification_id: row.modification_id,
                from_version: row.from_version,
                onto_version: row.onto_version,
                ours_before: row.ours_before.0,
                ours: row.ours.0,
                theirs_before: row.theirs_before.0,
                theirs: row.theirs.0,
                given_up: row.given_up.0,
                rule: row.rule,
                conflict_id: row.conflict_id,
                modified_by: row.username,
                pems_updated_by: row.pems_updated_by,
                merged_at: row.merged_at,
                undo,
            })
        })
        .collect()
}

/// A merge that is to be undone.
pub(in crate::conflict) struct LockedMerge {
    pub(in crate::conflict) pfa_id: String,
    /// What the undo sets.
    pub(in crate::conflict) change: FieldMap,
    /// What these fields hold if nobody has changed them since.
    pub(in crate::conflict) base: FieldMap,
    /// Whether an ownership rule made the merge.
    pub(in crate::conflict) by_rule: bool,
    /// Where its undoing stands, if somebody has asked for it.
    pub(in crate::conflict) undo: Option<UndoState>,
    /// The version that the undo is based on; none while the merged change has not reached PEMS.
    pub(in crate::conflict) base_version: Option<i64>,
}

/// A merge is undone by taking our side back; a rule's decision by giving each field that it decided the other side's value.
pub(in crate::conflict) async fn lock_merge(
    connection: &mut PgConnection,
    access: &Access,
    merge_id: Uuid,
) -> Result<Option<LockedMerge>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT j.pfa_id, j.ours_before AS "ours_before: Json<FieldMap>", j.ours AS "ours: Json<FieldMap>",
                  j.given_up AS "given_up: Json<FieldMap>", j.onto_version, m.synced_version,
                  c.pems_data AS "ruled?: Json<FieldMap>", n.state AS "undo_state?"
           FROM merge_journal j JOIN pfa_modification m ON m.id = j.modification_id
           LEFT JOIN pfa_sync_conflict c ON c.id = j.conflict_id
           LEFT JOIN pfa_modification n ON n.id = j.undo_modification_id
           WHERE j.organisation_id = $1 AND j.id = $2 FOR UPDATE OF j"#,
        access.organization_id(),
        merge_id
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let undo = row.undo_state.as_deref().map(parsed).transpose()?.map(UndoState::of);
        let by_rule = row.ruled.is_some();
        let (mut change, mut base) = (row.ours_before.0, row.ours.0);
        let mut base_version = row.synced_version;
        if let Some(Json(pems)) = row.ruled {
            base = base.only(pems.fields());
            change = change.only(base.fields());
            if base.is_empty() {
                // Nothing of ours had to arrive first.
                base_version = base_version.or(Some(row.onto_version));
            }
            base.overlay(&pems.only(row.given_up.fields()));
            change.overlay(&row.given_up);
        }
        Ok(LockedMerge { pfa_id: row.pfa_id, change, base, by_rule, undo, base_version })
    })
    .transpose()
}

/// The committed change that takes a merge back.
pub(in crate::conflict) async fn insert_undo(
    connection: &mut PgConnection,
    access: &Access,
    merge: &LockedMerge,
    base_version: i64,
    reason: &str,
    job_id: Uuid,
) -> Result<Uuid, sqlx::Error> {
    sqlx::query_scalar!(
        "INSERT INTO pfa_modification (organisation_id, pfa_id, user_id, operation, state, base_version, base_values,
                                       changes, reason, job_id, committed_by, committed_at)
         VALUES ($1, $2, $3, 'UPDATE', 'pending_sync', $4, $5, $6, $7, $8, $3, clock_timestamp())
         RETURNING id",
        access.organization_id(),
        merge.pfa_id,
        access.user_id(),
        base_version,
        merge.base.to_json(),
        merge.change.to_json(),
        reason,
        job_id
    )
    .fetch_one(connection)
    .await
}

/// Notes which change undoes the merge; a former one that was given up is forgotten here, and stays in the audit log.
pub(in crate::conflict) async fn mark_undone(
    connection: &mut PgConnection,
    access: &Access,
    merge_id: Uuid,
    undo_modification_id: Uuid,
) -> Result<DateTime<Utc>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"UPDATE merge_journal SET undone_at = now(), undone_by = $3, undo_modification_id = $4
           WHERE organisation_id = $1 AND id = $2 RETURNING undone_at AS "undone_at!""#,
        access.organization_id(),
        merge_id,
        access.user_id(),
        undo_modification_id
    )
    .fetch_one(connection)
    .await
}
