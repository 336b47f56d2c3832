//! An organisation's settings in the database.

use sqlx::PgConnection;
use vanguard_app::backend::{Access, OrganizationSettings};

pub(super) async fn get(
    connection: &mut PgConnection,
    access: &Access,
) -> Result<OrganizationSettings, sqlx::Error> {
    sqlx::query_as!(
        OrganizationSettings,
        "SELECT write_sync_enabled FROM organisations WHERE id = $1",
        access.organization_id()
    )
    .fetch_one(connection)
    .await
}

pub(super) async fn lock(
    connection: &mut PgConnection,
    access: &Access,
) -> Result<OrganizationSettings, sqlx::Error> {
    // NO KEY UPDATE: rows that refer to the organisation may be added meanwhile.
    sqlx::query_as!(
        OrganizationSettings,
        "SELECT write_sync_enabled FROM organisations WHERE id = $1 FOR NO KEY UPDATE",
        access.organization_id()
    )
    .fetch_one(connection)
    .await
}

pub(super) async fn set(
    connection: &mut PgConnection,
    access: &Access,
    settings: &OrganizationSettings,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE organisations SET write_sync_enabled = $2 WHERE id = $1",
        access.organization_id(),
        settings.write_sync_enabled
    )
    .execute(connection)
    .await?;
    Ok(())
}
