//! Asking PEMS for a page, as often as it takes: behind gate and limiter, with the retry schedule.

use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use vanguard_domain::retry::RetryPolicy;

use crate::clock::Clock;
use crate::pems::limiter::NoSlot;
use crate::pems::{Gate, ListPage, ListRequest, PemsError, PemsServer};

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoPage {
    #[error("{0}")]
    Pems(PemsError),
    #[error("the API server is paused; an administrator has to resume it")]
    Paused,
    #[error("PEMS could not be reached for {} minutes", .0.as_secs() / 60)]
    OutOfPatience(Duration),
    /// The process is to stop.
    #[error("the read was stopped")]
    Stopping,
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

/// How long and how often a page is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Persistence {
    pub(super) retry: RetryPolicy,
    /// For waits that use up no retry: breaker and rate limit.
    pub(super) patience: Duration,
}

/// Asks until there is a page, or no more sense in asking.
pub(super) async fn page(
    server: &PemsServer,
    request: &ListRequest,
    persistence: Persistence,
    clock: &dyn Clock,
    stop: &CancellationToken,
) -> Result<ListPage, NoPage> {
    let began = Instant::now();
    let mut retries = 0;
    loop {
        if began.elapsed() > persistence.patience {
            return Err(NoPage::OutOfPatience(persistence.patience));
        }
        match server.gate(stop).await? {
            Gate::Open => {}
            Gate::Paused => return Err(NoPage::Paused),
            Gate::NotBefore(until) => {
                rest(until_then(until, clock), stop).await?;
                continue;
            }
        }
        match server.limiter.acquire(stop).await {
            Ok(()) => {}
            Err(NoSlot::Cancelled | NoSlot::TooFar) => return Err(NoPage::Stopping),
            // The server was replaced by another one: the next run finds it.
            Err(NoSlot::NoBudget) => return Err(NoPage::Paused),
            Err(NoSlot::Database(error)) => return Err(error.into()),
        }
        let error = match server.connector.list(request).await {
            Ok(page) => {
                server.observe_success().await?;
                return Ok(page);
            }
            Err(error) => error,
        };
        let observed = server.observe(&error).await?;
        match error {
            // The limiter knows for how long.
            PemsError::RateLimited { .. } => {}
            PemsError::Transient(_) | PemsError::OutcomeUnknown(_) | PemsError::Locked(_) => {
                if observed.counts_as_retry {
                    retries += 1;
                    let wait = persistence.retry.wait_before(retries, rand::random());
                    rest(wait.ok_or(NoPage::Pems(error))?, stop).await?;
                }
            }
            error => return Err(NoPage::Pems(error)),
        }
    }
}

/// By this machine's clock, which need not agree with the database's: looking too early costs one more look.
fn until_then(until: DateTime<Utc>, clock: &dyn Clock) -> Duration {
    const SHORTEST: Duration = Duration::from_millis(200);
    const LONGEST: Duration = Duration::from_secs(15);
    (until - clock.now()).to_std().unwrap_or(SHORTEST).clamp(SHORTEST, LONGEST)
}

async fn rest(wait: Duration, stop: &CancellationToken) -> Result<(), NoPage> {
    tokio::select! {
        () = stop.cancelled() => Err(NoPage::Stopping),
        () = tokio::time::sleep(wait) => Ok(()),
    }
}
