//! What browsers are told about every answer.

use axum::Router;
use http::HeaderValue;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use tower_http::set_header::SetResponseHeaderLayer;

/// For answers that are no pages: nothing in them is to be run or shown inside of anything.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

/// Sets what an answer has not set itself.
pub(super) fn protect<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    let always: [(HeaderName, &str); 5] = [
        // Answers are about a user's data; files say otherwise for themselves.
        (CACHE_CONTROL, "no-store"),
        (CONTENT_SECURITY_POLICY, NOTHING),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "same-origin"),
    ];
    always.into_iter().fold(router, |router, (name, value)| {
        router.layer(SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value)))
    })
}
