//! One API server, with everything that is between us and it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::observation::{Observation, Sign, most_telling, sign};
use crate::alert::Alerts;
use crate::pems::breaker::{self, Readiness};
use crate::pems::limiter::{Limiter, NoSlot};
use crate::pems::{PemsConnector, PemsError, Written};

/// How long a probe waits for the rate limit; a lane is held meanwhile.
const PROBE_PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

/// Whether requests may be sent to a server now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    Open,
    /// Until an administrator resumes it: he paused it, PEMS refused our credential, or it was removed.
    Paused,
    /// The breaker holds everything back until then.
    NotBefore(DateTime<Utc>),
}

/// An organisation's PEMS: the connector, its rate budget and its breaker.
#[derive(Debug, Clone)]
pub struct PemsServer {
    pub id: Uuid,
    pub organisation_id: Uuid,
    pub name: String,
    pub connector: Arc<dyn PemsConnector>,
    pub limiter: Limiter,
    /// `updated_at` of the row that the connector was built from.
    pub configured_at: DateTime<Utc>,
    pub pool: PgPool,
    /// Who is told when it refuses us, or stays silent.
    pub alerts: Alerts,
}

impl PemsServer {
    /// Asks before claiming work. If the breaker's pause is over, this probes PEMS first: one replica does, and the
    /// others are told to wait.
    pub async fn gate(&self, cancel: &CancellationToken) -> Result<Gate, sqlx::Error> {
        let readiness = breaker::readiness(&mut *self.pool.acquire().await?, self.id).await?;
        Ok(match readiness {
            Readiness::Open => Gate::Open,
            Readiness::Paused => Gate::Paused,
            Readiness::NotBefore(until) => Gate::NotBefore(until),
            Readiness::Probe { claimed } => self.probe(claimed, cancel).await?,
        })
    }

    async fn probe(&self, claimed: DateTime<Utc>, cancel: &CancellationToken) -> Result<Gate, sqlx::Error> {
        match self.limiter.acquire_within(PROBE_PATIENCE, cancel).await {
            Ok(()) => {}
            Err(NoSlot::Cancelled | NoSlot::TooFar | NoSlot::NoBudget) => {
                return Ok(Gate::NotBefore(claimed));
            }
            Err(NoSlot::Database(error)) => return Err(error),
        }
        let health = self.connector.health().await;
        match (sign(health.as_ref().err()), &health) {
            (Sign::Refused, Err(error)) => {
                self.pause(error).await?;
                Ok(Gate::Paused)
            }
            (Sign::TooFast | Sign::Failing, Err(error)) => {
                if let PemsError::RateLimited { retry_after, .. } = error {
                    self.limiter.penalise(*retry_after).await?;
                }
                let mut connection = self.pool.acquire().await?;
                let until =
                    breaker::probe_failed(&mut connection, self.id, claimed, error, self.alerts).await?;
                Ok(Gate::NotBefore(until))
            }
            _ => {
                breaker::probe_succeeded(&mut *self.pool.acquire().await?, self.id, claimed).await?;
                Ok(Gate::Open)
            }
        }
    }

    /// A request was answered as it should be.
    pub async fn observe_success(&self) -> Result<(), sqlx::Error> {
        self.take_in(None).await.map(drop)
    }

    /// A request failed: does the bookkeeping of breaker, limiter and pause.
    pub async fn observe(&self, error: &PemsError) -> Result<Observation, sqlx::Error> {
        self.take_in(Some(error)).await
    }

    /// The same for a batch, which is one request: what its answer as a whole, or the most telling of its results,
    /// says about the server. Whether an item that failed within it uses a retry is [`super::item_counts_as_retry`].
    pub async fn observe_batch(
        &self,
        outcome: &Result<Vec<Result<Written, PemsError>>, PemsError>,
    ) -> Result<Observation, sqlx::Error> {
        match outcome {
            Ok(results) => self.take_in(most_telling(results)).await,
            Err(error) => self.take_in(Some(error)).await,
        }
    }

    async fn take_in(&self, error: Option<&PemsError>) -> Result<Observation, sqlx::Error> {
        // No connection is held over a call that takes its own: a pool that is used up would never be free again.
        let plain = Observation::PLAIN;
        match (sign(error), error) {
            (Sign::Failing, Some(error)) => {
                let mut connection = self.pool.acquire().await?;
                let effect = breaker::record_failure(&mut connection, self.id, error, self.alerts).await?;
                Ok(Observation {
                    counts_as_retry: effect.counts_as_retry,
                    hold_until: effect.opened_until,
                    paused: false,
                })
            }
            (Sign::TooFast, Some(PemsError::RateLimited { retry_after, .. })) => {
                self.limiter.penalise(*retry_after).await?;
                Ok(Observation { counts_as_retry: false, ..plain })
            }
            (Sign::Refused, Some(error)) => {
                self.pause(error).await?;
                Ok(Observation { counts_as_retry: false, paused: true, ..plain })
            }
            _ => {
                breaker::record_success(&mut *self.pool.acquire().await?, self.id).await?;
                Ok(plain)
            }
        }
    }

    async fn pause(&self, error: &PemsError) -> Result<bool, sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let (at, answer) = (self.configured_at, error.answer());
        breaker::pause_unauthorized(&mut connection, self.id, at, answer, self.alerts).await
    }
}
