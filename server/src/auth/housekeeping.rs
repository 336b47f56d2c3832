//! Removing what no longer counts.

use std::time::Duration;

use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use super::store;

const EVERY: Duration = Duration::from_hours(1);

/// Cleans up now and every hour until `shutdown`.
pub async fn keep_clean(pool: PgPool, shutdown: CancellationToken) {
    loop {
        if let Err(error) = store::clean_up(&pool).await {
            // Nothing depends on it; the next hour tries again.
            tracing::warn!(%error, "old sessions and failed logins could not be removed");
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
