//! Whether the server and its sync worker are well, for load balancers and watchdogs: over all organisations, told
//! to anybody, so it holds counts and times only.

mod judge;
mod store;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgPool;
use utoipa::ToSchema;
use vanguard_app::backend::HealthWord;

use crate::clock::Clock;
use crate::config::Schedule;
use judge::judge;

/// Longer than this, and whoever asks has given up.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthReport {
    pub status: HealthWord,
    /// When PEMS last confirmed a write.
    pub last_sync: Option<DateTime<Utc>>,
    /// Changes on their way to PEMS.
    pub pending_records: Option<i64>,
    /// Changes that failed, which nobody has decided yet.
    pub failed_records: Option<i64>,
    pub next_scheduled_run: Option<DateTime<Utc>>,
}

/// Looks at the database and the schedule.
#[derive(Debug, Clone)]
pub struct HealthService {
    pool: PgPool,
    clock: Arc<dyn Clock>,
    schedule: Option<Schedule>,
    writes: bool,
}

impl HealthService {
    /// `writes`: whether this replica writes to PEMS.
    pub fn new(pool: PgPool, clock: Arc<dyn Clock>, schedule: Option<Schedule>, writes: bool) -> Self {
        Self { pool, clock, schedule, writes }
    }

    /// Whether this server can answer requests at all.
    pub async fn server(&self) -> HealthReport {
        let report = self.sync_worker().await;
        // A paused or failing PEMS does not keep people from working here.
        let status = if report.pending_records.is_some() { HealthWord::Healthy } else { HealthWord::Down };
        HealthReport { status, ..report }
    }

    /// Whether changes reach PEMS.
    pub async fn sync_worker(&self) -> HealthReport {
        let next_scheduled_run = self
            .schedule
            .as_ref()
            .filter(|_| self.writes)
            .and_then(|schedule| schedule.next_after(self.clock.now()));
        let signs = match tokio::time::timeout(PATIENCE, store::signs(&self.pool)).await {
            Ok(Ok(signs)) => Some(signs),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the health could not be read");
                None
            }
            Err(_) => {
                tracing::warn!("the health could not be read in time");
                None
            }
        };
        HealthReport {
            status: judge(self.writes, signs.as_ref()),
            last_sync: signs.as_ref().and_then(|signs| signs.last_sync),
            pending_records: signs.as_ref().map(|signs| signs.pending),
            failed_records: signs.as_ref().map(|signs| signs.failed),
            next_scheduled_run,
        }
    }
}
