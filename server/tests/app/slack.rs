//! A web hook that takes alerts, as Slack's does.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Holds what it was told; stops when dropped.
#[derive(Debug)]
pub struct SlackStandIn {
    address: SocketAddr,
    seen: Arc<Seen>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Seen {
    /// The answers to the next requests; 200 when there is none.
    answers: Mutex<VecDeque<u16>>,
    /// The answer to everything else.
    always: Mutex<Option<u16>>,
    texts: Mutex<Vec<String>>,
    hangs: AtomicBool,
}

impl SlackStandIn {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let seen = Arc::new(Seen::default());
        let router = Router::new().route("/services/secret", post(take)).with_state(Arc::clone(&seen));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.expect("it can listen") });
        Self { address, seen, task }
    }

    /// For `SLACK_WEBHOOK_URL`.
    pub fn webhook(&self) -> String {
        format!("http://{}/services/secret", self.address)
    }

    /// The next requests are answered with these, one each.
    pub fn answer_next(&self, statuses: &[u16]) {
        self.seen.answers.lock().unwrap().extend(statuses);
    }

    /// Everything is answered with this.
    pub fn always_answer(&self, status: u16) {
        *self.seen.always.lock().unwrap() = Some(status);
    }

    /// Requests are taken and not answered.
    pub fn hang(&self) {
        self.seen.hangs.store(true, Ordering::Relaxed);
    }

    /// The text of each request, whatever it was answered.
    pub fn texts(&self) -> Vec<String> {
        self.seen.texts.lock().unwrap().clone()
    }
}

impl Drop for SlackStandIn {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(State(seen): State<Arc<Seen>>, Json(body): Json<Value>) -> (StatusCode, &'static str) {
    let text = body["text"].as_str().expect("Slack wants a text").to_owned();
    seen.texts.lock().unwrap().push(text);
    if seen.hangs.load(Ordering::Relaxed) {
        std::future::pending::<()>().await;
    }
    let status = seen.answers.lock().unwrap().pop_front().or(*seen.always.lock().unwrap()).unwrap_or(200);
    let said = if status == 200 { "ok" } else { "told to fail by a test" };
    (StatusCode::from_u16(status).expect("a status"), said)
}
