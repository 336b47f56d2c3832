//! The caller's inbox.

use axum::Json;
use axum::extract::State;
use http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;
use vanguard_app::backend::{Backend, Inbox};

use super::{Answer, ApiState};
use crate::http::extract::{InPath, LoggedIn};
use crate::http::problem::Problem;

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(inbox)).routes(routes!(read)).routes(routes!(read_all))
}

/// The newest notifications.
#[utoipa::path(get, path = "/api/notifications", tag = "live", responses((status = 200, body = Inbox)))]
async fn inbox(State(backend): State<Backend>, LoggedIn(caller): LoggedIn) -> Answer<Inbox> {
    Ok(Json(backend.notifications.inbox(&caller).await?))
}

/// Marks one as read.
#[utoipa::path(post, path = "/api/notifications/{id}/read", tag = "live", params(("id" = Uuid, Path)),
    responses((status = 204)))]
async fn read(
    State(backend): State<Backend>,
    LoggedIn(caller): LoggedIn,
    InPath(id): InPath<Uuid>,
) -> Result<StatusCode, Problem> {
    backend.notifications.mark_read(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Marks all as read.
#[utoipa::path(post, path = "/api/notifications/read-all", tag = "live", responses((status = 204)))]
async fn read_all(State(backend): State<Backend>, LoggedIn(caller): LoggedIn) -> Result<StatusCode, Problem> {
    backend.notifications.mark_all_read(&caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
