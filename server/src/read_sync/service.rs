//! Starting runs: on demand, by schedule, and those that were left.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;
use vanguard_app::backend::{Access, BackendError};
use vanguard_domain::permission::Permission;
use vanguard_domain::retry::RetryPolicy;

use super::request::Persistence;
use super::{job, run};
use crate::alert::Alerts;
use crate::clock::Clock;
use crate::internal::OrInternal;
use crate::pems::{NoServer, PemsServers};
use crate::sync::ReadStarter;

/// How runs read.
#[derive(Debug, Clone, Copy)]
pub struct ReadRunSettings {
    /// Records of a page; at most 1,000.
    pub page_size: u32,
    /// How far before the last run's beginning the next one begins: for changes that PEMS committed late.
    pub overlap: Duration,
    /// How long a run belongs to a replica that shows no sign of life.
    pub lease: Duration,
    /// For a page that cannot be read.
    pub retry: RetryPolicy,
    /// How long a page may take in all, waits for breaker and rate limit included.
    pub patience: Duration,
    /// How long raw pages and quarantine are kept.
    pub keep_raw_for: Duration,
    /// Who is told when runs fail one after the other.
    pub alerts: Alerts,
}

impl Default for ReadRunSettings {
    fn default() -> Self {
        Self {
            page_size: 1000,
            overlap: Duration::from_mins(5),
            lease: Duration::from_secs(30),
            retry: RetryPolicy::default(),
            patience: Duration::from_mins(15),
            keep_raw_for: Duration::from_hours(720),
            alerts: Alerts::default(),
        }
    }
}

impl ReadRunSettings {
    pub(super) const fn persistence(&self) -> Persistence {
        Persistence { retry: self.retry, patience: self.patience }
    }
}

/// Why a run was not started.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    #[error(
        "A run that reads only what changed is under way. Ask for everything again when it has ended: \
         nothing more was started."
    )]
    OnlyChanges,
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

/// Reads PEMS into the mirror, in tasks of its own.
#[derive(Debug, Clone)]
pub struct ReadSync {
    pub(super) pool: PgPool,
    pub(super) servers: Arc<PemsServers>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) settings: ReadRunSettings,
    /// Cancelled when the process is to stop: a run then gives itself back after the page that it is at.
    pub(super) shutdown: CancellationToken,
    /// The runs under way, to be waited for at the end.
    tracker: TaskTracker,
}

impl ReadSync {
    pub fn new(
        pool: PgPool,
        servers: Arc<PemsServers>,
        clock: Arc<dyn Clock>,
        settings: ReadRunSettings,
        shutdown: CancellationToken,
        tracker: TaskTracker,
    ) -> Self {
        Self { pool, servers, clock, settings, shutdown, tracker }
    }

    /// Starts a run in the background, or answers with the one that is under way: everything if `full`, otherwise
    /// what changed since the last one. Without somebody who asked for it, it counts as scheduled.
    ///
    /// A run that reads only what changed is no answer to whoever asks for everything.
    pub async fn start_run(
        &self,
        organisation_id: Uuid,
        requested_by: Option<&Access>,
        full: bool,
    ) -> Result<Uuid, NotStarted> {
        let mut connection = self.pool.acquire().await?;
        let opened =
            job::open(&mut connection, organisation_id, requested_by, full, self.settings.overlap).await?;
        self.spawn(opened.job_id);
        if full && !opened.is_full { Err(NotStarted::OnlyChanges) } else { Ok(opened.job_id) }
    }

    /// Goes on with the runs that nobody carries out.
    pub async fn resume_abandoned(&self) {
        let abandoned = match self.pool.acquire().await {
            Ok(mut connection) => job::abandoned(&mut connection).await,
            Err(error) => Err(error),
        };
        match abandoned {
            Ok(jobs) => jobs.into_iter().for_each(|job_id| self.spawn(job_id)),
            Err(error) => tracing::warn!(%error, "could not look for abandoned read runs"),
        }
    }

    /// Starts a run for every organisation whose API server is not paused.
    pub async fn begin_scheduled(&self) {
        if let Err(error) = self.begin_all(false).await {
            tracing::warn!(%error, "the scheduled read runs could not be started");
        }
    }

    /// Starts a first run for those organisations that were never read: a new installation need not wait for the
    /// schedule.
    pub async fn begin_first_reads(&self) {
        if let Err(error) = self.begin_all(true).await {
            tracing::warn!(%error, "the first read runs could not be started");
        }
    }

    async fn begin_all(&self, only_first: bool) -> Result<(), sqlx::Error> {
        let mut connection = self.pool.acquire().await?;
        let organisations = job::readable_organisations(&mut connection).await?;
        for organisation_id in organisations {
            if only_first && job::was_read(&mut connection, organisation_id).await? {
                continue;
            }
            let overlap = self.settings.overlap;
            self.spawn(job::open(&mut connection, organisation_id, None, false, overlap).await?.job_id);
        }
        Ok(())
    }

    fn spawn(&self, job_id: Uuid) {
        if self.shutdown.is_cancelled() {
            return;
        }
        let sync = self.clone();
        self.tracker.spawn(async move { run::carry_out(&sync, job_id).await });
    }
}

#[async_trait]
impl ReadStarter for ReadSync {
    async fn start(&self, access: &Access, full: bool) -> Result<Uuid, BackendError> {
        access.require(Permission::RefreshData)?;
        match self.servers.for_organisation(access.organization_id()).await {
            Ok(_) => match self.start_run(access.organization_id(), Some(access), full).await {
                Err(NotStarted::Database(error)) => Err(error).or_internal(),
                started => started.map_err(|busy| BackendError::wrong_state(busy.to_string())),
            },
            Err(NoServer::Database(error)) => Err(error).or_internal(),
            Err(unusable) => Err(BackendError::wrong_state(format!("PEMS cannot be read: {unusable}."))),
        }
    }
}
