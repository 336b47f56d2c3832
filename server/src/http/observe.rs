//! Each request gets an id, a line in the log, its place in the metrics, and an answer within bounds.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue};
use metrics::{counter, histogram};
use tracing::Instrument;
use uuid::Uuid;

use super::problem::Problem;
use crate::metrics::{HTTP_REQUESTS, HTTP_SECONDS};

/// Where the answer names the request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// No answer begins later. Streams go on longer: this ends when their head is ready.
const PATIENCE: Duration = Duration::from_secs(45);

pub(super) async fn observe(request: Request, next: Next) -> Response {
    let id = Uuid::new_v4();
    let method = request.method().clone();
    // The route, not the path: paths hold record keys, and there is no end of them.
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "other".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!("request", %id, %method, route);
    async move {
        let begun = Instant::now();
        let answered = tokio::time::timeout(PATIENCE, next.run(request)).await;
        let mut response = answered.unwrap_or_else(|_| {
            tracing::error!("the answer took too long");
            let detail =
                "The answer took too long. What you asked for may have been done: look before you ask again.";
            Problem::new("unavailable", detail).into_response()
        });
        let took = begun.elapsed();
        let status = response.status();
        let labels = [("method", method.to_string()), ("route", route)];
        histogram!(HTTP_SECONDS, &labels).record(took.as_secs_f64());
        let [method, route] = labels;
        counter!(HTTP_REQUESTS, &[method, route, ("status", status.as_u16().to_string())]).increment(1);
        if status.is_server_error() {
            tracing::warn!(status = status.as_u16(), ms = took.as_millis(), "answered");
        } else {
            tracing::debug!(status = status.as_u16(), ms = took.as_millis(), "answered");
        }
        if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
            response.headers_mut().insert(REQUEST_ID, value);
        }
        response
    }
    .instrument(span)
    .await
}
