//! The queries behind the queue viewer and the dead letters. All are bound to the organisation of the `Access`.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::{
    Access, AttemptView, CauseCount, QueueItemView, QueuePage, QueueQuery, QueueSelection, QueueSibling,
};
use vanguard_domain::modification::{ModificationState, Step};
use vanguard_domain::permission::Permission;
use vanguard_domain::queue::QueueStatus;
use vanguard_domain::record::Field;

use crate::database::parsed;

/// A page of the queue, newest first, starting below sequence `before`, `offset` rows further on.
pub(super) async fn page(
    connection: &mut PgConnection,
    access: &Access,
    query: &QueueQuery,
    before: Option<i64>,
    offset: i64,
    limit: i64,
) -> Result<QueuePage, sqlx::Error> {
    let search = search(query.search.as_deref());
    // What may not be seen may not be found either: a search would spell it out.
    let searches_errors = access.may(Permission::ViewFinancials);
    let rows = sqlx::query_as!(
        ItemRow,
        // What is asked about each item is asked about those of the page alone.
        r#"SELECT q.id AS "id!", q.sequence AS "sequence!", q.modification_id AS "modification_id!",
                  q.job_id AS "job_id!", q.pfa_id AS "pfa_id!", q.operation AS "operation!", q.payload AS "payload!",
                  q.base_values AS "base_values!", q.status AS "status!", q.priority AS "priority!",
                  q.retry_count AS "retry_count!", q.max_retries AS "max_retries!", q.last_attempt_at, q.last_error,
                  q.last_error_code, q.scheduled_at AS "scheduled_at!", q.completed_at, q.created_at AS "created_at!",
                  q.modified_by AS "modified_by!",
                  EXISTS (SELECT 1 FROM unsettled_attempts u
                          WHERE u.modification_id = q.modification_id) AS "answer_is_lost!",
                  (SELECT d.id FROM pfa_write_queue_dlq d
                   WHERE d.queue_item_id = q.id AND d.status = 'open') AS open_letter_id
           FROM (SELECT * FROM pfa_write_queue
                 WHERE organisation_id = $1 AND ($2::text IS NULL OR status = $2)
                   AND ($3::text IS NULL OR pfa_id = $3)
                   AND ($4::text IS NULL
                        OR position($4 IN lower(concat_ws(' ', pfa_id, modified_by, modification_id, CASE WHEN $5 THEN last_error END))) > 0)
                   AND ($6::bigint IS NULL OR sequence < $6) AND ($7::text IS NULL OR last_error_code = $7)
                 ORDER BY sequence DESC OFFSET $8 LIMIT $9) q
           ORDER BY q.sequence DESC"#,
        access.organization_id(),
        query.status,
        query.pfa_id,
        search,
        searches_errors,
        before,
        query.error_code,
        offset,
        limit
    )
    .fetch_all(&mut *connection)
    .await?;
    let total = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM pfa_write_queue
           WHERE organisation_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR pfa_id = $3)
             AND ($4::text IS NULL
                  OR position($4 IN lower(concat_ws(' ', pfa_id, modified_by, modification_id, CASE WHEN $5 THEN last_error END))) > 0)
             AND ($6::text IS NULL OR last_error_code = $6)"#,
        access.organization_id(),
        query.status,
        query.pfa_id,
        search,
        searches_errors,
        query.error_code
    )
    .fetch_one(connection)
    .await?;
    let is_full = i64::try_from(rows.len()).unwrap_or(0) == limit;
    let next_cursor = rows.last().filter(|_| is_full).map(|row| row.sequence.to_string());
    Ok(QueuePage { items: rows.into_iter().map(ItemRow::view).collect(), total, next_cursor })
}

/// What is searched for, as it is compared; `None` for nothing.
pub(super) fn search(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_lowercase)
}

/// An item as it is listed.
struct ItemRow {
    id: Uuid,
    sequence: i64,
    modification_id: Uuid,
    job_id: Uuid,
    pfa_id: String,
    operation: String,
    payload: Value,
    base_values: Value,
    status: String,
    priority: i16,
    retry_count: i16,
    max_retries: i16,
    last_attempt_at: Option<DateTime<Utc>>,
    last_error: Option<String>,
    last_error_code: Option<String>,
    scheduled_at: DateTime<Utc>,
    completed_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    modified_by: String,
    answer_is_lost: bool,
    open_letter_id: Option<Uuid>,
}

impl ItemRow {
    fn view(self) -> QueueItemView {
        QueueItemView {
            id: self.id,
            modification_id: self.modification_id,
            job_id: self.job_id,
            pfa_id: self.pfa_id,
            operation: self.operation,
            payload: self.payload,
            before: self.base_values,
            status: self.status,
            priority: self.priority,
            retry_count: self.retry_count,
            max_retries: self.max_retries,
            last_attempt_at: self.last_attempt_at,
            last_error: self.last_error,
            last_error_code: self.last_error_code,
            scheduled_at: self.scheduled_at,
            completed_at: self.completed_at,
            created_at: self.created_at,
            modified_by: self.modified_by,
            answer_is_lost: self.answer_is_lost,
            open_letter_id: self.open_letter_id,
        }
    }
}

/// One item.
pub(super) async fn item(
    connection: &mut PgConnection,
    access: &Access,
    item_id: Uuid,
) -> Result<Option<QueueItemView>, sqlx::Error> {
    let row = sqlx::query_as!(
        ItemRow,
        r#"SELECT q.id, q.sequence, q.modification_id, q.job_id, q.pfa_id, q.operation, q.payload, q.base_values,
                  q.status, q.priority, q.retry_count, q.max_retries, q.last_attempt_at, q.last_error,
                  q.last_error_code, q.scheduled_at, q.completed_at, q.created_at, q.modified_by,
                  EXISTS (SELECT 1 FROM unsettled_attempts u
                          WHERE u.modification_id = q.modification_id) AS "answer_is_lost!",
                  (SELECT d.id FROM pfa_write_queue_dlq d
                   WHERE d.queue_item_id = q.id AND d.status = 'open') AS open_letter_id
           FROM pfa_write_queue q WHERE q.organisation_id = $1 AND q.id = $2"#,
        access.organization_id(),
        item_id
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(ItemRow::view))
}

/// What an item led to.
pub(super) struct Sequel {
    pub(super) dead_letter_id: Option<Uuid>,
    pub(super) conflict_id: Option<Uuid>,
}

pub(super) async fn sequel(
    connection: &mut PgConnection,
    access: &Access,
    item_id: Uuid,
) -> Result<Sequel, sqlx::Error> {
    sqlx::query_as!(
        Sequel,
        "SELECT (SELECT id FROM pfa_write_queue_dlq
                 WHERE organisation_id = $1 AND queue_item_id = $2) AS dead_letter_id,
                (SELECT id FROM pfa_sync_conflict
                 WHERE organisation_id = $1 AND queue_item_id = $2
                 -- Of a conflict that rules decided in part, the row that was left to a person.
                 ORDER BY status = 'resolved_auto', created_at DESC LIMIT 1) AS conflict_id",
        access.organization_id(),
        item_id
    )
    .fetch_one(connection)
    .await
}

/// The other items of the same change, oldest first.
pub(super) async fn siblings(
    connection: &mut PgConnection,
    access: &Access,
    item: &QueueItemView,
) -> Result<Vec<QueueSibling>, sqlx::Error> {
    sqlx::query_as!(
        QueueSibling,
        "SELECT q.id, q.status, q.created_at, j.trigger
         FROM pfa_write_queue q JOIN sync_jobs j ON j.id = q.job_id
         WHERE q.organisation_id = $1 AND q.modification_id = $2 AND q.id <> $3 ORDER BY q.sequence",
        access.organization_id(),
        item.modification_id,
        item.id
    )
    .fetch_all(connection)
    .await
}

/// Failed items by cause, most first.
pub(super) async fn causes(
    connection: &mut PgConnection,
    access: &Access,
) -> Result<Vec<CauseCount>, sqlx::Error> {
    sqlx::query_as!(
        CauseCount,
        r#"SELECT last_error_code AS "error_code!", count(*) AS "count!" FROM pfa_write_queue
           WHERE organisation_id = $1 AND status = 'failed' AND last_error_code IS NOT NULL
           GROUP BY last_error_code ORDER BY count(*) DESC, last_error_code"#,
        access.organization_id()
    )
    .fetch_all(connection)
    .await
}

/// Items of a selection, oldest first.
pub(super) struct Matching {
    pub(super) ids: Vec<Uuid>,
    /// How many match, beyond those in `ids`.
    pub(super) total: i64,
}

pub(super) async fn matching(
    connection: &mut PgConnection,
    access: &Access,
    selection: &QueueSelection,
    limit: i64,
) -> Result<Matching, sqlx::Error> {
    let filter = &selection.filter;
    let rows = sqlx::query!(
        r#"SELECT id, count(*) OVER () AS "total!" FROM pfa_write_queue
           WHERE organisation_id = $1 AND ($2::uuid[] IS NULL OR id = ANY($2)) AND ($3::text IS NULL OR status = $3)
             AND ($4::text IS NULL OR pfa_id = $4)
             AND ($5::text IS NULL
                  OR position($5 IN lower(concat_ws(' ', pfa_id, modified_by, modification_id, CASE WHEN $6 THEN last_error END))) > 0)
             AND ($7::text IS NULL OR last_error_code = $7)
           ORDER BY sequence LIMIT $8"#,
        access.organization_id(),
        selection.ids.as_deref(),
        filter.status,
        filter.pfa_id,
        search(filter.search.as_deref()),
        access.may(Permission::ViewFinancials),
        filter.error_code,
        limit
    )
    .fetch_all(connection)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    Ok(Matching { ids: rows.into_iter().map(|row| row.id).collect(), total })
}

/// Empties the amounts in a JSON object of fields.
pub(super) fn hide_money(fields: &mut Value) {
    for field in Field::ALL.into_iter().filter(|field| field.is_money()) {
        if let Some(value) = fields.get_mut(field.name()) {
            *value = Value::Null;
        }
    }
}

pub(super) async fn attempts(
    connection: &mut PgConnection,
    access: &Access,
    item_id: Uuid,
) -> Result<Vec<AttemptView>, sqlx::Error> {
    sqlx::query_as!(
        AttemptView,
        "SELECT attempt, sent_version, started_at, finished_at, outcome, http_status, response, new_version
         FROM write_attempts WHERE organisation_id = $1 AND queue_item_id = $2 ORDER BY attempt",
        access.organization_id(),
        item_id
    )
    .fetch_all(connection)
    .await
}

/// What decides what may be done with an item.
pub(super) struct ItemState {
    pub(super) id: Uuid,
    pub(super) status: QueueStatus,
    pub(super) modification_id: Uuid,
    pub(super) pfa_id: String,
    pub(super) payload: Value,
    /// Whether an answer of PEMS was lost and has not been read back yet.
    pub(super) is_unsettled: bool,
    pub(super) open_letter: Option<Uuid>,
}

/// Reads the items' states in the order of commits, and locks them if nobody else shall move them meanwhile.
pub(super) async fn item_states(
    connection: &mut PgConnection,
    access: &Access,
    ids: &[Uuid],
    lock: bool,
) -> Result<Vec<ItemState>, sqlx::Error> {
    if lock {
        sqlx::query!(
            "SELECT 1 AS one FROM pfa_write_queue WHERE organisation_id = $1 AND id = ANY($2)
             ORDER BY sequence FOR UPDATE",
            access.organization_id(),
            ids
        )
        .fetch_all(&mut *connection)
        .await?;
    }
    let rows = sqlx::query!(
        r#"SELECT q.id, q.status, q.modification_id, q.pfa_id, q.payload,
                  EXISTS (SELECT 1 FROM unsettled_attempts u
                          WHERE u.modification_id = q.modification_id) AS "is_unsettled!",
                  (SELECT d.id FROM pfa_write_queue_dlq d
                   WHERE d.queue_item_id = q.id AND d.status = 'open') AS open_letter
           FROM pfa_write_queue q WHERE q.organisation_id = $1 AND q.id = ANY($2) ORDER BY q.sequence"#,
        access.organization_id(),
        ids
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ItemState {
                id: row.id,
                status: parsed(&row.status)?,
                modification_id: row.modification_id,
                pfa_id: row.pfa_id,
                payload: row.payload,
                is_unsettled: row.is_unsettled,
                open_letter: row.open_letter,
            })
        })
        .collect()
}

/// pending → cancelled.
pub(super) async fn cancel(
    connection: &mut PgConnection,
    access: &Access,
    ids: &[Uuid],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE pfa_write_queue SET status = 'cancelled', completed_at = now()
         WHERE organisation_id = $1 AND id = ANY($2) AND status = 'pending'",
        access.organization_id(),
        ids
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes waiting items due now.
pub(super) async fn hurry(
    connection: &mut PgConnection,
    access: &Access,
    ids: &[Uuid],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE pfa_write_queue SET scheduled_at = least(scheduled_at, now())
         WHERE organisation_id = $1 AND id = ANY($2) AND status = 'pending'",
        access.organization_id(),
        ids
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Moves changes whose item a person decided about: [`Step::Discard`] or [`Step::Reprocess`].
pub(super) async fn move_modifications(
    connection: &mut PgConnection,
    access: &Access,
    ids: &[Uuid],
    step: Step,
) -> Result<(), sqlx::Error> {
    let to = if step == Step::Reprocess { ModificationState::Queued } else { ModificationState::Discarded };
    let moved = sqlx::query!(
        "UPDATE pfa_modification SET state = $3, updated_at = now()
         WHERE organisation_id = $1 AND id = ANY($2) AND state = ANY($4)",
        access.organization_id(),
        ids,
        to.as_str(),
        &step.sources()
    )
    .execute(connection)
    .await?
    .rows_affected();
    if usize::try_from(moved) == Ok(ids.len()) {
        return Ok(());
    }
    Err(sqlx::Error::Protocol(format!("{moved} of {} changes could {step:?}", ids.len())))
}
