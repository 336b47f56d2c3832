//! The journal in a test's hand.

use std::sync::Arc;
use std::time::Duration;

use super::{
    Overlap, RequestEntry, RequestFilter, Write, WriteFilter, concurrent_writes, most_requests_within,
    smallest_burst,
};
use crate::shared::Shared;

/// The journal as it is at each question.
#[derive(Clone, Debug)]
pub struct JournalView {
    shared: Arc<Shared>,
}

impl JournalView {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Oldest first.
    pub fn requests(&self) -> Vec<RequestEntry> {
        self.requests_where(&RequestFilter::default())
    }

    pub fn requests_where(&self, filter: &RequestFilter) -> Vec<RequestEntry> {
        self.shared.with(|world| world.journal.requests_where(filter))
    }

    /// In the order in which they were applied.
    pub fn writes(&self) -> Vec<Write> {
        self.writes_where(&WriteFilter::default())
    }

    pub fn writes_where(&self, filter: &WriteFilter) -> Vec<Write> {
        self.shared.with(|world| world.journal.writes_where(filter))
    }

    /// Requests that the client still waits for.
    pub fn in_flight(&self) -> Vec<RequestEntry> {
        let open = |request: &&RequestEntry| request.over_at().is_none();
        self.shared.with(|world| world.journal.requests().filter(open).cloned().collect())
    }

    /// Every time that more than one write was in flight for one record; empty as it should be.
    pub fn concurrent_writes(&self) -> Vec<Overlap> {
        self.shared.with(|world| concurrent_writes(world.journal.requests()))
    }

    /// The most requests of a credential within any window of this length, those answered 429 included.
    pub fn most_requests_within(&self, credential: &str, window: Duration) -> usize {
        self.shared.with(|world| most_requests_within(world.journal.requests(), credential, window))
    }

    /// The smallest burst with which a bucket of this rate would have let all of the credential's requests through.
    pub fn smallest_burst(&self, credential: &str, per_second: f64) -> f64 {
        self.shared.with(|world| smallest_burst(world.journal.requests(), credential, per_second))
    }

    /// Forgets requests and writes; ids and sequences go on.
    pub fn clear(&self) {
        self.shared.with(|world| world.journal.clear());
    }
}
