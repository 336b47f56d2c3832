//! Announcing, within the transaction of the change.

use sqlx::PgConnection;
use uuid::Uuid;

use super::{ALERTS_CHANNEL, EVENTS_CHANNEL, Event, QUEUE_CHANNEL};

/// Tells all browsers of all replicas, once the transaction commits.
pub async fn publish(connection: &mut PgConnection, event: &Event) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_notify($1, $2)", EVENTS_CHANNEL, event.payload()).execute(connection).await?;
    Ok(())
}

/// Wakes the workers of all replicas, once the transaction commits.
pub async fn wake_worker(connection: &mut PgConnection, organisation_id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_notify($1, $2)", QUEUE_CHANNEL, organisation_id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// Wakes what sends alerts, in all replicas, once the transaction commits.
pub async fn wake_alerts(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    sqlx::query!("SELECT pg_notify($1, '')", ALERTS_CHANNEL).execute(connection).await?;
    Ok(())
}
