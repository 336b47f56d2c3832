//! The rate budget of a PEMS credential, shared by all replicas through one row of `rate_limiters`.
//!
//! PEMS allows 10 requests a second with a burst of 10. We use a burst of [`BURST`]: what jitter on the way pushes
//! together must still fit. Every wait is decided by database time, in one statement; fairness is the order in
//! which the row is locked.

#[cfg(test)]
mod gcra;
mod store;

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Of the 10 that PEMS allows.
pub const BURST: i32 = 8;
/// A slot that is further off is not reserved: whoever reserves one and then dies has wasted it.
const LONGEST_RESERVATION: Duration = Duration::from_secs(2);
/// After so long without a slot in reach, look again: the pace may have recovered.
const LONGEST_SLEEP: Duration = Duration::from_secs(5);
/// For a 429 that doesn't say how long: time enough for PEMS's bucket to fill.
const WAIT_WITHOUT_RETRY_AFTER: Duration = Duration::from_secs(1);

/// In use is what was let go within so many seconds.
pub const WINDOW: i32 = 10;

/// How much of a budget is in use.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BudgetInUse {
    /// Requests that were let go within the last [`WINDOW`] seconds.
    pub requests: i64,
    pub rate_per_second: f64,
    /// How much slower we go since a 429; 1 is the full pace.
    pub slowdown: f64,
    /// Database time.
    pub measured_at: DateTime<Utc>,
}

/// How much is in use of the budget that an API server takes its requests from; `None` if there is no such server.
pub async fn in_use(
    connection: &mut PgConnection,
    api_server_id: Uuid,
) -> Result<Option<BudgetInUse>, sqlx::Error> {
    store::in_use(connection, api_server_id).await
}

/// Why no request may go.
#[derive(Debug, thiserror::Error)]
pub enum NoSlot {
    #[error("the wait for the rate limit was cancelled")]
    Cancelled,
    /// The API server was removed meanwhile.
    #[error("there is no such rate budget")]
    NoBudget,
    #[error("the rate limit's next slot is too far off")]
    TooFar,
    #[error("the rate budget could not be read")]
    Database(#[from] sqlx::Error),
}

/// The budget that PEMS gives one credential: what it counts by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credential<'a> {
    pub base_url: &'a str,
    pub tenant: &'a str,
    pub username: &'a str,
}

/// Finds or makes the budget of a credential, and sets its rate; answers with its id, for `api_servers.limiter_id`.
pub async fn budget_of(
    connection: &mut PgConnection,
    credential: Credential<'_>,
    rate_per_second: f64,
) -> Result<Uuid, sqlx::Error> {
    let Credential { base_url, tenant, username } = credential;
    let name = format!("{}|{tenant}|{username}", base_url.trim_end_matches('/'));
    store::ensure(connection, &name, rate_per_second, BURST).await
}

/// Hands out the slots of one budget.
#[derive(Debug, Clone)]
pub struct Limiter {
    pool: PgPool,
    id: Uuid,
}

impl Limiter {
    pub fn new(pool: PgPool, id: Uuid) -> Self {
        Self { pool, id }
    }

    /// Returns when one request may be sent, at once.
    pub async fn acquire(&self, cancel: &CancellationToken) -> Result<(), NoSlot> {
        self.acquire_within(Duration::MAX, cancel).await
    }

    /// The same, but gives up as soon as the next slot is further off than `patience`: after a 429 with a long
    /// Retry-After, whoever waits here has better things to do.
    pub async fn acquire_within(&self, patience: Duration, cancel: &CancellationToken) -> Result<(), NoSlot> {
        loop {
            let slot =
                store::take(&self.pool, self.id, LONGEST_RESERVATION).await?.ok_or(NoSlot::NoBudget)?;
            if slot.reserved && slot.wait.is_zero() {
                return Ok(());
            }
            if !slot.reserved && slot.wait > patience {
                return Err(NoSlot::TooFar);
            }
            // Without a reservation: come back a second before the slot, early enough to get it.
            let sleep = if slot.reserved {
                slot.wait
            } else {
                slot.wait.saturating_sub(LONGEST_RESERVATION / 2).min(LONGEST_SLEEP)
            };
            tokio::select! {
                () = cancel.cancelled() => return Err(NoSlot::Cancelled),
                () = tokio::time::sleep(sleep) => {}
            }
            if slot.reserved && store::still_good(&self.pool, self.id, slot.asked_at).await? {
                return Ok(());
            }
        }
    }

    /// How far off the next slot is.
    pub async fn next_slot(&self) -> Result<Duration, NoSlot> {
        store::next_slot(&self.pool, self.id).await?.ok_or(NoSlot::NoBudget)
    }

    /// PEMS answered 429: nobody sends anything before `retry_after` is over, and then at half the pace, which
    /// doubles again with every 10 s without another 429.
    pub async fn penalise(&self, retry_after: Option<Duration>) -> Result<(), sqlx::Error> {
        store::penalise(&self.pool, self.id, retry_after.unwrap_or(WAIT_WITHOUT_RETRY_AFTER)).await
    }
}
