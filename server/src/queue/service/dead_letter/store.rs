//! The queries behind dead letters. All are bound to the organisation of the `Access`.

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_app::backend::{Access, DeadLetterPage, DeadLetterSelection, DeadLetterView, Window};
use vanguard_domain::record::FieldMap;

use crate::database::parsed;
use crate::queue::NewItem;

/// A part of the list, newest first.
pub(super) async fn letters(
    connection: &mut PgConnection,
    access: &Access,
    status: Option<&str>,
    window: Window,
) -> Result<DeadLetterPage, sqlx::Error> {
    let dead_letters = sqlx::query_as!(
        DeadLetterView,
        "SELECT d.id, d.queue_item_id, d.modification_id, d.pfa_id, d.error_code, d.error, d.attempts, d.status,
                d.created_at, q.modified_by
         FROM pfa_write_queue_dlq d JOIN pfa_write_queue q ON q.id = d.queue_item_id
         WHERE d.organisation_id = $1 AND ($2::text IS NULL OR d.status = $2)
         ORDER BY d.created_at DESC, d.id LIMIT $3 OFFSET $4",
        access.organization_id(),
        status,
        i64::from(window.limit),
        i64::from(window.offset)
    )
    .fetch_all(&mut *connection)
    .await?;
    let total = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM pfa_write_queue_dlq
           WHERE organisation_id = $1 AND ($2::text IS NULL OR status = $2)"#,
        access.organization_id(),
        status
    )
    .fetch_one(connection)
    .await?;
    Ok(DeadLetterPage { dead_letters, total })
}

/// An open letter with what it would send again.
pub(super) struct OpenLetter {
    pub(super) id: Uuid,
    pub(super) item: NewItem,
    /// Whether an answer of PEMS was lost and has not been read back: the change may be in PEMS.
    pub(super) is_unsettled: bool,
}

pub(super) async fn lock_open_letters(
    connection: &mut PgConnection,
    access: &Access,
    selection: &DeadLetterSelection,
) -> Result<Vec<OpenLetter>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT d.id, d.modification_id, d.pfa_id, q.operation, q.base_version, q.modified_by, q.reason,
                  q.payload AS "payload: Json<FieldMap>", q.base_values AS "base_values: Json<FieldMap>",
                  EXISTS (SELECT 1 FROM unsettled_attempts u
                          WHERE u.modification_id = d.modification_id) AS "is_unsettled!"
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
                operation: parsed(&row.operation)?,
                payload: row.payload.0,
                base_values: row.base_values.0,
                base_version: row.base_version,
                modified_by: row.modified_by,
                reason: row.reason,
            };
            Ok(OpenLetter { id: row.id, item, is_unsettled: row.is_unsettled })
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
