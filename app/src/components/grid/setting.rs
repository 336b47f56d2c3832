//! Setting values that were not typed into a cell: dates that were dragged.

use std::sync::Arc;

use leptos::prelude::*;
use vanguard_domain::record::{Field, Value};
use vanguard_domain::validation::FieldError;

use crate::backend::RecordRow;

use super::draft::Rejected;
use super::state::Grid;

impl Grid {
    /// A record's row, if it is held.
    pub fn row_of_record(self, pfa_id: &str) -> Option<Arc<RecordRow>> {
        self.cache.with_value(|cache| cache.row(cache.place(pfa_id)?))
    }

    /// Takes values of a record into its draft, one after the other, as one step of undo. All or none: each must be valid
    /// together with those before it.
    pub fn set_values(self, row: &RecordRow, values: &[(Field, Value)]) -> Result<(), FieldError> {
        let mut edit = Vec::new();
        for (field, value) in values {
            match self.change_to(row, *field, value.clone()) {
                Ok(change) => edit.extend(change),
                Err(error) => {
                    self.ledger.update_value(|ledger| {
                        for change in edit.into_iter().rev() {
                            ledger.of(row).set(change.field, change.before);
                        }
                    });
                    return Err(error);
                }
            }
        }
        self.finish(edit);
        Ok(())
    }

    /// Keeps at its cell a value that is not valid, and why.
    pub fn reject(self, row: &RecordRow, field: Field, rejected: Rejected) {
        self.ledger.update_value(|ledger| ledger.of(row).reject(field, rejected));
        self.rejected_or_given_up(&row.pfa_id);
    }

    /// Gives up what was rejected of these fields.
    pub fn give_up(self, pfa_id: &str, fields: &[Field]) {
        self.ledger.update_value(|ledger| {
            if let Some(draft) = ledger.get_mut(pfa_id) {
                for field in fields {
                    draft.give_up(*field);
                }
            }
        });
        self.rejected_or_given_up(pfa_id);
    }

    fn rejected_or_given_up(self, pfa_id: &str) {
        self.unsaved.update(|count| *count += 1);
        self.redraw_record(pfa_id);
    }
}
