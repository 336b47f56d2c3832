//! Where an organisation's PEMS is. Passwords are write-only: no answer holds one.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use vanguard_app::backend::{ApiServerInput, ApiServerView, Backend, ConnectionTest};

use super::{Answer, ApiState};
use crate::http::api::scope::{InOrganization, Somewhere, wherever};
use crate::http::extract::{Body, InPath, LoggedIn, Query};
use crate::http::problem::Problem;

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default()
        .routes(routes!(list, create))
        .routes(routes!(test_new))
        .routes(routes!(update))
        .routes(routes!(test))
        .routes(routes!(pause))
        .routes(routes!(resume))
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ApiServers {
    api_servers: Vec<ApiServerView>,
}

/// The organisation's API servers; the first one is in use.
#[utoipa::path(get, path = "/api/admin/api-servers", tag = "admin", params(InOrganization),
    responses((status = 200, body = ApiServers)))]
async fn list(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Query(scope): Query<InOrganization>,
) -> Answer<ApiServers> {
    let access = caller.enter(scope.organization_id)?;
    Ok(Json(ApiServers { api_servers: backend.api_servers.list(&access).await? }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewApiServer {
    organization_id: Uuid,
    server: ApiServerInput,
}

/// Adds an API server.
#[utoipa::path(post, path = "/api/admin/api-servers", tag = "admin", request_body = NewApiServer,
    responses((status = 201, body = ApiServerView)))]
async fn create(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Body(body): Body<NewApiServer>,
) -> Result<(StatusCode, Json<ApiServerView>), Problem> {
    let access = caller.enter(body.organization_id)?;
    Ok((StatusCode::CREATED, Json(backend.api_servers.create(&access, body.server).await?)))
}

/// Tries an API server that has not been saved yet.
#[utoipa::path(post, path = "/api/admin/api-servers/test", tag = "admin", request_body = NewApiServer,
    responses((status = 200, body = ConnectionTest)))]
async fn test_new(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Body(body): Body<NewApiServer>,
) -> Answer<ConnectionTest> {
    let access = caller.enter(body.organization_id)?;
    Ok(Json(backend.api_servers.test_new(&access, body.server).await?))
}

/// Changes an API server. Without a password, the stored one stays.
#[utoipa::path(put, path = "/api/admin/api-servers/{id}", tag = "admin", request_body = ApiServerInput,
    params(("id" = Uuid, Path), Somewhere), responses((status = 200, body = ApiServerView)))]
async fn update(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Query(scope): Query<Somewhere>,
    Body(input): Body<ApiServerInput>,
) -> Answer<ApiServerView> {
    let updated = wherever(&caller, scope.organization_id, |access| {
        let servers = backend.api_servers.clone();
        let input = input.clone();
        async move { servers.update(&access, id, input).await }
    });
    Ok(Json(updated.await?))
}

/// Tries an API server as it is stored; with a body, as that would make it.
#[utoipa::path(post, path = "/api/admin/api-servers/{id}/test", tag = "admin",
    request_body = Option<ApiServerInput>, params(("id" = Uuid, Path), Somewhere),
    responses((status = 200, body = ConnectionTest)))]
async fn test(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Query(scope): Query<Somewhere>,
    body: Option<Body<ApiServerInput>>,
) -> Answer<ConnectionTest> {
    let input = body.map(|Body(input)| input);
    let tested = wherever(&caller, scope.organization_id, |access| {
        let servers = backend.api_servers.clone();
        let input = input.clone();
        async move { servers.test(&access, id, input).await }
    });
    Ok(Json(tested.await?))
}

/// Stops all traffic with PEMS until it is resumed.
#[utoipa::path(post, path = "/api/admin/api-servers/{id}/pause", tag = "admin",
    params(("id" = Uuid, Path), Somewhere), responses((status = 200, body = ApiServerView)))]
async fn pause(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Query(scope): Query<Somewhere>,
) -> Answer<ApiServerView> {
    let paused = wherever(&caller, scope.organization_id, |access| {
        let servers = backend.api_servers.clone();
        async move { servers.pause(&access, id).await }
    });
    Ok(Json(paused.await?))
}

/// Lets traffic go again, whatever stopped it.
#[utoipa::path(post, path = "/api/admin/api-servers/{id}/resume", tag = "admin",
    params(("id" = Uuid, Path), Somewhere), responses((status = 200, body = ApiServerView)))]
async fn resume(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Query(scope): Query<Somewhere>,
) -> Answer<ApiServerView> {
    let resumed = wherever(&caller, scope.organization_id, |access| {
        let servers = backend.api_servers.clone();
        async move { servers.resume(&access, id).await }
    });
    Ok(Json(resumed.await?))
}
