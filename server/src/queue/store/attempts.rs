//! What was sent, and what was answered.

use std::time::Duration;

use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_domain::modification::Step;

use crate::queue::{Attempt, AttemptEnd};

pub(in crate::queue) async fn begin_attempts(
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
             FROM held WHERE m.id = held.modification_id AND m.state = ANY($8)
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
        &hashes,
        &Step::Send.sources()
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.queue_item_id, row.id)).collect())
}

/// Prolongs what `token` holds, once half of a lease is over.
pub(in crate::queue) async fn keep_the_rest(
    connection: &mut PgConnection,
    token: Uuid,
    lease: Duration,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE pfa_write_queue SET lease_expires_at = now() + make_interval(secs => $2)
         WHERE lease_token = $1 AND status = 'processing' AND lease_expires_at > now()
           AND lease_expires_at < now() + make_interval(secs => $2) / 2",
        token,
        lease.as_secs_f64()
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(in crate::queue) async fn finish_attempts(
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
