//! Leaving PEMS alone when it fails, and stopping when it refuses us; one state for all replicas, in the row of the
//! API server.

mod decision;
mod pause;
mod store;

pub use decision::FailureEffect;
pub use pause::{pause_unauthorized, resume};

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::PemsError;
use crate::alert::{Alerts, Incident};
use crate::notify;
use decision::{BreakerState, Passage};

/// How long a probe may take: the time-out of a request, its wait for the rate limit, and some.
const PROBE_LEASE: Duration = Duration::from_secs(40);
/// When to look again while another replica probes.
const ASK_AGAIN: Duration = Duration::from_secs(1);
/// So many pauses in a row are more than a hiccup: the sixth begins 8 minutes after the first.
const PAUSES_TO_ALERT: i32 = 6;

/// Whether requests may be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readiness {
    Open,
    /// By an administrator, or because PEMS refused our credential; or the server was removed.
    Paused,
    NotBefore(DateTime<Utc>),
    /// This caller has to probe, and then to report by [`probe_succeeded`] or [`probe_failed`].
    Probe {
        claimed: DateTime<Utc>,
    },
}

/// Asks the row, and claims the probe if one is due.
pub(super) async fn readiness(
    connection: &mut PgConnection,
    server_id: Uuid,
) -> Result<Readiness, sqlx::Error> {
    let Some(state) = store::state(connection, server_id).await? else {
        return Ok(Readiness::Paused);
    };
    if state.is_paused {
        return Ok(Readiness::Paused);
    }
    Ok(match state.breaker.passage() {
        Passage::Free => Readiness::Open,
        Passage::Shut(until) => Readiness::NotBefore(until),
        Passage::ProbeFirst => match store::claim_probe(connection, server_id, PROBE_LEASE).await? {
            Some(claimed) => Readiness::Probe { claimed },
            // Another replica was faster, and will know in a moment.
            None => Readiness::NotBefore(state.breaker.now + ASK_AGAIN),
        },
    })
}

/// A request was answered as it should be.
pub async fn record_success(connection: &mut PgConnection, server_id: Uuid) -> Result<(), sqlx::Error> {
    if store::save_success(connection, server_id).await? {
        tracing::info!(%server_id, "PEMS answers again");
    }
    Ok(())
}

/// A request met a transient failure, or its answer was lost.
pub async fn record_failure(
    connection: &mut PgConnection,
    server_id: Uuid,
    error: &PemsError,
    alerts: Alerts,
) -> Result<FailureEffect, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let Some(state) = store::lock(&mut transaction, server_id).await? else {
        return Ok(FailureEffect { counts_as_retry: true, opened_until: None });
    };
    let (next, effect) = state.after_failure();
    save(&mut transaction, server_id, &next, error, alerts).await?;
    transaction.commit().await?;
    if next.pauses > state.pauses {
        tracing::warn!(%server_id, until = ?next.open_until, %error, "PEMS keeps failing; leaving it alone");
    }
    Ok(effect)
}

/// The probe was answered: requests may be tried again.
pub(super) async fn probe_succeeded(
    connection: &mut PgConnection,
    server_id: Uuid,
    claimed: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    if let Some(organisation_id) = store::close_on_trial(connection, server_id, claimed).await? {
        tracing::info!(%server_id, "PEMS is reachable again; trying requests");
        // The other replicas wait for the end of a pause that is no longer there.
        notify::wake_worker(connection, organisation_id).await?;
    }
    Ok(())
}

/// The probe failed: left alone for longer. Answers with the end of the new pause.
pub(super) async fn probe_failed(
    connection: &mut PgConnection,
    server_id: Uuid,
    claimed: DateTime<Utc>,
    error: &PemsError,
    alerts: Alerts,
) -> Result<DateTime<Utc>, sqlx::Error> {
    let mut transaction = connection.begin().await?;
    let state = store::lock(&mut transaction, server_id).await?;
    // Somebody resumed it, or took the probe over after us: what they found is newer.
    let Some(state) = state.filter(|state| state.open_until == Some(claimed)) else { return Ok(claimed) };
    let next = state.opened();
    save(&mut transaction, server_id, &next, error, alerts).await?;
    transaction.commit().await?;
    Ok(next.open_until.unwrap_or(claimed))
}

/// Writes a failure down, and alerts once it has been going on for long.
async fn save(
    connection: &mut PgConnection,
    server_id: Uuid,
    state: &BreakerState,
    error: &PemsError,
    alerts: Alerts,
) -> Result<(), sqlx::Error> {
    let error = &error.answer().message;
    store::save_failure(connection, server_id, state, error).await?;
    if state.pauses < PAUSES_TO_ALERT {
        return Ok(());
    }
    let silent = store::silent(connection, server_id).await?;
    let incident =
        Incident::Unreachable { server_id, server: silent.name, since: silent.since, error: error.clone() };
    alerts.raise(connection, silent.organisation_id, &incident).await
}
