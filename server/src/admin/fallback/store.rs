//! The managed servers in the database.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::credentials::Sealed;

/// An organisation without a server of its own.
pub(super) struct Place {
    pub(super) organisation_id: Uuid,
    pub(super) managed: Option<Managed>,
}

/// Its managed server.
pub(super) struct Managed {
    pub(super) id: Uuid,
    pub(super) base_url: String,
    pub(super) tenant: String,
    pub(super) username: String,
    pub(super) limiter_id: Uuid,
    pub(super) sealed: Sealed,
}

pub(super) async fn lock(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    // Any number will do that nothing else uses.
    sqlx::query!("SELECT pg_advisory_xact_lock(7250611)").execute(connection).await?;
    Ok(())
}

pub(super) async fn remove_all(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM api_servers WHERE is_managed").execute(connection).await?;
    Ok(())
}

/// Where an organisation has got a server of its own.
pub(super) async fn remove_needless(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM api_servers m WHERE m.is_managed
           AND EXISTS (SELECT 1 FROM api_servers o WHERE o.organisation_id = m.organisation_id AND NOT o.is_managed)"
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn places(connection: &mut PgConnection) -> Result<Vec<Place>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT o.id AS organisation_id, m.id AS "id?", m.base_url AS "base_url?", m.tenant AS "tenant?",
                  m.username AS "username?", m.limiter_id AS "limiter_id?",
                  m.secret_ciphertext AS "ciphertext?", m.secret_nonce AS "nonce?", m.secret_key_id AS "key_id?"
           FROM organisations o
           LEFT JOIN api_servers m ON m.organisation_id = o.id AND m.is_managed
           WHERE NOT EXISTS (SELECT 1 FROM api_servers s WHERE s.organisation_id = o.id AND NOT s.is_managed)
           ORDER BY o.id"#
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Place {
            organisation_id: row.organisation_id,
            managed: (|| {
                Some(Managed {
                    id: row.id?,
                    base_url: row.base_url?,
                    tenant: row.tenant?,
                    username: row.username?,
                    limiter_id: row.limiter_id?,
                    sealed: Sealed { ciphertext: row.ciphertext?, nonce: row.nonce?, key_id: row.key_id? },
                })
            })(),
        })
        .collect())
}
