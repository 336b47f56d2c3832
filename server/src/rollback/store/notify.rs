//! Telling people.

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::Access;

/// Tells the administrators who may approve: all but whoever asks.
pub(in crate::rollback) async fn notify_approvers(
    connection: &mut PgConnection,
    access: &Access,
    rollback_id: Uuid,
    title: &str,
    body: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO notifications (organisation_id, user_id, kind, title, body, link)
         SELECT $1, u.id, 'rollback', $3, $4, '/o/' || o.code || '/rollbacks/' || $5::text
         FROM users u
         JOIN organisation_members m ON m.user_id = u.id
         JOIN organisations o ON o.id = m.organisation_id
         WHERE m.organisation_id = $1 AND u.role = 'Administrator' AND u.is_active AND u.id <> $2",
        access.organization_id(),
        access.user_id(),
        title,
        body,
        rollback_id.to_string()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Tells whoever asked what became of it.
pub(in crate::rollback) async fn notify_requester(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    rollback_id: Uuid,
    title: &str,
    body: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO notifications (organisation_id, user_id, kind, title, body, link)
         SELECT $1, r.requested_by, 'rollback', $3, $4, '/o/' || o.code || '/rollbacks/' || r.id::text
         FROM rollbacks r JOIN organisations o ON o.id = r.organisation_id
         WHERE r.organisation_id = $1 AND r.id = $2",
        organisation_id,
        rollback_id,
        title,
        body
    )
    .execute(connection)
    .await?;
    Ok(())
}
