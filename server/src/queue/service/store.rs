//! The queries behind the queue viewer and the dead letters. All are bound to the organisation of the `Access`.

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::{Access, AttemptView, QueueItemView, QueuePage, QueueQuery};
use vanguard_domain::modification::{ModificationState, Step};
use vanguard_domain::permission::Permission;
use vanguard_domain::queue::QueueStatus;
use vanguard_domain::record::Field;

use crate::database::parsed;

/// A page of the queue, newest first, starting below sequence `before`.
pub(super) async fn page(
    connection: &mut PgConnection,
    access: &Access,
    query: &QueueQuery,
    before: Option<i64>,
    limit: i64,
) -> Result<QueuePage, sqlx::Error> {
    let search = query.search.as_deref().filter(|search| !search.is_empty()).map(str::to_lowercase);
    // What may not be seen may not be found either: a search would spell it out.
    let searches_errors = access.may(Permission::ViewFinancials);
    let rows = sqlx::query!(
        r#"SELECT id, sequence, modification_id, pfa_id, operation, payload, base_values, status, priority,
                  retry_count, max_retries, last_attempt_at, last_error, scheduled_at, completed_at, created_at,
                  modified_by
           FROM pfa_write_queue
           WHERE organisation_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR pfa_id = $3)
             AND ($4::text IS NULL
                  OR position($4 IN lower(concat_ws(' ', pfa_id, modified_by, CASE WHEN $5 THEN last_error END))) > 0)
             AND ($6::bigint IS NULL OR sequence < $6)
           ORDER BY sequence DESC LIMIT $7"#,
        access.organization_id(),
        query.status,
        query.pfa_id,
        search,
        searches_errors,
        before,
        limit
    )
    .fetch_all(&mut *connection)
    .await?;
    let total = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM pfa_write_queue
           WHERE organisation_id = $1 AND ($2::text IS NULL OR status = $2) AND ($3::text IS NULL OR pfa_id = $3)
             AND ($4::text IS NULL
                  OR position($4 IN lower(concat_ws(' ', pfa_id, modified_by, CASE WHEN $5 THEN last_error END))) > 0)"#,
        access.organization_id(),
        query.status,
        query.pfa_id,
        search,
        searches_errors
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
                  EXISTS (SELECT 1 FROM unsettled_attempts u
                          WHERE u.modification_id = q.modification_id) AS "is_unsettled!",
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
            status: parsed(&row.status)?,
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
