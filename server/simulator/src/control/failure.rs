//! Why the control interface could not do as it was told.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::record::BadRecord;
use crate::refusal::Refusal;

#[derive(Debug)]
pub(super) enum Failure {
    NoSuchRecord,
    NoSuchFault,
    /// The rules of PEMS hold for people inside it too.
    Refused(Refusal),
    BadRecord(BadRecord),
    /// The contract's port is taken by now.
    PortTaken(std::io::Error),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let (status, body) = match self {
            Self::NoSuchRecord => (StatusCode::NOT_FOUND, json!({ "message": "no such record" })),
            Self::NoSuchFault => (StatusCode::NOT_FOUND, json!({ "message": "no such fault" })),
            Self::Refused(refusal) => (refusal.status(), refusal.body()),
            Self::BadRecord(bad) => (StatusCode::BAD_REQUEST, json!({ "message": bad.to_string() })),
            Self::PortTaken(error) => (StatusCode::CONFLICT, json!({ "message": error.to_string() })),
        };
        (status, Json(body)).into_response()
    }
}
