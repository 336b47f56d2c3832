//! The worker: joins the queue and the connector.
//!
//! Each replica runs a few lanes. A lane claims items of one organisation under a lease, settles what an earlier
//! attempt left open, compares with the mirror, sends, and records the outcome in one transaction guarded by the
//! lease. No transaction is open during HTTP.
//!
//! ```text
//! wake ─→ claim ─→ settle ─→ plan ─→ begin ─→ send ─→ finish
//!  ↑                 │         │                        │
//!  └── schedule,     └─────────┴── decided without ─────┘
//!      NOTIFY, due        sending: done, or conflict
//! ```

mod answer;
mod batch;
mod finish;
mod jobs;
mod lane;
mod plan;
mod ruling;
mod schedule;
mod send;
mod settle;
mod store;

use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use vanguard_domain::retry::RetryPolicy;

use crate::alert::Alerts;
use crate::notify::Hub;
use crate::pems::PemsServers;

pub use schedule::run_schedule;

/// How the worker works.
#[derive(Debug, Clone)]
pub struct WorkerSettings {
    /// The most items of one claim, and of one batch request.
    pub batch_size: usize,
    pub retry: RetryPolicy,
    /// Claims that this replica works on at the same time.
    pub lanes: usize,
    /// How long a claim holds its items. Renewed when a request begins; longer than any request takes.
    pub lease: Duration,
    /// Who is told when failed changes pile up.
    pub alerts: Alerts,
}

impl Default for WorkerSettings {
    fn default() -> Self {
        Self {
            batch_size: 100,
            retry: RetryPolicy::default(),
            lanes: 4,
            lease: Duration::from_secs(90),
            alerts: Alerts::default(),
        }
    }
}

/// What every lane needs.
#[derive(Debug, Clone)]
pub struct Worker {
    pool: PgPool,
    servers: Arc<PemsServers>,
    hub: Hub,
    settings: WorkerSettings,
    /// Cancelled when the process is to stop: nothing new is begun.
    shutdown: CancellationToken,
}

impl Worker {
    pub fn new(
        pool: PgPool,
        servers: Arc<PemsServers>,
        hub: Hub,
        settings: WorkerSettings,
        shutdown: CancellationToken,
    ) -> Self {
        Self { pool, servers, hub, settings, shutdown }
    }

    /// How long a lane waits for the rate limit while it holds items: well within their lease.
    fn patience(&self) -> Duration {
        self.settings.lease / 6
    }

    /// Starts the lanes. They end after `shutdown`, when what is in flight has been finished.
    pub fn spawn(&self, tracker: &TaskTracker) {
        for lane in 0..self.settings.lanes {
            let worker = self.clone();
            tracker.spawn(async move { lane::run(worker, lane).await });
        }
    }
}
