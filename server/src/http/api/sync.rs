//! Sync as a whole: its status, its runs, and asking for one.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use vanguard_app::backend::{
    Backend, JobDetail, JobView, ReadSyncStarted, StatusQuery, SyncStatus, WriteSyncRequest, WriteSyncStarted,
};

use super::priority::PriorityInput;
use super::scope::{Somewhere, wherever};
use super::{Answer, ApiState};
use crate::http::extract::{Body, InPath, LoggedIn, Query};

const JOBS_UNASKED: u32 = 100;

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(write_sync))
        .routes(routes!(read_sync))
        .routes(routes!(status))
        .routes(routes!(jobs))
        .routes(routes!(job))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WriteSync {
    organization_id: Uuid,
    /// Default: everything committed.
    modification_ids: Option<Vec<Uuid>>,
    /// A new priority for them.
    priority: Option<PriorityInput>,
}

/// Sends what is committed now, without waiting for the schedule.
#[utoipa::path(post, path = "/api/pems/write-sync", tag = "sync", request_body = WriteSync,
    responses((status = 200, body = WriteSyncStarted)))]
async fn write_sync(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Body(body): Body<WriteSync>,
) -> Answer<WriteSyncStarted> {
    let access = caller.enter(body.organization_id)?;
    let request = WriteSyncRequest {
        modification_ids: body.modification_ids,
        priority: body.priority.map(PriorityInput::get),
    };
    Ok(Json(backend.sync.start_write(&access, request).await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReadSync {
    organization_id: Uuid,
    /// Everything, not only what has changed.
    #[serde(default)]
    full: bool,
}

/// Starts reading from PEMS; if a run is under way, answers with that one. Everything, while a run reads only what
/// changed, is refused with 409.
#[utoipa::path(post, path = "/api/pems/read-sync", tag = "sync", request_body = ReadSync,
    responses((status = 200, body = ReadSyncStarted)))]
async fn read_sync(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Body(body): Body<ReadSync>,
) -> Answer<ReadSyncStarted> {
    let access = caller.enter(body.organization_id)?;
    Ok(Json(backend.sync.start_read(&access, body.full).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct StatusParameters {
    organization_id: Uuid,
    /// Count only items in this queue status.
    status: Option<String>,
    /// Count only items queued at or after.
    start_date: Option<DateTime<Utc>>,
    /// Count only items queued before.
    end_date: Option<DateTime<Utc>>,
}

/// How the sync fares.
#[utoipa::path(get, path = "/api/pems/sync-status", tag = "sync", params(StatusParameters),
    responses((status = 200, body = SyncStatus)))]
async fn status(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Query(parameters): Query<StatusParameters>,
) -> Answer<SyncStatus> {
    let access = caller.enter(parameters.organization_id)?;
    let query = StatusQuery {
        status: parameters.status,
        start_date: parameters.start_date,
        end_date: parameters.end_date,
    };
    Ok(Json(backend.sync.status(&access, &query).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct JobsParameters {
    organization_id: Uuid,
    /// `read` or `write`.
    kind: Option<String>,
    /// 1 to 1000; default 100.
    limit: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
struct Jobs {
    /// Newest first.
    jobs: Vec<JobView>,
}

/// Read runs, and commits on their way to PEMS.
#[utoipa::path(get, path = "/api/pems/sync-jobs", tag = "sync", params(JobsParameters),
    responses((status = 200, body = Jobs)))]
async fn jobs(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Query(parameters): Query<JobsParameters>,
) -> Answer<Jobs> {
    let access = caller.enter(parameters.organization_id)?;
    let limit = parameters.limit.unwrap_or(JOBS_UNASKED);
    Ok(Json(Jobs { jobs: backend.sync.jobs(&access, parameters.kind.as_deref(), limit).await? }))
}

/// One of them, with its items.
#[utoipa::path(get, path = "/api/pems/sync-jobs/{jobId}", tag = "sync",
    params(("jobId" = Uuid, Path), Somewhere), responses((status = 200, body = JobDetail)))]
async fn job(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(job_id): InPath<Uuid>,
    Query(scope): Query<Somewhere>,
) -> Answer<JobDetail> {
    let job = wherever(&caller, scope.organization_id, |access| {
        let sync = backend.sync.clone();
        async move { sync.job(&access, job_id).await }
    });
    Ok(Json(job.await?))
}
