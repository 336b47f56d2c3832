//! Whose value holds when both sides changed a field.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use vanguard_app::backend::{Backend, OwnershipChange, OwnershipRule, WhatIfReport};
use vanguard_domain::ownership::OwnershipRules;

use super::{Answer, ApiState};
use crate::http::extract::{Body, InPath, LoggedIn};

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(get, update)).routes(routes!(what_if))
}

#[derive(Debug, Serialize, ToSchema)]
struct Rules {
    rules: Vec<OwnershipRule>,
}

/// The rules that hold; a field that is missing is for people to decide.
#[utoipa::path(get, path = "/api/admin/organizations/{id}/ownership-rules", tag = "admin",
    params(("id" = Uuid, Path)), responses((status = 200, body = Rules)))]
async fn get(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
) -> Answer<Rules> {
    let access = caller.enter(id)?;
    Ok(Json(Rules { rules: backend.ownership.rules(&access).await? }))
}

/// Replaces the rules. To switch any on, send the `seen` of the what-if of exactly these rules along.
#[utoipa::path(put, path = "/api/admin/organizations/{id}/ownership-rules", tag = "admin",
    request_body = OwnershipChange, params(("id" = Uuid, Path)), responses((status = 200, body = Rules)))]
async fn update(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Body(change): Body<OwnershipChange>,
) -> Answer<Rules> {
    let access = caller.enter(id)?;
    Ok(Json(Rules { rules: backend.ownership.update(&access, change).await? }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WhatIf {
    /// Field → `pems` or `vanguard`.
    #[schema(value_type = Object)]
    rules: OwnershipRules,
}

/// What rules would have done to the conflicts of the past.
#[utoipa::path(post, path = "/api/admin/organizations/{id}/ownership-rules/what-if", tag = "admin",
    request_body = WhatIf, params(("id" = Uuid, Path)), responses((status = 200, body = WhatIfReport)))]
async fn what_if(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Body(body): Body<WhatIf>,
) -> Answer<WhatIfReport> {
    let access = caller.enter(id)?;
    Ok(Json(backend.ownership.what_if(&access, body.rules).await?))
}
