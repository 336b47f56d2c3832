//! The control interface: what a test in another process, or a person at a terminal, does to a running simulator.
//!
//! JSON without authentication, on a port of its own that is not meant to leave the machine.

mod failure;
mod faults;
mod journal;
mod records;
mod settings;

use std::sync::Arc;

use axum::Router;
use axum::routing::{delete, get, post, put};

use crate::shared::Shared;

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/status", get(settings::status))
        .route("/records/{organization}/{pfa_id}", get(records::show).put(records::put))
        .route("/records/{organization}/{pfa_id}/malformed", put(records::put_malformed))
        .route("/records/{organization}/{pfa_id}/edit", post(records::edit))
        .route("/records/{organization}/{pfa_id}/discontinue", post(records::discontinue))
        .route("/records/{organization}/{pfa_id}/lock", post(records::lock))
        .route("/records/{organization}/{pfa_id}/unlock", post(records::unlock))
        .route("/faults", get(faults::list).post(faults::add).delete(faults::clear_all))
        .route("/faults/{id}", delete(faults::clear))
        .route("/faults/{id}/release", post(faults::release))
        .route("/journal", delete(journal::clear))
        .route("/journal/requests", get(journal::requests))
        .route("/journal/writes", get(journal::writes))
        .route("/journal/checks", get(journal::checks))
        .route("/background", put(settings::background))
        .route("/password", put(settings::password))
        .route("/rate", put(settings::rate))
        .route("/latency", put(settings::latency))
        .route("/outage", post(settings::go_down).delete(settings::come_up))
        .route("/reset", post(settings::reset))
        .with_state(shared)
}
