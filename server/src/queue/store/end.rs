//! What becomes of claimed items.

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_domain::modification::Step;
use vanguard_domain::record::FieldMap;

use crate::queue::{Burial, Retry};

pub(in crate::queue) async fn end(
    connection: &mut PgConnection,
    items: &[Uuid],
    status: &str,
) -> Result<(), sqlx::Error> {
    if items.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "UPDATE pfa_write_queue
         SET status = $2, completed_at = clock_timestamp(), lease_token = NULL, lease_expires_at = NULL
         WHERE id = ANY($1) AND status = 'processing'",
        items,
        status
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(in crate::queue) async fn requeue(
    connection: &mut PgConnection,
    retries: &[Retry],
) -> Result<(), sqlx::Error> {
    let items: Vec<Uuid> = retries.iter().map(|retry| retry.item_id).collect();
    let waits: Vec<f64> = retries.iter().map(|retry| retry.wait.as_secs_f64()).collect();
    let used: Vec<i16> = retries.iter().map(|retry| i16::from(retry.uses_retry)).collect();
    let spent: Vec<bool> = retries.iter().map(|retry| retry.spent).collect();
    let codes: Vec<String> = retries.iter().map(|retry| retry.error_code.to_owned()).collect();
    let errors: Vec<String> = retries.iter().map(|retry| retry.error.clone()).collect();
    sqlx::query!(
        "WITH back AS (
           UPDATE pfa_write_queue q
           SET status = 'pending', lease_token = NULL, lease_expires_at = NULL,
               scheduled_at = clock_timestamp() + make_interval(secs => r.wait),
               retry_count = q.retry_count + r.used, retries_spent = q.retries_spent OR r.spent,
               last_error_code = r.code, last_error = r.error
           FROM unnest($1::uuid[], $2::float8[], $3::smallint[], $4::text[], $5::text[], $7::boolean[])
                AS r (id, wait, used, code, error, spent)
           WHERE q.id = r.id AND q.status = 'processing'
           RETURNING q.modification_id
         )
         UPDATE pfa_modification m SET state = 'queued', updated_at = now()
         FROM back WHERE m.id = back.modification_id AND m.state = ANY($6) AND m.state <> 'queued'",
        &items,
        &waits,
        &used,
        &codes,
        &errors,
        &Step::Wait.sources(),
        &spent
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(in crate::queue) async fn fail(
    connection: &mut PgConnection,
    burials: &[Burial],
) -> Result<(), sqlx::Error> {
    let items: Vec<Uuid> = burials.iter().map(|burial| burial.item_id).collect();
    let codes: Vec<String> = burials.iter().map(|burial| burial.error_code.to_owned()).collect();
    let errors: Vec<String> = burials.iter().map(|burial| burial.error.clone()).collect();
    sqlx::query!(
        "WITH failed AS (
           UPDATE pfa_write_queue q
           SET status = 'failed', completed_at = clock_timestamp(), lease_token = NULL, lease_expires_at = NULL,
               last_error_code = b.code, last_error = b.error
           FROM unnest($1::uuid[], $2::text[], $3::text[]) AS b (id, code, error)
           WHERE q.id = b.id AND q.status = 'processing'
           RETURNING q.modification_id
         )
         UPDATE pfa_modification m SET state = 'sync_error', updated_at = now()
         FROM failed WHERE m.id = failed.modification_id AND m.state = ANY($4)",
        &items,
        &codes,
        &errors,
        &Step::Fail.sources()
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(in crate::queue) async fn rebase(
    connection: &mut PgConnection,
    item_id: Uuid,
    payload: &FieldMap,
    base_values: &FieldMap,
    base_version: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE pfa_write_queue SET payload = $2, base_values = $3, base_version = $4
         WHERE id = $1 AND status = 'processing'",
        item_id,
        payload.to_json(),
        base_values.to_json(),
        base_version
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// One dead letter per failed item, with its whole attempt history.
pub(in crate::queue) async fn insert_letters(
    connection: &mut PgConnection,
    items: &[Uuid],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO pfa_write_queue_dlq
             (organisation_id, queue_item_id, modification_id, pfa_id, error_code, error, attempts)
         SELECT q.organisation_id, q.id, q.modification_id, q.pfa_id, q.last_error_code, q.last_error,
                coalesce((SELECT jsonb_agg(jsonb_build_object(
                            'attempt', w.attempt, 'sentVersion', w.sent_version, 'payload', w.payload,
                            'startedAt', w.started_at, 'finishedAt', w.finished_at, 'outcome', w.outcome,
                            'httpStatus', w.http_status, 'response', w.response) ORDER BY w.attempt)
                          FROM write_attempts w WHERE w.queue_item_id = q.id), '[]')
         FROM pfa_write_queue q WHERE q.id = ANY($1) AND q.status = 'failed'",
        items
    )
    .execute(connection)
    .await?;
    Ok(())
}
