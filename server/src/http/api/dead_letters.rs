//! Changes that did not reach PEMS.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use vanguard_app::backend::{
    Backend, Caller, DeadLetterDecision, DeadLetterResult, DeadLetterSelection, DeadLetterView,
};

use super::{Answer, ApiState, cursor};
use crate::http::extract::{Body, LoggedIn, Query};
use crate::http::problem::Problem;

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(list)).routes(routes!(reprocess)).routes(routes!(discard))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListParameters {
    organization_id: Uuid,
    /// `open`, `reprocessed` or `discarded`.
    status: Option<String>,
    cursor: Option<String>,
    /// 1 to 1000; default 100.
    limit: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeadLetterList {
    /// Newest first.
    dead_letters: Vec<DeadLetterView>,
    /// How many there are in all.
    total: i64,
    /// For the next page; none at the end.
    next_cursor: Option<String>,
}

/// Items that failed for good, with every attempt.
#[utoipa::path(get, path = "/api/pems/dead-letters", tag = "queue", params(ListParameters),
    responses((status = 200, body = DeadLetterList)))]
async fn list(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Query(parameters): Query<ListParameters>,
) -> Answer<DeadLetterList> {
    let access = caller.enter(parameters.organization_id)?;
    let window = cursor::window(parameters.cursor.as_deref(), parameters.limit)?;
    let page = backend.queue.dead_letters(&access, parameters.status.as_deref(), window).await?;
    let next_cursor = cursor::next(window.offset, page.dead_letters.len(), page.total);
    Ok(Json(DeadLetterList { dead_letters: page.dead_letters, total: page.total, next_cursor }))
}

/// Which open dead letters: `ids`, or a `filter`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Decide {
    organization_id: Uuid,
    ids: Option<Vec<Uuid>>,
    filter: Option<DeadLetterFilter>,
    /// Only count.
    #[serde(default)]
    dry_run: bool,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DeadLetterFilter {
    /// Of one cause; without it: all.
    error_code: Option<String>,
}

async fn decide(
    backend: &Backend,
    caller: &Caller,
    decision: DeadLetterDecision,
    body: Decide,
) -> Answer<DeadLetterResult> {
    let access = caller.enter(body.organization_id)?;
    let selection = match (body.ids, body.filter) {
        (Some(ids), None) => DeadLetterSelection { ids: Some(ids), error_code: None },
        (None, Some(filter)) => DeadLetterSelection { ids: None, error_code: filter.error_code },
        _ => {
            let message = "Give either ids or a filter; an empty filter means all open dead letters.";
            return Err(Problem::new("invalid", message).with_error("ids", "required", message));
        }
    };
    Ok(Json(backend.queue.decide_dead_letters(&access, decision, &selection, body.dry_run).await?))
}

/// Puts them into the queue again, validated anew and staggered.
#[utoipa::path(post, path = "/api/pems/dead-letters/reprocess", tag = "queue", request_body = Decide,
    responses((status = 200, body = DeadLetterResult)))]
async fn reprocess(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Body(body): Body<Decide>,
) -> Answer<DeadLetterResult> {
    decide(&backend, &caller, DeadLetterDecision::Reprocess, body).await
}

/// Gives their changes up.
#[utoipa::path(post, path = "/api/pems/dead-letters/discard", tag = "queue", request_body = Decide,
    responses((status = 200, body = DeadLetterResult)))]
async fn discard(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Body(body): Body<Decide>,
) -> Answer<DeadLetterResult> {
    decide(&backend, &caller, DeadLetterDecision::Discard, body).await
}
