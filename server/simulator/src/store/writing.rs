//! Compare-and-set: a write is applied whole to the version it names, or refused.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::{Entry, Store};
use crate::fields::{FIELDS, field};
use crate::journal::{FieldChange, Origin, Write, WriteOperation};
use crate::record::Record;
use crate::refusal::Refusal;
use crate::rules;

/// A write that somebody asks for.
#[derive(Clone, Debug)]
pub(crate) struct WriteOrder {
    pub organization: String,
    pub pfa_id: String,
    pub operation: WriteOperation,
    pub changes: Map<String, Value>,
    /// The version it must meet; `None` for people inside PEMS, who see the current one and hold the lock themselves.
    pub version: Option<u64>,
    pub modified_by: String,
    pub change_reason: Option<String>,
    pub origin: Origin,
}

/// What a write would do: the record it would leave, and the values that differ.
#[derive(Debug)]
pub(crate) struct Judged {
    after: Record,
    changes: BTreeMap<String, FieldChange>,
}

impl Entry {
    /// Whether the write may be applied: format first, then lock, version and rules.
    pub(crate) fn judge(&self, order: &WriteOrder) -> Result<Judged, Refusal> {
        let judged = changed(&self.record, order)?;
        admit(self, order)?;
        let broken = rules::broken(&self.record, &judged.after, order.changes.keys());
        if broken.is_empty() { Ok(judged) } else { Err(Refusal::BusinessRule(broken.join("; "))) }
    }

    /// Makes the judged write the newest version.
    pub(crate) fn apply(
        &mut self,
        order: WriteOrder,
        judged: Judged,
        at: DateTime<Utc>,
        sequence: u64,
    ) -> Write {
        let write = Write {
            sequence,
            from_version: self.record.version,
            new_version: self.record.version + 1,
            organization: order.organization,
            pfa_id: order.pfa_id,
            operation: order.operation,
            changes: judged.changes,
            modified_by: order.modified_by,
            change_reason: order.change_reason,
            at,
            origin: order.origin,
        };
        self.record = judged.after;
        self.record.version = write.new_version;
        self.record.updated_at = at;
        self.record.updated_by.clone_from(&write.modified_by);
        self.history.push(write.clone());
        self.shown = None;
        write
    }
}

impl Store {
    /// Applies the write at once, or says why not; nothing in between.
    pub(crate) fn write(&mut self, order: WriteOrder, now: DateTime<Utc>) -> Result<Write, Refusal> {
        let missing = || Refusal::NotFound(order.pfa_id.clone());
        let judged = self.entry(&order.organization, &order.pfa_id).ok_or_else(missing)?.judge(&order)?;
        let at = self.stamp(now);
        let organization = self.organizations.get_mut(&order.organization).ok_or_else(missing)?;
        let entry = organization.entries.get_mut(&order.pfa_id).ok_or_else(missing)?;
        self.sequence += 1;
        self.revision += 1;
        let entry = Arc::make_mut(entry);
        organization.by_update.remove(&(entry.record.updated_at, order.pfa_id.clone()));
        organization.by_update.insert((at, order.pfa_id.clone()));
        Ok(entry.apply(order, judged, at, self.sequence))
    }
}

/// May this caller write to this record now?
fn admit(entry: &Entry, order: &WriteOrder) -> Result<(), Refusal> {
    let Some(expected) = order.version else { return Ok(()) };
    if entry.locked {
        return Err(Refusal::RecordLocked(order.pfa_id.clone()));
    }
    if expected != entry.record.version {
        return Err(Refusal::VersionConflict {
            current: entry.record.version,
            expected,
            conflicting_fields: changed_since(&entry.history, expected),
        });
    }
    Ok(())
}

/// The fields that changed in the versions after `version`, in the contract's order.
fn changed_since(history: &[Write], version: u64) -> Vec<&'static str> {
    let since = || history.iter().filter(|write| write.from_version >= version);
    FIELDS
        .iter()
        .map(|f| f.name)
        .filter(|name| since().any(|write| write.changes.contains_key(*name)))
        .collect()
}

/// The record as the write would leave it; every problem of format is told together.
fn changed(record: &Record, order: &WriteOrder) -> Result<Judged, Refusal> {
    let discontinued = Map::from_iter([("isDiscontinued".to_owned(), json!(true))]);
    let wanted = match order.operation {
        WriteOperation::Update => &order.changes,
        WriteOperation::Delete => &discontinued,
    };
    let mut after = record.clone();
    let mut changes = BTreeMap::new();
    let mut problems = Vec::new();
    for (name, value) in wanted {
        let Some(field) = field(name) else {
            problems.push(format!("{} is not a field that can be written", shortened(name)));
            continue;
        };
        let before = field.value(&mut after);
        match field.set(&mut after, value) {
            Ok(()) => {
                let value = field.value(&mut after);
                if value != before {
                    changes.insert(name.clone(), FieldChange { before, after: value });
                }
            }
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        Ok(Judged { after, changes })
    } else {
        Err(Refusal::InvalidRequest(problems.join("; ")))
    }
}

/// A field name can be as long as its sender likes; the message that repeats it cannot.
fn shortened(name: &str) -> String {
    name.chars().take(40).collect()
}
