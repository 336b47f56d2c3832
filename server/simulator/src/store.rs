//! The records of all organisations, in memory, with the history of each.
//!
//! Entries are shared pointers, so that the state file can be written from a snapshot without holding anyone up.

mod cursor;
mod listing;
mod writing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::journal::Write;
use crate::record::Record;

pub(crate) use listing::{ListQuery, Page};
pub(crate) use writing::WriteOrder;

/// One record and all that is known about it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Entry {
    pub record: Record,
    /// Oldest first; one write a version, from the second version on.
    pub history: Vec<Write>,
    /// Somebody has it open in PEMS: the contract answers `RECORD_LOCKED`.
    pub locked: bool,
    /// Shown instead of the record when set, to be as malformed as a test wants; the next write puts it right.
    pub shown: Option<Value>,
}

impl Entry {
    pub(crate) fn new(record: Record) -> Self {
        Self { record, history: Vec::new(), locked: false, shown: None }
    }

    /// The record as PEMS answers it.
    pub(crate) fn shown(&self) -> Value {
        self.shown.clone().unwrap_or_else(|| self.record.to_value())
    }
}

#[derive(Debug, Default)]
struct Organization {
    entries: BTreeMap<String, Arc<Entry>>,
    /// The order of listing, which is also where an incremental read begins.
    by_update: BTreeSet<(DateTime<Utc>, String)>,
}

#[derive(Debug, Default)]
pub(crate) struct Store {
    organizations: BTreeMap<String, Organization>,
    last_stamp: DateTime<Utc>,
    sequence: u64,
    revision: u64,
}

impl Store {
    pub(crate) fn add_organization(&mut self, code: &str) {
        self.organizations.entry(code.to_owned()).or_default();
    }

    pub(crate) fn knows(&self, organization: &str) -> bool {
        self.organizations.contains_key(organization)
    }

    pub(crate) fn organizations(&self) -> impl Iterator<Item = (&str, usize)> {
        self.organizations.iter().map(|(code, organization)| (code.as_str(), organization.entries.len()))
    }

    pub(crate) fn entry(&self, organization: &str, pfa_id: &str) -> Option<&Entry> {
        self.organizations.get(organization)?.entries.get(pfa_id).map(Arc::as_ref)
    }

    pub(crate) fn ids(&self, organization: &str) -> impl Iterator<Item = &str> {
        self.organizations.get(organization).into_iter().flat_map(|o| o.entries.keys().map(String::as_str))
    }

    /// Every entry as it is now; cheap, for the entries themselves are shared.
    pub(crate) fn snapshot(&self) -> Vec<Arc<Entry>> {
        self.organizations.values().flat_map(|organization| organization.entries.values().cloned()).collect()
    }

    /// The sequence of the latest write.
    pub(crate) fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Takes the place of another store: revisions, moments and sequences go on from there, never back.
    pub(crate) fn succeed(&mut self, old: &Self) {
        self.revision = self.revision.max(old.revision) + 1;
        self.last_stamp = self.last_stamp.max(old.last_stamp);
        self.resume_sequence(old.sequence);
    }

    /// Goes on counting from here, if that is further than the writes at hand tell.
    pub(crate) fn resume_sequence(&mut self, sequence: u64) {
        self.sequence = self.sequence.max(sequence);
    }

    /// Goes up with every change, so that a change can be noticed.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// Puts an entry in place of whatever had its key; its organisation becomes known.
    pub(crate) fn put(&mut self, entry: Entry) {
        let organization = self.organizations.entry(entry.record.organization.clone()).or_default();
        let pfa_id = entry.record.pfa_id.clone();
        if let Some(old) = organization.entries.get(&pfa_id) {
            organization.by_update.remove(&(old.record.updated_at, pfa_id.clone()));
        }
        organization.by_update.insert((entry.record.updated_at, pfa_id.clone()));
        self.last_stamp = self.last_stamp.max(entry.record.updated_at);
        self.sequence = entry.history.iter().map(|write| write.sequence).fold(self.sequence, u64::max);
        self.revision += 1;
        organization.entries.insert(pfa_id, Arc::new(entry));
    }

    /// Changes an entry without making a version: locks, and what is shown. `false` if there is no such record.
    pub(crate) fn alter(
        &mut self,
        organization: &str,
        pfa_id: &str,
        change: impl FnOnce(&mut Entry),
    ) -> bool {
        let entry = self.organizations.get_mut(organization).and_then(|o| o.entries.get_mut(pfa_id));
        if let Some(entry) = entry {
            change(Arc::make_mut(entry));
            self.revision += 1;
            return true;
        }
        false
    }

    /// The moment for the next change: now, but later than any before it, even when the clock is set back or too
    /// coarse. A reader who has seen everything up to T therefore misses nothing by asking for T and later.
    pub(crate) fn stamp(&mut self, now: DateTime<Utc>) -> DateTime<Utc> {
        let micros = TimeDelta::microseconds(1);
        let now = now.duration_trunc(micros).unwrap_or(now);
        self.last_stamp = now.max(self.last_stamp + micros);
        self.last_stamp
    }
}
