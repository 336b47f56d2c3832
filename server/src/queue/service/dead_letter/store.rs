//! The queries behind dead letters. All are bound to the organisation of the `Access`.

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_app::backend::{
    Access, CauseCount, DeadLetterPage, DeadLetterQuery, DeadLetterSelection, DeadLetterView, Refusal, Window,
};
use vanguard_domain::modification::Step;
use vanguard_domain::permission::Permission;
use vanguard_domain::record::FieldMap;

use crate::database::parsed;
use crate::queue::NewItem;
use crate::queue::service::store::search;

/// A part of the list, newest first.
pub(super) async fn letters(
    connection: &mut PgConnection,
    access: &Access,
    query: &DeadLetterQuery,
    window: Window,
) -> Result<DeadLetterPage, sqlx::Error> {
    let search = search(query.search.as_deref());
    // What may not be seen may not be found either: a search would spell it out.
    let searches_errors = access.may(Permission::ViewFinancials);
    let dead_letters = sqlx::query_as!(
        DeadLetterView,
        r#"SELECT d.id, d.queue_item_id, d.modification_id, d.pfa_id, d.error_code, d.error, d.attempts, d.status,
                  d.created_at, q.modified_by, q.operation, q.payload, q.base_values AS before, d.decided_at,
                  u.username AS "decided_by?",
                  EXISTS (SELECT 1 FROM unsettled_attempts a
                          WHERE a.modification_id = d.modification_id) AS "answer_is_lost!"
           FROM pfa_write_queue_dlq d
           JOIN pfa_write_queue q ON q.id = d.queue_item_id
           LEFT JOIN users u ON u.id = d.decided_by
           WHERE d.organisation_id = $1 AND ($2::text IS NULL OR d.status = $2)
             AND ($3::text IS NULL OR d.error_code = $3)
             AND ($4::text IS NULL
                  OR position($4 IN lower(concat_ws(' ', d.pfa_id, q.modified_by, CASE WHEN $5 THEN d.error END))) > 0)
           ORDER BY d.created_at DESC, d.id LIMIT $6 OFFSET $7"#,
        access.organization_id(),
        query.status,
        query.error_code,
        search,
        searches_errors,
        i64::from(window.limit),
        i64::from(window.offset)
    )
    .fetch_all(&mut *connection)
    .await?;
    let total = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM pfa_write_queue_dlq d JOIN pfa_write_queue q ON q.id = d.queue_item_id
           WHERE d.organisation_id = $1 AND ($2::text IS NULL OR d.status = $2)
             AND ($3::text IS NULL OR d.error_code = $3)
             AND ($4::text IS NULL
                  OR position($4 IN lower(concat_ws(' ', d.pfa_id, q.modified_by, CASE WHEN $5 THEN d.error END))) > 0)"#,
        access.organization_id(),
        query.status,
        query.error_code,
        search,
        searches_errors
    )
    .fetch_one(connection)
    .await?;
    Ok(DeadLetterPage { dead_letters, total })
}

/// One letter.
pub(super) async fn letter(
    connection: &mut PgConnection,
    access: &Access,
    letter_id: Uuid,
) -> Result<Option<DeadLetterView>, sqlx::Error> {
    sqlx::query_as!(
        DeadLetterView,
        r#"SELECT d.id, d.queue_item_id, d.modification_id, d.pfa_id, d.error_code, d.error, d.attempts, d.status,
                  d.created_at, q.modified_by, q.operation, q.payload, q.base_values AS before, d.decided_at,
                  u.username AS "decided_by?",
                  EXISTS (SELECT 1 FROM unsettled_attempts a
                          WHERE a.modification_id = d.modification_id) AS "answer_is_lost!"
           FROM pfa_write_queue_dlq d
           JOIN pfa_write_queue q ON q.id = d.queue_item_id
           LEFT JOIN users u ON u.id = d.decided_by
           WHERE d.organisation_id = $1 AND d.id = $2"#,
        access.organization_id(),
        letter_id
    )
    .fetch_optional(connection)
    .await
}

/// The item that took the letter's change up again.
pub(super) async fn next_item(
    connection: &mut PgConnection,
    access: &Access,
    letter: &DeadLetterView,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT n.id FROM pfa_write_queue q
         JOIN pfa_write_queue n ON n.modification_id = q.modification_id AND n.sequence > q.sequence
         WHERE q.organisation_id = $1 AND q.id = $2 ORDER BY n.sequence LIMIT 1",
        access.organization_id(),
        letter.queue_item_id
    )
    .fetch_optional(connection)
    .await
}

/// Open letters by cause, most first.
pub(super) async fn causes(
    connection: &mut PgConnection,
    access: &Access,
) -> Result<Vec<CauseCount>, sqlx::Error> {
    sqlx::query_as!(
        CauseCount,
        r#"SELECT error_code, count(*) AS "count!" FROM pfa_write_queue_dlq
           WHERE organisation_id = $1 AND status = 'open' GROUP BY error_code ORDER BY count(*) DESC, error_code"#,
        access.organization_id()
    )
    .fetch_all(connection)
    .await
}

/// An open letter with what it would send again.
pub(super) struct OpenLetter {
    pub(super) id: Uuid,
    pub(super) item: NewItem,
    /// Whether an answer of PEMS was lost and has not been read back: the change may be in PEMS.
    pub(super) is_unsettled: bool,
}

impl OpenLetter {
    /// Why nothing was done about it.
    pub(super) fn refused(&self, reason: &str) -> Refusal {
        Refusal { id: self.id, pfa_id: self.item.pfa_id.clone(), reason: reason.to_owned() }
    }
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
             AND ($4::text IS NULL
                  OR position($4 IN lower(concat_ws(' ', d.pfa_id, q.modified_by, CASE WHEN $5 THEN d.error END))) > 0)
           ORDER BY q.sequence FOR UPDATE OF d"#,
        access.organization_id(),
        selection.ids.as_deref(),
        selection.error_code,
        search(selection.search.as_deref()),
        access.may(Permission::ViewFinancials)
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

/// Gives a failed change other values, and moves it back into the queue.
pub(super) async fn change_values(
    connection: &mut PgConnection,
    access: &Access,
    item: &NewItem,
) -> Result<(), sqlx::Error> {
    let changed = sqlx::query!(
        "UPDATE pfa_modification SET state = 'queued', changes = $3, base_values = $4, base_version = $5, reason = $6,
                updated_at = now()
         WHERE organisation_id = $1 AND id = $2 AND state = ANY($7)",
        access.organization_id(),
        item.modification_id,
        item.payload.to_json(),
        item.base_values.to_json(),
        item.base_version,
        item.reason,
        &Step::Reprocess.sources()
    )
    .execute(connection)
    .await?
    .rows_affected();
    if changed == 1 {
        return Ok(());
    }
    Err(sqlx::Error::Protocol(format!("the change {} has no failure to correct", item.modification_id)))
}

/// The change's item in the queue.
pub(super) async fn open_item(
    connection: &mut PgConnection,
    modification_id: Uuid,
) -> Result<Uuid, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT id FROM pfa_write_queue WHERE modification_id = $1 AND status IN ('pending', 'processing')",
        modification_id
    )
    .fetch_one(connection)
    .await
}

/// A notification for the letter's author.
pub(super) async fn tell_author(
    connection: &mut PgConnection,
    access: &Access,
    letter: &OpenLetter,
    title: &str,
    link: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO notifications (organisation_id, user_id, kind, title, body, link)
         SELECT organisation_id, user_id, 'failure', $3, 'It is on its way to PEMS with other values.', $4
         FROM pfa_modification WHERE organisation_id = $1 AND id = $2",
        access.organization_id(),
        letter.item.modification_id,
        title,
        link
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
