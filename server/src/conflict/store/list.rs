//! Conflicts as people look for them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_app::backend::{Access, ConflictAuthor, ConflictList, ConflictView, PfaDetails, Waiting};
use vanguard_domain::conflict::ConflictStatus;
use vanguard_domain::delta::difference;
use vanguard_domain::record::{Field, FieldMap};
use vanguard_domain::three_way::{ConflictCause, afresh};
use vanguard_domain::validation::FieldError;

use super::side;
use crate::database::parsed;

/// A row of the list, as the database has it.
struct ConflictRow {
    id: Uuid,
    pfa_id: String,
    modification_id: Uuid,
    operation: String,
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
    rule: Option<String>,
    resolved_by: Option<String>,
    resolved_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    pems_updated_by: String,
    pems_updated_at: DateTime<Utc>,
    user_id: Uuid,
    username: String,
    email: String,
    modified_at: Option<DateTime<Utc>>,
    record: Json<FieldMap>,
    record_version: i64,
    record_updated_by: String,
    record_updated_at: DateTime<Utc>,
    /// At our version.
    record_before: Option<Json<FieldMap>>,
    /// At the version that the conflict was found, or decided, against.
    record_then: Json<FieldMap>,
}

impl ConflictRow {
    fn into_view(mut self) -> Result<ConflictView, sqlx::Error> {
        let status = parsed(&self.status)?;
        let changed_again =
            if status == ConflictStatus::Unresolved { self.follow_pems()? } else { Vec::new() };
        let details = PfaDetails {
            category: self.record.text(Field::Category).to_owned(),
            class: self.record.text(Field::Class).to_owned(),
            description: self.record.text(Field::Description).to_owned(),
        };
        let before = self.record_before.map(|before| before.0).unwrap_or_default();
        let undisputed = self.undisputed.0;
        let mut theirs =
            if before.is_empty() { FieldMap::new() } else { difference(&before, &self.record_then.0) };
        for field in self.local_data.fields().chain(undisputed.fields()) {
            theirs.remove(field);
        }
        Ok(ConflictView {
            id: self.id,
            pfa_id: self.pfa_id,
            pfa_details: details,
            modification_id: self.modification_id,
            cause: parsed(&self.cause)?,
            local_version: self.local_version,
            pems_version: self.pems_version,
            conflict_fields: self.local_data.fields().collect(),
            changed_again,
            base_data: self.base_data.0,
            local_data: self.local_data.0,
            pems_data: self.pems_data.0,
            pems_now: self.record.0,
            merged_before: before.only(theirs.fields().chain(undisputed.fields())),
            undisputed,
            theirs,
            broken_rules: self.broken_rules.0,
            status,
            resolution: self.resolution.as_deref().map(parsed).transpose()?,
            rule: self.rule,
            resolved_by: self.resolved_by,
            resolved_at: self.resolved_at,
            created_at: self.created_at,
            modified_by: ConflictAuthor { id: self.user_id, username: self.username, email: self.email },
            modified_at: self.modified_at.unwrap_or(self.created_at),
            pems_updated_by: self.pems_updated_by,
            pems_updated_at: self.pems_updated_at,
        })
    }

    /// Compares with PEMS as our mirror has it now; answers with the disputed fields that it changed once more.
    fn follow_pems(&mut self) -> Result<Vec<Field>, sqlx::Error> {
        let record = &self.record.0;
        let dispute = afresh(
            parsed(&self.operation)?,
            &self.base_data,
            &self.local_data,
            &self.undisputed,
            &self.record_then,
            record,
        );
        let moved = |field: &Field| self.pems_data.value(*field) != record.value(*field);
        let changed_again = self.local_data.fields().filter(moved).collect();
        self.base_data = Json(side(&dispute.fields, |sides| &sides.base));
        self.local_data = Json(side(&dispute.fields, |sides| &sides.local));
        self.pems_data = Json(side(&dispute.fields, |sides| &sides.pems));
        self.undisputed = Json(dispute.undisputed);
        if self.record_version != self.pems_version {
            self.broken_rules = Json(dispute.errors);
            self.pems_version = self.record_version;
            self.pems_updated_by.clone_from(&self.record_updated_by);
            self.pems_updated_at = self.record_updated_at;
        }
        self.record_then = Json(record.clone());
        Ok(changed_again)
    }
}

/// Which conflicts are asked for.
#[derive(Debug, Default)]
pub(in crate::conflict) struct Filter<'a> {
    pub(in crate::conflict) statuses: &'a [ConflictStatus],
    pub(in crate::conflict) field: Option<Field>,
    pub(in crate::conflict) cause: Option<ConflictCause>,
    /// Only those after this one.
    pub(in crate::conflict) after: Option<Uuid>,
    pub(in crate::conflict) only: Option<Uuid>,
}

impl Filter<'_> {
    fn statuses(&self) -> Option<Vec<String>> {
        let names = || self.statuses.iter().map(|status| status.as_str().to_owned()).collect();
        (!self.statuses.is_empty()).then(names)
    }
}

async fn rows(
    connection: &mut PgConnection,
    access: &Access,
    filter: &Filter<'_>,
    limit: i64,
) -> Result<Vec<ConflictRow>, sqlx::Error> {
    let statuses = filter.statuses();
    sqlx::query_as!(
        ConflictRow,
        r#"SELECT c.id, c.pfa_id, c.modification_id, m.operation, c.cause, c.local_version, c.pems_version,
                  c.base_data AS "base_data: Json<FieldMap>", c.local_data AS "local_data: Json<FieldMap>",
                  c.pems_data AS "pems_data: Json<FieldMap>", c.undisputed AS "undisputed: Json<FieldMap>",
                  c.broken_rules AS "broken_rules: Json<Vec<FieldError>>", c.status, c.resolution,
                  coalesce(c.rule, beside.rule) AS rule,
                  d.username AS "resolved_by?", c.resolved_at, c.created_at, c.pems_updated_by, c.pems_updated_at,
                  u.id AS user_id, u.username, u.email, m.committed_at AS modified_at,
                  r.fields AS "record: Json<FieldMap>", r.version AS record_version,
                  r.updated_by AS record_updated_by, r.updated_at AS record_updated_at,
                  h.fields AS "record_before?: Json<FieldMap>",
                  coalesce(t.fields, m.base_values) AS "record_then!: Json<FieldMap>"
           FROM pfa_sync_conflict c
           JOIN pfa_modification m ON m.id = c.modification_id
           JOIN users u ON u.id = m.user_id
           JOIN pfa_mirror r ON r.organisation_id = c.organisation_id AND r.pfa_id = c.pfa_id
           LEFT JOIN users d ON d.id = c.resolved_by
           LEFT JOIN pfa_mirror_history h ON h.organisation_id = c.organisation_id AND h.pfa_id = c.pfa_id
                                         AND h.version = c.local_version
           LEFT JOIN pfa_mirror_history t ON t.organisation_id = c.organisation_id AND t.pfa_id = c.pfa_id
                                         AND t.version = c.pems_version
           LEFT JOIN pfa_sync_conflict beside ON beside.queue_item_id = c.queue_item_id
                AND beside.pems_version = c.pems_version AND beside.rule IS NOT NULL
           WHERE c.organisation_id = $1 AND ($2::text[] IS NULL OR c.status = ANY($2))
             AND ($3::uuid IS NULL OR c.id = $3) AND ($4::text IS NULL OR c.local_data ? $4)
             AND ($5::text IS NULL OR c.cause = $5)
             AND ($6::uuid IS NULL OR (c.created_at, c.id) < (
                   SELECT created_at, id FROM pfa_sync_conflict WHERE organisation_id = $1 AND id = $6))
           ORDER BY c.created_at DESC, c.id DESC LIMIT $7"#,
        access.organization_id(),
        statuses.as_deref(),
        filter.only,
        filter.field.map(Field::name),
        filter.cause.map(ConflictCause::as_str),
        filter.after,
        limit
    )
    .fetch_all(connection)
    .await
}

/// The newest `limit` conflicts of a filter, how many it has in all, and whether more follow.
pub(in crate::conflict) async fn list(
    connection: &mut PgConnection,
    access: &Access,
    filter: &Filter<'_>,
    limit: u32,
) -> Result<ConflictList, sqlx::Error> {
    // One more than wanted says whether there are more.
    let mut found = rows(connection, access, filter, i64::from(limit) + 1).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = found.len() > wanted;
    found.truncate(wanted);
    let next_cursor = found.last().filter(|_| has_more).map(|last| last.id.to_string());
    let total = count(connection, access, filter).await?;
    let conflicts = found.into_iter().map(ConflictRow::into_view).collect::<Result<_, _>>()?;
    Ok(ConflictList { conflicts, total, next_cursor })
}

async fn count(
    connection: &mut PgConnection,
    access: &Access,
    filter: &Filter<'_>,
) -> Result<i64, sqlx::Error> {
    let statuses = filter.statuses();
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM pfa_sync_conflict
           WHERE organisation_id = $1 AND ($2::text[] IS NULL OR status = ANY($2))
             AND ($3::text IS NULL OR local_data ? $3) AND ($4::text IS NULL OR cause = $4)"#,
        access.organization_id(),
        statuses.as_deref(),
        filter.field.map(Field::name),
        filter.cause.map(ConflictCause::as_str)
    )
    .fetch_one(connection)
    .await
}

pub(in crate::conflict) async fn view(
    connection: &mut PgConnection,
    access: &Access,
    conflict_id: Uuid,
) -> Result<Option<ConflictView>, sqlx::Error> {
    let filter = Filter { only: Some(conflict_id), ..Filter::default() };
    rows(connection, access, &filter, 1).await?.pop().map(ConflictRow::into_view).transpose()
}

/// A conflict's place among those that wait.
pub(in crate::conflict) async fn waiting(
    connection: &mut PgConnection,
    access: &Access,
    conflict_id: Uuid,
) -> Result<Waiting, sqlx::Error> {
    let row = sqlx::query!(
        r#"WITH this AS (
             SELECT created_at, id FROM pfa_sync_conflict WHERE organisation_id = $1 AND id = $2
           ), open AS (
             SELECT created_at, id FROM pfa_sync_conflict WHERE organisation_id = $1 AND status = 'unresolved'
           )
           SELECT (SELECT count(*) FROM open) AS "count!",
                  (SELECT o.id FROM open o LEFT JOIN this t ON true WHERE o.id <> $2
                   ORDER BY (o.created_at, o.id) < (t.created_at, t.id), o.created_at, o.id LIMIT 1) AS next"#,
        access.organization_id(),
        conflict_id
    )
    .fetch_one(connection)
    .await?;
    Ok(Waiting { count: row.count, next: row.next })
}
