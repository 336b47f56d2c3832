//! `PEMS_WRITE_*`: the API server of organisations that have none of their own, rewritten at each start.

mod store;

use secrecy::ExposeSecret;
use sqlx::PgPool;
use uuid::Uuid;

use super::api_servers::store::{Row, insert, update};
use crate::config::PemsSettings;
use crate::credentials::{Cipher, SealError, Sealed};
use crate::pems::limiter::{Credential, budget_of};

/// What the managed server is called.
const NAME: &str = "Default";

/// Why the settings could not be applied.
#[derive(Debug, thiserror::Error)]
pub enum FallbackError {
    #[error("the API server from PEMS_WRITE_* could not be stored")]
    Database(#[from] sqlx::Error),
    #[error("the password in PEMS_WRITE_PASSWORD could not be encrypted")]
    Seal(#[from] SealError),
}

/// Makes the managed servers what the settings say: one for each organisation without a server of its own.
pub async fn apply(pool: &PgPool, cipher: &Cipher, settings: &PemsSettings) -> Result<(), FallbackError> {
    let mut tx = pool.begin().await?;
    // Several copies may start at once.
    store::lock(&mut tx).await?;
    let Some(fallback) = &settings.fallback else {
        store::remove_all(&mut tx).await?;
        tx.commit().await?;
        return Ok(());
    };
    store::remove_needless(&mut tx).await?;
    let credential = Credential {
        base_url: fallback.endpoint.as_str(),
        tenant: &fallback.tenant,
        username: &fallback.username,
    };
    let limiter_id = budget_of(&mut tx, credential, settings.rate_limit).await?;
    for place in store::places(&mut tx).await? {
        let id = place.managed.as_ref().map_or_else(Uuid::new_v4, |managed| managed.id);
        let unchanged = place.managed.as_ref().is_some_and(|managed| {
            managed.base_url == fallback.endpoint.as_str()
                && managed.tenant == fallback.tenant
                && managed.username == fallback.username
                && managed.limiter_id == limiter_id
                && holds(cipher, id, &managed.sealed, fallback.password.expose_secret())
        });
        if unchanged {
            continue;
        }
        let sealed = cipher.seal(id, &fallback.password)?;
        let row = Row {
            id,
            name: NAME,
            base_url: fallback.endpoint.as_str(),
            tenant: &fallback.tenant,
            username: &fallback.username,
            sealed: &sealed,
            supports_batch: true,
            limiter_id,
        };
        if place.managed.is_some() {
            update(&mut tx, place.organisation_id, &row).await?;
        } else {
            insert(&mut tx, place.organisation_id, &row, true).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// Whether the stored secret is this password under the current key. One that cannot be opened is replaced.
fn holds(cipher: &Cipher, id: Uuid, sealed: &Sealed, password: &str) -> bool {
    !cipher.is_outdated(sealed)
        && cipher.open(id, sealed).is_ok_and(|stored| stored.expose_secret() == password)
}
