//! Conflicts to decide.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use vanguard_app::backend::{
    AppliedResolution, Backend, BulkResolution, BulkResult, BulkSelection, ConflictGroup, ConflictList,
    ConflictQuery, ConflictView, ResolveRequest,
};
use vanguard_domain::conflict::{ConflictStatus, Resolution};
use vanguard_domain::record::Field;
use vanguard_domain::three_way::ConflictCause;

use super::scope::{InOrganization, Somewhere, wherever};
use super::{Answer, ApiState};
use crate::http::extract::{Body, InPath, LoggedIn, Query};
use crate::http::problem::Problem;

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list))
        .routes(routes!(groups))
        .routes(routes!(get))
        .routes(routes!(resolve))
        .routes(routes!(resolve_bulk))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListParameters {
    organization_id: Uuid,
    /// `unresolved`, `resolved_manual` or `resolved_auto`.
    #[param(value_type = Option<String>)]
    status: Option<ConflictStatus>,
    /// About this field.
    #[param(value_type = Option<String>)]
    field: Option<Field>,
    /// `both_changed` or `invalid_together`.
    #[param(value_type = Option<String>)]
    cause: Option<ConflictCause>,
    cursor: Option<String>,
    /// 1 to 1000; default 1000.
    limit: Option<u32>,
}

/// Changes that PEMS crossed, newest first.
#[utoipa::path(get, path = "/api/pems/conflicts", tag = "conflicts", params(ListParameters),
    responses((status = 200, body = ConflictList)))]
async fn list(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Query(parameters): Query<ListParameters>,
) -> Answer<ConflictList> {
    let access = caller.enter(parameters.organization_id)?;
    let query = ConflictQuery {
        statuses: parameters.status.into_iter().collect(),
        field: parameters.field,
        cause: parameters.cause,
        cursor: parameters.cursor,
        limit: parameters.limit,
    };
    Ok(Json(backend.conflicts.list(&access, &query).await?))
}

#[derive(Debug, Serialize, ToSchema)]
struct Groups {
    groups: Vec<ConflictGroup>,
}

/// How many unresolved conflicts there are of each field and cause.
#[utoipa::path(get, path = "/api/pems/conflicts/groups", tag = "conflicts", params(InOrganization),
    responses((status = 200, body = Groups)))]
async fn groups(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Query(scope): Query<InOrganization>,
) -> Answer<Groups> {
    let access = caller.enter(scope.organization_id)?;
    Ok(Json(Groups { groups: backend.conflicts.groups(&access).await? }))
}

/// One of them.
#[utoipa::path(get, path = "/api/pems/conflicts/{id}", tag = "conflicts",
    params(("id" = Uuid, Path), Somewhere), responses((status = 200, body = ConflictView)))]
async fn get(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Query(scope): Query<Somewhere>,
) -> Answer<ConflictView> {
    let conflict = wherever(&caller, scope.organization_id, |access| {
        let conflicts = backend.conflicts.clone();
        async move { conflicts.get(&access, id).await }
    });
    Ok(Json(conflict.await?))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Resolve {
    /// Default: whichever of the caller's organisations has the conflict.
    organization_id: Option<Uuid>,
    /// `use_local`, `use_pems` or `merge`.
    #[schema(value_type = String)]
    resolution: Resolution,
    /// For `merge`: a value for each field in conflict.
    #[schema(value_type = Option<Object>)]
    merged_data: Option<serde_json::Map<String, serde_json::Value>>,
    /// The `pemsVersion` that was looked at. If PEMS has moved on since, nothing is decided.
    seen_version: Option<i64>,
}

/// Decides a conflict.
#[utoipa::path(post, path = "/api/pems/conflicts/{id}/resolve", tag = "conflicts", request_body = Resolve,
    params(("id" = Uuid, Path)), responses((status = 200, body = AppliedResolution)))]
async fn resolve(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Body(body): Body<Resolve>,
) -> Answer<AppliedResolution> {
    let request = ResolveRequest {
        resolution: body.resolution,
        merged_data: body.merged_data,
        seen_version: body.seen_version,
    };
    let applied = wherever(&caller, body.organization_id, |access| {
        let conflicts = backend.conflicts.clone();
        let request = request.clone();
        async move { conflicts.resolve(&access, id, request).await }
    });
    Ok(Json(applied.await?))
}

/// Which unresolved conflicts: `ids`, or a `filter`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ResolveBulk {
    organization_id: Uuid,
    ids: Option<Vec<Uuid>>,
    filter: Option<ConflictFilter>,
    /// From the answer before: go on after what it decided.
    cursor: Option<String>,
    /// `use_local` or `use_pems`.
    #[schema(value_type = String)]
    resolution: Resolution,
    /// Only say what would happen.
    #[serde(default)]
    dry_run: bool,
    /// Conflict → the `recordVersion` that the dry run told. What PEMS has changed since is not decided.
    #[serde(default)]
    #[schema(value_type = Object)]
    seen: BTreeMap<Uuid, i64>,
}

#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ConflictFilter {
    /// About this field; without it: all.
    #[schema(value_type = Option<String>)]
    field: Option<Field>,
    /// With this cause; without it: any.
    #[schema(value_type = Option<String>)]
    cause: Option<ConflictCause>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BulkResults {
    /// Whether every one in `results` went well.
    success: bool,
    /// At most 1,000, oldest first.
    results: Vec<BulkResult>,
    /// How many were selected.
    total: i64,
    /// How many of them are left for further calls.
    remaining: i64,
    /// For the next call; none when nothing remains.
    next_cursor: Option<String>,
    dry_run: bool,
}

/// Decides many conflicts for one side, at most 1,000 in a call. One that fails does not stop the others.
#[utoipa::path(post, path = "/api/pems/conflicts/resolve-bulk", tag = "conflicts", request_body = ResolveBulk,
    responses((status = 200, body = BulkResults)))]
async fn resolve_bulk(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Body(body): Body<ResolveBulk>,
) -> Answer<BulkResults> {
    let access = caller.enter(body.organization_id)?;
    let cursor = body.cursor;
    let selection = match (body.ids, body.filter) {
        (Some(ids), None) => BulkSelection { ids: Some(ids), cursor, ..BulkSelection::default() },
        (None, Some(filter)) => BulkSelection { ids: None, field: filter.field, cause: filter.cause, cursor },
        _ => {
            let message = "Give either ids or a filter; an empty filter means all unresolved conflicts.";
            return Err(Problem::new("invalid", message).with_error("ids", "required", message));
        }
    };
    let request =
        BulkResolution { selection, resolution: body.resolution, dry_run: body.dry_run, seen: body.seen };
    let outcome = backend.conflicts.resolve_bulk(&access, request).await?;
    let decided = i64::try_from(outcome.results.len()).unwrap_or(i64::MAX);
    Ok(Json(BulkResults {
        success: outcome.results.iter().all(|result| result.success),
        results: outcome.results,
        total: outcome.total,
        remaining: outcome.total - decided,
        next_cursor: outcome.next_cursor,
        dry_run: body.dry_run,
    }))
}
