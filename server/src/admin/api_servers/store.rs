//! API servers in the database: always one organisation's.

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;
use vanguard_app::backend::{Access, ApiServerView};

use crate::credentials::Sealed;

/// What an administrator decides of a server.
pub(in crate::admin) struct Row<'a> {
    pub(in crate::admin) id: Uuid,
    pub(in crate::admin) name: &'a str,
    pub(in crate::admin) base_url: &'a str,
    pub(in crate::admin) tenant: &'a str,
    pub(in crate::admin) username: &'a str,
    pub(in crate::admin) sealed: &'a Sealed,
    pub(in crate::admin) supports_batch: bool,
    pub(in crate::admin) limiter_id: Uuid,
}

/// A stored server with its encrypted password.
pub(super) struct Stored {
    pub(super) view: ApiServerView,
    pub(super) secret: Sealed,
}

pub(super) async fn list(pool: &PgPool, access: &Access) -> Result<Vec<ApiServerView>, sqlx::Error> {
    sqlx::query_as!(
        ApiServerView,
        "SELECT id, name, base_url, tenant, username, supports_batch, is_managed, status, pause_reason,
                breaker_until, last_success_at, last_error, last_error_at, created_at, updated_at
         FROM api_servers WHERE organisation_id = $1 ORDER BY is_managed, created_at",
        access.organization_id()
    )
    .fetch_all(pool)
    .await
}

/// Reads a server and locks it, so that two administrators' changes follow one another.
pub(super) async fn lock(
    connection: &mut PgConnection,
    access: &Access,
    id: Uuid,
) -> Result<Option<Stored>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT id, name, base_url, tenant, username, supports_batch, is_managed, status, pause_reason,
                breaker_until, last_success_at, last_error, last_error_at, created_at, updated_at,
                secret_ciphertext, secret_nonce, secret_key_id
         FROM api_servers WHERE organisation_id = $1 AND id = $2 FOR UPDATE",
        access.organization_id(),
        id
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Stored {
        view: ApiServerView {
            id: row.id,
            name: row.name,
            base_url: row.base_url,
            tenant: row.tenant,
            username: row.username,
            supports_batch: row.supports_batch,
            is_managed: row.is_managed,
            status: row.status,
            pause_reason: row.pause_reason,
            breaker_until: row.breaker_until,
            last_success_at: row.last_success_at,
            last_error: row.last_error,
            last_error_at: row.last_error_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        },
        secret: Sealed {
            ciphertext: row.secret_ciphertext,
            nonce: row.secret_nonce,
            key_id: row.secret_key_id,
        },
    }))
}

pub(in crate::admin) async fn insert(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    row: &Row<'_>,
    is_managed: bool,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "INSERT INTO api_servers (id, organisation_id, name, base_url, tenant, username, secret_ciphertext,
                                  secret_nonce, secret_key_id, supports_batch, limiter_id, is_managed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        row.id,
        organisation_id,
        row.name,
        row.base_url,
        row.tenant,
        row.username,
        row.sealed.ciphertext,
        row.sealed.nonce,
        row.sealed.key_id,
        row.supports_batch,
        row.limiter_id,
        is_managed
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Saves a change. A pause because of the old password ends with it, and so does the breaker.
pub(in crate::admin) async fn update(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    row: &Row<'_>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE api_servers
         SET name = $3, base_url = $4, tenant = $5, username = $6, secret_ciphertext = $7, secret_nonce = $8,
             secret_key_id = $9, supports_batch = $10, limiter_id = $11, updated_at = now(),
             status = CASE WHEN pause_reason = 'unauthorized' THEN 'active' ELSE status END,
             pause_reason = nullif(pause_reason, 'unauthorized'),
             breaker_until = NULL, breaker_pauses = 0, consecutive_failures = 0
         WHERE organisation_id = $1 AND id = $2",
        organisation_id,
        row.id,
        row.name,
        row.base_url,
        row.tenant,
        row.username,
        row.sealed.ciphertext,
        row.sealed.nonce,
        row.sealed.key_id,
        row.supports_batch,
        row.limiter_id
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Until an administrator resumes it.
pub(super) async fn pause(
    connection: &mut PgConnection,
    access: &Access,
    id: Uuid,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE api_servers SET status = 'paused', pause_reason = 'administrator'
         WHERE organisation_id = $1 AND id = $2",
        access.organization_id(),
        id
    )
    .execute(connection)
    .await?;
    Ok(())
}
