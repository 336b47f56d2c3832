//! Stopping and resuming an API server: one pause, one alert.

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use uuid::Uuid;
use vanguard_app::backend::Access;

use super::store;
use crate::alert::{Alerts, Incident};
use crate::audit::{self, AuditEvent, EventType};
use crate::notify::{self, Event, EventKind};
use crate::pems::Answer;

/// PEMS refused the credential: stops everything that would use it, and tells the organisation's administrators.
/// `true` for the first caller only. `configured_at` is the `updated_at` of the row that the credential came from.
pub async fn pause_unauthorized(
    connection: &mut PgConnection,
    server_id: Uuid,
    configured_at: DateTime<Utc>,
    answer: &Answer,
    alerts: Alerts,
) -> Result<bool, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let paused =
        store::pause_unauthorized(&mut transaction, server_id, configured_at, &answer.message).await?;
    let Some(paused) = paused else { return Ok(false) };
    let incident = Incident::Unauthorized { server_id, server: paused.name.clone(), configured_at };
    alerts.raise(&mut transaction, paused.organisation_id, &incident).await?;
    let event = Event::new(paused.organisation_id, EventKind::Sync, Vec::new());
    notify::publish(&mut transaction, &event).await?;
    let event = AuditEvent::by_system(EventType::ServerPaused)
        .after(json!({ "apiServerId": server_id, "name": paused.name, "reason": "unauthorized" }))
        .response(Some(answer.to_json()))
        .outcome("paused");
    audit::append(&mut transaction, paused.organisation_id, &[event]).await?;
    transaction.commit().await?;
    tracing::warn!(%server_id, name = paused.name, "PEMS refused the credential; the API server is paused");
    Ok(true)
}

/// Ends a pause, whatever its reason, and forgets the breaker, so that requests go at once. `false` if the
/// organisation has no such server. The caller has checked `ManageSettings`.
pub async fn resume(
    connection: &mut PgConnection,
    access: &Access,
    server_id: Uuid,
) -> Result<bool, sqlx::Error> {
    let organisation_id = access.organization_id();
    let mut transaction = connection.begin().await?;
    let Some(reason) = store::resume(&mut transaction, organisation_id, server_id).await? else {
        return Ok(false);
    };
    notify::publish(&mut transaction, &Event::new(organisation_id, EventKind::Sync, Vec::new())).await?;
    notify::wake_worker(&mut transaction, organisation_id).await?;
    let event = AuditEvent::by(EventType::ServerResumed, access)
        .before(json!({ "apiServerId": server_id, "pauseReason": reason }))
        .after(json!({ "apiServerId": server_id, "pauseReason": null }));
    audit::append(&mut transaction, organisation_id, &[event]).await?;
    transaction.commit().await?;
    Ok(true)
}
