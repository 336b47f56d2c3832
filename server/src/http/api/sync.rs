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
    Backend, JobDetail, JobItem, JobQuery, JobView, ReadSyncStarted, RejectedRecord, StatusQuery, SyncStatus,
    Window, WriteSyncRequest, WriteSyncStarted,
};

use super::priority::PriorityInput;
use super::scope::{Somewhere, wherever};
use super::{Answer, ApiState, cursor};
use crate::http::extract::{Body, InPath, LoggedIn, Query};

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(write_sync))
        .routes(routes!(read_sync))
        .routes(routes!(status))
        .routes(routes!(jobs))
        .routes(routes!(job))
        .routes(routes!(job_items))
        .routes(routes!(rejected))
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
    /// `running`, `completed` or `failed`.
    state: Option<String>,
    /// `schedule`, `manual`, `commit`, `resolution`, `reprocess`, `rollback` or `correction`.
    trigger: Option<String>,
    /// Only runs that started before.
    before: Option<DateTime<Utc>>,
    cursor: Option<String>,
    /// 1 to 1000; default 100.
    limit: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct JobList {
    /// Newest first.
    jobs: Vec<JobView>,
    /// How many there are in all.
    total: i64,
    /// For the next page; none at the end.
    next_cursor: Option<String>,
}

/// Read runs, and commits on their way to PEMS.
#[utoipa::path(get, path = "/api/pems/sync-jobs", tag = "sync", params(JobsParameters),
    responses((status = 200, body = JobList)))]
async fn jobs(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Query(parameters): Query<JobsParameters>,
) -> Answer<JobList> {
    let access = caller.enter(parameters.organization_id)?;
    let query = JobQuery {
        kind: parameters.kind,
        state: parameters.state,
        trigger: parameters.trigger,
        before: parameters.before,
    };
    let window = cursor::window(parameters.cursor.as_deref(), parameters.limit)?;
    let page = backend.sync.jobs(&access, &query, window).await?;
    let next_cursor = cursor::next(window.offset, page.jobs.len(), page.total);
    Ok(Json(JobList { jobs: page.jobs, total: page.total, next_cursor }))
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
        async move {
            let job = sync.job(&access, job_id).await?;
            let items = sync.job_items(&access, job_id, Window::START).await?.items;
            Ok(JobDetail { job, items })
        }
    });
    Ok(Json(job.await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct PartParameters {
    organization_id: Uuid,
    cursor: Option<String>,
    /// 1 to 1000; default 100.
    limit: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct JobItems {
    /// In the order of their commits.
    items: Vec<JobItem>,
    total: i64,
    /// For the next page; none at the end.
    next_cursor: Option<String>,
}

/// The changes of a write run, page by page.
#[utoipa::path(get, path = "/api/pems/sync-jobs/{jobId}/items", tag = "sync",
    params(("jobId" = Uuid, Path), PartParameters), responses((status = 200, body = JobItems)))]
async fn job_items(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(job_id): InPath<Uuid>,
    Query(parameters): Query<PartParameters>,
) -> Answer<JobItems> {
    let access = caller.enter(parameters.organization_id)?;
    let window = cursor::window(parameters.cursor.as_deref(), parameters.limit)?;
    backend.sync.job(&access, job_id).await?;
    let page = backend.sync.job_items(&access, job_id, window).await?;
    let next_cursor = cursor::next(window.offset, page.items.len(), page.total);
    Ok(Json(JobItems { items: page.items, total: page.total, next_cursor }))
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Rejected {
    /// In the order in which they came.
    records: Vec<RejectedRecord>,
    total: i64,
    /// For the next page; none at the end.
    next_cursor: Option<String>,
}

/// The records that a read run set aside, with what is wrong with them.
#[utoipa::path(get, path = "/api/pems/sync-jobs/{jobId}/rejected", tag = "sync",
    params(("jobId" = Uuid, Path), PartParameters), responses((status = 200, body = Rejected)))]
async fn rejected(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(job_id): InPath<Uuid>,
    Query(parameters): Query<PartParameters>,
) -> Answer<Rejected> {
    let access = caller.enter(parameters.organization_id)?;
    let window = cursor::window(parameters.cursor.as_deref(), parameters.limit)?;
    backend.sync.job(&access, job_id).await?;
    let page = backend.sync.rejected_records(&access, job_id, window).await?;
    let next_cursor = cursor::next(window.offset, page.records.len(), page.total);
    Ok(Json(Rejected { records: page.records, total: page.total, next_cursor }))
}
