//! The answer as it goes out on the wire, whole or spoilt.

use std::convert::Infallible;
use std::io;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use futures::stream;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::apply::Outcome;
use crate::fault::{RetryAfter, StatusBody};
use crate::refusal::Refusal;

const JSON: &str = "application/json";
const HTML: &str = "text/html; charset=utf-8";
const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Service unavailable</title></head>\
    <body><h1>The service is temporarily unavailable</h1><p>Please try again later.</p></body></html>\n";

/// What happens on the connection.
#[derive(Debug)]
pub(super) enum Answer {
    Sent(Response),
    /// Closed without a byte.
    Closed,
    Reset,
}

impl Answer {
    pub(super) fn status(&self) -> Option<u16> {
        match self {
            Self::Sent(response) => Some(response.status().as_u16()),
            Self::Closed | Self::Reset => None,
        }
    }
}

impl From<Outcome> for Answer {
    fn from(outcome: Outcome) -> Self {
        Self::Sent(build(outcome.status, JSON, Body::from(outcome.text())))
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Outcome::from(Err(refusal)).into()
    }
}

pub(super) fn rate_limited(retry_after: RetryAfter, now: DateTime<Utc>) -> Answer {
    let mut response =
        build(StatusCode::TOO_MANY_REQUESTS, JSON, Body::from(Refusal::RateLimited.body().to_string()));
    let value = match retry_after {
        RetryAfter::Absent => None,
        RetryAfter::Seconds(seconds) => Some(seconds.to_string()),
        RetryAfter::Date(ahead) => {
            let ahead = i64::try_from(ahead).ok().and_then(TimeDelta::try_seconds).unwrap_or_default();
            Some((now + ahead).format("%a, %d %b %Y %H:%M:%S GMT").to_string())
        }
    };
    if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
        response.headers_mut().insert(header::RETRY_AFTER, value);
    }
    Answer::Sent(response)
}

/// An error status, as from PEMS itself or from whatever stands in front of it.
pub(super) fn status(code: u16, body: StatusBody) -> Answer {
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let error = json!({ "success": false, "error": "UNAVAILABLE", "message": "PEMS cannot answer now" });
    Answer::Sent(match body {
        StatusBody::Json => build(status, JSON, Body::from(error.to_string())),
        StatusBody::Html => build(status, HTML, Body::from(PAGE)),
        StatusBody::Empty => build(status, HTML, Body::empty()),
    })
}

pub(super) fn html() -> Answer {
    Answer::Sent(build(StatusCode::OK, HTML, Body::from(PAGE)))
}

pub(super) fn empty() -> Answer {
    Answer::Sent(build(StatusCode::OK, JSON, Body::empty()))
}

/// Announces the whole length, sends half of it and then fails, upon which hyper closes the connection.
pub(super) fn half(outcome: &Outcome) -> Answer {
    let whole = Bytes::from(outcome.text());
    let length = whole.len();
    let half = whole.slice(..length / 2);
    let parts = stream::unfold(Some(half), |half| async {
        if let Some(half) = half {
            return Some((Ok(half), None));
        }
        // Time for what was sent to leave; hyper drops it unsent if the error follows at once.
        sleep(Duration::from_millis(50)).await;
        Some((Err(io::Error::from(io::ErrorKind::ConnectionAborted)), None))
    });
    Answer::Sent(with_length(outcome.status, length, Body::from_stream(parts)))
}

/// Sends the whole answer, a few bytes at a time.
pub(super) fn drip(outcome: &Outcome, bytes: usize, every: Duration) -> Answer {
    let whole = Bytes::from(outcome.text());
    let length = whole.len();
    let parts = stream::unfold(whole, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        sleep(every).await;
        let drop = rest.split_to(bytes.clamp(1, rest.len()));
        Some((Ok::<_, Infallible>(drop), rest))
    });
    Answer::Sent(with_length(outcome.status, length, Body::from_stream(parts)))
}

/// The whole answer and a field nobody asked for, that long.
pub(super) fn oversized(outcome: &Outcome, bytes: usize) -> Answer {
    let mut body = serde_json::to_value(&outcome.body).unwrap_or_default();
    // Only a malformed record is no object, and that one is spoilt enough.
    if let Some(body) = body.as_object_mut() {
        body.insert("padding".to_owned(), Value::from("x".repeat(bytes)));
    }
    Answer::Sent(build(outcome.status, JSON, Body::from(body.to_string())))
}

fn with_length(status: StatusCode, length: usize, body: Body) -> Response {
    let mut response = build(status, JSON, body);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    response
}

fn build(status: StatusCode, content_type: &'static str, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
