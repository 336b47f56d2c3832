//! The inbox in the database: a user's own, and only of organisations that he still belongs to.

use sqlx::PgPool;
use uuid::Uuid;
use vanguard_app::backend::{Caller, NotificationView};

fn organisations(caller: &Caller) -> Vec<Uuid> {
    caller.user.organizations.iter().map(|organization| organization.id).collect()
}

pub(super) async fn newest(pool: &PgPool, caller: &Caller) -> Result<Vec<NotificationView>, sqlx::Error> {
    sqlx::query_as!(
        NotificationView,
        "SELECT id, organisation_id AS organization_id, kind, title, body, link, created_at, read_at
         FROM notifications WHERE user_id = $1 AND organisation_id = ANY($2)
         ORDER BY created_at DESC LIMIT 200",
        caller.user.id,
        &organisations(caller)
    )
    .fetch_all(pool)
    .await
}

pub(super) async fn count_unread(pool: &PgPool, caller: &Caller) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM notifications
           WHERE user_id = $1 AND organisation_id = ANY($2) AND read_at IS NULL"#,
        caller.user.id,
        &organisations(caller)
    )
    .fetch_one(pool)
    .await
}

/// Whether there is such a notification; reading it twice is reading it.
pub(super) async fn mark_read(pool: &PgPool, caller: &Caller, id: Uuid) -> Result<bool, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE notifications SET read_at = coalesce(read_at, now())
         WHERE id = $1 AND user_id = $2 AND organisation_id = ANY($3)",
        id,
        caller.user.id,
        &organisations(caller)
    )
    .execute(pool)
    .await?;
    Ok(done.rows_affected() > 0)
}

pub(super) async fn mark_all_read(pool: &PgPool, caller: &Caller) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE notifications SET read_at = now()
         WHERE user_id = $1 AND organisation_id = ANY($2) AND read_at IS NULL",
        caller.user.id,
        &organisations(caller)
    )
    .execute(pool)
    .await?;
    Ok(())
}
