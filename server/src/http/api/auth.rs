//! Logging in and out, and who is logged in.

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::{DateTime, Utc};
use http::header::{SET_COOKIE, USER_AGENT};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use vanguard_app::backend::{Backend, ClientAddress, LoginAttempt, UserView};

use super::{Answer, ApiState};
use crate::http::extract::{Body, LoggedIn};
use crate::http::problem::Problem;
use crate::internal::OrInternal;

pub(super) fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::default().routes(routes!(login)).routes(routes!(logout)).routes(routes!(me))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Login {
    username: String,
    password: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LoginAnswer {
    /// For the header `Authorization: Bearer …`.
    token: String,
    expires_at: DateTime<Utc>,
    user: UserView,
}

/// Opens a session: answers with its token and sets the session cookie.
#[utoipa::path(post, path = "/api/auth/login", tag = "auth", request_body = Login, security(()),
    responses((status = 200, body = LoginAnswer)))]
async fn login(
    State(backend): State<Backend>,
    Extension(address): Extension<ClientAddress>,
    headers: HeaderMap,
    Body(login): Body<Login>,
) -> Result<Response, Problem> {
    let user_agent =
        headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let attempt = LoginAttempt { username: login.username, password: login.password, user_agent, address };
    let session = backend.accounts.log_in(attempt).await?;
    let answer = LoginAnswer { token: session.token, expires_at: session.expires_at, user: session.user };
    let cookie = HeaderValue::from_str(&session.set_cookie).or_internal()?;
    Ok(([(SET_COOKIE, cookie)], Json(answer)).into_response())
}

/// Ends the session.
#[utoipa::path(post, path = "/api/auth/logout", tag = "auth", responses((status = 204)))]
async fn logout(State(backend): State<Backend>, LoggedIn(caller): LoggedIn) -> Result<Response, Problem> {
    let cookie = backend.accounts.log_out(&caller).await?;
    let cookie = HeaderValue::from_str(&cookie).or_internal()?;
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response())
}

/// Who is logged in.
#[utoipa::path(get, path = "/api/auth/me", tag = "auth", responses((status = 200, body = UserView)))]
async fn me(LoggedIn(caller): LoggedIn) -> Answer<UserView> {
    Ok(Json(caller.user))
}
