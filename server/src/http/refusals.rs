//! The status of a server function's refusal. The framework answers every error with 500, which says that something
//! is broken: in logs, in metrics, and in the browser's console. A refusal has the status that the JSON API gives it.

use axum::body::{Body, to_bytes};
use axum::response::Response;
use http::StatusCode;
use vanguard_app::backend::BackendError;

use super::problem::Problem;

/// By this header the framework marks errors; its value is the function's path.
const MARK: &str = "serverfnerror";
/// No error of ours is longer, with a message for each of a record's fields.
const LONGEST: usize = 64 * 1024;

/// Gives the answer the status that fits the error in its body.
pub(super) async fn with_its_status(response: Response) -> Response {
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR || !response.headers().contains_key(MARK) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, LONGEST).await else {
        return Response::from_parts(parts, Body::empty());
    };
    if let Ok(error) = serde_json::from_slice::<BackendError>(&bytes) {
        parts.status = Problem::from(error).status();
    }
    Response::from_parts(parts, bytes.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn status_of(error: &BackendError, mark: bool) -> StatusCode {
        let body = serde_json::to_vec(error).unwrap();
        let mut response = Response::new(Body::from(body.clone()));
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        if mark {
            response.headers_mut().insert(MARK, "/fn/some/thing".parse().unwrap());
        }
        let answer = with_its_status(response).await;
        let status = answer.status();
        assert_eq!(
            to_bytes(answer.into_body(), LONGEST).await.unwrap(),
            body,
            "the browser reads it as before"
        );
        status
    }

    #[tokio::test]
    async fn a_refusal_is_not_a_failure_of_ours() {
        assert_eq!(status_of(&BackendError::not_found("conflict"), true).await, StatusCode::NOT_FOUND);
        assert_eq!(status_of(&BackendError::WrongCredentials, true).await, StatusCode::UNAUTHORIZED);
        assert_eq!(status_of(&BackendError::wrong_state("decided"), true).await, StatusCode::CONFLICT);
    }

    #[tokio::test]
    async fn a_failure_of_ours_stays_one_and_so_does_what_no_server_function_said() {
        let internal = BackendError::Internal { id: uuid::Uuid::nil() };
        assert_eq!(status_of(&internal, true).await, StatusCode::INTERNAL_SERVER_ERROR);
        let elsewhere = BackendError::not_found("page");
        assert_eq!(status_of(&elsewhere, false).await, StatusCode::INTERNAL_SERVER_ERROR);
    }
}
