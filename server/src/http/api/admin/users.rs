//! The people of an organisation.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use vanguard_app::backend::{Backend, ManagedUser, NewUser, UserChange};

use super::{Answer, ApiState};
use crate::http::api::scope::{InOrganization, Somewhere, wherever};
use crate::http::extract::{Body, InPath, LoggedIn, Query};
use crate::http::problem::Problem;

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(list, create)).routes(routes!(update))
}

#[derive(Debug, Serialize, ToSchema)]
struct Users {
    users: Vec<ManagedUser>,
}

/// The organisation's users.
#[utoipa::path(get, path = "/api/admin/users", tag = "admin", params(InOrganization),
    responses((status = 200, body = Users)))]
async fn list(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Query(scope): Query<InOrganization>,
) -> Answer<Users> {
    let access = caller.enter(scope.organization_id)?;
    Ok(Json(Users { users: backend.users.list(&access).await? }))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AddUser {
    organization_id: Uuid,
    user: NewUser,
}

/// Adds a user.
#[utoipa::path(post, path = "/api/admin/users", tag = "admin", request_body = AddUser,
    responses((status = 201, body = ManagedUser)))]
async fn create(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    Body(body): Body<AddUser>,
) -> Result<(StatusCode, Json<ManagedUser>), Problem> {
    let access = caller.enter(body.organization_id)?;
    Ok((StatusCode::CREATED, Json(backend.users.create(&access, body.user).await?)))
}

/// Changes a user: what is left out stays. Deactivating him, or a new password, ends his sessions.
#[utoipa::path(patch, path = "/api/admin/users/{id}", tag = "admin", request_body = UserChange,
    params(("id" = Uuid, Path), Somewhere), responses((status = 200, body = ManagedUser)))]
async fn update(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
    Query(scope): Query<Somewhere>,
    Body(change): Body<UserChange>,
) -> Answer<ManagedUser> {
    let updated = wherever(&caller, scope.organization_id, |access| {
        let users = backend.users.clone();
        let change = change.clone();
        async move { users.update(&access, id, change).await }
    });
    Ok(Json(updated.await?))
}
