//! A thin client of the control interface: sends JSON, gives the answer back as text.

use anyhow::{Context, bail};
use reqwest::RequestBuilder;
use serde_json::Value;

pub(super) struct Client {
    base: String,
    http: reqwest::Client,
}

impl Client {
    pub(super) fn new(base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), http: reqwest::Client::new() }
    }

    pub(super) async fn get(
        &self,
        path: &str,
        query: &[(&str, Option<String>)],
    ) -> anyhow::Result<Option<String>> {
        let given: Vec<_> = query.iter().filter_map(|(key, value)| Some((key, value.as_ref()?))).collect();
        send(self.http.get(self.url(path)).query(&given)).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> anyhow::Result<Option<String>> {
        send(self.http.post(self.url(path)).json(body)).await
    }

    pub(super) async fn put(&self, path: &str, body: &Value) -> anyhow::Result<Option<String>> {
        send(self.http.put(self.url(path)).json(body)).await
    }

    pub(super) async fn delete(&self, path: &str) -> anyhow::Result<Option<String>> {
        send(self.http.delete(self.url(path))).await
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }
}

/// The answer, laid out for reading; nothing when there was nothing to say.
async fn send(request: RequestBuilder) -> anyhow::Result<Option<String>> {
    let answer =
        request.send().await.context("is the simulator running, and is --control its control port?")?;
    let status = answer.status();
    let text = answer.text().await?;
    let shown = serde_json::from_str::<Value>(&text).map_or(text, |json| format!("{json:#}"));
    if !status.is_success() {
        bail!("the simulator answered {status}: {shown}");
    }
    Ok((!shown.is_empty()).then_some(shown))
}
