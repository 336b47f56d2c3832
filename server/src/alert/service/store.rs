//! Alerts as administrators see them: always one organisation's.

use sqlx::PgPool;
use vanguard_app::backend::{Access, AlertDelivery};

/// At most 100.
pub(super) async fn newest(pool: &PgPool, access: &Access) -> Result<Vec<AlertDelivery>, sqlx::Error> {
    sqlx::query_as!(
        AlertDelivery,
        "SELECT id, channel, title, body, link, began_at, state, tries, due_at, last_error, created_at, ended_at
         FROM alert_delivery WHERE organisation_id = $1 ORDER BY created_at DESC, channel LIMIT 100",
        access.organization_id()
    )
    .fetch_all(pool)
    .await
}
