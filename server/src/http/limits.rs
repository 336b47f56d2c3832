//! How much a request may send.

use axum::body::HttpBody;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::TryStreamExt;
use http::header::CONTENT_LENGTH;

use super::problem::Problem;

/// The most that any request may send, in bytes: a call that saves thousands of drafts.
pub(super) const LARGE_BODY: usize = 16 * 1024 * 1024;
/// The most that others may send.
pub(super) const BODY: usize = 1024 * 1024;
/// Up to this, what is too large is read to its end before it is refused: most clients look at the answer only when
/// they have sent everything, and would see a broken connection instead.
const POLITE: u64 = 64 * 1024 * 1024;

/// Refuses bodies that announce to be too large. Those that do not say how large they are meet the limit while they
/// are read.
pub(super) async fn announced(request: Request, next: Next) -> Response {
    let most = if takes_large_bodies(request.uri().path()) { LARGE_BODY } else { BODY };
    let announced = announced_length(&request);
    if announced.is_none_or(|length| usize::try_from(length).is_ok_and(|length| length <= most)) {
        return next.run(request).await;
    }
    if announced.is_some_and(|length| length <= POLITE) {
        let mut body = request.into_body().into_data_stream();
        while let Ok(Some(_)) = body.try_next().await {}
    }
    let detail =
        format!("The body is larger than the {most} bytes that this address takes. Send less at once.");
    Problem::new("too-large", detail).into_response()
}

/// Saving drafts, from a script or from a page.
fn takes_large_bodies(path: &str) -> bool {
    path == "/api/pfa-data/save-draft" || path.starts_with("/fn/")
}

fn announced_length(request: &Request) -> Option<u64> {
    let header = request.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok();
    header.or_else(|| request.body().size_hint().exact())
}
