//! How PEMS is set up, and whether it is up at all.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::failure::Failure;
use crate::bucket::RateLimit;
use crate::contract;
use crate::latency::Latency;
use crate::shared::Shared;
use crate::world::Settings;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Status {
    now: DateTime<Utc>,
    up: bool,
    base_url: String,
    users: Vec<String>,
    #[serde(flatten)]
    settings: Settings,
    background_edits_per_minute: f64,
    records: BTreeMap<String, usize>,
    last_sequence: u64,
    faults: usize,
}

pub(super) async fn status(State(shared): State<Arc<Shared>>) -> Json<Status> {
    let up = shared.contract_port.is_open().await;
    let (now, elapsed) = (shared.clock.now(), shared.clock.elapsed());
    let base_url = format!("http://{}{}", shared.contract_port.address(), shared.base_path);
    let background_edits_per_minute = *shared.background.borrow();
    Json(shared.with(|world| Status {
        now,
        up,
        base_url,
        users: world.settings.passwords.keys().cloned().collect(),
        settings: world.settings.clone(),
        background_edits_per_minute,
        records: world.store.organizations().map(|(code, count)| (code.to_owned(), count)).collect(),
        last_sequence: world.store.sequence(),
        faults: world.faults.list(elapsed).iter().filter(|rule| rule.active).count(),
    }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Background {
    edits_per_minute: f64,
}

pub(super) async fn background(
    State(shared): State<Arc<Shared>>,
    Json(background): Json<Background>,
) -> StatusCode {
    shared.background.send_replace(background.edits_per_minute);
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Password {
    user: String,
    password: String,
}

pub(super) async fn password(
    State(shared): State<Arc<Shared>>,
    Json(Password { user, password }): Json<Password>,
) -> StatusCode {
    shared.with(|world| world.settings.passwords.insert(user, password));
    StatusCode::NO_CONTENT
}

pub(super) async fn rate(State(shared): State<Arc<Shared>>, Json(rate): Json<RateLimit>) -> StatusCode {
    shared.with(|world| world.limit_rate(rate));
    StatusCode::NO_CONTENT
}

pub(super) async fn latency(State(shared): State<Arc<Shared>>, Json(latency): Json<Latency>) -> StatusCode {
    shared.with(|world| world.settings.latency = latency);
    StatusCode::NO_CONTENT
}

/// Closes the contract's port; this one stays open.
pub(super) async fn go_down(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.contract_port.close().await;
    StatusCode::NO_CONTENT
}

pub(super) async fn come_up(State(shared): State<Arc<Shared>>) -> Result<StatusCode, Failure> {
    let router = contract::router(Arc::clone(&shared));
    shared.contract_port.open(router).await.map_err(Failure::PortTaken)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) async fn reset(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.reset();
    StatusCode::NO_CONTENT
}
