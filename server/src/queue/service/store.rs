//! The queries behind the queue viewer and the dead letters. All are bound to the organisation of the `Access`.

use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_app::backend::{
    Access, AttemptView, DeadLetterSelection, DeadLetterView, QueueItemView, QueuePage, QueueQuery,
};
use vanguard_domain::modification::{ModificationState, Step};
use vanguard_domain::queue::QueueStatus;
use vanguard_domain::record::{Field, FieldMap};

use crate::queue::NewItem;

/// A page of the queue, newest first, starting below sequence `before`.
pub(super) async fn page(
    connection: &mut PgConnection,
    access: &Access,
    query: &QueueQuery,
    before: Option<i64>,
    limit: i64,
) -> Result<QueuePage, sqlx::Error> {
    let search = query.search.as_deref().filter(|search| !search.is_empty()).map(str::to_lowercase);
    let rows = sqlx::query!(
        r#"SELECT id, sequence, modification_id, pfa_id, operation, payload, base_values, status, priority,
                  retry_count, max_retries, last_attempt_at, last_error, scheduled_at, completed_at, created_at,
                  modified_by
           FROM pfa_write_queue
           WHERE organisation_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR pfa_id = $3)
             AND ($4::text IS NULL
                  OR position($4 IN lower(concat_ws(' ', pfa_id, modified_by, last_error))) > 0)
             AND ($5::bigint IS NULL OR sequence < $5)
           ORDER BY sequence DESC LIMIT $6"#,
        access.organization_id(),
        query.status,
        query.pfa_id,
        search,
        before,
        limit
    )
    .fetch_all(&mut *connection)
    .await?;
    let total = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM pfa_write_queue
           WHERE organisation_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR pfa_id = $3)
             AND ($4::text IS NULL
                  OR position($4 IN lower(concat_ws(' ', pfa_id, modified_by, last_error))) > 0)"#,
        access.organization_id(),
        query.status,
        query.pfa_id,
        search
    )
    .fetch_one(connection)
    .await?;
    let is_full = i64::try_from(rows.len()).unwrap_or(0) == limit;
    let next_cursor = rows.last().filter(|_| is_full).map(|row| row.sequence.to_string());
    let items = rows
        .into_iter()
        .map(|row| QueueItemView {
            id: row.id,
            modification_id: row.modification_id,
            pfa_id: row.pfa_id,
            operation: row.operation,
            payload: row.payload,
            before: row.base_values,
            status: row.status,
            priority: row.priority,
            retry_count: row.retry_count,
            max_retries: row.max_retries,
            last_attempt_at: row.last_attempt_at,
            last_error: row.last_error,
            scheduled_at: row.scheduled_at,
            completed_at: row.completed_at,
            created_at: row.created_at,
            modified_by: row.modified_by,
        })
        .collect();
    Ok(QueuePage { items, total, next_cursor })
}

/// Empties the amounts in a JSON object of fields.
pub(super) fn hide_money(fields: &mut Value) {
    for field in Field::ALL.into_iter().filter(|field| field.is_money()) {
        if let Some(value) = fields.get_mut(field.name()) {
            *value = Value::Null;
        }
    }
}

/// The same in a dead letter's attempts; PEMS's answers may quote amounts, so they go as a whole.
pub(super) fn hide_attempt_money(attempts: &mut Value) {
    for attempt in attempts.as_array_mut().into_iter().flatten() {
        if let Some(payload) = attempt.get_mut("payload") {
            hide_money(payload);
        }
        if let Some(response) = attempt.get_mut("response") {
            *response = Value::Null;
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
    pub(super) status: QueueStatus,
    pub(super) modification_id: Uuid,
    pub(super) pfa_id: String,
    pub(super) payload: Value,
    /// Whether an answer of PEMS was lost and has not been read back yet.
    pub(super) is_unsettled: bool,
    pub(super) open_letter: Option<Uuid>,
}

/// Locks the item and reads its state.
pub(super) async fn item_state(
    connection: &mut PgConnection,
    access: &Access,
    item_id: Uuid,
) -> Result<Option<ItemState>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT q.status, q.modification_id, q.pfa_id, q.payload,
                  EXISTS (SELECT 1 FROM write_attempts w JOIN pfa_write_queue i ON i.id = w.queue_item_id
                          WHERE i.modification_id = q.modification_id
                            AND (w.outcome IS NULL OR w.outcome = 'unknown')) AS "is_unsettled!",
                  (SELECT d.id FROM pfa_write_queue_dlq d
                   WHERE d.queue_item_id = q.id AND d.status = 'open') AS open_letter
           FROM pfa_write_queue q WHERE q.organisation_id = $1 AND q.id = $2 FOR UPDATE OF q"#,
        access.organization_id(),
        item_id
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| {
        Ok(ItemState {
            status: row.status.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            modification_id: row.modification_id,
            pfa_id: row.pfa_id,
            payload: row.payload,
            is_unsettled: row.is_unsettled,
            open_letter: row.open_letter,
        })
    })
    .transpose()
}

/// pending → cancelled.
pub(super) async fn cancel(
    connection: &mut PgConnection,
    access: &Access,
    item_id: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE pfa_write_queue SET status = 'cancelled', completed_at = now()
         WHERE organisation_id = $1 AND id = $2 AND status = 'pending'",
        access.organization_id(),
        item_id
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes a waiting item due now.
pub(super) async fn hurry(
    connection: &mut PgConnection,
    access: &Access,
    item_id: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE pfa_write_queue SET scheduled_at = now()
         WHERE organisation_id = $1 AND id = $2 AND status = 'pending'",
        access.organization_id(),
        item_id
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

pub(super) async fn letters(
    connection: &mut PgConnection,
    access: &Access,
    status: Option<&str>,
) -> Result<Vec<DeadLetterView>, sqlx::Error> {
    sqlx::query_as!(
        DeadLetterView,
        "SELECT d.id, d.queue_item_id, d.modification_id, d.pfa_id, d.error_code, d.error, d.attempts, d.status,
                d.created_at, q.modified_by
         FROM pfa_write_queue_dlq d JOIN pfa_write_queue q ON q.id = d.queue_item_id
         WHERE d.organisation_id = $1 AND ($2::text IS NULL OR d.status = $2)
         ORDER BY d.created_at DESC LIMIT 1000",
        access.organization_id(),
        status
    )
    .fetch_all(connection)
    .await
}

/// An open letter with what it would send again.
pub(super) struct OpenLetter {
    pub(super) id: Uuid,
    pub(super) item: NewItem,
}

pub(super) async fn lock_open_letters(
    connection: &mut PgConnection,
    access: &Access,
    selection: &DeadLetterSelection,
) -> Result<Vec<OpenLetter>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT d.id, d.modification_id, d.pfa_id, q.operation, q.base_version, q.modified_by, q.reason,
                  q.payload AS "payload: Json<FieldMap>", q.base_values AS "base_values: Json<FieldMap>"
           FROM pfa_write_queue_dlq d JOIN pfa_write_queue q ON q.id = d.queue_item_id
           WHERE d.organisation_id = $1 AND d.status = 'open'
             AND ($2::uuid[] IS NULL OR d.id = ANY($2)) AND ($3::text IS NULL OR d.error_code = $3)
           ORDER BY q.sequence FOR UPDATE OF d"#,
        access.organization_id(),
        selection.ids.as_deref(),
        selection.error_code
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let item = NewItem {
                modification_id: row.modification_id,
                pfa_id: row.pfa_id,
                operation: row.operation.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
                payload: row.payload.0,
                base_values: row.base_values.0,
                base_version: row.base_version,
                modified_by: row.modified_by,
                reason: row.reason,
            };
            Ok(OpenLetter { id: row.id, item })
        })
        .collect()
}

/// open → `status`.
pub(super) async fn mark_decided(
    connection: &mut PgConnection,
    access: &Access,
    ids: &[Uuid],
    status: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE pfa_write_queue_dlq SET status = $3, decided_at = now(), decided_by = $4
         WHERE organisation_id = $1 AND id = ANY($2) AND status = 'open'",
        access.organization_id(),
        ids,
        status,
        access.user_id()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Lets a job's items go one after the other, `seconds` apart.
pub(super) async fn stagger(
    connection: &mut PgConnection,
    job_id: Uuid,
    seconds: f64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE pfa_write_queue q SET scheduled_at = now() + make_interval(secs => $2::float8 * (p.place - 1))
         FROM (SELECT id, row_number() OVER (ORDER BY sequence) AS place
               FROM pfa_write_queue WHERE job_id = $1) p
         WHERE q.id = p.id",
        job_id,
        seconds
    )
    .execute(connection)
    .await?;
    Ok(())
}
