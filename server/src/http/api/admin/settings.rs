//! An organisation's settings.

use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use vanguard_app::backend::{Backend, OrganizationSettings};

use super::{Answer, ApiState};
use crate::http::extract::{Body, InPath, LoggedIn};

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(get, update))
}

/// The organisation's settings.
#[utoipa::path(get, path = "/api/admin/organizations/{id}/settings", tag = "admin",
    params(("id" = Uuid, Path)), responses((status = 200, body = OrganizationSettings)))]
async fn get(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
) -> Answer<OrganizationSettings> {
    let access = caller.enter(id)?;
    Ok(Json(backend.settings.get(&access).await?))
}

/// Changes them.
#[utoipa::path(put, path = "/api/admin/organizations/{id}/settings", tag = "admin",
    request_body = OrganizationSettings, params(("id" = Uuid, Path)),
    responses((status = 200, body = OrganizationSettings)))]
async fn update(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Body(settings): Body<OrganizationSettings>,
) -> Answer<OrganizationSettings> {
    let access = caller.enter(id)?;
    Ok(Json(backend.settings.update(&access, settings).await?))
}
