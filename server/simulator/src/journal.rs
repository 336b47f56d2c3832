//! What happened: every request that arrived and every write that was applied. Tests of a client check its promises
//! against this, not against what the client believes.

mod filter;
mod invariants;
mod request;
mod view;
mod write;

use std::collections::VecDeque;

use chrono::{DateTime, Utc};

pub use filter::{RequestFilter, WriteFilter};
pub use invariants::Overlap;
pub(crate) use invariants::{concurrent_writes, most_requests_within, smallest_burst};
pub use request::{Arrival, FaultApplied, RequestEntry};
pub use view::JournalView;
pub use write::{FieldChange, Origin, Write, WriteOperation};

/// Older requests and writes are forgotten beyond this, so that a simulator left running stays small.
const KEPT: usize = 200_000;

#[derive(Debug, Default)]
pub(crate) struct Journal {
    requests: VecDeque<RequestEntry>,
    next_id: u64,
    writes: VecDeque<Write>,
}

impl Journal {
    /// Enters a request on arrival and gives it an id.
    pub(crate) fn begin(&mut self, arrival: Arrival) -> u64 {
        self.next_id += 1;
        self.requests.push_back(RequestEntry::new(self.next_id, arrival));
        if self.requests.len() > KEPT {
            self.requests.pop_front();
        }
        self.next_id
    }

    /// Adds what became known about a request later; nothing if it has been cleared meanwhile.
    pub(crate) fn amend(&mut self, id: u64, amendment: impl FnOnce(&mut RequestEntry)) {
        if let Ok(at) = self.requests.binary_search_by_key(&id, |request| request.id) {
            amendment(&mut self.requests[at]);
        }
    }

    pub(crate) fn record(&mut self, write: Write) {
        self.writes.push_back(write);
        if self.writes.len() > KEPT {
            self.writes.pop_front();
        }
    }

    /// Oldest first.
    pub(crate) fn requests(&self) -> impl DoubleEndedIterator<Item = &RequestEntry> {
        self.requests.iter()
    }

    /// Oldest first, which is the order in which they were applied.
    pub(crate) fn writes(&self) -> impl DoubleEndedIterator<Item = &Write> {
        self.writes.iter()
    }

    /// Takes up the writes of an earlier run, in their order.
    pub(crate) fn resume(&mut self, mut writes: Vec<Write>) {
        writes.sort_unstable_by_key(|write| write.sequence);
        for write in writes {
            self.record(write);
        }
    }

    /// Forgets everything; ids and sequences go on.
    pub(crate) fn clear(&mut self) {
        self.requests.clear();
        self.writes.clear();
    }

    pub(crate) fn client_gone(&mut self, id: u64, at: DateTime<Utc>) {
        self.amend(id, |request| request.client_gone_at = Some(at));
    }
}
