//! The queries behind status and jobs. All but the housekeeping are bound to the organisation of the `Access`.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::{
    Access, ApiServerHealth, HourOfWrites, JobItem, JobItemPage, JobQuery, JobView, RejectedPage,
    RejectedRecord, StatusQuery, Window,
};

pub(super) async fn open_write_job(
    connection: &mut PgConnection,
    access: &Access,
    trigger: &str,
    idempotency_key: Option<&str>,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "INSERT INTO sync_jobs (organisation_id, kind, trigger, requested_by, idempotency_key)
         VALUES ($1, 'write', $2, $3, $4)
         ON CONFLICT (organisation_id, requested_by, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING
         RETURNING id",
        access.organization_id(),
        trigger,
        access.user_id(),
        idempotency_key
    )
    .fetch_optional(connection)
    .await
}

pub(super) async fn complete_write_jobs(connection: &mut PgConnection) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE sync_jobs j SET state = 'completed', finished_at = now()
         WHERE j.kind = 'write' AND j.state = 'running'
           AND NOT EXISTS (SELECT 1 FROM pfa_write_queue q
                           WHERE q.job_id = j.id AND q.status IN ('pending', 'processing'))"
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// The numbers of the status page.
pub(super) struct Counts {
    pub(super) now: DateTime<Utc>,
    pub(super) organisation_writes: bool,
    pub(super) pending: i64,
    pub(super) processing: i64,
    pub(super) completed: i64,
    pub(super) failed: i64,
    pub(super) dead_letters: i64,
    pub(super) conflicts: i64,
    pub(super) mirrored: i64,
    pub(super) oldest_waiting_at: Option<DateTime<Utc>>,
    pub(super) oldest_due_at: Option<DateTime<Utc>>,
}

pub(super) async fn counts(
    connection: &mut PgConnection,
    access: &Access,
    query: &StatusQuery,
) -> Result<Counts, sqlx::Error> {
    sqlx::query_as!(
        Counts,
        // What ended is many: without dates it is counted in the index alone, which holds no dates.
        r#"WITH by_status AS (
             SELECT status, count(*) AS items FROM pfa_write_queue
             WHERE organisation_id = $1 AND ($2::text IS NULL OR status = $2)
               AND $3::timestamptz IS NULL AND $4::timestamptz IS NULL
             GROUP BY status
             UNION ALL
             SELECT status, count(*) FROM pfa_write_queue
             WHERE organisation_id = $1 AND ($2::text IS NULL OR status = $2)
               AND ($3::timestamptz IS NOT NULL OR $4::timestamptz IS NOT NULL)
               AND created_at >= coalesce($3, '-infinity') AND created_at < coalesce($4, 'infinity')
             GROUP BY status
           )
           SELECT now() AS "now!", o.write_sync_enabled AS organisation_writes,
             coalesce((SELECT items FROM by_status WHERE status = 'pending'), 0) AS "pending!",
             coalesce((SELECT items FROM by_status WHERE status = 'processing'), 0) AS "processing!",
             coalesce((SELECT items FROM by_status WHERE status = 'completed'), 0) AS "completed!",
             coalesce((SELECT items FROM by_status WHERE status = 'failed'), 0) AS "failed!",
             (SELECT count(*) FROM pfa_write_queue_dlq
              WHERE organisation_id = $1 AND status = 'open') AS "dead_letters!",
             (SELECT count(*) FROM pfa_sync_conflict
              WHERE organisation_id = $1 AND status = 'unresolved') AS "conflicts!",
             (SELECT count(*) FROM pfa_mirror WHERE organisation_id = $1) AS "mirrored!",
             (SELECT min(created_at) FROM pfa_write_queue
              WHERE organisation_id = $1 AND status IN ('pending', 'processing')) AS oldest_waiting_at,
             (SELECT min(greatest(created_at, scheduled_at)) FROM pfa_write_queue
              WHERE organisation_id = $1 AND status IN ('pending', 'processing')
                AND scheduled_at <= now()) AS oldest_due_at
           FROM organisations o WHERE o.id = $1"#,
        access.organization_id(),
        query.status,
        query.start_date,
        query.end_date
    )
    .fetch_one(connection)
    .await
}

/// Hour by hour, hours without an end of anything too.
pub(super) async fn throughput(
    connection: &mut PgConnection,
    access: &Access,
) -> Result<Vec<HourOfWrites>, sqlx::Error> {
    sqlx::query_as!(
        HourOfWrites,
        r#"SELECT h.hour AS "from!", count(q.id) FILTER (WHERE q.status = 'completed') AS "completed!",
                  count(q.id) FILTER (WHERE q.status = 'failed') AS "failed!"
           FROM generate_series(date_trunc('hour', now(), 'UTC') - interval '23 hours',
                                date_trunc('hour', now(), 'UTC'), interval '1 hour') AS h (hour)
           LEFT JOIN pfa_write_queue q ON q.organisation_id = $1 AND q.completed_at IS NOT NULL
                                      AND q.completed_at >= h.hour AND q.completed_at < h.hour + interval '1 hour'
           GROUP BY h.hour ORDER BY h.hour"#,
        access.organization_id()
    )
    .fetch_all(connection)
    .await
}

/// How the last 1,000 items that ended fared.
pub(super) struct Recent {
    pub(super) average_ms: Option<f64>,
    pub(super) p95_ms: Option<f64>,
    pub(super) success_rate: Option<f64>,
    pub(super) last_completed_at: Option<DateTime<Utc>>,
}

pub(super) async fn recent(connection: &mut PgConnection, access: &Access) -> Result<Recent, sqlx::Error> {
    sqlx::query_as!(
        Recent,
        r#"WITH ended AS (
             SELECT status, completed_at, extract(epoch FROM completed_at - created_at)::float8 * 1000 AS ms
             FROM pfa_write_queue
             WHERE organisation_id = $1 AND completed_at IS NOT NULL ORDER BY completed_at DESC LIMIT 1000
           )
           SELECT avg(ms) FILTER (WHERE status = 'completed') AS average_ms,
                  percentile_cont(0.95) WITHIN GROUP (ORDER BY ms) FILTER (WHERE status = 'completed') AS p95_ms,
                  avg((status = 'completed')::integer) FILTER (WHERE status IN ('completed', 'failed'))::float8
                    AS success_rate,
                  max(completed_at) FILTER (WHERE status = 'completed') AS last_completed_at
           FROM ended"#,
        access.organization_id()
    )
    .fetch_one(connection)
    .await
}

/// The API server that the organisation uses: its own before the one from the settings.
pub(super) async fn servers(
    connection: &mut PgConnection,
    access: &Access,
) -> Result<Vec<ApiServerHealth>, sqlx::Error> {
    sqlx::query_as!(
        ApiServerHealth,
        "SELECT id, name, status, pause_reason, breaker_until, last_success_at, last_error, last_error_at
         FROM api_servers WHERE organisation_id = $1 ORDER BY is_managed, created_at LIMIT 1",
        access.organization_id()
    )
    .fetch_all(connection)
    .await
}

/// Newest first. What became of a job's changes is counted for the page's jobs alone.
pub(super) async fn jobs(
    connection: &mut PgConnection,
    access: &Access,
    query: &JobQuery,
    window: Window,
) -> Result<Vec<JobView>, sqlx::Error> {
    sqlx::query_as!(
        JobView,
        r#"SELECT j.id, j.kind, j.trigger, j.state, u.username AS "requested_by?", j.started_at, j.finished_at, j.error,
                  j.is_full AS "full", j.pages, j.records_read, j.records_changed, j.records_rejected,
                  j.item_count::bigint AS "items!",
                  coalesce(q.completed, 0) AS "items_completed!", coalesce(q.failed, 0) AS "items_failed!",
                  coalesce(q.in_conflict, 0) AS "items_in_conflict!", coalesce(q.cancelled, 0) AS "items_cancelled!"
           FROM (SELECT * FROM sync_jobs
                 WHERE organisation_id = $1 AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR state = $3)
                   AND ($4::text IS NULL OR trigger = $4) AND ($5::timestamptz IS NULL OR started_at < $5)
                 ORDER BY started_at DESC, id LIMIT $6 OFFSET $7) j
           LEFT JOIN users u ON u.id = j.requested_by
           LEFT JOIN LATERAL (
             SELECT count(*) FILTER (WHERE status = 'completed') AS completed,
                    count(*) FILTER (WHERE status = 'failed') AS failed,
                    count(*) FILTER (WHERE status = 'superseded') AS in_conflict,
                    count(*) FILTER (WHERE status = 'cancelled') AS cancelled
             FROM pfa_write_queue WHERE job_id = j.id) q ON j.kind = 'write'
           ORDER BY j.started_at DESC, j.id"#,
        access.organization_id(),
        query.kind,
        query.state,
        query.trigger,
        query.before,
        i64::from(window.limit),
        i64::from(window.offset)
    )
    .fetch_all(connection)
    .await
}

pub(super) async fn count_jobs(
    connection: &mut PgConnection,
    access: &Access,
    query: &JobQuery,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM sync_jobs
           WHERE organisation_id = $1 AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR state = $3)
             AND ($4::text IS NULL OR trigger = $4) AND ($5::timestamptz IS NULL OR started_at < $5)"#,
        access.organization_id(),
        query.kind,
        query.state,
        query.trigger,
        query.before
    )
    .fetch_one(connection)
    .await
}

pub(super) async fn job(
    connection: &mut PgConnection,
    access: &Access,
    job_id: Uuid,
) -> Result<Option<JobView>, sqlx::Error> {
    sqlx::query_as!(
        JobView,
        r#"SELECT j.id, j.kind, j.trigger, j.state, u.username AS "requested_by?", j.started_at, j.finished_at, j.error,
                  j.is_full AS "full", j.pages, j.records_read, j.records_changed, j.records_rejected,
                  j.item_count::bigint AS "items!", q.completed AS "items_completed!", q.failed AS "items_failed!",
                  q.in_conflict AS "items_in_conflict!", q.cancelled AS "items_cancelled!"
           FROM sync_jobs j LEFT JOIN users u ON u.id = j.requested_by
           CROSS JOIN LATERAL (
             SELECT count(*) FILTER (WHERE status = 'completed') AS completed,
                    count(*) FILTER (WHERE status = 'failed') AS failed,
                    count(*) FILTER (WHERE status = 'superseded') AS in_conflict,
                    count(*) FILTER (WHERE status = 'cancelled') AS cancelled
             FROM pfa_write_queue WHERE job_id = j.id) q
           WHERE j.organisation_id = $1 AND j.id = $2"#,
        access.organization_id(),
        job_id
    )
    .fetch_optional(connection)
    .await
}

pub(super) async fn job_items(
    connection: &mut PgConnection,
    access: &Access,
    job_id: Uuid,
    window: Window,
) -> Result<JobItemPage, sqlx::Error> {
    let items = sqlx::query_as!(
        JobItem,
        "SELECT id AS queue_item_id, modification_id, pfa_id, status, last_error, completed_at FROM pfa_write_queue
         WHERE organisation_id = $1 AND job_id = $2 ORDER BY sequence LIMIT $3 OFFSET $4",
        access.organization_id(),
        job_id,
        i64::from(window.limit),
        i64::from(window.offset)
    )
    .fetch_all(&mut *connection)
    .await?;
    let total = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM pfa_write_queue WHERE organisation_id = $1 AND job_id = $2"#,
        access.organization_id(),
        job_id
    )
    .fetch_one(connection)
    .await?;
    Ok(JobItemPage { items, total })
}

/// What a read run set aside, in the order in which it came.
pub(super) async fn rejected(
    connection: &mut PgConnection,
    access: &Access,
    job_id: Uuid,
    window: Window,
) -> Result<RejectedPage, sqlx::Error> {
    let records = sqlx::query_as!(
        RejectedRecord,
        "SELECT pfa_id, page, reason FROM silver_quarantine
         WHERE organisation_id = $1 AND job_id = $2 ORDER BY page, position LIMIT $3 OFFSET $4",
        access.organization_id(),
        job_id,
        i64::from(window.limit),
        i64::from(window.offset)
    )
    .fetch_all(&mut *connection)
    .await?;
    let total = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM silver_quarantine WHERE organisation_id = $1 AND job_id = $2"#,
        access.organization_id(),
        job_id
    )
    .fetch_one(connection)
    .await?;
    Ok(RejectedPage { records, total })
}

/// Makes waiting items due now, with a new priority if one is given; answers with the newest job among them.
pub(super) async fn hurry(
    connection: &mut PgConnection,
    access: &Access,
    modification_ids: Option<&[Uuid]>,
    priority: Option<i16>,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        r#"WITH due AS (
             UPDATE pfa_write_queue SET scheduled_at = least(scheduled_at, now()), priority = coalesce($3, priority)
             WHERE organisation_id = $1 AND status = 'pending' AND ($2::uuid[] IS NULL OR modification_id = ANY($2))
             RETURNING job_id, sequence
           ), open AS (
             SELECT job_id, sequence FROM due
             UNION ALL
             SELECT job_id, sequence FROM pfa_write_queue
             WHERE organisation_id = $1 AND status = 'processing'
               AND ($2::uuid[] IS NULL OR modification_id = ANY($2))
           )
           SELECT job_id AS "job_id!" FROM open ORDER BY sequence DESC LIMIT 1"#,
        access.organization_id(),
        modification_ids,
        priority
    )
    .fetch_optional(connection)
    .await
}
