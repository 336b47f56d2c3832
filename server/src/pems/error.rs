//! What can come of a request to PEMS, by what has to be done about it.

use std::time::Duration;

use serde_json::{Value as Json, json};

/// What PEMS answered, as far as it answered at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: Option<u16>,
    /// In words: PEMS's message, or what went wrong on the way.
    pub message: String,
    /// The body, if it was JSON; cut off when it is long.
    pub body: Option<Json>,
}

impl Answer {
    /// No answer at all.
    pub fn none(message: impl Into<String>) -> Self {
        Self { status: None, message: message.into(), body: None }
    }

    /// For the attempt row and the audit log.
    pub fn to_json(&self) -> Json {
        json!({ "status": self.status, "message": self.message, "body": self.body })
    }
}

/// One variant per consequence. Source: the table of statuses in the PEMS contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}", self.summary(), self.answer().message)]
pub enum PemsError {
    /// 409 `VERSION_CONFLICT`: compare three-way.
    Conflict(Answer),
    /// 409 `RECORD_LOCKED`: somebody has it open; try again.
    Locked(Answer),
    /// 404: permanent.
    NotFound(Answer),
    /// 400 `INVALID_REQUEST`, `BUSINESS_RULE`: permanent.
    Invalid(Answer),
    /// 401: pause the API server.
    Unauthorized(Answer),
    /// 429: slow down, uses no retry.
    RateLimited { retry_after: Option<Duration>, answer: Answer },
    /// Nothing was changed in PEMS, for sure: the connection was refused, or it was a read. Try again.
    Transient(Answer),
    /// A write that may have been applied: read back before any retry.
    OutcomeUnknown(Answer),
}

impl PemsError {
    /// What each variant means, in our words.
    pub const SUMMARIES: [&str; 8] = [
        "the record was changed in PEMS",
        "PEMS has it locked",
        "the record is not in PEMS",
        "PEMS refused it",
        "PEMS refused our credentials",
        "PEMS's rate limit was met",
        "PEMS could not be reached",
        "the answer was lost",
    ];

    /// What happened, in our words.
    pub const fn summary(&self) -> &'static str {
        let place = match self {
            Self::Conflict(_) => 0,
            Self::Locked(_) => 1,
            Self::NotFound(_) => 2,
            Self::Invalid(_) => 3,
            Self::Unauthorized(_) => 4,
            Self::RateLimited { .. } => 5,
            Self::Transient(_) => 6,
            Self::OutcomeUnknown(_) => 7,
        };
        Self::SUMMARIES[place]
    }

    pub fn answer(&self) -> &Answer {
        match self {
            Self::Conflict(answer)
            | Self::Locked(answer)
            | Self::NotFound(answer)
            | Self::Invalid(answer)
            | Self::Unauthorized(answer)
            | Self::Transient(answer)
            | Self::OutcomeUnknown(answer)
            | Self::RateLimited { answer, .. } => answer,
        }
    }

    /// A code to group failures by; also the outcome of an attempt row.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Conflict(_) => "conflict",
            Self::Locked(_) => "locked",
            Self::NotFound(_) => "not_found",
            Self::Invalid(_) => "invalid",
            Self::Unauthorized(_) => "unauthorized",
            Self::RateLimited { .. } => "rate_limited",
            Self::Transient(_) => "transient",
            Self::OutcomeUnknown(_) => "unknown",
        }
    }
}
