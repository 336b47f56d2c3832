//! What health is judged by, over all organisations.

use sqlx::PgPool;

use super::judge::Signs;

pub(super) async fn signs(pool: &PgPool) -> Result<Signs, sqlx::Error> {
    // An organisation's own API server counts before the one from the settings, as in the worker.
    sqlx::query_as!(
        Signs,
        r#"WITH used AS (
             SELECT DISTINCT ON (s.organisation_id) s.* FROM api_servers s
             ORDER BY s.organisation_id, s.is_managed, s.created_at
           )
           SELECT (SELECT max(last_success_at) FROM used) AS last_sync,
                  (SELECT count(*) FROM pfa_write_queue WHERE status IN ('pending', 'processing')) AS "pending!",
                  (SELECT count(*) FROM pfa_write_queue_dlq WHERE status = 'open') AS "failed!",
                  (SELECT count(*) FROM used) AS "servers!",
                  (SELECT count(*) FROM used WHERE status = 'paused') AS "paused!",
                  (SELECT count(*) FROM used WHERE status = 'active' AND breaker_until > now()) AS "broken!",
                  coalesce((SELECT extract(epoch FROM now() - min(q.scheduled_at))::float8
                            FROM pfa_write_queue q
                            JOIN organisations o ON o.id = q.organisation_id AND o.write_sync_enabled
                            JOIN used u ON u.organisation_id = q.organisation_id AND u.status = 'active'
                              AND (u.breaker_until IS NULL OR u.breaker_until <= now())
                            WHERE q.status = 'pending' AND q.scheduled_at <= now()), 0) AS "oldest_due_seconds!""#
    )
    .fetch_one(pool)
    .await
}
