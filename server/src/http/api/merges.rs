//! Merges that needed nobody.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use vanguard_app::backend::{AppliedResolution, Backend, MergeView};

use super::scope::{InOrganization, Somewhere, wherever};
use super::{Answer, ApiState};
use crate::http::extract::{InPath, LoggedIn, Query};

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(list)).routes(routes!(undo))
}

#[derive(Debug, Serialize, ToSchema)]
struct Merges {
    /// Newest first.
    merges: Vec<MergeView>,
    total: usize,
}

/// The merge journal.
#[utoipa::path(get, path = "/api/pems/merges", tag = "conflicts", params(InOrganization),
    responses((status = 200, body = Merges)))]
async fn list(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Query(scope): Query<InOrganization>,
) -> Answer<Merges> {
    let access = caller.enter(scope.organization_id)?;
    let merges = backend.conflicts.merges(&access).await?;
    Ok(Json(Merges { total: merges.len(), merges }))
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
