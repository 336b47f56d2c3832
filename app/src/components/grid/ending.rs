//! Drafts that are no more: committed, discarded, or replaced by others.

use leptos::prelude::*;
use uuid::Uuid;
use vanguard_domain::modification::ModificationState;
use vanguard_domain::record::Field;

use crate::backend::OpenChange;

use super::cell_text::shown;
use super::ledger::Ledger;
use super::state::Grid;
use super::undo::UndoStack;

/// Values that are offered of a field.
const MOST_VALUES: usize = 50;

impl Grid {
    /// The user's drafts were committed: they go their way, beyond undo.
    pub fn was_committed(self, modification_ids: &[Uuid]) {
        self.mark_committed(modification_ids);
        self.ledger.update_value(Ledger::close_settled);
        self.drafts_ended();
    }

    /// The user's drafts of these records were discarded.
    pub fn drafts_discarded(self, records: &[String]) {
        self.drafts_replaced(records);
    }

    /// The user's drafts of these records are other ones now, or none.
    pub fn drafts_replaced(self, records: &[String]) {
        self.ledger.update_value(|ledger| {
            for pfa_id in records {
                ledger.close(pfa_id);
            }
        });
        self.drafts_ended();
    }

    /// Every draft of the user was discarded, with whatever was typed and not saved.
    pub fn all_drafts_discarded(self) {
        self.ledger.update_value(Ledger::close_all);
        self.drafts_ended();
    }

    fn drafts_ended(self) {
        self.undo.update_value(UndoStack::clear);
        self.unsaved.update(|count| *count += 1);
        self.redraw_all();
        self.refresh();
        self.count_drafts();
    }

    /// These drafts are committed: they wait for the worker now.
    fn mark_committed(self, modification_ids: &[Uuid]) {
        let is_one = |change: &OpenChange| modification_ids.contains(&change.modification_id);
        let records: Vec<String> = self.cache.with_value(|cache| {
            let rows = cache.rows().filter(|row| row.changes.iter().any(is_one));
            rows.map(|row| row.pfa_id.clone()).collect()
        });
        for pfa_id in records {
            self.cache.update_value(|cache| {
                cache.amend(&pfa_id, |row| {
                    for change in row.changes.iter_mut().filter(|change| is_one(change)) {
                        change.state = ModificationState::PendingSync;
                    }
                });
            });
            self.redraw_record(&pfa_id);
        }
    }

    /// Values that a field has in the rows at hand, for a filter to offer.
    pub fn values_at_hand(self, field: Field) -> Vec<String> {
        let values = self.cache.with_value(|cache| {
            let values = cache.rows().filter_map(|row| row.fields.get(field)).map(shown);
            values.filter(|value| !value.is_empty()).collect::<std::collections::BTreeSet<_>>()
        });
        values.into_iter().take(MOST_VALUES).collect()
    }
}
