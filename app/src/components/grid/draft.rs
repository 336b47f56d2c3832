//! What the user has changed of one record, and how far its saving has come.
//!
//! Saving a draft replaces the whole draft of the record, so the whole delta is always sent. What the server
//! refused is held back at its cell, and the rest is sent without it, so that one bad value does not keep the
//! others from being saved.

use std::collections::BTreeMap;

use vanguard_domain::delta::Operation;
use vanguard_domain::permission::Permission;
use vanguard_domain::record::{Field, FieldMap, Value};
use vanguard_domain::validation::{FieldError, validate};

use crate::backend::RecordRow;

use super::cache::own_draft;
use super::undo::Held;

/// What was typed into a cell and is no value that the record could take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    pub typed: String,
    pub message: String,
}

/// The user's delta of one record.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RecordDraft {
    /// What the user wants, complete.
    delta: FieldMap,
    /// The record without the draft, as far as it is known: what a field shows once it leaves the draft.
    base: FieldMap,
    /// The delta that the server holds, to our knowledge.
    acknowledged: FieldMap,
    /// What the server refused, with its reasons.
    refused: BTreeMap<Field, String>,
    /// What was typed and never became part of the delta.
    rejected: BTreeMap<Field, Rejected>,
    /// On its way to the server.
    sending: Option<FieldMap>,
    /// Changed since it was last sent.
    dirty: bool,
    /// The last try to send it did not reach the server.
    failed: bool,
    /// When the server last confirmed it, on the ledger's own count.
    pub(super) confirmed_at: u64,
}

impl RecordDraft {
    /// The draft as the server knows it.
    pub fn of(row: &RecordRow) -> Self {
        let delta = own_draft(row).map(|change| row.fields.only(change.fields.clone())).unwrap_or_default();
        let mut base = row.fields.clone();
        for field in delta.fields() {
            base.remove(field);
        }
        Self { acknowledged: delta.clone(), delta, base, ..Self::default() }
    }

    /// What the cell shows, unless something rejected stands there.
    pub fn value<'a>(&'a self, field: Field, row: &'a RecordRow) -> Option<&'a Value> {
        self.delta.get(field).or_else(|| self.base.get(field)).or_else(|| row.fields.get(field))
    }

    /// The same with whose it is, for undo.
    pub fn held(&self, field: Field, row: &RecordRow) -> Held {
        match self.delta.get(field) {
            Some(value) => Held::Draft(value.clone()),
            None => Held::Record(self.value(field, row).cloned().unwrap_or(Value::Empty)),
        }
    }

    /// Checks a new value of one field together with the rest of the draft. Rules about what the record held
    /// before are checked as far as that is known; the server checks them all.
    pub fn check(&self, field: Field, value: &Value, permissions: &[Permission]) -> Result<(), FieldError> {
        let mut base = self.base.clone();
        if !permissions.contains(&Permission::ViewFinancials) {
            // Hidden amounts come as empty; here they are unknown.
            for amount in Field::ALL.into_iter().filter(|field| field.is_money()) {
                base.remove(amount);
            }
        }
        let mut change =
            self.delta.only(self.delta.fields().filter(|other| !self.refused.contains_key(other)));
        let before = validate(&base, Operation::Update, &change, permissions);
        change.set(field, value.clone());
        let is_new = |error: &FieldError| {
            error.field == field.name()
                || !before.iter().any(|other| other.field == error.field && other.code == error.code)
        };
        // An error that stood elsewhere before does not keep this field from being changed.
        validate(&base, Operation::Update, &change, permissions).into_iter().find(is_new).map_or(Ok(()), Err)
    }

    /// Takes a value over. Everything that was refused is tried again with it: it may be what was missing.
    pub fn set(&mut self, field: Field, held: Held) {
        match held {
            Held::Draft(value) if self.base.get(field) == Some(&value) => {
                self.delta.remove(field);
            }
            Held::Draft(value) => self.delta.set(field, value),
            Held::Record(value) => {
                self.delta.remove(field);
                self.base.set(field, value);
            }
        }
        self.rejected.remove(&field);
        self.refused.clear();
        self.dirty = true;
    }

    /// Keeps at its cell what was typed and is not valid.
    pub fn reject(&mut self, field: Field, rejected: Rejected) {
        self.rejected.insert(field, rejected);
    }

    /// Esc: what was rejected is given up.
    pub fn give_up(&mut self, field: Field) {
        self.rejected.remove(&field);
    }

    pub fn rejected(&self, field: Field) -> Option<&Rejected> {
        self.rejected.get(&field)
    }

    pub fn refusal(&self, field: Field) -> Option<&str> {
        self.refused.get(&field).map(String::as_str)
    }

    pub fn in_delta(&self, field: Field) -> bool {
        self.delta.contains(field)
    }

    /// The delta that the server holds, to our knowledge.
    pub(super) const fn acknowledged(&self) -> &FieldMap {
        &self.acknowledged
    }

    /// Whether the server does not hold the cell's value yet: neither refused nor confirmed.
    pub fn is_unsaved(&self, field: Field) -> bool {
        !self.refused.contains_key(&field) && self.delta.get(field) != self.acknowledged.get(field)
    }

    /// Whether the last try to save failed on the way.
    pub const fn has_failed(&self) -> bool {
        self.failed
    }

    /// Whether anything is on its way, or waits to be sent.
    pub const fn is_busy(&self) -> bool {
        self.dirty || self.sending.is_some()
    }

    /// How many cells hold something that is not saved because it is wrong.
    pub fn faults(&self) -> usize {
        self.refused.len() + self.rejected.len()
    }

    /// The delta to send now, if there is anything to send; it is on its way from then on.
    pub(super) fn take(&mut self) -> Option<FieldMap> {
        if !self.dirty || self.sending.is_some() {
            return None;
        }
        self.dirty = false;
        let wanted = self.sendable();
        if wanted == self.acknowledged && !self.failed {
            return None;
        }
        self.sending = Some(wanted.clone());
        Some(wanted)
    }

    /// The delta without what was refused; there the server keeps what it has.
    fn sendable(&self) -> FieldMap {
        let mut wanted = self.delta.clone();
        for field in self.refused.keys() {
            match self.acknowledged.get(*field) {
                Some(value) => wanted.set(*field, value.clone()),
                None => {
                    wanted.remove(*field);
                }
            }
        }
        wanted
    }

    /// The server holds what was sent.
    pub(super) fn saved(&mut self, now: u64) {
        self.acknowledged = self.sending.take().unwrap_or_default();
        self.failed = false;
        self.confirmed_at = now;
    }

    /// The server refused what was sent: what it names is held back, the rest goes again.
    pub(super) fn was_refused(&mut self, errors: &[FieldError]) {
        let sent = self.sending.take().unwrap_or_default();
        self.failed = false;
        let mut named = false;
        for error in errors {
            if let Some(field) = error.field.parse::<Field>().ok().filter(|field| sent.contains(*field)) {
                named = true;
                if self.acknowledged.get(field) == sent.get(field) {
                    // Not even the older value is taken any more; to send it again would go on for ever.
                    self.acknowledged.remove(field);
                }
                self.refused.entry(field).or_insert_with(|| error.message.clone());
            }
        }
        if !named {
            let reason = errors.first().map_or("The server refused this change.", |error| &error.message);
            for field in sent.fields() {
                self.refused.insert(field, reason.to_owned());
            }
        }
        self.dirty = true;
    }

    /// The server was not reached, or could not do it: nothing is lost, it will be sent again.
    pub(super) fn not_sent(&mut self) {
        self.sending = None;
        self.dirty = true;
        self.failed = true;
    }

    /// The row as the server has it now, under what is still to be saved.
    pub(super) fn rebase(&mut self, row: &RecordRow) {
        let drafted = own_draft(row).map(|change| change.fields.as_slice()).unwrap_or_default();
        for (field, value) in row.fields.iter().filter(|(field, _)| !drafted.contains(field)) {
            self.base.set(field, value.clone());
        }
    }
}
