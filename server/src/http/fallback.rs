//! Answers to what no endpoint answers.

use std::any::Any;

use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{Method, StatusCode, Uri};

use super::problem::Problem;
use crate::internal::internal;

pub(super) async fn unknown_address(uri: Uri) -> Problem {
    let path: String = uri.path().chars().take(200).collect();
    Problem::new("not-found", format!("There is no address {path}. All are listed at /api/docs."))
}

pub(super) async fn wrong_method(method: Method) -> Problem {
    Problem::new(
        "method-not-allowed",
        format!("This address does not know {method}. All are listed at /api/docs."),
    )
}

#[derive(Debug, thiserror::Error)]
#[error("a handler panicked: {0}")]
struct Panicked(String);

/// A fault of ours in one request: the others go on.
pub(super) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let message = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_default();
    Problem::from(internal(&Panicked(message))).into_response()
}

/// The limit on bodies answers in plain text, as it stands outside of every endpoint.
pub(super) async fn as_problem(response: Response) -> Response {
    let plain =
        response.headers().get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE && plain {
        return Problem::new("too-large", "The body is larger than the server takes. Send less at once.")
            .into_response();
    }
    response
}
