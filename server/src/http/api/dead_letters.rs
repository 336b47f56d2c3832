//! Changes that did not reach PEMS.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use vanguard_app::backend::{
    Backend, Caller, CauseCount, Corrected, Correction, DeadLetterDecision, DeadLetterDetail,
    DeadLetterQuery, DeadLetterResult, DeadLetterSelection, DeadLetterView,
};

use super::scope::{InOrganization, Somewhere, wherever};
use super::{Answer, ApiState, cursor};
use crate::http::extract::{Body, InPath, LoggedIn, Query};
use crate::http::problem::Problem;

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(causes))
        .routes(routes!(letter))
        .routes(routes!(reprocess))
        .routes(routes!(discard))
        .routes(routes!(correct))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListParameters {
    organization_id: Uuid,
    /// `open`, `reprocessed` or `discarded`.
    status: Option<String>,
    error_code: Option<String>,
    /// Part of a key, a user name or, for those who may see amounts, an error.
    search: Option<String>,
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
    let query = DeadLetterQuery {
        status: parameters.status,
        error_code: parameters.error_code,
        search: parameters.search,
    };
    let page = backend.queue.dead_letters(&access, &query, window).await?;
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
    /// Only say which it would be.
    #[serde(default)]
    dry_run: bool,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DeadLetterFilter {
    /// Of one cause; without it: all.
    error_code: Option<String>,
    /// Part of a key, a user name or, for those who may see amounts, an error.
    search: Option<String>,
}

async fn decide(
    backend: &Backend,
    caller: &Caller,
    decision: DeadLetterDecision,
    body: Decide,
) -> Answer<DeadLetterResult> {
    let access = caller.enter(body.organization_id)?;
    let selection = match (body.ids, body.filter) {
        (Some(ids), None) => DeadLetterSelection { ids: Some(ids), ..DeadLetterSelection::default() },
        (None, Some(filter)) => {
            DeadLetterSelection { ids: None, error_code: filter.error_code, search: filter.search }
        }
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

/// One of them, with the record as PEMS has it now.
#[utoipa::path(get, path = "/api/pems/dead-letters/{id}", tag = "queue",
    params(("id" = Uuid, Path), Somewhere), responses((status = 200, body = DeadLetterDetail)))]
async fn letter(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Query(scope): Query<Somewhere>,
) -> Answer<DeadLetterDetail> {
    let letter = wherever(&caller, scope.organization_id, |access| {
        let queue = backend.queue.clone();
        async move { queue.dead_letter(&access, id).await }
    });
    Ok(Json(letter.await?))
}

#[derive(Debug, Serialize, ToSchema)]
struct Causes {
    /// Most first.
    causes: Vec<CauseCount>,
}

/// The open ones by cause.
#[utoipa::path(get, path = "/api/pems/dead-letters/causes", tag = "queue", params(InOrganization),
    responses((status = 200, body = Causes)))]
async fn causes(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Query(scope): Query<InOrganization>,
) -> Answer<Causes> {
    let access = caller.enter(scope.organization_id)?;
    Ok(Json(Causes { causes: backend.queue.dead_letter_causes(&access).await? }))
}

/// Other values for a failed change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Correct {
    organization_id: Uuid,
    /// The whole change, field by field: what it does not name is left as PEMS has it.
    #[schema(value_type = Object)]
    changes: serde_json::Map<String, serde_json::Value>,
    /// The `recordVersion` that you saw; if PEMS has moved on since, nothing is sent (409).
    seen_version: Option<i64>,
    /// Sent to PEMS; without it, the reason that the change had.
    reason: Option<String>,
}

/// Sends a failed change again with other values, based on what PEMS has now; the dead letter ends as reprocessed.
#[utoipa::path(post, path = "/api/pems/dead-letters/{id}/correct", tag = "queue",
    params(("id" = Uuid, Path)), request_body = Correct, responses((status = 200, body = Corrected)))]
async fn correct(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Body(body): Body<Correct>,
) -> Answer<Corrected> {
    let access = caller.enter(body.organization_id)?;
    let correction =
        Correction { changes: body.changes, seen_version: body.seen_version, reason: body.reason };
    Ok(Json(backend.queue.correct_dead_letter(&access, id, &correction).await?))
}
