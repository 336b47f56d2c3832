//! Looking at records and changing them from inside PEMS.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::failure::Failure;
use crate::journal::{Origin, Write, WriteOperation};
use crate::record::Record;
use crate::shared::Shared;
use crate::store::Entry;

type Key = Path<(String, String)>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Edit {
    changes: Map<String, Value>,
    #[serde(default = "somebody")]
    modified_by: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Discontinue {
    #[serde(default = "somebody")]
    modified_by: String,
}

fn somebody() -> String {
    "pems.jansen".to_owned()
}

/// The record with its history, its lock, and what is shown in its place.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Path((organization, pfa_id)): Key,
) -> Result<Json<Entry>, Failure> {
    let entry = shared.with(|world| world.store.entry(&organization, &pfa_id).cloned());
    entry.map(Json).ok_or(Failure::NoSuchRecord)
}

pub(super) async fn put(
    State(shared): State<Arc<Shared>>,
    Path((organization, pfa_id)): Key,
    Json(mut record): Json<Map<String, Value>>,
) -> Result<Json<Record>, Failure> {
    record.insert("organization".to_owned(), json!(organization));
    record.insert("pfaId".to_owned(), json!(pfa_id));
    shared.put(&Value::Object(record)).map(Json).map_err(Failure::BadRecord)
}

pub(super) async fn put_malformed(
    State(shared): State<Arc<Shared>>,
    Path((organization, pfa_id)): Key,
    Json(shown): Json<Value>,
) -> StatusCode {
    shared.put_malformed(&organization, &pfa_id, shown);
    StatusCode::NO_CONTENT
}

pub(super) async fn edit(
    State(shared): State<Arc<Shared>>,
    Path((organization, pfa_id)): Key,
    Json(edit): Json<Edit>,
) -> Result<Json<Write>, Failure> {
    let record = (organization.as_str(), pfa_id.as_str());
    Ok(Json(shared.edit(record, WriteOperation::Update, edit.changes, &edit.modified_by, Origin::Control)?))
}

pub(super) async fn discontinue(
    State(shared): State<Arc<Shared>>,
    Path((organization, pfa_id)): Key,
    Json(order): Json<Discontinue>,
) -> Result<Json<Write>, Failure> {
    let record = (organization.as_str(), pfa_id.as_str());
    Ok(Json(shared.edit(record, WriteOperation::Delete, Map::new(), &order.modified_by, Origin::Control)?))
}

pub(super) async fn lock(State(shared): State<Arc<Shared>>, Path(key): Key) -> Result<StatusCode, Failure> {
    set_lock(&shared, &key, true)
}

pub(super) async fn unlock(State(shared): State<Arc<Shared>>, Path(key): Key) -> Result<StatusCode, Failure> {
    set_lock(&shared, &key, false)
}

fn set_lock(
    shared: &Shared,
    (organization, pfa_id): &(String, String),
    locked: bool,
) -> Result<StatusCode, Failure> {
    let known = shared.with(|world| world.store.alter(organization, pfa_id, |entry| entry.locked = locked));
    if known { Ok(StatusCode::NO_CONTENT) } else { Err(Failure::NoSuchRecord) }
}
