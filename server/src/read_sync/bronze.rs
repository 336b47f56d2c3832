//! Bronze: the raw page, with its hash to prove that it is what PEMS sent.

use std::time::Duration;

use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use super::store;

/// Keeps a raw page; answers with its id. A page that is kept already is left as it is.
pub(super) async fn keep(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    job_id: Uuid,
    page: i32,
    body: &[u8],
) -> Result<i64, sqlx::Error> {
    let hash = Sha256::digest(body);
    store::insert_page(connection, organisation_id, job_id, page, body, hash.as_slice()).await
}

/// Removes pages, and what was put into quarantine, from longer ago than `keep_for`.
pub(super) async fn remove_old(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    keep_for: Duration,
) -> Result<(), sqlx::Error> {
    let removed = store::remove_old(connection, organisation_id, keep_for).await?;
    if removed > 0 {
        tracing::info!(%organisation_id, removed, "old raw pages were removed");
    }
    Ok(())
}
