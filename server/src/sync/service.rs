//! The sync port.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;
use vanguard_app::backend::{
    Access, ApiServerHealth, BackendError, HourOfWrites, JobItemPage, JobPage, JobQuery, JobView, RateBudget,
    ReadSyncStarted, RejectedPage, StatusQuery, SyncPort, SyncStatus, Window, WriteSyncRequest,
    WriteSyncStarted,
};
use vanguard_domain::permission::Permission;
use vanguard_domain::queue::{Priority, QueueStatus};

use super::{health, store};
use crate::config::Schedule;
use crate::internal::OrInternal;
use crate::modification::Throughput;
use crate::notify;
use crate::pems::{in_our_words, limiter};
use crate::queue;

/// Starts read runs; implemented by the read sync.
#[async_trait]
pub trait ReadStarter: std::fmt::Debug + Send + Sync {
    /// Starts a run, or answers with the one that is under way.
    async fn start(&self, access: &Access, full: bool) -> Result<Uuid, BackendError>;
}

/// When something begins unasked; `None` where nothing runs by schedule.
#[derive(Debug, Clone)]
pub struct Schedules {
    /// When the worker looks at the queue.
    pub write: Option<Schedule>,
    /// When a read run begins.
    pub read: Option<Schedule>,
}

/// Implements the sync port.
#[derive(Debug, Clone)]
pub struct SyncService {
    pool: PgPool,
    read: Arc<dyn ReadStarter>,
    schedules: Schedules,
    throughput: Throughput,
    /// Whether this installation writes to PEMS at all.
    write_sync_enabled: bool,
}

impl SyncService {
    pub fn new(
        pool: PgPool,
        read: Arc<dyn ReadStarter>,
        schedules: Schedules,
        throughput: Throughput,
        write_sync_enabled: bool,
    ) -> Self {
        Self { pool, read, schedules, throughput, write_sync_enabled }
    }
}

/// A failure as the caller may read it.
fn shown(access: &Access, words: Option<String>) -> Option<String> {
    if access.may(Permission::ViewFinancials) { words } else { words.as_deref().map(in_our_words) }
}

fn next(schedule: Option<&Schedule>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    schedule.and_then(|schedule| schedule.next_after(now))
}

/// Refuses a word that is none of `choices`.
fn one_of(field: &str, word: Option<&str>, choices: &[&str]) -> Result<(), BackendError> {
    match word {
        Some(word) if !choices.contains(&word) => {
            let message = format!("{field} must be one of {}.", choices.join(", "));
            Err(BackendError::field(field, "notAChoice", message))
        }
        _ => Ok(()),
    }
}

/// How much is in use of the budget that `server` takes its requests from.
async fn budget_of(
    connection: &mut PgConnection,
    server: Option<&ApiServerHealth>,
) -> Result<Option<RateBudget>, BackendError> {
    let Some(server) = server else { return Ok(None) };
    let in_use = limiter::in_use(connection, server.id).await.or_internal()?;
    Ok(in_use.map(|in_use| RateBudget {
        requests: in_use.requests,
        window_seconds: limiter::WINDOW,
        rate_per_second: in_use.rate_per_second,
        slowdown: in_use.slowdown,
        measured_at: in_use.measured_at,
    }))
}

#[async_trait]
impl SyncPort for SyncService {
    async fn status(&self, access: &Access, query: &StatusQuery) -> Result<SyncStatus, BackendError> {
        access.require(Permission::Read)?;
        if let Some(status) = &query.status {
            status
                .parse::<QueueStatus>()
                .map_err(|error| BackendError::field("status", "notAChoice", error.to_string()))?;
        }
        let mut connection = self.pool.acquire().await.or_internal()?;
        let counts = store::counts(&mut connection, access, query).await.or_internal()?;
        let recent = store::recent(&mut connection, access).await.or_internal()?;
        let mut servers = store::servers(&mut connection, access).await.or_internal()?;
        for server in &mut servers {
            server.last_error = shown(access, server.last_error.take());
        }
        let rate_budget = budget_of(&mut connection, servers.first()).await?;
        let reads = JobQuery { kind: Some("read".to_owned()), ..JobQuery::default() };
        let newest = Window { offset: 0, limit: 1 };
        let mut last_read = store::jobs(&mut connection, access, &reads, newest).await.or_internal()?.pop();
        if let Some(job) = &mut last_read {
            job.error = shown(access, job.error.take());
        }
        let (health, health_reason) = health::judge(&health::Signs {
            now: counts.now,
            write_sync_enabled: self.write_sync_enabled && counts.organisation_writes,
            servers: &servers,
            failed: counts.dead_letters,
            oldest_due_at: counts.oldest_due_at,
            last_read_failed: last_read
                .as_ref()
                .filter(|job| job.state == "failed")
                .map(|job| job.error.as_deref().unwrap_or("no reason was recorded")),
        });
        Ok(SyncStatus {
            total_queued: counts.pending,
            processing: counts.processing,
            completed: counts.completed,
            failed: counts.failed,
            conflicts: counts.conflicts,
            dead_letters: counts.dead_letters,
            avg_sync_time: recent.average_ms,
            p95_sync_time: recent.p95_ms,
            last_sync_at: recent.last_completed_at,
            next_sync_at: next(self.schedules.write.as_ref(), counts.now),
            next_read_at: next(self.schedules.read.as_ref(), counts.now),
            rate_budget,
            health,
            health_reason,
            success_rate: recent.success_rate,
            oldest_waiting_at: counts.oldest_waiting_at,
            servers,
            last_read,
            mirrored: counts.mirrored,
        })
    }

    async fn throughput(&self, access: &Access) -> Result<Vec<HourOfWrites>, BackendError> {
        access.require(Permission::Read)?;
        store::throughput(&mut *self.pool.acquire().await.or_internal()?, access).await.or_internal()
    }

    async fn rate_budget(&self, access: &Access) -> Result<Option<RateBudget>, BackendError> {
        access.require(Permission::Read)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        let servers = store::servers(&mut connection, access).await.or_internal()?;
        budget_of(&mut connection, servers.first()).await
    }

    async fn jobs(&self, access: &Access, query: &JobQuery, window: Window) -> Result<JobPage, BackendError> {
        access.require(Permission::Read)?;
        window.check()?;
        one_of("kind", query.kind.as_deref(), &JobQuery::KINDS)?;
        one_of("state", query.state.as_deref(), &JobQuery::STATES)?;
        one_of("trigger", query.trigger.as_deref(), &JobQuery::TRIGGERS)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        let mut jobs = store::jobs(&mut connection, access, query, window).await.or_internal()?;
        for job in &mut jobs {
            job.error = shown(access, job.error.take());
        }
        let total = store::count_jobs(&mut connection, access, query).await.or_internal()?;
        Ok(JobPage { jobs, total })
    }

    async fn job(&self, access: &Access, job_id: Uuid) -> Result<JobView, BackendError> {
        access.require(Permission::Read)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        let mut job = store::job(&mut connection, access, job_id)
            .await
            .or_internal()?
            .ok_or_else(|| BackendError::not_found("sync run"))?;
        job.error = shown(access, job.error.take());
        Ok(job)
    }

    async fn job_items(
        &self,
        access: &Access,
        job_id: Uuid,
        window: Window,
    ) -> Result<JobItemPage, BackendError> {
        access.require(Permission::Read)?;
        window.check()?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        let mut page = store::job_items(&mut connection, access, job_id, window).await.or_internal()?;
        for item in &mut page.items {
            item.last_error = shown(access, item.last_error.take());
        }
        Ok(page)
    }

    async fn rejected_records(
        &self,
        access: &Access,
        job_id: Uuid,
        window: Window,
    ) -> Result<RejectedPage, BackendError> {
        access.require(Permission::Read)?;
        window.check()?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        let mut page = store::rejected(&mut connection, access, job_id, window).await.or_internal()?;
        if !access.may(Permission::ViewFinancials) {
            for record in &mut page.records {
                "The reason may quote amounts, which you may not see.".clone_into(&mut record.reason);
            }
        }
        Ok(page)
    }

    async fn start_read(&self, access: &Access, full: bool) -> Result<ReadSyncStarted, BackendError> {
        access.require(Permission::RefreshData)?;
        let job_id = self.read.start(access, full).await?;
        Ok(ReadSyncStarted { success: true, job_id })
    }

    async fn start_write(
        &self,
        access: &Access,
        request: WriteSyncRequest,
    ) -> Result<WriteSyncStarted, BackendError> {
        access.require(Permission::Sync)?;
        let priority = request
            .priority
            .map(|priority| Priority::new(i64::from(priority)))
            .transpose()
            .map_err(|error| BackendError::field("priority", "outOfRange", error.to_string()))?;
        let mut tx = self.pool.begin().await.or_internal()?;
        let job_id =
            store::hurry(&mut tx, access, request.modification_ids.as_deref(), priority.map(Priority::get))
                .await
                .or_internal()?;
        notify::wake_worker(&mut tx, access.organization_id()).await.or_internal()?;
        let open = queue::count_open(&mut tx, access.organization_id()).await.or_internal()?;
        tx.commit().await.or_internal()?;
        Ok(WriteSyncStarted {
            success: true,
            job_id,
            queued_count: open.count,
            estimated_completion_time: self.throughput.completion(open.now, open.count),
        })
    }
}
