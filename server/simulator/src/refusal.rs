//! Why PEMS says no: one variant for each error of the contract, with its status and its JSON.

use axum::http::StatusCode;
use serde_json::{Value, json};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("{0}")]
    InvalidRequest(String),
    #[error("{0}")]
    BusinessRule(String),
    #[error("{0}")]
    Unauthorized(&'static str),
    #[error("no {0} here")]
    NotFound(String),
    #[error("the record is at version {current}, not {expected}")]
    VersionConflict { current: u64, expected: u64, conflicting_fields: Vec<&'static str> },
    #[error("{0} is open in PEMS")]
    RecordLocked(String),
    #[error("too many requests")]
    RateLimited,
    #[error("internal error")]
    Internal,
}

impl Refusal {
    pub fn status(&self) -> StatusCode {
        match self {
            Self::InvalidRequest(_) | Self::BusinessRule(_) => StatusCode::BAD_REQUEST,
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::NotFound(_) => StatusCode::NOT_FOUND,
            Self::VersionConflict { .. } | Self::RecordLocked(_) => StatusCode::CONFLICT,
            Self::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "INVALID_REQUEST",
            Self::BusinessRule(_) => "BUSINESS_RULE",
            Self::Unauthorized(_) => "UNAUTHORIZED",
            Self::NotFound(_) => "NOT_FOUND",
            Self::VersionConflict { .. } => "VERSION_CONFLICT",
            Self::RecordLocked(_) => "RECORD_LOCKED",
            Self::RateLimited => "RATE_LIMITED",
            Self::Internal => "INTERNAL_ERROR",
        }
    }

    pub fn body(&self) -> Value {
        let mut body = json!({ "success": false, "error": self.code(), "message": self.to_string() });
        if let Self::VersionConflict { current, expected, conflicting_fields } = self {
            body["currentVersion"] = json!(current);
            body["expectedVersion"] = json!(expected);
            body["conflictingFields"] = json!(conflicting_fields);
        }
        body
    }
}
