//! What every request passes before any page or endpoint sees it: who sent it, from where, and whether a page of
//! ours made it. One place for pages, server functions and JSON API alike.

mod address;
mod crossing;
mod strangers;

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method};
use vanguard_app::backend::BackendError;

use super::problem::Problem;
use crate::auth::{Credential, Sessions};
use crate::internal::internal;
use strangers::Strangers;

/// What the guard knows.
#[derive(Debug, Clone)]
pub struct Guard {
    sessions: Sessions,
    strangers: Strangers,
    trusted_proxies: u32,
}

impl Guard {
    pub fn new(sessions: Sessions, trusted_proxies: u32) -> Self {
        Self { sessions, strangers: Strangers::new(), trusted_proxies }
    }
}

/// Puts the [`Caller`](vanguard_app::backend::Caller) and the
/// [`ClientAddress`](vanguard_app::backend::ClientAddress) into the request's extensions, or refuses the request.
pub(super) async fn check(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    if needs_nobody(&request) {
        return next.run(request).await;
    }
    let credential = match Credential::of(request.headers()) {
        Ok(credential) => credential,
        Err(error) => {
            let detail = format!("The Authorization header is not usable: {error}. Use: Bearer <token>.");
            return Problem::new("not-logged-in", detail).into_response();
        }
    };
    if changes_something(request.method())
        && let Err(foreign) = crossing::check(request.headers(), credential)
    {
        return refuse(&request, Problem::new("foreign-origin", foreign.to_string()), || {
            BackendError::invalid(foreign.to_string())
        });
    }
    let caller = match credential {
        Some(credential) => match guard.sessions.caller(credential.token()).await {
            Ok(caller) => caller,
            Err(error) => {
                let error = internal(&error);
                return refuse(&request, unavailable(), || error);
            }
        },
        None => None,
    };
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let address = address::of_client(request.headers(), peer, guard.trusted_proxies);
    match (caller, credential) {
        (Some(caller), _) => {
            request.extensions_mut().insert(caller);
        }
        // A cookie whose session has ended is forgotten: the page shows the login.
        (None, Some(Credential::Bearer(_))) => {
            let detail = "The token is not valid, or its session has ended. Log in again.";
            return Problem::new("not-logged-in", detail).into_response();
        }
        (None, _) if changes_something(request.method()) => {
            if let Err(seconds) = guard.strangers.admit(address) {
                let error = BackendError::TooMany { seconds };
                return refuse(&request, error.clone().into(), || error);
            }
        }
        (None, _) => {}
    }
    request.extensions_mut().insert(address);
    next.run(request).await
}

/// The browser's files, health and metrics are the same for everybody.
fn needs_nobody(request: &Request) -> bool {
    let path = request.uri().path();
    let is_open = ["/pkg/", "/assets/", "/api/health"].iter().any(|beginning| path.starts_with(beginning));
    !changes_something(request.method()) && (is_open || path == "/metrics")
}

fn changes_something(method: &Method) -> bool {
    !method.is_safe()
}

fn unavailable() -> Problem {
    Problem::new("unavailable", "The database does not answer. Try again in a moment.").retry_after(2)
}

/// Server functions have an error format of their own, which the pages' code reads.
fn refuse(request: &Request, problem: Problem, error: impl FnOnce() -> BackendError) -> Response {
    if !request.uri().path().starts_with("/fn/") {
        return problem.into_response();
    }
    let status = problem.status();
    let mut response = (status, Json(error())).into_response();
    response.headers_mut().insert("serverfnerror", HeaderValue::from_static("refused"));
    response
}
