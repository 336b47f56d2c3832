//! The book of what the user changed here and the server does not show yet: one [`RecordDraft`] a record.

use std::collections::BTreeMap;

use vanguard_domain::record::FieldMap;
use vanguard_domain::validation::FieldError;

use crate::backend::RecordRow;

use super::draft::RecordDraft;

/// At most this many records go in one request.
const BATCH: usize = 200;

/// Every record with local changes.
///
/// Time here is a count of confirmed saves. A row that was asked for before a save was confirmed may not show
/// it; a draft is dropped only for a row that was asked for later.
#[derive(Debug, Default)]
pub struct Ledger {
    drafts: BTreeMap<String, RecordDraft>,
    now: u64,
}

impl Ledger {
    pub fn get(&self, pfa_id: &str) -> Option<&RecordDraft> {
        self.drafts.get(pfa_id)
    }

    /// The record's draft, begun from what the server knows if there is none yet.
    pub fn of(&mut self, row: &RecordRow) -> &mut RecordDraft {
        self.drafts.entry(row.pfa_id.clone()).or_insert_with(|| RecordDraft::of(row))
    }

    /// The record's draft, if there is one: for changes where no row is at hand.
    pub fn get_mut(&mut self, pfa_id: &str) -> Option<&mut RecordDraft> {
        self.drafts.get_mut(pfa_id)
    }

    /// The count to hand back to [`Self::arrived`] with the rows that are asked for now.
    pub const fn now(&self) -> u64 {
        self.now
    }

    /// What is to be sent next, record by record. Nothing of a record is sent while something of it is under
    /// way, so a record's saves arrive in order.
    pub fn take_batch(&mut self) -> Vec<(String, FieldMap)> {
        let mut batch = Vec::new();
        for (pfa_id, draft) in &mut self.drafts {
            if batch.len() == BATCH {
                break;
            }
            if let Some(delta) = draft.take() {
                batch.push((pfa_id.clone(), delta));
            }
        }
        batch
    }

    /// The server holds the record's draft as it was sent.
    pub fn saved(&mut self, pfa_id: &str) {
        self.now += 1;
        if let Some(draft) = self.drafts.get_mut(pfa_id) {
            draft.saved(self.now);
        }
    }

    pub fn refused(&mut self, pfa_id: &str, errors: &[FieldError]) {
        if let Some(draft) = self.drafts.get_mut(pfa_id) {
            draft.was_refused(errors);
        }
    }

    pub fn not_sent(&mut self, pfa_id: &str) {
        if let Some(draft) = self.drafts.get_mut(pfa_id) {
            draft.not_sent();
        }
    }

    /// A row came from the server, asked for at `asked_at`: it replaces a draft that has nothing more to say.
    pub fn arrived(&mut self, row: &RecordRow, asked_at: u64) {
        let Some(draft) = self.drafts.get_mut(&row.pfa_id) else { return };
        if draft.is_busy() || draft.faults() > 0 || draft.confirmed_at > asked_at {
            draft.rebase(row);
        } else {
            self.drafts.remove(&row.pfa_id);
        }
    }

    /// The record's draft is no more, with whatever was typed and not saved.
    pub fn close(&mut self, pfa_id: &str) {
        self.drafts.remove(pfa_id);
    }

    /// No draft is any more.
    pub fn close_all(&mut self) {
        self.drafts.clear();
    }

    /// Drops every draft that holds nothing but what the server has.
    pub fn close_settled(&mut self) {
        self.drafts.retain(|_, draft| draft.is_busy() || draft.faults() > 0);
    }

    /// Whether something typed here is not on the server yet.
    pub fn has_unsaved(&self) -> bool {
        self.drafts.values().any(|draft| draft.is_busy() || draft.faults() > 0)
    }

    /// Whether something is on its way, or waits to be sent.
    pub fn is_busy(&self) -> bool {
        self.drafts.values().any(RecordDraft::is_busy)
    }

    /// How many cells hold something that is not saved because it is wrong.
    pub fn faults(&self) -> usize {
        self.drafts.values().map(RecordDraft::faults).sum()
    }

    pub fn records(&self) -> impl Iterator<Item = &str> {
        self.drafts.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use vanguard_domain::modification::ModificationState;
    use vanguard_domain::permission::Role;
    use vanguard_domain::record::{Field, Value};

    use super::super::draft::Rejected;
    use super::super::fixture::{change, row, with_change};
    use super::super::undo::Held;
    use super::*;

    const ID: &str = "RIO-000001";

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    fn set(ledger: &mut Ledger, row: &RecordRow, field: Field, value: &str) {
        ledger.of(row).set(field, Held::Draft(text(value)));
    }

    fn sent(ledger: &mut Ledger) -> Option<FieldMap> {
        ledger.take_batch().pop().map(|(_, delta)| delta)
    }

    fn error(field: &str) -> FieldError {
        FieldError { field: field.into(), code: "tooLong".into(), message: "Too long.".into() }
    }

    #[test]
    fn the_whole_delta_is_sent_with_every_save() {
        let row = with_change(row(ID), change(ModificationState::Draft, &[Field::Description]));
        let mut ledger = Ledger::default();
        set(&mut ledger, &row, Field::Model, "B");
        let delta = sent(&mut ledger).unwrap();
        assert_eq!(delta.get(Field::Description), Some(&text("Crane")), "the draft that the server has");
        assert_eq!(delta.get(Field::Model), Some(&text("B")));
    }

    #[test]
    fn edits_during_a_save_wait_for_its_end_and_go_together() {
        let row = row(ID);
        let mut ledger = Ledger::default();
        set(&mut ledger, &row, Field::Model, "B");
        assert!(sent(&mut ledger).is_some());
        set(&mut ledger, &row, Field::Model, "C");
        set(&mut ledger, &row, Field::Description, "D");
        assert!(sent(&mut ledger).is_none(), "one request a record at a time");
        ledger.saved(ID);
        let delta = sent(&mut ledger).unwrap();
        assert_eq!((delta.len(), delta.get(Field::Model)), (2, Some(&text("C"))));
        ledger.saved(ID);
        assert!(!ledger.has_unsaved());
    }

    #[test]
    fn a_value_typed_back_leaves_the_draft() {
        let row = row(ID);
        let mut ledger = Ledger::default();
        set(&mut ledger, &row, Field::Model, "B");
        sent(&mut ledger);
        ledger.saved(ID);
        set(&mut ledger, &row, Field::Model, "LTM 1050");
        assert_eq!(sent(&mut ledger), Some(FieldMap::new()), "an empty delta ends the draft");
    }

    #[test]
    fn undo_shows_the_records_own_value_again() {
        let row = row(ID);
        let mut ledger = Ledger::default();
        let before = ledger.of(&row).held(Field::Model, &row);
        set(&mut ledger, &row, Field::Model, "B");
        ledger.of(&row).set(Field::Model, before);
        let draft = ledger.get(ID).unwrap();
        assert_eq!(draft.value(Field::Model, &row), Some(&text("LTM 1050")));
        assert!(!draft.in_delta(Field::Model));
    }

    #[test]
    fn a_lost_request_is_sent_again() {
        let row = row(ID);
        let mut ledger = Ledger::default();
        set(&mut ledger, &row, Field::Model, "B");
        sent(&mut ledger);
        ledger.not_sent(ID);
        let draft = ledger.get(ID).unwrap();
        assert!(draft.has_failed() && draft.is_unsaved(Field::Model));
        assert_eq!(sent(&mut ledger).unwrap().get(Field::Model), Some(&text("B")));
    }

    #[test]
    fn one_refused_value_does_not_keep_the_others_from_being_saved() {
        let row = row(ID);
        let mut ledger = Ledger::default();
        set(&mut ledger, &row, Field::Model, "B");
        set(&mut ledger, &row, Field::Description, "long");
        sent(&mut ledger);
        ledger.refused(ID, &[error("description")]);
        let delta = sent(&mut ledger).unwrap();
        assert!(delta.contains(Field::Model) && !delta.contains(Field::Description));
        ledger.saved(ID);
        let draft = ledger.get(ID).unwrap();
        assert_eq!(draft.refusal(Field::Description), Some("Too long."));
        assert_eq!(draft.value(Field::Description, &row), Some(&text("long")), "what was typed stays");
        assert!(ledger.has_unsaved() && !ledger.is_busy());
    }

    #[test]
    fn where_a_value_was_refused_the_server_keeps_the_one_before() {
        let row = with_change(row(ID), change(ModificationState::Draft, &[Field::Description]));
        let mut ledger = Ledger::default();
        set(&mut ledger, &row, Field::Description, "long");
        sent(&mut ledger);
        ledger.refused(ID, &[error("description")]);
        assert!(sent(&mut ledger).is_none(), "the server has the older draft still");
        set(&mut ledger, &row, Field::Model, "B");
        assert!(sent(&mut ledger).unwrap().contains(Field::Description), "another edit tries again");
    }

    #[test]
    fn a_draft_that_the_server_no_longer_takes_does_not_go_round_in_circles() {
        let row = with_change(row(ID), change(ModificationState::Draft, &[Field::Description]));
        let mut ledger = Ledger::default();
        set(&mut ledger, &row, Field::Model, "B");
        sent(&mut ledger);
        ledger.refused(ID, &[error("description")]);
        let delta = sent(&mut ledger).unwrap();
        assert!(delta.contains(Field::Model) && !delta.contains(Field::Description));
        ledger.refused(ID, &[error("model")]);
        assert!(sent(&mut ledger).is_none());
        assert_eq!(ledger.faults(), 2);
    }

    #[test]
    fn a_refusal_of_the_record_as_a_whole_ends() {
        let row = row(ID);
        let mut ledger = Ledger::default();
        set(&mut ledger, &row, Field::Model, "B");
        sent(&mut ledger);
        ledger.refused(ID, &[error("pfaId")]);
        assert!(sent(&mut ledger).is_none());
        assert_eq!(ledger.faults(), 1);
    }

    #[test]
    fn a_row_from_before_the_save_does_not_hide_it() {
        let old = row(ID);
        let mut ledger = Ledger::default();
        set(&mut ledger, &old, Field::Model, "B");
        sent(&mut ledger);
        let asked_at = ledger.now();
        ledger.saved(ID);
        ledger.arrived(&old, asked_at);
        assert!(ledger.get(ID).is_some());
        ledger.arrived(&old, ledger.now());
        assert!(ledger.get(ID).is_none(), "a later row is the truth");
    }

    #[test]
    fn what_was_rejected_outlives_every_refetch() {
        let row = row(ID);
        let mut ledger = Ledger::default();
        let typed = Rejected { typed: "31.3.".into(), message: "no date".into() };
        ledger.of(&row).reject(Field::ForecastEnd, typed.clone());
        ledger.arrived(&row, ledger.now());
        assert_eq!(ledger.get(ID).unwrap().rejected(Field::ForecastEnd), Some(&typed));
        assert!(sent(&mut ledger).is_none());
    }

    #[test]
    fn a_new_value_is_checked_together_with_the_rest_of_the_draft() {
        let row = row(ID);
        let mut ledger = Ledger::default();
        let date = |text: &str| Field::ForecastEnd.parse(&text.into()).unwrap();
        let draft = ledger.of(&row);
        let permissions = Role::Editor.permissions();
        let check = |draft: &RecordDraft| draft.check(Field::ForecastEnd, &date("2026-07-15"), &permissions);
        assert!(check(draft).is_ok());
        draft.set(Field::ForecastStart, Held::Draft(date("2026-08-01")));
        assert_eq!(check(draft).unwrap_err().code, "endBeforeStart");
    }
}
