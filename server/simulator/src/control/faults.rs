//! Adding faults and taking them away.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::failure::Failure;
use crate::fault::{Fault, RuleId, RuleState};
use crate::shared::Shared;

pub(super) async fn list(State(shared): State<Arc<Shared>>) -> Json<Vec<RuleState>> {
    let now = shared.clock.elapsed();
    Json(shared.with(|world| world.faults.list(now)))
}

pub(super) async fn add(
    State(shared): State<Arc<Shared>>,
    Json(fault): Json<Fault>,
) -> (StatusCode, Json<Value>) {
    let now = shared.clock.elapsed();
    let (id, _) = shared.with(|world| world.faults.add(fault, now));
    (StatusCode::CREATED, Json(json!({ "id": id })))
}

pub(super) async fn clear_all(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.with(|world| world.faults.clear_all());
    StatusCode::NO_CONTENT
}

pub(super) async fn clear(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<RuleId>,
) -> Result<StatusCode, Failure> {
    done(shared.with(|world| world.faults.clear(id)))
}

pub(super) async fn release(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<RuleId>,
) -> Result<StatusCode, Failure> {
    done(shared.with(|world| world.faults.release(id)))
}

fn done(known: bool) -> Result<StatusCode, Failure> {
    if known { Ok(StatusCode::NO_CONTENT) } else { Err(Failure::NoSuchFault) }
}
