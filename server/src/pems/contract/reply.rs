//! What a reply means, before what it says is read: a whole body to read, or an error.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::error::{Purpose, by_code, by_status};
use super::retry_after::retry_after;
use crate::exchange::{NoReply, Reply};
use crate::pems::storable;
use crate::pems::{Answer, PemsError};

/// The body of a successful answer, whole.
pub(super) fn body(
    purpose: Purpose,
    exchanged: Result<Reply, NoReply>,
    now: DateTime<Utc>,
) -> Result<Vec<u8>, PemsError> {
    let reply = exchanged.map_err(|no_reply| match no_reply {
        NoReply::NotSent(why) => PemsError::Transient(Answer::none(storable::message(&why))),
        NoReply::Lost(why) => purpose.lost(Answer::none(storable::message(&why))),
    })?;
    if !reply.status.is_success() {
        let wait = wait(&reply, now);
        let json = reply.body.ok().and_then(|body| serde_json::from_slice::<Json>(&body).ok());
        let error = by_status(purpose, reply.status, wait, json.filter(Json::is_object));
        return Err(error);
    }
    reply.body.map_err(|why| unreadable(purpose, &why))
}

/// Reads a whole successful answer as the JSON object that it has to be. One that says `"success":false` is the
/// error that its code says.
pub(super) fn object(purpose: Purpose, body: &[u8]) -> Result<Json, PemsError> {
    let json: Json = serde_json::from_slice(body).map_err(|_| unreadable(purpose, &looks_like(body)))?;
    if !json.is_object() {
        return Err(unreadable(purpose, &looks_like(body)));
    }
    if json["success"] == Json::Bool(false) {
        return Err(by_code(purpose, None, json));
    }
    Ok(json)
}

/// A success that cannot be read is none: nobody knows what PEMS did.
pub(super) fn unreadable(purpose: Purpose, why: &str) -> PemsError {
    let message = format!("HTTP 200, but {}", storable::message(why));
    purpose.lost(Answer { status: Some(200), message, body: None })
}

/// The same, for JSON that does not say what it should.
pub(super) fn incomplete(purpose: Purpose, why: &str, json: Json) -> PemsError {
    let message = format!("HTTP 200, but {}", storable::message(why));
    purpose.lost(Answer { status: Some(200), message, body: Some(storable::answer_body(json)) })
}

fn wait(reply: &Reply, now: DateTime<Utc>) -> Option<Duration> {
    retry_after(reply.retry_after.as_deref()?, reply.date.as_deref(), now)
}

fn looks_like(body: &[u8]) -> String {
    const SHOWN: usize = 120;
    if body.is_empty() {
        return "the answer is empty".to_owned();
    }
    let start = String::from_utf8_lossy(&body[..body.len().min(SHOWN)]);
    format!("the answer is not the JSON that was expected: {start}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use reqwest::StatusCode;
    use serde_json::json;

    use super::*;

    #[expect(clippy::unnecessary_wraps, reason = "it stands for what the exchange gives")]
    fn reply(status: u16, sent: &[u8]) -> Result<Reply, NoReply> {
        let status = StatusCode::from_u16(status).unwrap();
        Ok(Reply { status, retry_after: None, date: None, body: Ok(sent.to_vec()) })
    }

    fn outcome(purpose: Purpose, exchanged: Result<Reply, NoReply>) -> &'static str {
        let read = body(purpose, exchanged, DateTime::UNIX_EPOCH).and_then(|body| object(purpose, &body));
        read.map_or_else(|error| error.code(), |_| "readable")
    }

    #[test]
    fn what_cannot_have_left_is_surely_not_applied() {
        let refused = || Err(NoReply::NotSent("connection refused".into()));
        assert_eq!(outcome(Purpose::Write, refused()), "transient");
        assert_eq!(outcome(Purpose::Read, refused()), "transient");
    }

    #[test]
    fn a_lost_answer_leaves_a_write_in_doubt_and_a_read_unread() {
        let lost = || Err(NoReply::Lost("reset".into()));
        assert_eq!(outcome(Purpose::Write, lost()), "unknown");
        assert_eq!(outcome(Purpose::Read, lost()), "transient");
    }

    #[test]
    fn a_200_that_is_no_json_object_is_not_success() {
        for sent in [&b""[..], b"<html>login</html>", b"{\"success\":tr", b"[1]", b"null", b"\xff\xfe"] {
            assert_eq!(outcome(Purpose::Write, reply(200, sent)), "unknown", "{sent:?}");
            assert_eq!(outcome(Purpose::Read, reply(200, sent)), "transient", "{sent:?}");
        }
    }

    #[test]
    fn a_200_that_says_no_is_the_error_that_it_says() {
        let sent = json!({"success": false, "error": "RECORD_LOCKED", "message": "open"}).to_string();
        assert_eq!(outcome(Purpose::Write, reply(200, sent.as_bytes())), "locked");
    }

    #[test]
    fn the_wait_that_a_429_asks_for_is_passed_on() {
        let mut limited = reply(429, b"{}").unwrap();
        limited.retry_after = Some("3".into());
        let error = body(Purpose::Write, Ok(limited), DateTime::UNIX_EPOCH).unwrap_err();
        assert!(
            matches!(error, PemsError::RateLimited { retry_after: Some(wait), .. } if wait.as_secs() == 3),
            "{error:?}"
        );
    }

    proptest! {
        #[test]
        fn no_answer_panics_and_no_garbage_is_success(status in 100_u16..1000, sent in any::<Vec<u8>>()) {
            let seen = outcome(Purpose::Write, reply(status, &sent));
            prop_assert!(seen != "readable" || serde_json::from_slice::<Json>(&sent).unwrap().is_object());
        }
    }
}
