//! One HTTP request to somebody else's server, and what comes back: PEMS, Slack. Nothing here names the address,
//! which may be secret.

use std::error::Error;

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};

/// An answer, as far as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) retry_after: Option<String>,
    /// The server's own time, as its `Date` header has it.
    pub(crate) date: Option<String>,
    /// The whole body, or why there is none.
    pub(crate) body: Result<Vec<u8>, String>,
}

/// No answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum NoReply {
    /// Connection refused, no such host, no TLS: the request cannot have left.
    NotSent(String),
    /// It may have left: time-out, reset, closed without an answer.
    Lost(String),
}

/// Sends a request and reads at most `most_bytes` of the answer. The client's total time-out covers both.
pub(crate) async fn exchange(request: RequestBuilder, most_bytes: usize) -> Result<Reply, NoReply> {
    let response = request.send().await.map_err(|error| {
        let text = in_words(&error);
        // A builder error is ours: it never became a request.
        if error.is_connect() || error.is_builder() { NoReply::NotSent(text) } else { NoReply::Lost(text) }
    })?;
    let status = response.status();
    let header = |headers: &HeaderMap, name| {
        headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
    };
    let retry_after = header(response.headers(), RETRY_AFTER);
    let date = header(response.headers(), DATE);
    Ok(Reply { status, retry_after, date, body: read(response, most_bytes).await })
}

/// In chunks, so that an endless answer is given up at the limit and not when memory is.
async fn read(mut response: Response, most_bytes: usize) -> Result<Vec<u8>, String> {
    let too_long = || format!("the answer has more than {most_bytes} bytes");
    let announced = response.content_length().and_then(|length| usize::try_from(length).ok());
    if announced.is_some_and(|length| length > most_bytes) {
        return Err(too_long());
    }
    let mut body = Vec::with_capacity(announced.unwrap_or(0));
    while let Some(chunk) = response.chunk().await.map_err(|error| in_words(&error))? {
        if body.len() + chunk.len() > most_bytes {
            return Err(too_long());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// The error with its causes. reqwest's own text names the address and no cause.
fn in_words(error: &reqwest::Error) -> String {
    let kind = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else if error.is_body() || error.is_decode() {
        "the answer broke off"
    } else {
        "the connection was lost"
    };
    let mut causes = Vec::new();
    let mut source = error.source();
    while let Some(cause) = source {
        causes.push(cause.to_string());
        source = cause.source();
    }
    causes.last().map_or_else(|| kind.to_owned(), |deepest| format!("{kind} ({deepest})"))
}
