//! Which API server an organisation uses.

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use crate::credentials::Sealed;

/// A row of `api_servers`, as far as a connector needs it.
#[derive(Debug)]
pub(super) struct ServerRow {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) base_url: String,
    pub(super) tenant: String,
    pub(super) organisation_code: String,
    pub(super) username: String,
    pub(super) secret: Sealed,
    pub(super) supports_batch: bool,
    pub(super) limiter_id: Uuid,
    pub(super) updated_at: DateTime<Utc>,
}

/// The organisation's own before the one that mirrors the settings.
pub(super) async fn of_organisation(
    pool: &PgPool,
    organisation_id: Uuid,
) -> Result<Option<ServerRow>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT s.id, s.name, s.base_url, s.tenant, o.code, s.username, s.secret_ciphertext, s.secret_nonce,
                s.secret_key_id, s.supports_batch, s.limiter_id, s.updated_at
         FROM api_servers s JOIN organisations o ON o.id = s.organisation_id
         WHERE s.organisation_id = $1 ORDER BY s.is_managed, s.created_at LIMIT 1",
        organisation_id
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| ServerRow {
        id: row.id,
        name: row.name,
        base_url: row.base_url,
        tenant: row.tenant,
        organisation_code: row.code,
        username: row.username,
        secret: Sealed {
            ciphertext: row.secret_ciphertext,
            nonce: row.secret_nonce,
            key_id: row.secret_key_id,
        },
        supports_batch: row.supports_batch,
        limiter_id: row.limiter_id,
        updated_at: row.updated_at,
    }))
}
