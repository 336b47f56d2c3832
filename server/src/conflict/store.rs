//! The queries behind conflicts and merges. All that people ask for is bound to the organisation of the `Access`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_app::backend::{
    Access, ConflictAuthor, ConflictList, ConflictView, MergeView, PfaDetails, Window,
};
use vanguard_domain::conflict::{ConflictStatus, Resolution};
use vanguard_domain::delta::Operation;
use vanguard_domain::record::{Field, FieldMap, Value};
use vanguard_domain::three_way::{ConflictCause, Sides};
use vanguard_domain::validation::FieldError;

use super::{FoundConflict, FoundMerge};

fn side(fields: &BTreeMap<Field, Sides>, of: impl Fn(&Sides) -> &Value) -> FieldMap {
    fields.iter().map(|(field, sides)| (*field, of(sides).clone())).collect()
}

pub(super) async fn insert_conflict(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    conflict: &FoundConflict,
) -> Result<Uuid, sqlx::Error> {
    let cause = match conflict.cause {
        ConflictCause::BothChanged => "both_changed",
        ConflictCause::InvalidTogether => "invalid_together",
    };
    sqlx::query_scalar!(
        "INSERT INTO pfa_sync_conflict
             (organisation_id, modification_id, queue_item_id, pfa_id, cause, local_version, pems_version,
              base_data, local_data, pems_data, undisputed, broken_rules, pems_updated_by, pems_updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) RETURNING id",
        organisation_id,
        conflict.modification_id,
        conflict.item_id,
        conflict.pfa_id,
        cause,
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

/// Tells the author, and whoever committed it for him.
pub(super) async fn notify_author(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    conflict: &FoundConflict,
    conflict_id: Uuid,
) -> Result<(), sqlx::Error> {
    let labels: Vec<_> = conflict.fields.keys().map(|field| field.label()).collect();
    sqlx::query!(
        "INSERT INTO notifications (organisation_id, user_id, kind, title, body, link)
         SELECT $1, u.id, 'conflict', $3, $4, '/o/' || o.code || '/conflicts/' || $5::text
         FROM pfa_modification m
         JOIN users u ON u.id IN (m.user_id, m.committed_by)
         JOIN organisations o ON o.id = m.organisation_id
         WHERE m.id = $2 AND m.organisation_id = $1",
        organisation_id,
        conflict.modification_id,
        format!("{} was changed in PEMS as well", conflict.pfa_id),
        format!("{} changed {}.", conflict.pems.updated_by, labels.join(", ")),
        conflict_id.to_string()
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn insert_merge(
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

/// A conflict under decision, with what the decision is about.
#[derive(Debug)]
pub(super) struct LockedConflict {
    pub(super) id: Uuid,
    pub(super) is_resolved: bool,
    pub(super) modification_id: Uuid,
    pub(super) pfa_id: String,
    pub(super) pems_version: i64,
    pub(super) fields: BTreeMap<Field, Sides>,
    pub(super) undisputed: FieldMap,
    pub(super) operation: Operation,
    /// What the change's fields held when its author saw them.
    pub(super) base_values: FieldMap,
    pub(super) reason: Option<String>,
    /// User name.
    pub(super) author: String,
    /// The mirror's fields now.
    pub(super) record: FieldMap,
}

impl LockedConflict {
    pub(super) fn pems_data(&self) -> FieldMap {
        side(&self.fields, |sides| &sides.pems)
    }

    pub(super) fn local_data(&self) -> FieldMap {
        side(&self.fields, |sides| &sides.local)
    }
}

pub(super) async fn lock_unresolved(
    connection: &mut PgConnection,
    access: &Access,
    conflict_id: Uuid,
) -> Result<Option<LockedConflict>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT c.id, c.status, c.modification_id, c.pfa_id, c.pems_version,
                  c.base_data AS "base_data: Json<FieldMap>", c.local_data AS "local_data: Json<FieldMap>",
                  c.pems_data AS "pems_data: Json<FieldMap>", c.undisputed AS "undisputed: Json<FieldMap>",
                  m.operation, m.base_values AS "base_values: Json<FieldMap>", m.reason, u.username,
                  r.fields AS "record: Json<FieldMap>"
           FROM pfa_sync_conflict c
           JOIN pfa_modification m ON m.id = c.modification_id
           JOIN users u ON u.id = m.user_id
           JOIN pfa_mirror r ON r.organisation_id = c.organisation_id AND r.pfa_id = c.pfa_id
           WHERE c.organisation_id = $1 AND c.id = $2 FOR UPDATE OF c, m"#,
        access.organization_id(),
        conflict_id
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        let value = |map: &FieldMap, field| map.get(field).cloned().unwrap_or(Value::Empty);
        let fields = row
            .local_data
            .0
            .fields()
            .map(|field| {
                let sides = Sides {
                    base: value(&row.base_data.0, field),
                    local: value(&row.local_data.0, field),
                    pems: value(&row.pems_data.0, field),
                };
                (field, sides)
            })
            .collect();
        Ok(LockedConflict {
            id: row.id,
            is_resolved: row.status != ConflictStatus::Unresolved.as_str(),
            modification_id: row.modification_id,
            pfa_id: row.pfa_id,
            pems_version: row.pems_version,
            fields,
            undisputed: row.undisputed.0,
            operation: row.operation.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            base_values: row.base_values.0,
            reason: row.reason,
            author: row.username,
            record: row.record.0,
        })
    })
    .transpose()
}

pub(super) async fn mark_resolved(
    connection: &mut PgConnection,
    access: &Access,
    conflict_id: Uuid,
    resolution: Resolution,
    change: &FieldMap,
) -> Result<DateTime<Utc>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"UPDATE pfa_sync_conflict
           SET status = 'resolved_manual', resolution = $3, resolved_data = $4, resolved_by = $5, resolved_at = now()
           WHERE organisation_id = $1 AND id = $2 AND status = 'unresolved'
           RETURNING resolved_at AS "resolved_at!""#,
        access.organization_id(),
        conflict_id,
        resolution.as_str(),
        change.to_json(),
        access.user_id()
    )
    .fetch_one(connection)
    .await
}

/// Where a resolved conflict's change goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NextState {
    Queued,
    Synced,
    Discarded,
}

/// conflict → queued | synced | discarded.
pub(super) async fn move_modification(
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

/// Which unresolved conflicts a decision is about.
pub(super) struct Selection<'a> {
    pub(super) ids: Option<&'a [Uuid]>,
    pub(super) field: Option<Field>,
    /// Only those after this one.
    pub(super) after: Option<Uuid>,
}

/// The first `most` conflicts of a selection, oldest first, with their records; and how many it has in all.
pub(super) async fn unresolved_ids(
    connection: &mut PgConnection,
    access: &Access,
    selection: &Selection<'_>,
    most: i64,
) -> Result<(Vec<(Uuid, String)>, i64), sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT id, pfa_id, count(*) OVER () AS "total!" FROM pfa_sync_conflict
           WHERE organisation_id = $1 AND status = 'unresolved' AND ($2::uuid[] IS NULL OR id = ANY($2))
             AND ($3::text IS NULL OR local_data ? $3)
             AND ($4::uuid IS NULL OR (created_at, id) > (
                   SELECT created_at, id FROM pfa_sync_conflict WHERE organisation_id = $1 AND id = $4))
           ORDER BY created_at, id LIMIT $5"#,
        access.organization_id(),
        selection.ids,
        selection.field.map(Field::name),
        selection.after,
        most
    )
    .fetch_all(connection)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    Ok((rows.into_iter().map(|row| (row.id, row.pfa_id)).collect(), total))
}

/// A row of the list, as the database has it.
struct ConflictRow {
    id: Uuid,
    pfa_id: String,
    modification_id: Uuid,
    cause: String,
    local_version: i64,
    pems_version: i64,
    base_data: Json<FieldMap>,
    local_data: Json<FieldMap>,
    pems_data: Json<FieldMap>,
    undisputed: Json<FieldMap>,
    broken_rules: Json<Vec<FieldError>>,
    status: String,
    resolution: Option<String>,
    resolved_by: Option<String>,
    resolved_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    pems_updated_by: String,
    pems_updated_at: DateTime<Utc>,
    user_id: Uuid,
    username: String,
    email: String,
    record: Json<FieldMap>,
}

impl ConflictRow {
    fn into_view(self) -> Result<ConflictView, sqlx::Error> {
        let decode = |error| sqlx::Error::Decode(Box::new(error));
        let details = PfaDetails {
            category: self.record.text(Field::Category).to_owned(),
            class: self.record.text(Field::Class).to_owned(),
            description: self.record.text(Field::Description).to_owned(),
        };
        Ok(ConflictView {
            id: self.id,
            pfa_id: self.pfa_id,
            pfa_details: details,
            modification_id: self.modification_id,
            cause: match self.cause.as_str() {
                "both_changed" => ConflictCause::BothChanged,
                _ => ConflictCause::InvalidTogether,
            },
            local_version: self.local_version,
            pems_version: self.pems_version,
            conflict_fields: self.local_data.fields().collect(),
            base_data: self.base_data.0,
            local_data: self.local_data.0,
            pems_data: self.pems_data.0,
            undisputed: self.undisputed.0,
            broken_rules: self.broken_rules.0,
            status: self.status.parse().map_err(decode)?,
            resolution: self
                .resolution
                .map(|resolution| resolution.parse::<Resolution>())
                .transpose()
                .map_err(decode)?,
            resolved_by: self.resolved_by,
            resolved_at: self.resolved_at,
            created_at: self.created_at,
            modified_by: ConflictAuthor { id: self.user_id, username: self.username, email: self.email },
            pems_updated_by: self.pems_updated_by,
            pems_updated_at: self.pems_updated_at,
        })
    }
}

async fn rows(
    connection: &mut PgConnection,
    access: &Access,
    status: Option<ConflictStatus>,
    conflict_id: Option<Uuid>,
) -> Result<Vec<ConflictRow>, sqlx::Error> {
    sqlx::query_as!(
        ConflictRow,
        r#"SELECT c.id, c.pfa_id, c.modification_id, c.cause, c.local_version, c.pems_version,
                  c.base_data AS "base_data: Json<FieldMap>", c.local_data AS "local_data: Json<FieldMap>",
                  c.pems_data AS "pems_data: Json<FieldMap>", c.undisputed AS "undisputed: Json<FieldMap>",
                  c.broken_rules AS "broken_rules: Json<Vec<FieldError>>", c.status, c.resolution,
                  d.username AS "resolved_by?", c.resolved_at, c.created_at, c.pems_updated_by, c.pems_updated_at,
                  u.id AS user_id, u.username, u.email, r.fields AS "record: Json<FieldMap>"
           FROM pfa_sync_conflict c
           JOIN pfa_modification m ON m.id = c.modification_id
           JOIN users u ON u.id = m.user_id
           JOIN pfa_mirror r ON r.organisation_id = c.organisation_id AND r.pfa_id = c.pfa_id
           LEFT JOIN users d ON d.id = c.resolved_by
           WHERE c.organisation_id = $1 AND ($2::text IS NULL OR c.status = $2) AND ($3::uuid IS NULL OR c.id = $3)
           ORDER BY c.created_at DESC, c.id LIMIT 1000"#,
        access.organization_id(),
        status.map(ConflictStatus::as_str),
        conflict_id
    )
    .fetch_all(connection)
    .await
}

/// The newest 1,000 of a status, and how many there are.
pub(super) async fn list(
    connection: &mut PgConnection,
    access: &Access,
    status: Option<ConflictStatus>,
) -> Result<ConflictList, sqlx::Error> {
    let found = rows(connection, access, status, None).await?;
    let total = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM pfa_sync_conflict
           WHERE organisation_id = $1 AND ($2::text IS NULL OR status = $2)"#,
        access.organization_id(),
        status.map(ConflictStatus::as_str)
    )
    .fetch_one(connection)
    .await?;
    let conflicts = found.into_iter().map(ConflictRow::into_view).collect::<Result<_, _>>()?;
    Ok(ConflictList { conflicts, total })
}

pub(super) async fn view(
    connection: &mut PgConnection,
    access: &Access,
    conflict_id: Uuid,
) -> Result<Option<ConflictView>, sqlx::Error> {
    rows(connection, access, None, Some(conflict_id)).await?.pop().map(ConflictRow::into_view).transpose()
}

pub(super) async fn count_merges(connection: &mut PgConnection, access: &Access) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM merge_journal WHERE organisation_id = $1"#,
        access.organization_id()
    )
    .fetch_one(connection)
    .await
}

pub(super) async fn merges(
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
pub(super) struct LockedMerge {
    pub(super) pfa_id: String,
    pub(super) ours_before: FieldMap,
    pub(super) ours: FieldMap,
    pub(super) is_undone: bool,
    /// The version that holds the merged change, once PEMS has it.
    pub(super) synced_version: Option<i64>,
}

pub(super) async fn lock_merge(
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
pub(super) async fn insert_undo(
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

pub(super) async fn mark_undone(
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
