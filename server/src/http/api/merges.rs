//! Merges that needed nobody.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use vanguard_app::backend::{AppliedResolution, Backend, MergeView};

use super::scope::{Somewhere, wherever};
use super::{Answer, ApiState, cursor};
use crate::http::extract::{InPath, LoggedIn, Query};

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(list)).routes(routes!(undo))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListParameters {
    organization_id: Uuid,
    cursor: Option<String>,
    /// 1 to 1000; default 100.
    limit: Option<u32>,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MergeList {
    /// Newest first.
    merges: Vec<MergeView>,
    /// How many there are in all.
    total: i64,
    /// For the next page; none at the end.
    next_cursor: Option<String>,
}

/// The merge journal.
#[utoipa::path(get, path = "/api/pems/merges", tag = "conflicts", params(ListParameters),
    responses((status = 200, body = MergeList)))]
async fn list(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Query(parameters): Query<ListParameters>,
) -> Answer<MergeList> {
    let access = caller.enter(parameters.organization_id)?;
    let window = cursor::window(parameters.cursor.as_deref(), parameters.limit)?;
    let page = backend.conflicts.merges(&access, window).await?;
    let next_cursor = cursor::next(window.offset, page.merges.len(), page.total);
    Ok(Json(MergeList { merges: page.merges, total: page.total, next_cursor }))
}

/// Takes our side of a merge back, as a new checked change.
#[utoipa::path(post, path = "/api/pems/merges/{id}/undo", tag = "conflicts",
    params(("id" = Uuid, Path), Somewhere), responses((status = 200, body = AppliedResolution)))]
async fn undo(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Query(scope): Query<Somewhere>,
) -> Answer<AppliedResolution> {
    let undone = wherever(&caller, scope.organization_id, |access| {
        let conflicts = backend.conflicts.clone();
        async move { conflicts.undo_merge(&access, id).await }
    });
    Ok(Json(undone.await?))
}
