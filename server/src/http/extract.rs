//! Reading requests: every failure is a [`Problem`] that names what is wrong.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{FromRequest, FromRequestParts, OptionalFromRequest, Path, Request};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde::de::DeserializeOwned;
use vanguard_app::backend::{BackendError, Caller};

use super::problem::Problem;

/// Whoever has a live session; without one, 401. The middleware found him.
#[derive(Debug, Clone)]
pub(super) struct LoggedIn(pub(super) Caller);

impl<S: Sync> FromRequestParts<S> for LoggedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Caller>().cloned().map(Self).ok_or_else(|| BackendError::NotLoggedIn.into())
    }
}

/// A JSON body.
#[derive(Debug, Clone)]
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let is_json = request
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
        if !is_json {
            let detail = "Send JSON, with the header \"Content-Type: application/json\".";
            return Err(Problem::new("unsupported-media-type", detail));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(unread)?;
        parse(&bytes).map(Self)
    }
}

/// The body may be left out.
impl<S: Send + Sync, T: DeserializeOwned> OptionalFromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Self::Rejection> {
        let bytes = Bytes::from_request(request, state).await.map_err(unread)?;
        if bytes.is_empty() { Ok(None) } else { parse(&bytes).map(|body| Some(Self(body))) }
    }
}

fn unread(rejection: BytesRejection) -> Problem {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new("too-large", "The body is larger than this address takes. Send less at once.")
    } else {
        Problem::malformed("The body could not be read to its end.")
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if holds_nul(bytes) {
        return Err(Problem::malformed(NUL));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        let cause = error.into_inner();
        let message = sentence(&cause.to_string());
        if cause.is_data() {
            let field = if path == "." { "body" } else { &path };
            Problem::new("invalid", message.clone()).with_error(field, "wrongType", message)
        } else {
            Problem::malformed(format!("The body is no JSON: {message}"))
        }
    })?;
    deserializer.end().map_err(|error| {
        Problem::malformed(format!("The body is no JSON: {}", sentence(&error.to_string())))
    })?;
    Ok(value)
}

/// PostgreSQL's text holds every character but this one.
pub(super) const NUL: &str = "The request holds a NUL character (U+0000). No text here may hold one.";

/// Whether any string of the JSON holds U+0000, which JSON can only write as an escape.
fn holds_nul(json: &[u8]) -> bool {
    const ESCAPE: &[u8] = b"\\u0000";
    let mut rest = json;
    while let Some(at) = rest.windows(ESCAPE.len()).position(|window| window == ESCAPE) {
        // A backslash before it that is itself escaped belongs to the text.
        let before = rest[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
        if before % 2 == 0 {
            return true;
        }
        rest = &rest[at + ESCAPE.len()..];
    }
    false
}

/// A library's message as a sentence of bearable length: it may quote what was sent.
fn sentence(message: &str) -> String {
    let mut text: String = message.chars().take(300).collect();
    if let Some(first) = text.get(..1).map(str::to_uppercase) {
        text.replace_range(..1, &first);
    }
    text.push('.');
    text
}

/// The query string, read into a struct. Unknown parameters are refused by its `deny_unknown_fields`.
#[derive(Debug, Clone)]
pub(super) struct Query<T>(pub(super) T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Self::Rejection> {
        let query = parts.uri.query().unwrap_or_default();
        if query.contains("%00") {
            return Err(Problem::malformed(NUL));
        }
        let deserializer = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(deserializer).map(Self).map_err(|error| {
            let path = error.path().to_string();
            let message = sentence(&error.into_inner().to_string());
            let field = if path == "." { "query" } else { &path };
            Problem::malformed_field(field, message)
        })
    }
}

/// Values in the path.
#[derive(Debug, Clone)]
pub(super) struct InPath<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for InPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        if parts.uri.path().contains("%00") {
            return Err(Problem::malformed(NUL));
        }
        let read: Result<Path<T>, PathRejection> = Path::from_request_parts(parts, state).await;
        read.map(|Path(value)| Self(value))
            .map_err(|rejection| Problem::malformed(sentence(&rejection.body_text())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_is_found_however_many_backslashes_stand_before_it() {
        for (json, holds) in [
            (r#"{"a":"b\u0000c"}"#, true),
            (r#"{"a":"b\\u0000c"}"#, false),
            (r#"{"a":"b\\\u0000c"}"#, true),
            (r#"{"a":"\\u0000 \u0000"}"#, true),
            (r#"{"a":"u0000"}"#, false),
        ] {
            assert_eq!(holds_nul(json.as_bytes()), holds, "{json}");
        }
    }
}
