//! Asking the journal for a part of it.

use serde::Deserialize;

use super::{Journal, RequestEntry, Write};
use crate::operation::Operation;

/// Everything that is set has to hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WriteFilter {
    pub organization: Option<String>,
    pub pfa_id: Option<String>,
    pub modified_by: Option<String>,
    /// Only writes with a greater sequence.
    pub since: Option<u64>,
    /// The first so many.
    pub limit: Option<usize>,
}

/// Everything that is set has to hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestFilter {
    pub organization: Option<String>,
    pub pfa_id: Option<String>,
    pub modified_by: Option<String>,
    pub credential: Option<String>,
    pub operation: Option<Operation>,
    /// Only requests with a greater id.
    pub since: Option<u64>,
    /// The first so many.
    pub limit: Option<usize>,
}

impl Journal {
    pub(crate) fn writes_where(&self, filter: &WriteFilter) -> Vec<Write> {
        self.writes().filter(|write| filter.takes(write)).take(most(filter.limit)).cloned().collect()
    }

    pub(crate) fn requests_where(&self, filter: &RequestFilter) -> Vec<RequestEntry> {
        self.requests().filter(|request| filter.takes(request)).take(most(filter.limit)).cloned().collect()
    }
}

impl WriteFilter {
    fn takes(&self, write: &Write) -> bool {
        is(self.organization.as_ref(), &write.organization)
            && is(self.pfa_id.as_ref(), &write.pfa_id)
            && is(self.modified_by.as_ref(), &write.modified_by)
            && self.since.is_none_or(|since| write.sequence > since)
    }
}

impl RequestFilter {
    fn takes(&self, request: &RequestEntry) -> bool {
        let arrival = &request.arrival;
        self.organization.as_ref().is_none_or(|o| arrival.organization.as_ref() == Some(o))
            && self.pfa_id.as_ref().is_none_or(|id| request.pfa_ids.contains(id))
            && self.modified_by.as_ref().is_none_or(|user| request.modified_by.contains(user))
            && self.credential.as_ref().is_none_or(|user| arrival.credential.as_ref() == Some(user))
            && self.operation.is_none_or(|operation| arrival.operation == operation)
            && self.since.is_none_or(|since| request.id > since)
    }
}

fn is(wanted: Option<&String>, actual: &str) -> bool {
    wanted.is_none_or(|wanted| wanted == actual)
}

fn most(limit: Option<usize>) -> usize {
    limit.unwrap_or(usize::MAX)
}
