//! The inbox in the database: a user's own, and only of organisations that he still belongs to.

use sqlx::PgPool;
use uuid::Uuid;
use vanguard_app::backend::{Caller, NotificationChoice, NotificationKind, NotificationView};

use crate::database::parsed;

fn organisations(caller: &Caller) -> Vec<Uuid> {
    caller.user.organizations.iter().map(|organization| organization.id).collect()
}

pub(super) async fn newest(pool: &PgPool, caller: &Caller) -> Result<Vec<NotificationView>, sqlx::Error> {
    sqlx::query_as!(
        NotificationView,
        "SELECT id, organisation_id AS organization_id, kind, title, body, link, created_at, read_at
         FROM notifications n WHERE user_id = $1 AND organisation_id = ANY($2)
           AND NOT EXISTS (SELECT 1 FROM notification_choices c
                           WHERE c.user_id = n.user_id AND c.kind = n.kind AND NOT c.in_app)
         ORDER BY created_at DESC LIMIT 200",
        caller.user.id,
        &organisations(caller)
    )
    .fetch_all(pool)
    .await
}

pub(super) async fn count_unread(pool: &PgPool, caller: &Caller) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM notifications n
           WHERE user_id = $1 AND organisation_id = ANY($2) AND read_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM notification_choices c
                           WHERE c.user_id = n.user_id AND c.kind = n.kind AND NOT c.in_app)"#,
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

/// What the user has chosen; kinds without a choice are not among them.
pub(super) async fn choices(pool: &PgPool, caller: &Caller) -> Result<Vec<NotificationChoice>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT kind, in_app, by_mail FROM notification_choices WHERE user_id = $1",
        caller.user.id
    )
    .fetch_all(pool)
    .await?;
    rows.into_iter()
        .map(|row| {
            let kind = parsed::<NotificationKind>(&row.kind)?;
            Ok(NotificationChoice { kind, in_app: row.in_app, by_mail: row.by_mail })
        })
        .collect()
}

/// Keeps the user's choices. What he had chosen before stays dated as it was.
pub(super) async fn choose(
    pool: &PgPool,
    caller: &Caller,
    choices: &[NotificationChoice],
) -> Result<(), sqlx::Error> {
    let kinds: Vec<String> = choices.iter().map(|choice| choice.kind.as_str().to_owned()).collect();
    let in_app: Vec<bool> = choices.iter().map(|choice| choice.in_app).collect();
    let by_mail: Vec<bool> = choices.iter().map(|choice| choice.by_mail).collect();
    sqlx::query!(
        "INSERT INTO notification_choices AS c (user_id, kind, in_app, by_mail)
         SELECT $1, n.kind, n.in_app, n.by_mail
         FROM unnest($2::text[], $3::boolean[], $4::boolean[]) AS n (kind, in_app, by_mail)
         ON CONFLICT (user_id, kind) DO UPDATE
           SET in_app = excluded.in_app, by_mail = excluded.by_mail,
               updated_at = CASE WHEN excluded.by_mail AND NOT c.by_mail THEN now() ELSE c.updated_at END",
        caller.user.id,
        &kinds,
        &in_app,
        &by_mail
    )
    .execute(pool)
    .await?;
    Ok(())
}
