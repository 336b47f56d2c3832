//! Sync status, runs, and asking for a run.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::backend::{
    BackendError, HourOfWrites, JobItemPage, JobPage, JobQuery, JobView, RateBudget, ReadSyncStarted,
    RejectedPage, SyncStatus, WriteSyncStarted,
};
use crate::components::pages::Page;

/// How the synchronisation fares.
#[server(prefix = "/fn", endpoint = "sync/status", input = GetUrl)]
pub async fn current_status(organization_id: Uuid) -> Result<SyncStatus, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.sync.status(&access, &crate::backend::StatusQuery::default()).await
}

/// What ended in the last 24 hours.
#[server(prefix = "/fn", endpoint = "sync/throughput", input = GetUrl)]
pub async fn hours_of_writes(organization_id: Uuid) -> Result<Vec<HourOfWrites>, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.sync.throughput(&access).await
}

/// How much of the request budget is in use now.
#[server(prefix = "/fn", endpoint = "sync/budget", input = GetUrl)]
pub async fn budget_in_use(organization_id: Uuid) -> Result<Option<RateBudget>, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.sync.rate_budget(&access).await
}

/// The newest runs, read and write together; at most 100.
#[server(prefix = "/fn", endpoint = "sync/jobs", input = GetUrl)]
pub async fn sync_jobs(organization_id: Uuid, limit: u32) -> Result<Vec<JobView>, BackendError> {
    use crate::backend::Window;

    let access = super::access(organization_id)?;
    let window = Window { offset: 0, limit: limit.clamp(1, 100) };
    Ok(super::backend()?.sync.jobs(&access, &JobQuery::default(), window).await?.jobs)
}

/// A page of the runs, newest first.
#[server(prefix = "/fn", endpoint = "sync/history", input = GetUrl)]
pub async fn sync_history(
    organization_id: Uuid,
    #[server(default)] query: JobQuery,
    #[server(default)] page: Page,
) -> Result<JobPage, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.sync.jobs(&access, &query, page.window()).await
}

/// A run with a page of what it was about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundJob {
    pub job: JobView,
    /// Of a write run.
    pub items: JobItemPage,
    /// Of a read run.
    pub rejected: RejectedPage,
}

/// One run.
#[server(prefix = "/fn", endpoint = "sync/job", input = GetUrl)]
pub async fn sync_job(
    organization_id: Uuid,
    job_id: Uuid,
    #[server(default)] page: Page,
) -> Result<FoundJob, BackendError> {
    let access = super::access(organization_id)?;
    let port = super::backend()?.sync;
    let job = port.job(&access, job_id).await?;
    let items = port.job_items(&access, job_id, page.window()).await?;
    let rejected = port.rejected_records(&access, job_id, page.window()).await?;
    Ok(FoundJob { job, items, rejected })
}

/// Sends everything that waits, now.
#[server(prefix = "/fn", endpoint = "sync/write")]
pub async fn start_write(
    organization_id: Uuid,
    #[server(default)] back: String,
) -> Result<WriteSyncStarted, BackendError> {
    use crate::backend::WriteSyncRequest;
    use crate::components::notice::Notice;

    let access = super::access(organization_id)?;
    let started = super::backend()?.sync.start_write(&access, WriteSyncRequest::default()).await?;
    super::answer_page(&back, Notice::WriteStarted);
    Ok(started)
}

/// Reads from PEMS: what changed since the last time, or everything.
#[server(prefix = "/fn", endpoint = "sync/read")]
pub async fn start_read(
    organization_id: Uuid,
    #[server(default)] full: bool,
    #[server(default)] back: String,
) -> Result<ReadSyncStarted, BackendError> {
    use crate::components::notice::Notice;

    let access = super::access(organization_id)?;
    let started = super::backend()?.sync.start_read(&access, full).await?;
    super::answer_page(&back, Notice::ReadStarted);
    Ok(started)
}
