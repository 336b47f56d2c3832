//! The gauges' numbers, over all organisations: only how many, never what.

use sqlx::PgPool;

pub(super) struct Now {
    pub(super) pending: i64,
    pub(super) processing: i64,
    pub(super) oldest_seconds: f64,
    pub(super) dead_letters: i64,
    pub(super) conflicts: i64,
    pub(super) servers_active: i64,
    pub(super) servers_paused: i64,
}

pub(super) async fn now(pool: &PgPool) -> Result<Now, sqlx::Error> {
    sqlx::query_as!(
        Now,
        r#"SELECT (SELECT count(*) FROM pfa_write_queue WHERE status = 'pending') AS "pending!",
                  (SELECT count(*) FROM pfa_write_queue WHERE status = 'processing') AS "processing!",
                  coalesce((SELECT extract(epoch FROM now() - min(created_at))::float8 FROM pfa_write_queue
                            WHERE status = 'pending'), 0) AS "oldest_seconds!",
                  (SELECT count(*) FROM pfa_write_queue_dlq WHERE status = 'open') AS "dead_letters!",
                  (SELECT count(*) FROM pfa_sync_conflict WHERE status = 'unresolved') AS "conflicts!",
                  (SELECT count(*) FROM api_servers WHERE status = 'active') AS "servers_active!",
                  (SELECT count(*) FROM api_servers WHERE status = 'paused') AS "servers_paused!""#
    )
    .fetch_one(pool)
    .await
}
