//! Sync status, runs, and asking for a run.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use uuid::Uuid;

use crate::backend::{BackendError, HourOfWrites, JobView, ReadSyncStarted, SyncStatus, WriteSyncStarted};

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

/// The newest runs, read and write together.
#[server(prefix = "/fn", endpoint = "sync/jobs", input = GetUrl)]
pub async fn sync_jobs(organization_id: Uuid, limit: u32) -> Result<Vec<JobView>, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.sync.jobs(&access, None, limit).await
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
