//! Reading the log: always one organisation's.

use sqlx::PgPool;
use vanguard_app::backend::{Access, AuditEntry, AuditQuery};

pub(super) async fn newest(
    pool: &PgPool,
    access: &Access,
    query: &AuditQuery,
    before: Option<i64>,
    limit: i64,
) -> Result<Vec<AuditEntry>, sqlx::Error> {
    sqlx::query_as!(
        AuditEntry,
        r#"SELECT sequence, at, user_id, actor, event_type, pfa_id, modification_id, before, after, pems_response,
                  outcome, encode(hash, 'hex') AS "hash!"
           FROM audit_log
           WHERE organisation_id = $1 AND ($2::bigint IS NULL OR sequence < $2)
             AND ($3::text IS NULL OR event_type = $3) AND ($4::uuid IS NULL OR user_id = $4)
             AND ($5::text IS NULL OR pfa_id = $5) AND ($6::timestamptz IS NULL OR at >= $6)
             AND ($7::timestamptz IS NULL OR at < $7)
           ORDER BY sequence DESC LIMIT $8"#,
        access.organization_id(),
        before,
        query.event_type,
        query.user_id,
        query.pfa_id,
        query.from,
        query.to,
        limit
    )
    .fetch_all(pool)
    .await
}

pub(super) async fn oldest_after(
    pool: &PgPool,
    access: &Access,
    query: &AuditQuery,
    sequence: i64,
    limit: i64,
) -> Result<Vec<AuditEntry>, sqlx::Error> {
    sqlx::query_as!(
        AuditEntry,
        r#"SELECT sequence, at, user_id, actor, event_type, pfa_id, modification_id, before, after, pems_response,
                  outcome, encode(hash, 'hex') AS "hash!"
           FROM audit_log
           WHERE organisation_id = $1 AND sequence > $2
             AND ($3::text IS NULL OR event_type = $3) AND ($4::uuid IS NULL OR user_id = $4)
             AND ($5::text IS NULL OR pfa_id = $5) AND ($6::timestamptz IS NULL OR at >= $6)
             AND ($7::timestamptz IS NULL OR at < $7)
           ORDER BY sequence LIMIT $8"#,
        access.organization_id(),
        sequence,
        query.event_type,
        query.user_id,
        query.pfa_id,
        query.from,
        query.to,
        limit
    )
    .fetch_all(pool)
    .await
}
