//! Who holds which items, and for how long.

use std::collections::HashSet;
use std::time::Duration;

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_domain::modification::Step;
use vanguard_domain::record::FieldMap;

use crate::database::parsed;
use crate::queue::{Claimed, Unsettled};

pub(in crate::queue) async fn organisations_with_work(
    connection: &mut PgConnection,
) -> Result<Vec<Uuid>, sqlx::Error> {
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

pub(in crate::queue) async fn next_due(
    connection: &mut PgConnection,
) -> Result<Option<Duration>, sqlx::Error> {
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

/// Held until the transaction ends.
pub(in crate::queue) async fn lock_claims(
    connection: &mut PgConnection,
    organisation_id: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "SELECT pg_advisory_xact_lock(hashtextextended('claim ' || $1::uuid::text, 0))",
        organisation_id
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(in crate::queue) async fn claim(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    token: Uuid,
    limit: i64,
    lease: Duration,
) -> Result<Vec<Claimed>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"WITH due AS (
             SELECT q.id FROM pfa_write_queue q
             WHERE q.organisation_id = $1 AND q.status IN ('pending', 'processing')
               AND CASE q.status
                     WHEN 'processing' THEN q.lease_expires_at <= now()
                     -- The first open one of its record, and none of that record in flight. Asked so that each candidate
                     -- costs two look-ups, whatever the planner knew of the table: not as a join.
                     ELSE q.scheduled_at <= now()
                          AND q.sequence = (
                            SELECT min(e.sequence) FROM pfa_write_queue e
                            WHERE e.organisation_id = q.organisation_id AND e.pfa_id = q.pfa_id
                              AND e.status IN ('pending', 'processing'))
                          AND NOT EXISTS (
                            SELECT 1 FROM pfa_write_queue e
                            WHERE e.organisation_id = q.organisation_id AND e.pfa_id = q.pfa_id
                              AND e.status = 'processing' OFFSET 0)
                   END
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
             FROM claimed c WHERE m.id = c.modification_id AND m.state = ANY($5) AND m.state <> 'queued'
           )
           SELECT c.id AS "id!", c.modification_id AS "modification_id!", c.job_id AS "job_id!",
                  c.pfa_id AS "pfa_id!", c.operation AS "operation!", c.payload AS "payload!: Json<FieldMap>",
                  c.base_values AS "base_values!: Json<FieldMap>", c.base_version AS "base_version!",
                  c.modified_by AS "modified_by!", c.reason, c.retry_count AS "retry_count!",
                  c.max_retries AS "max_retries!", c.retries_spent AS "retries_spent!",
                  a.id AS "attempt_id?", a.sent_version AS "sent_version?", a.payload AS "sent?: Json<FieldMap>"
           FROM claimed c
           LEFT JOIN LATERAL (
             SELECT u.id, u.sent_version, u.payload FROM unsettled_attempts u
             WHERE u.modification_id = c.modification_id ORDER BY u.id DESC LIMIT 1
           ) a ON true
           ORDER BY c.priority DESC, c.sequence"#,
        organisation_id,
        token,
        limit,
        lease.as_secs_f64(),
        &Step::Claim.sources()
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
                operation: parsed(&row.operation)?,
                payload: row.payload.0,
                base_values: row.base_values.0,
                base_version: row.base_version,
                modified_by: row.modified_by,
                reason: row.reason,
                retry_count: u16::try_from(row.retry_count).unwrap_or(0),
                max_retries: u16::try_from(row.max_retries).unwrap_or(0),
                retries_spent: row.retries_spent,
                unsettled,
            })
        })
        .collect()
}

pub(in crate::queue) async fn renew(
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

pub(in crate::queue) async fn hand_back(
    connection: &mut PgConnection,
    token: Uuid,
    items: &[Uuid],
) -> Result<u64, sqlx::Error> {
    let returned = sqlx::query_scalar!(
        r#"WITH back AS (
             UPDATE pfa_write_queue SET status = 'pending', lease_token = NULL, lease_expires_at = NULL
             WHERE lease_token = $1 AND status = 'processing' AND id = ANY($2)
             RETURNING modification_id
           ), waiting AS (
             UPDATE pfa_modification m SET state = 'queued', updated_at = now()
             FROM back WHERE m.id = back.modification_id AND m.state = ANY($3) AND m.state <> 'queued'
           )
           SELECT count(*) AS "count!" FROM back"#,
        token,
        items,
        &Step::Wait.sources()
    )
    .fetch_one(connection)
    .await?;
    Ok(u64::try_from(returned).unwrap_or(0))
}

pub(in crate::queue) async fn hold(
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
