//! The write queue.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use vanguard_app::backend::{
    AttemptView, Backend, Caller, CauseCount, QueueAction, QueueActionResult, QueueItemDetail, QueuePage,
    QueueQuery, QueueSelection,
};

use super::scope::{InOrganization, Somewhere, wherever};
use super::{Answer, ApiState};
use crate::http::extract::{Body, InPath, LoggedIn, Query};
use crate::http::problem::Problem;

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(causes))
        .routes(routes!(item))
        .routes(routes!(cancel_bulk))
        .routes(routes!(retry_bulk))
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
    /// Only those whose last error has this code.
    error_code: Option<String>,
    pfa_id: Option<String>,
    /// Part of a key, a user name, a change's id or, for those who may see amounts, an error.
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
        error_code: parameters.error_code,
        pfa_id: parameters.pfa_id,
        search: parameters.search,
        cursor: parameters.cursor,
        offset: None,
        limit: parameters.limit,
    };
    Ok(Json(backend.queue.list(&access, &query).await?))
}

/// One write with its attempts, and what came before and after it.
#[utoipa::path(get, path = "/api/pems/queue/{id}", tag = "queue",
    params(("id" = Uuid, Path), Somewhere), responses((status = 200, body = QueueItemDetail)))]
async fn item(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Query(scope): Query<Somewhere>,
) -> Answer<QueueItemDetail> {
    let item = wherever(&caller, scope.organization_id, |access| {
        let queue = backend.queue.clone();
        async move { queue.item(&access, id).await }
    });
    Ok(Json(item.await?))
}

#[derive(Debug, Serialize, ToSchema)]
struct Causes {
    /// Most first.
    causes: Vec<CauseCount>,
}

/// Failed writes by cause.
#[utoipa::path(get, path = "/api/pems/queue/causes", tag = "queue", params(InOrganization),
    responses((status = 200, body = Causes)))]
async fn causes(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Query(scope): Query<InOrganization>,
) -> Answer<Causes> {
    let access = caller.enter(scope.organization_id)?;
    Ok(Json(Causes { causes: backend.queue.causes(&access).await? }))
}

/// Which writes: `ids`, or a `filter`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Selected {
    organization_id: Uuid,
    ids: Option<Vec<Uuid>>,
    filter: Option<ItemFilter>,
    /// Only say which it would be.
    #[serde(default)]
    dry_run: bool,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ItemFilter {
    status: Option<String>,
    error_code: Option<String>,
    pfa_id: Option<String>,
    /// Part of a key, a user name, a change's id or, for those who may see amounts, an error.
    search: Option<String>,
}

async fn act(
    backend: &Backend,
    caller: &Caller,
    action: QueueAction,
    body: Selected,
) -> Answer<QueueActionResult> {
    let access = caller.enter(body.organization_id)?;
    let selection = match (body.ids, body.filter) {
        (Some(ids), None) => QueueSelection { ids: Some(ids), ..QueueSelection::default() },
        (None, Some(filter)) => QueueSelection {
            ids: None,
            filter: QueueQuery {
                status: filter.status,
                error_code: filter.error_code,
                pfa_id: filter.pfa_id,
                search: filter.search,
                ..QueueQuery::default()
            },
        },
        _ => {
            let message = "Give either ids or a filter; an empty filter means all items.";
            return Err(Problem::new("invalid", message).with_error("ids", "required", message));
        }
    };
    Ok(Json(backend.queue.act(&access, action, &selection, body.dry_run).await?))
}

/// Takes waiting items back; their changes are discarded.
#[utoipa::path(post, path = "/api/pems/queue/cancel-bulk", tag = "queue", request_body = Selected,
    responses((status = 200, body = QueueActionResult)))]
async fn cancel_bulk(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Body(body): Body<Selected>,
) -> Answer<QueueActionResult> {
    act(&backend, &caller, QueueAction::Cancel, body).await
}

/// Tries waiting items at once, and reprocesses failed ones.
#[utoipa::path(post, path = "/api/pems/queue/retry-bulk", tag = "queue", request_body = Selected,
    responses((status = 200, body = QueueActionResult)))]
async fn retry_bulk(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Body(body): Body<Selected>,
) -> Answer<QueueActionResult> {
    act(&backend, &caller, QueueAction::Retry, body).await
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
