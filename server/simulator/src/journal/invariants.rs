//! What a well-behaved client never does, told from the journal alone.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use super::RequestEntry;

/// Two write requests for one record, the second of which arrived before the client had done with the first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Overlap {
    pub organization: String,
    pub pfa_id: String,
    /// The ids of the two requests.
    pub first: u64,
    pub second: u64,
}

/// A hang-up is noticed a moment after it happened; a client may have gone on within that moment.
const NOTICE: TimeDelta = TimeDelta::milliseconds(20);

/// The write of a record that was, or is, in flight longest.
#[derive(Clone, Copy)]
struct InFlight {
    request: u64,
    over: Option<DateTime<Utc>>,
}

/// Every time that more than one write was in flight for one record. A request is in flight from its arrival until it
/// was answered or its client hung up, whichever came first; one that is neither is in flight still.
pub(crate) fn concurrent_writes<'a>(requests: impl Iterator<Item = &'a RequestEntry>) -> Vec<Overlap> {
    let mut latest: HashMap<(&str, &str), InFlight> = HashMap::new();
    let mut overlaps = Vec::new();
    // By id is by arrival: ids are given as requests arrive.
    for request in requests.filter(|request| request.arrival.operation.writes()) {
        let organization = request.arrival.organization.as_deref().unwrap_or_default();
        let gone_first = request.client_gone_at.is_some() && request.client_gone_at == request.over_at();
        let over = request.over_at().map(|at| if gone_first { at - NOTICE } else { at });
        let mut named: Vec<&str> = request.pfa_ids.iter().map(String::as_str).collect();
        named.sort_unstable();
        named.dedup();
        for pfa_id in named {
            let now = InFlight { request: request.id, over };
            let last = latest.entry((organization, pfa_id)).or_insert(now);
            if last.request == request.id {
                continue;
            }
            if last.over.is_none_or(|end| end > request.arrival.received_at) {
                overlaps.push(Overlap {
                    organization: organization.to_owned(),
                    pfa_id: pfa_id.to_owned(),
                    first: last.request,
                    second: request.id,
                });
            }
            // The one that lasts longest is the one that a third could overlap.
            if last.over.is_some_and(|end| over.is_none_or(|over| over > end)) {
                *last = now;
            }
        }
    }
    overlaps
}

/// The most requests of one credential that arrived within any window of this length, answered 429 or not.
pub(crate) fn most_requests_within<'a>(
    requests: impl Iterator<Item = &'a RequestEntry>,
    credential: &str,
    window: Duration,
) -> usize {
    let arrivals = arrivals(requests, credential);
    let window = u64::try_from(window.as_micros()).unwrap_or(u64::MAX).max(1);
    let mut first = 0;
    let mut most = 0;
    for (last, at) in arrivals.iter().enumerate() {
        while at - arrivals[first] >= window {
            first += 1;
        }
        most = most.max(last + 1 - first);
    }
    most
}

/// The smallest burst with which a token bucket of this rate would have let every request of the credential through.
#[expect(clippy::cast_precision_loss, reason = "microseconds of a test run are far below 2^53")]
pub(crate) fn smallest_burst<'a>(
    requests: impl Iterator<Item = &'a RequestEntry>,
    credential: &str,
    per_second: f64,
) -> f64 {
    let mut owed: f64 = 0.0;
    let mut last = None;
    let mut most: f64 = 0.0;
    for at in arrivals(requests, credential) {
        let passed = last.map_or(0, |last| at - last);
        owed = (owed - passed as f64 / 1e6 * per_second).max(0.0) + 1.0;
        most = most.max(owed);
        last = Some(at);
    }
    most
}

fn arrivals<'a>(requests: impl Iterator<Item = &'a RequestEntry>, credential: &str) -> Vec<u64> {
    let mut arrivals: Vec<u64> = requests
        .filter(|request| request.arrival.credential.as_deref() == Some(credential))
        .map(|request| request.arrival.arrival_micros)
        .collect();
    arrivals.sort_unstable();
    arrivals
}
