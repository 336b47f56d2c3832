//! Read runs in `sync_jobs`. Whoever carries one out holds its lease, by database time.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::types::PgInterval;
use uuid::Uuid;

use super::{Failures, Job, Opened, PageCounts, Trigger};

/// Opens a run. `None` if one is under way.
///
/// A run goes on from the one before it, and from no further than when that one began by our own clock: a time from
/// PEMS that lies ahead would hide every change until then.
pub(super) async fn open(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    trigger: Trigger,
    requested_by: Option<Uuid>,
    full: bool,
    overlap: Duration,
) -> Result<Option<Opened>, sqlx::Error> {
    sqlx::query_as!(
        Opened,
        "INSERT INTO sync_jobs (organisation_id, kind, trigger, requested_by, is_full, updated_since)
         SELECT $1, 'read', $2, $3, since IS NULL, since
         FROM (SELECT CASE WHEN NOT $4 THEN
                 (SELECT least(as_of, started_at) - $5::interval FROM sync_jobs
                  WHERE organisation_id = $1 AND kind = 'read' AND state = 'completed'
                  ORDER BY started_at DESC LIMIT 1) END AS since) last
         ON CONFLICT (organisation_id) WHERE kind = 'read' AND state = 'running' DO NOTHING
         RETURNING id AS job_id, is_full",
        organisation_id,
        trigger.as_str(),
        requested_by,
        full,
        interval(overlap)
    )
    .fetch_optional(connection)
    .await
}

/// The run that is under way, if there is one.
pub(super) async fn running(
    connection: &mut PgConnection,
    organisation_id: Uuid,
) -> Result<Option<Opened>, sqlx::Error> {
    sqlx::query_as!(
        Opened,
        "SELECT id AS job_id, is_full FROM sync_jobs
         WHERE organisation_id = $1 AND kind = 'read' AND state = 'running'",
        organisation_id
    )
    .fetch_optional(connection)
    .await
}

/// Runs that nobody carries out: those just opened, and those whose carrier died.
pub(in crate::read_sync) async fn abandoned(connection: &mut PgConnection) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT id FROM sync_jobs WHERE kind = 'read' AND state = 'running'
           AND (lease_expires_at IS NULL OR lease_expires_at < now())"
    )
    .fetch_all(connection)
    .await
}

/// Takes a run over, unless somebody holds it.
pub(super) async fn lease(
    connection: &mut PgConnection,
    job_id: Uuid,
    token: Uuid,
    duration: Duration,
) -> Result<Option<Job>, sqlx::Error> {
    sqlx::query_as!(
        Job,
        "UPDATE sync_jobs SET lease_token = $2, lease_expires_at = now() + $3
         WHERE id = $1 AND kind = 'read' AND state = 'running'
           AND (lease_expires_at IS NULL OR lease_expires_at < now())
         RETURNING id, organisation_id, updated_since, cursor, pages",
        job_id,
        token,
        interval(duration)
    )
    .fetch_optional(connection)
    .await
}

/// False if the lease was lost.
pub(super) async fn renew(
    connection: &mut PgConnection,
    job_id: Uuid,
    token: Uuid,
    duration: Duration,
) -> Result<bool, sqlx::Error> {
    let renewed = sqlx::query!(
        "UPDATE sync_jobs SET lease_expires_at = now() + $3
         WHERE id = $1 AND lease_token = $2 AND state = 'running'",
        job_id,
        token,
        interval(duration)
    )
    .execute(connection)
    .await?;
    Ok(renewed.rows_affected() == 1)
}

/// Gives the run back, to be taken over at once.
pub(super) async fn release(
    connection: &mut PgConnection,
    job_id: Uuid,
    token: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE sync_jobs SET lease_token = NULL, lease_expires_at = NULL
         WHERE id = $1 AND lease_token = $2 AND state = 'running'",
        job_id,
        token
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Locks the run until the transaction ends. False if the lease was lost.
pub(super) async fn hold(
    connection: &mut PgConnection,
    job_id: Uuid,
    token: Uuid,
) -> Result<bool, sqlx::Error> {
    let held = sqlx::query_scalar!(
        "SELECT id FROM sync_jobs WHERE id = $1 AND lease_token = $2 AND state = 'running' FOR UPDATE",
        job_id,
        token
    )
    .fetch_optional(connection)
    .await?;
    Ok(held.is_some())
}

/// Moves a held run on by a page; the last page completes it.
pub(super) async fn advance(
    connection: &mut PgConnection,
    job_id: Uuid,
    next_cursor: Option<&str>,
    as_of: DateTime<Utc>,
    counts: PageCounts,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE sync_jobs SET pages = pages + 1, cursor = $2, as_of = coalesce(as_of, $3),
           records_read = records_read + $4, records_changed = records_changed + $5,
           records_rejected = records_rejected + $6,
           state = CASE WHEN $2::text IS NULL THEN 'completed' ELSE state END,
           finished_at = CASE WHEN $2::text IS NULL THEN clock_timestamp() END,
           lease_token = CASE WHEN $2::text IS NULL THEN NULL ELSE lease_token END,
           lease_expires_at = CASE WHEN $2::text IS NULL THEN NULL ELSE lease_expires_at END
         WHERE id = $1",
        job_id,
        next_cursor,
        as_of,
        counts.read,
        counts.changed,
        counts.rejected
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Starts a run's paging over. False if the lease was lost.
pub(super) async fn rewind(
    connection: &mut PgConnection,
    job_id: Uuid,
    token: Uuid,
) -> Result<bool, sqlx::Error> {
    let rewound = sqlx::query!(
        "UPDATE sync_jobs SET cursor = NULL WHERE id = $1 AND lease_token = $2 AND state = 'running'",
        job_id,
        token
    )
    .execute(connection)
    .await?;
    Ok(rewound.rows_affected() == 1)
}

/// Ends a run for good; its cursor stays, to be looked at.
pub(super) async fn fail(
    connection: &mut PgConnection,
    job_id: Uuid,
    token: Uuid,
    error: &str,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "UPDATE sync_jobs SET state = 'failed', finished_at = clock_timestamp(), error = $3, lease_token = NULL,
           lease_expires_at = NULL
         WHERE id = $1 AND lease_token = $2 AND state = 'running' RETURNING organisation_id",
        job_id,
        token,
        error
    )
    .fetch_optional(connection)
    .await
}

pub(super) async fn failures_in_a_row(
    connection: &mut PgConnection,
    organisation_id: Uuid,
) -> Result<Failures, sqlx::Error> {
    sqlx::query_as!(
        Failures,
        r#"WITH last AS (
             SELECT max(finished_at) AS at FROM sync_jobs
             WHERE organisation_id = $1 AND kind = 'read' AND state = 'completed'
           )
           SELECT count(j.id) AS "runs!", min(j.finished_at) AS since, max(last.at) AS last_completed_at,
                  EXISTS (SELECT 1 FROM api_servers s WHERE s.organisation_id = $1
                            AND (s.status = 'paused' OR s.breaker_pauses > 0)) AS "server_is_unwell!"
           FROM last LEFT JOIN sync_jobs j
             ON j.organisation_id = $1 AND j.kind = 'read' AND j.state = 'failed'
                AND (last.at IS NULL OR j.finished_at > last.at)"#,
        organisation_id
    )
    .fetch_one(connection)
    .await
}

/// Organisations that can be read: those whose API server is not paused.
pub(in crate::read_sync) async fn readable_organisations(
    connection: &mut PgConnection,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT s.organisation_id AS "id!" FROM (
             SELECT DISTINCT ON (organisation_id) organisation_id, status FROM api_servers
             ORDER BY organisation_id, is_managed, created_at) s
           WHERE s.status = 'active'"#
    )
    .fetch_all(connection)
    .await
}

/// Whether an organisation was ever read to its end.
pub(in crate::read_sync) async fn was_read(
    connection: &mut PgConnection,
    organisation_id: Uuid,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM sync_jobs
                          WHERE organisation_id = $1 AND kind = 'read' AND state = 'completed') AS "read!""#,
        organisation_id
    )
    .fetch_one(connection)
    .await
}

fn interval(duration: Duration) -> PgInterval {
    let microseconds = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
    PgInterval { months: 0, days: 0, microseconds }
}
