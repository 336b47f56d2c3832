//! A request, from its arrival to its answer.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

use crate::operation::Operation;

/// What is known when the head of a request has arrived.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Arrival {
    pub received_at: DateTime<Utc>,
    /// Since the start of the simulator, on a clock that never goes back.
    pub arrival_micros: u64,
    /// The user name of the Basic credential, whether or not its password was right.
    pub credential: Option<String>,
    pub method: String,
    /// With its query.
    pub path: String,
    pub operation: Operation,
    /// As the header gave it.
    pub organization: Option<String>,
    /// The token bucket turned it away; it got 429.
    pub rate_limited: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FaultApplied {
    /// The rule's id.
    pub id: u64,
    /// Its effect's name, as the control interface spells it.
    pub kind: &'static str,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestEntry {
    pub id: u64,
    #[serde(flatten)]
    pub arrival: Arrival,
    /// The records it names: one, a batch's, or none.
    pub pfa_ids: Vec<String>,
    pub modified_by: Vec<String>,
    /// JSON where it was JSON, otherwise text; large bodies are cut.
    pub body: Option<Value>,
    /// The status that was sent; `None` while in work and where no answer was sent at all.
    pub status: Option<u16>,
    pub fault: Option<FaultApplied>,
    pub answered_at: Option<DateTime<Utc>>,
    /// The client hung up before it was answered. PEMS went on all the same.
    pub client_gone_at: Option<DateTime<Utc>>,
    /// From arrival to answer, in microseconds.
    pub latency_micros: Option<u64>,
}

impl RequestEntry {
    pub(super) fn new(id: u64, arrival: Arrival) -> Self {
        Self {
            id,
            arrival,
            pfa_ids: Vec::new(),
            modified_by: Vec::new(),
            body: None,
            status: None,
            fault: None,
            answered_at: None,
            client_gone_at: None,
            latency_micros: None,
        }
    }

    /// When the client stopped waiting for it; `None` while it waits still.
    pub fn over_at(&self) -> Option<DateTime<Utc>> {
        match (self.client_gone_at, self.answered_at) {
            (Some(gone), Some(answered)) => Some(gone.min(answered)),
            (gone, answered) => gone.or(answered),
        }
    }
}
