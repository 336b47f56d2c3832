//! The write queue.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use vanguard_app::backend::{AttemptView, Backend, QueuePage, QueueQuery};

use super::scope::{Somewhere, wherever};
use super::{Answer, ApiState};
use crate::http::extract::{InPath, LoggedIn, Query};
use crate::http::problem::Problem;

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(attempts))
        .routes(routes!(cancel))
        .routes(routes!(retry))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListParameters {
    organization_id: Uuid,
    /// `pending`, `processing`, `completed`, `failed`, `cancelled` or `superseded`.
    status: Option<String>,
    pfa_id: Option<String>,
    /// Part of a key, a user name or, for those who may see amounts, an error.
    search: Option<String>,
    cursor: Option<String>,
    /// 1 to 1000; default 100.
    limit: Option<u32>,
}

/// Writes on their way to PEMS, and those that have ended, newest first.
#[utoipa::path(get, path = "/api/pems/queue", tag = "queue", params(ListParameters),
    responses((status = 200, body = QueuePage)))]
async fn list(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Query(parameters): Query<ListParameters>,
) -> Answer<QueuePage> {
    let access = caller.enter(parameters.organization_id)?;
    let query = QueueQuery {
        status: parameters.status,
        pfa_id: parameters.pfa_id,
        search: parameters.search,
        cursor: parameters.cursor,
        limit: parameters.limit,
    };
    Ok(Json(backend.queue.list(&access, &query).await?))
}

#[derive(Debug, Serialize, ToSchema)]
struct Attempts {
    attempts: Vec<AttemptView>,
}

/// Every request that was sent to PEMS for an item, with its answer.
#[utoipa::path(get, path = "/api/pems/queue/{id}/attempts", tag = "queue",
    params(("id" = Uuid, Path), Somewhere), responses((status = 200, body = Attempts)))]
async fn attempts(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Query(scope): Query<Somewhere>,
) -> Answer<Attempts> {
    let attempts = wherever(&caller, scope.organization_id, |access| {
        let queue = backend.queue.clone();
        async move { queue.attempts(&access, id).await }
    });
    Ok(Json(Attempts { attempts: attempts.await? }))
}

/// Takes a waiting item back; its change is discarded.
#[utoipa::path(post, path = "/api/pems/queue/{id}/cancel", tag = "queue",
    params(("id" = Uuid, Path), Somewhere), responses((status = 204)))]
async fn cancel(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Query(scope): Query<Somewhere>,
) -> Result<StatusCode, Problem> {
    wherever(&caller, scope.organization_id, |access| {
        let queue = backend.queue.clone();
        async move { queue.cancel(&access, id).await }
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tries a waiting item at once, or reprocesses a failed one.
#[utoipa::path(post, path = "/api/pems/queue/{id}/retry", tag = "queue",
    params(("id" = Uuid, Path), Somewhere), responses((status = 204)))]
async fn retry(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Query(scope): Query<Somewhere>,
) -> Result<StatusCode, Problem> {
    wherever(&caller, scope.organization_id, |access| {
        let queue = backend.queue.clone();
        async move { queue.retry(&access, id).await }
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
