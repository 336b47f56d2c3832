//! Asking the journal.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::journal::{
    Overlap, RequestEntry, RequestFilter, Write, WriteFilter, concurrent_writes, most_requests_within,
    smallest_burst,
};
use crate::shared::Shared;

pub(super) async fn requests(
    State(shared): State<Arc<Shared>>,
    Query(filter): Query<RequestFilter>,
) -> Json<Vec<RequestEntry>> {
    Json(shared.with(|world| world.journal.requests_where(&filter)))
}

pub(super) async fn writes(
    State(shared): State<Arc<Shared>>,
    Query(filter): Query<WriteFilter>,
) -> Json<Vec<Write>> {
    Json(shared.with(|world| world.journal.writes_where(&filter)))
}

pub(super) async fn clear(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.with(|world| world.journal.clear());
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
pub(super) struct Checked {
    credential: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Checks {
    concurrent_writes: Vec<Overlap>,
    most_requests_in_one_second: usize,
    /// Under the rate that is in force now.
    smallest_burst: f64,
}

/// What a well-behaved client never does.
pub(super) async fn checks(
    State(shared): State<Arc<Shared>>,
    Query(Checked { credential }): Query<Checked>,
) -> Json<Checks> {
    Json(shared.with(|world| {
        let requests = || world.journal.requests();
        Checks {
            concurrent_writes: concurrent_writes(requests()),
            most_requests_in_one_second: most_requests_within(
                requests(),
                &credential,
                Duration::from_secs(1),
            ),
            smallest_burst: smallest_burst(requests(), &credential, world.settings.rate.per_second),
        }
    }))
}
