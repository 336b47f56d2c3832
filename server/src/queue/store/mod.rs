//! The queries of the queue's engine. Times are the database's.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_domain::record::FieldMap;

use super::{Attempt, AttemptEnd, Burial, Claimed, OpenCount, Retry, Unsettled};

/// New items, column by column.
pub(super) struct NewColumns {
    pub(super) modification_ids: Vec<Uuid>,
    pub(super) pfa_ids: Vec<String>,
    pub(super) operations: Vec<String>,
    pub(super) payloads: Vec<Value>,
    pub(super) bases: Vec<Value>,
    pub(super) versions: Vec<i64>,
    pub(super) authors: Vec<String>,
    pub(super) reasons: Vec<Option<String>>,
}

pub(super) async fn insert(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    job_id: Uuid,
    priority: i16,
    max_retries: i16,
    new: &NewColumns,
) -> Result<(), sqlx::Error> {
    let inserted = sqlx::query!(
        "INSERT INTO pfa_write_queue (organisation_id, job_id, priority, max_retries, modification_id, pfa_id,
                                      operation, payload, base_values, base_version, modified_by, reason)
         SELECT $1, $2, $3, $4, modification_id, pfa_id, operation, payload, base_values, base_version,
                modified_by, reason
         FROM unnest($5::uuid[], $6::text[], $7::text[], $8::jsonb[], $9::jsonb[], $10::bigint[], $11::text[],
                     $12::text[]) WITH ORDINALITY
              AS new (modification_id, pfa_id, operation, payload, base_values, base_version, modified_by, reason,
                      place)
         ORDER BY place",
        organisation_id,
        job_id,
        priority,
        max_retries,
        &new.modification_ids,
        &new.pfa_ids,
        &new.operations,
        &new.payloads,
        &new.bases,
        &new.versions,
        &new.authors,
        &new.reasons as &[Option<String>]
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE sync_jobs SET item_count = item_count + $2 WHERE id = $1",
        job_id,
        i32::try_from(inserted.rows_affected()).unwrap_or(i32::MAX)
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn count_open(
    connection: &mut PgConnection,
    organisation_id: Uuid,
) -> Result<OpenCount, sqlx::Error> {
    sqlx::query_as!(
        OpenCount,
        r#"SELECT count(*) AS "count!", now() AS "now!" FROM pfa_write_queue
           WHERE organisation_id = $1 AND status IN ('pending', 'processing')"#,
        organisation_id
    )
    .fetch_one(connection)
    .await
}

pub(super) async fn organisations_with_work(connection: &mut PgConnection) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT q.organisation_id FROM pfa_write_queue q
           JOIN organisations o ON o.id = q.organisation_id AND o.write_sync_enabled
           WHERE (q.status = 'pending' AND q.scheduled_at <= now())
              OR (q.status = 'processing' AND q.lease_expires_at <= now())
           GROUP BY q.organisation_id ORDER BY max(q.priority) DESC, min(q.sequence)"#
    )
    .fetch_all(connection)
    .await
}

pub(super) async fn next_due(connection: &mut PgConnection) -> Result<Option<Duration>, sqlx::Error> {
    let milliseconds = sqlx::query_scalar!(
        "SELECT (extract(epoch FROM min(CASE status WHEN 'pending' THEN scheduled_at ELSE lease_expires_at END)
                                    - now()) * 1000)::bigint
         FROM pfa_write_queue q JOIN organisations o ON o.id = q.organisation_id AND o.write_sync_enabled
         WHERE status IN ('pending', 'processing')"
    )
    .fetch_one(connection)
    .await?;
    Ok(milliseconds.map(|wait| Duration::from_millis(u64::try_from(wait).unwrap_or(0))))
}

pub(super) async fn claim(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    token: Uuid,
    limit: i64,
    lease: Duration,
) -> Result<Vec<Claimed>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"WITH due AS (
             SELECT q.id FROM pfa_write_queue q
             WHERE q.organisation_id = $1
               AND ((q.status = 'pending' AND q.scheduled_at <= now())
                    OR (q.status = 'processing' AND q.lease_expires_at <= now()))
               AND NOT EXISTS (SELECT 1 FROM pfa_write_queue e
                               WHERE e.organisation_id = q.organisation_id AND e.pfa_id = q.pfa_id
                                 AND e.status IN ('pending', 'processing') AND e.sequence < q.sequence)
             ORDER BY q.priority DESC, q.sequence
             LIMIT $3
             FOR UPDATE OF q SKIP LOCKED
           ), claimed AS (
             UPDATE pfa_write_queue q
             SET status = 'processing', lease_token = $2, lease_expires_at = now() + make_interval(secs => $4)
             FROM due WHERE q.id = due.id
             RETURNING q.*
           ), taken AS (
             UPDATE pfa_modification m SET state = 'queued', updated_at = now()
             FROM claimed c WHERE m.id = c.modification_id AND m.state IN ('pending_sync', 'syncing')
           )
           SELECT c.id AS "id!", c.modification_id AS "modification_id!", c.job_id AS "job_id!",
                  c.pfa_id AS "pfa_id!", c.operation AS "operation!", c.payload AS "payload!: Json<FieldMap>",
                  c.base_values AS "base_values!: Json<FieldMap>", c.base_version AS "base_version!",
                  c.modified_by AS "modified_by!", c.reason, c.retry_count AS "retry_count!",
                  c.max_retries AS "max_retries!", a.id AS "attempt_id?", a.sent_version AS "sent_version?",
                  a.payload AS "sent?: Json<FieldMap>"
           FROM claimed c
           LEFT JOIN LATERAL (
             SELECT w.id, w.sent_version, w.payload FROM write_attempts w
             JOIN pfa_write_queue i ON i.id = w.queue_item_id
             WHERE i.modification_id = c.modification_id AND (w.outcome IS NULL OR w.outcome = 'unknown')
             ORDER BY w.id DESC LIMIT 1
           ) a ON true
           ORDER BY c.priority DESC, c.sequence"#,
        organisation_id,
        token,
        limit,
        lease.as_secs_f64()
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let unsettled = match (row.attempt_id, row.sent_version, row.sent) {
                (Some(attempt_id), Some(version), Some(sent)) => {
                    Some(Unsettled { attempt_id, version, changes: sent.0 })
                }
                _ => None,
            };
            Ok(Claimed {
                id: row.id,
                modification_id: row.modification_id,
                job_id: row.job_id,
                pfa_id: row.pfa_id,
                operation: row.operation.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
                payload: row.payload.0,
                base_values: row.base_values.0,
                base_version: row.base_version,
                modified_by: row.modified_by,
                reason: row.reason,
                retry_count: u16::try_from(row.retry_count).unwrap_or(0),
                max_retries: u16::try_from(row.max_retries).unwrap_or(0),
                unsettled,
            })
        })
        .collect()
}

pub(super) async fn renew(
    connection: &mut PgConnection,
    token: Uuid,
    lease: Duration,
    items: &[Uuid],
) -> Result<HashSet<Uuid>, sqlx::Error> {
    let held = sqlx::query_scalar!(
        "UPDATE pfa_write_queue SET lease_expires_at = now() + make_interval(secs => $2)
         WHERE lease_token = $1 AND status = 'processing' AND lease_expires_at > now() AND id = ANY($3)
         RETURNING id",
        token,
        lease.as_secs_f64(),
        items
    )
    .fetch_all(connection)
    .await?;
    Ok(held.into_iter().collect())
}

pub(super) async fn hand_back(
    connection: &mut PgConnection,
    token: Uuid,
    items: &[Uuid],
) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE pfa_write_queue SET status = 'pending', lease_token = NULL, lease_expires_at = NULL
         WHERE lease_token = $1 AND status = 'processing' AND id = ANY($2)",
        token,
        items
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

pub(super) async fn begin_attempts(
    connection: &mut PgConnection,
    token: Uuid,
    request_id: Uuid,
    lease: Duration,
    attempts: &[Attempt],
) -> Result<Vec<(Uuid, i64)>, sqlx::Error> {
    let items: Vec<Uuid> = attempts.iter().map(|attempt| attempt.item_id).collect();
    let versions: Vec<i64> = attempts.iter().map(|attempt| attempt.version).collect();
    let payloads: Vec<Value> = attempts.iter().map(|attempt| attempt.changes.to_json()).collect();
    let hashes: Vec<Vec<u8>> =
        payloads.iter().map(|payload| Sha256::digest(payload.to_string()).to_vec()).collect();
    let rows = sqlx::query!(
        r#"WITH held AS (
             UPDATE pfa_write_queue q
             SET last_attempt_at = clock_timestamp(), lease_expires_at = now() + make_interval(secs => $3)
             FROM unnest($4::uuid[], $5::bigint[], $6::jsonb[], $7::bytea[]) AS a (item_id, version, payload, hash)
             WHERE q.id = a.item_id AND q.lease_token = $1 AND q.status = 'processing'
               AND q.lease_expires_at > now()
             RETURNING q.id, q.organisation_id, q.modification_id, a.version, a.payload, a.hash
           ), sending AS (
             UPDATE pfa_modification m SET state = 'syncing', updated_at = now()
             FROM held WHERE m.id = held.modification_id AND m.state = 'queued'
           )
           INSERT INTO write_attempts
               (organisation_id, queue_item_id, attempt, request_id, sent_version, payload, payload_sha256)
           SELECT h.organisation_id, h.id,
                  1 + coalesce((SELECT max(w.attempt) FROM write_attempts w WHERE w.queue_item_id = h.id), 0),
                  $2, h.version, h.payload, h.hash
           FROM held h
           RETURNING queue_item_id, id"#,
        token,
        request_id,
        lease.as_secs_f64(),
        &items,
        &versions,
        &payloads,
        &hashes
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.queue_item_id, row.id)).collect())
}

pub(super) async fn hold(
    connection: &mut PgConnection,
    token: Uuid,
    items: &[Uuid],
) -> Result<HashSet<Uuid>, sqlx::Error> {
    let held = sqlx::query_scalar!(
        "SELECT id FROM pfa_write_queue
         WHERE id = ANY($2) AND lease_token = $1 AND status = 'processing' ORDER BY id FOR UPDATE",
        token,
        items
    )
    .fetch_all(connection)
    .await?;
    Ok(held.into_iter().collect())
}

pub(super) async fn finish_attempts(
    connection: &mut PgConnection,
    ends: &[AttemptEnd],
) -> Result<(), sqlx::Error> {
    let ids: Vec<i64> = ends.iter().map(|end| end.attempt_id).collect();
    let outcomes: Vec<String> = ends.iter().map(|end| end.outcome.to_owned()).collect();
    let statuses: Vec<Option<i32>> = ends.iter().map(|end| end.http_status.map(i32::from)).collect();
    let responses: Vec<Option<Value>> = ends.iter().map(|end| end.response.clone()).collect();
    let versions: Vec<Option<i64>> = ends.iter().map(|end| end.new_version).collect();
    sqlx::query!(
        "UPDATE write_attempts w
         SET finished_at = clock_timestamp(), outcome = e.outcome,
             http_status = coalesce(e.http_status, w.http_status), response = coalesce(e.response, w.response),
             new_version = e.new_version
         FROM unnest($1::bigint[], $2::text[], $3::integer[], $4::jsonb[], $5::bigint[])
              AS e (id, outcome, http_status, response, new_version)
         WHERE w.id = e.id",
        &ids,
        &outcomes,
        &statuses as &[Option<i32>],
        &responses as &[Option<Value>],
        &versions as &[Option<i64>]
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn end(
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

pub(super) async fn requeue(connection: &mut PgConnection, retries: &[Retry]) -> Result<(), sqlx::Error> {
    let items: Vec<Uuid> = retries.iter().map(|retry| retry.item_id).collect();
    let waits: Vec<f64> = retries.iter().map(|retry| retry.wait.as_secs_f64()).collect();
    let used: Vec<i16> = retries.iter().map(|retry| i16::from(retry.uses_retry)).collect();
    let codes: Vec<String> = retries.iter().map(|retry| retry.error_code.to_owned()).collect();
    let errors: Vec<String> = retries.iter().map(|retry| retry.error.clone()).collect();
    sqlx::query!(
        "WITH back AS (
           UPDATE pfa_write_queue q
           SET status = 'pending', lease_token = NULL, lease_expires_at = NULL,
               scheduled_at = clock_timestamp() + make_interval(secs => r.wait),
               retry_count = q.retry_count + r.used, last_error_code = r.code, last_error = r.error
           FROM unnest($1::uuid[], $2::float8[], $3::smallint[], $4::text[], $5::text[])
                AS r (id, wait, used, code, error)
           WHERE q.id = r.id AND q.status = 'processing'
           RETURNING q.modification_id
         )
         UPDATE pfa_modification m SET state = 'queued', updated_at = now()
         FROM back WHERE m.id = back.modification_id AND m.state = 'syncing'",
        &items,
        &waits,
        &used,
        &codes,
        &errors
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn fail(connection: &mut PgConnection, burials: &[Burial]) -> Result<(), sqlx::Error> {
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
         FROM failed WHERE m.id = failed.modification_id AND m.state IN ('queued', 'syncing')",
        &items,
        &codes,
        &errors
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn rebase(
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
pub(super) async fn insert_letters(connection: &mut PgConnection, items: &[Uuid]) -> Result<(), sqlx::Error> {
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
