//! What an error means, by PEMS's code and by HTTP's status. Source: the table of statuses in the PEMS contract.
//!
//! Two decisions beyond that table. **403** counts as 401: a credential that was locked or lost its rights would
//! otherwise send the whole queue into dead letters, while a pause loses nothing. A **409** whose code cannot be
//! read counts as a lost answer: whether to retry or to compare depends on the record, so it is read back.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::Value as Json;

use super::super::storable;
use super::super::{Answer, PemsError};

/// What the request was for: the same failure leaves a write in doubt, and a read merely unread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Read,
    Write,
}

impl Purpose {
    /// The request may have been carried out, and nobody said so.
    pub(super) fn lost(self, answer: Answer) -> PemsError {
        match self {
            Self::Read => PemsError::Transient(answer),
            Self::Write => PemsError::OutcomeUnknown(answer),
        }
    }
}

/// An error of the contract: `{"success":false,"error":"CODE","message":"…"}`, as a whole answer with `status` or
/// as one result of a batch, which has none.
pub(super) fn by_code(purpose: Purpose, status: Option<StatusCode>, body: Json) -> PemsError {
    let code = body["error"].as_str().unwrap_or_default().to_owned();
    let usual = match code.as_str() {
        "INVALID_REQUEST" | "BUSINESS_RULE" => Some(400),
        "UNAUTHORIZED" => Some(401),
        "NOT_FOUND" => Some(404),
        "VERSION_CONFLICT" | "RECORD_LOCKED" => Some(409),
        "RATE_LIMITED" => Some(429),
        _ => None,
    };
    let answer = answer(status.map(|status| status.as_u16()).or(usual), body);
    match code.as_str() {
        "INVALID_REQUEST" | "BUSINESS_RULE" => PemsError::Invalid(answer),
        "UNAUTHORIZED" => PemsError::Unauthorized(answer),
        "NOT_FOUND" => PemsError::NotFound(answer),
        "VERSION_CONFLICT" => PemsError::Conflict(answer),
        "RECORD_LOCKED" => PemsError::Locked(answer),
        "RATE_LIMITED" => PemsError::RateLimited { retry_after: None, answer },
        _ => purpose.lost(answer),
    }
}

/// An answer whose status is no success.
pub(super) fn by_status(
    purpose: Purpose,
    status: StatusCode,
    retry_after: Option<Duration>,
    body: Option<Json>,
) -> PemsError {
    let given = body.map_or_else(|| without_body(status), |body| answer(Some(status.as_u16()), body));
    match status.as_u16() {
        401 | 403 => PemsError::Unauthorized(given),
        404 => PemsError::NotFound(given),
        409 => match given.body.as_ref().and_then(|body| body["error"].as_str()) {
            Some("VERSION_CONFLICT") => PemsError::Conflict(given),
            Some("RECORD_LOCKED") => PemsError::Locked(given),
            _ => purpose.lost(given),
        },
        429 => PemsError::RateLimited { retry_after, answer: given },
        // 408 says that the server waited for us in vain: as good as a reset.
        408 | 500.. => purpose.lost(given),
        _ => PemsError::Invalid(given),
    }
}

/// PEMS's own words where it has some, and what it answered.
pub(super) fn answer(status: Option<u16>, body: Json) -> Answer {
    let said = body["message"].as_str().or_else(|| body["error"].as_str()).map(storable::message);
    let message = match (said, status) {
        (Some(said), _) if !said.is_empty() => said,
        (_, Some(status)) => format!("HTTP {status} without a message"),
        _ => "an error without a message".to_owned(),
    };
    Answer { status, message, body: Some(storable::answer_body(body)) }
}

fn without_body(status: StatusCode) -> Answer {
    let reason = status.canonical_reason().unwrap_or("unknown status");
    let message = format!("HTTP {} {reason}, without an answer that could be read", status.as_u16());
    Answer { status: Some(status.as_u16()), message, body: None }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn status(purpose: Purpose, status: u16, code: &str) -> &'static str {
        let body = (!code.is_empty()).then(|| json!({"success": false, "error": code, "message": "m"}));
        by_status(purpose, StatusCode::from_u16(status).unwrap(), None, body).code()
    }

    #[test]
    fn the_table_of_the_contract() {
        for (http, code, write, read) in [
            (400, "INVALID_REQUEST", "invalid", "invalid"),
            (400, "BUSINESS_RULE", "invalid", "invalid"),
            (400, "", "invalid", "invalid"),
            (401, "UNAUTHORIZED", "unauthorized", "unauthorized"),
            (401, "", "unauthorized", "unauthorized"),
            (403, "", "unauthorized", "unauthorized"),
            (404, "NOT_FOUND", "not_found", "not_found"),
            (409, "VERSION_CONFLICT", "conflict", "conflict"),
            (409, "RECORD_LOCKED", "locked", "locked"),
            (409, "", "unknown", "transient"),
            (429, "RATE_LIMITED", "rate_limited", "rate_limited"),
            (500, "INTERNAL_ERROR", "unknown", "transient"),
            (502, "", "unknown", "transient"),
            (503, "", "unknown", "transient"),
            (504, "", "unknown", "transient"),
            (408, "", "unknown", "transient"),
            (302, "", "invalid", "invalid"),
            (418, "", "invalid", "invalid"),
        ] {
            assert_eq!(status(Purpose::Write, http, code), write, "write, {http} {code}");
            assert_eq!(status(Purpose::Read, http, code), read, "read, {http} {code}");
        }
    }

    #[test]
    fn an_item_of_a_batch_is_judged_by_its_code_alone() {
        let item = |code: &str| {
            by_code(Purpose::Write, None, json!({"success": false, "error": code, "message": "no"}))
        };
        let conflict = item("VERSION_CONFLICT");
        assert_eq!((conflict.code(), conflict.answer().status), ("conflict", Some(409)));
        assert_eq!(item("RECORD_LOCKED").code(), "locked");
        assert_eq!(item("INTERNAL_ERROR").code(), "unknown", "it may have been applied");
    }

    #[test]
    fn the_details_of_a_conflict_are_kept() {
        let body =
            json!({"success": false, "error": "VERSION_CONFLICT", "message": "is at 5", "currentVersion": 5});
        let PemsError::Conflict(answer) = by_status(Purpose::Write, StatusCode::CONFLICT, None, Some(body))
        else {
            panic!("a conflict")
        };
        assert_eq!(answer.message, "is at 5");
        assert_eq!(answer.body.unwrap()["currentVersion"], 5);
    }

    proptest! {
        #[test]
        fn no_server_error_of_a_write_is_ever_taken_for_not_applied(http in 500_u16..600, code in "[A-Z_]{0,20}") {
            prop_assert_eq!(status(Purpose::Write, http, &code), "unknown");
        }
    }
}
