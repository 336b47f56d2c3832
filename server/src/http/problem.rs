//! Errors of the JSON API: RFC 9457 problem details, with the fields at fault.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;
use vanguard_app::backend::BackendError;
use vanguard_domain::validation::FieldError;

/// `application/problem+json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Problem {
    /// Where the kind of problem is described.
    #[serde(rename = "type")]
    kind: String,
    /// The kind of problem in a few words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What to do about it.
    detail: String,
    /// The fields at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<FieldProblem>)]
    errors: Vec<FieldError>,
    /// Seconds to wait before trying again.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

/// What is wrong with one field. Only its description is needed: [`FieldError`] is what is sent.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FieldProblem {
    /// The field's name in the request.
    field: String,
    /// For scripts.
    code: String,
    /// For people.
    message: String,
}

/// Every kind of problem that the API knows: code, title, what it means.
pub(super) const KINDS: &[(&str, StatusCode, &str)] = &[
    ("malformed", StatusCode::BAD_REQUEST, "The request cannot be read"),
    ("not-logged-in", StatusCode::UNAUTHORIZED, "A valid session is needed"),
    ("wrong-credentials", StatusCode::UNAUTHORIZED, "User name or password is wrong"),
    ("forbidden", StatusCode::FORBIDDEN, "A permission is missing"),
    ("foreign-origin", StatusCode::FORBIDDEN, "The request came from another site"),
    ("not-found", StatusCode::NOT_FOUND, "There is no such thing"),
    ("method-not-allowed", StatusCode::METHOD_NOT_ALLOWED, "This address knows other methods"),
    ("wrong-state", StatusCode::CONFLICT, "It is not in a state in which this makes sense"),
    ("too-large", StatusCode::PAYLOAD_TOO_LARGE, "The request is too large"),
    ("unsupported-media-type", StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body has to be JSON"),
    ("invalid", StatusCode::UNPROCESSABLE_ENTITY, "The request is not valid"),
    ("too-many", StatusCode::TOO_MANY_REQUESTS, "Too many tries"),
    ("internal", StatusCode::INTERNAL_SERVER_ERROR, "Something failed on our side"),
    ("upstream", StatusCode::BAD_GATEWAY, "PEMS could not be reached"),
    ("unavailable", StatusCode::SERVICE_UNAVAILABLE, "The server cannot answer now"),
];

/// Code of an error in a field that cannot be read at all.
const MALFORMED: &str = "malformed";

impl Problem {
    /// `code` is one of [`KINDS`].
    pub(super) fn new(code: &str, detail: impl Into<String>) -> Self {
        let known = KINDS.iter().find(|(known, _, _)| *known == code);
        let (code, status, title) = known.copied().unwrap_or((
            "internal",
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something failed on our side",
        ));
        Self {
            kind: format!("/api/docs#problem-{code}"),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// The request cannot be read.
    pub(super) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(MALFORMED, detail)
    }

    /// A field of the request cannot be read.
    pub(super) fn malformed_field(field: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self::malformed(message.clone()).with_error(field, MALFORMED, message)
    }

    #[must_use]
    pub(super) fn with_error(mut self, field: &str, code: &str, message: impl Into<String>) -> Self {
        self.errors.push(FieldError {
            field: field.to_owned(),
            code: code.to_owned(),
            message: message.into(),
        });
        self
    }

    #[must_use]
    pub(super) const fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    pub(super) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<BackendError> for Problem {
    fn from(error: BackendError) -> Self {
        let detail = error.to_string();
        match error {
            BackendError::NotLoggedIn => Self::new("not-logged-in", detail),
            BackendError::WrongCredentials => Self::new("wrong-credentials", detail),
            BackendError::Forbidden { .. } => Self::new("forbidden", detail),
            BackendError::NotFound { .. } => Self::new("not-found", detail),
            BackendError::Invalid { errors, .. } => {
                let unreadable = !errors.is_empty() && errors.iter().all(|error| error.code == MALFORMED);
                let code = if unreadable { MALFORMED } else { "invalid" };
                Self { errors, ..Self::new(code, detail) }
            }
            BackendError::WrongState { .. } => Self::new("wrong-state", detail),
            BackendError::TooMany { seconds } => Self::new("too-many", detail).retry_after(seconds),
            BackendError::Upstream { .. } => Self::new("upstream", detail),
            BackendError::Internal { .. } | BackendError::Connection { .. } => Self::new("internal", detail),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let retry_after = self.retry_after;
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
