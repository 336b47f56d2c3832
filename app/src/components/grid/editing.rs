//! Editing: opening a cell, taking a value over, clearing, undo and redo.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use vanguard_domain::record::{Field, FieldKind, Value};
use vanguard_domain::validation::FieldError;

use crate::backend::RecordRow;
use crate::server_fns::records::read_row;

use super::cell_text::{editable, read};
use super::cursor::Motion;
use super::draft::Rejected;
use super::lock::lock;
use super::state::Grid;
use super::undo::{CellChange, Edit};

/// The cell that is being edited. It is known by its record: rows may move meanwhile.
#[derive(Debug, Clone, PartialEq)]
pub struct Editing {
    pub row: Arc<RecordRow>,
    pub number: u32,
    pub column: usize,
    pub field: Field,
    /// What the editor begins with.
    pub text: String,
    /// Begun by typing: what is typed next goes on from there.
    pub is_typed: bool,
    /// What was wrong with the text when it was left last.
    pub error: Option<String>,
}

impl Grid {
    /// Opens the active cell for editing; with `typed`, that replaces its text. Says why if it cannot be edited.
    pub fn open(self, typed: Option<String>) {
        let cursor = self.cursor.get_untracked();
        let Some(number) = cursor.row() else { return };
        let (Some(column), Some(row)) = (self.column(cursor.column), self.row(number)) else { return };
        let reason = self.viewer.with_value(|viewer| lock(column, &row, &viewer.permissions));
        if let Some(reason) = reason {
            self.say(reason.to_string());
            return;
        }
        let Some(field) = column.field() else { return };
        let (text, error) = self.read(number, |view| {
            let rejected = view.as_ref().and_then(|view| view.draft?.rejected(field));
            match (rejected, view) {
                (Some(rejected), _) => (rejected.typed.clone(), Some(rejected.message.clone())),
                (None, Some(view)) => (editable(&view.value(field)), None),
                (None, None) => (String::new(), None),
            }
        });
        let is_typed = typed.is_some();
        let text = typed.map_or(text, |typed| begin(field, typed));
        let error = error.filter(|_| !is_typed);
        let column = cursor.column;
        self.say("");
        self.editing.set(Some(Editing { row, number, column, field, text, is_typed, error }));
    }

    /// Takes the editor's text over and goes on; if it is not valid, says why, and the editor stays open.
    pub fn accept(self, text: &str, motion: Motion) -> Result<(), FieldError> {
        let Some(editing) = self.editing.get_untracked() else { return Ok(()) };
        self.write(&editing, text)?;
        self.editing.set(None);
        self.move_by(motion);
        Ok(())
    }

    /// The editor lost the focus: its text is taken over, or else kept at the cell with what is wrong with it.
    pub fn leave(self, text: &str) {
        let Some(editing) = self.editing.get_untracked() else { return };
        if let Err(error) = self.write(&editing, text) {
            let rejected = Rejected { typed: text.to_owned(), message: error.message.clone() };
            self.ledger.update_value(|ledger| ledger.of(&editing.row).reject(editing.field, rejected));
            self.unsaved.update(|count| *count += 1);
            self.say(format!("{}: {}", editing.row.pfa_id, error.message));
            self.redraw_record(&editing.row.pfa_id);
        }
        self.editing.set(None);
    }

    /// Esc: the cell is as it was before, without what was rejected.
    pub fn cancel(self) {
        let Some(editing) = self.editing.get_untracked() else { return };
        self.ledger.update_value(|ledger| {
            if let Some(draft) = ledger.get_mut(&editing.row.pfa_id) {
                draft.give_up(editing.field);
            }
        });
        self.editing.set(None);
        self.unsaved.update(|count| *count += 1);
        self.redraw_record(&editing.row.pfa_id);
        self.focus();
    }

    /// Empties the active cell, if its field may be empty.
    pub fn clear_cell(self) {
        let cursor = self.cursor.get_untracked();
        let Some((row, column)) = cursor.row().and_then(|row| self.row(row)).zip(self.column(cursor.column))
        else {
            return;
        };
        let reason = self.viewer.with_value(|viewer| lock(column, &row, &viewer.permissions));
        if let Some(reason) = reason {
            self.say(reason.to_string());
            return;
        }
        let Some(field) = column.field() else { return };
        match self.change(&row, field, "") {
            Ok(change) => self.finish(change.into_iter().collect()),
            Err(error) => self.say(error.message),
        }
    }

    fn write(self, editing: &Editing, text: &str) -> Result<(), FieldError> {
        // The row may have been fetched again since the editor was opened.
        let now = self.cache.with_value(|cache| cache.row(cache.place(&editing.row.pfa_id)?));
        let row = now.unwrap_or_else(|| Arc::clone(&editing.row));
        let change = self.change(&row, editing.field, text)?;
        self.finish(change.into_iter().collect());
        Ok(())
    }

    /// Checks a text for a cell and takes it into the record's draft; `None` if the cell holds it already.
    pub(super) fn change(
        self,
        row: &RecordRow,
        field: Field,
        text: &str,
    ) -> Result<Option<CellChange>, FieldError> {
        self.change_to(row, field, read(field, text)?)
    }

    /// The same for a value.
    pub(super) fn change_to(
        self,
        row: &RecordRow,
        field: Field,
        value: Value,
    ) -> Result<Option<CellChange>, FieldError> {
        self.ledger
            .try_update_value(|ledger| {
                let draft = ledger.of(row);
                let before = draft.held(field, row);
                if before.value() == &value && draft.refusal(field).is_none() {
                    draft.give_up(field);
                    return Ok(None);
                }
                self.viewer.with_value(|viewer| draft.check(field, &value, &viewer.permissions))?;
                draft.set(field, super::undo::Held::Draft(value));
                let after = draft.held(field, row);
                Ok(Some(CellChange { pfa_id: row.pfa_id.clone(), field, before, after }))
            })
            .unwrap_or(Ok(None))
    }

    /// Shows and saves what an edit changed, and remembers it for undo.
    pub(super) fn finish(self, edit: Edit) {
        self.show(&edit);
        if !edit.is_empty() {
            self.undo.update_value(|undo| undo.push(edit));
            self.save();
        }
    }

    fn show(self, edit: &Edit) {
        self.unsaved.update(|count| *count += 1);
        for change in edit {
            self.redraw_record(&change.pfa_id);
        }
    }

    pub fn undo_edit(self) {
        match self.undo.try_update_value(super::undo::UndoStack::undo).flatten() {
            Some(edit) => self.replay(edit, "Undone"),
            None => self.say("There is nothing to undo."),
        }
    }

    pub fn redo_edit(self) {
        match self.undo.try_update_value(super::undo::UndoStack::redo).flatten() {
            Some(edit) => self.replay(edit, "Redone"),
            None => self.say("There is nothing to redo."),
        }
    }

    /// Applies changes that were checked when they were made. Rows that have gone out of reach are fetched first:
    /// the whole draft of a record is saved, so all of it must be known.
    fn replay(self, edit: Edit, word: &'static str) {
        spawn_local(async move {
            let mut done = Vec::new();
            for change in edit {
                let Some(row) = self.row_of(&change.pfa_id).await else {
                    let _ = self.notice.try_set(format!("{} could not be read; try again.", change.pfa_id));
                    continue;
                };
                self.ledger.update_value(|ledger| {
                    ledger.of(&row).set(change.field, change.after.clone());
                });
                done.push(change);
            }
            if let Some(change) = done.first() {
                let (pfa_id, field) = (change.pfa_id.clone(), change.field);
                self.show(&done);
                self.say(format!("{word}: {} of {pfa_id}.", field.label()));
                self.go_to_cell(&pfa_id, field);
                self.save();
            }
        });
    }

    async fn row_of(self, pfa_id: &str) -> Option<Arc<RecordRow>> {
        let held = self.cache.try_with_value(|cache| cache.row(cache.place(pfa_id)?))?;
        if held.is_some() {
            return held;
        }
        let row = read_row(self.input.organization_id, pfa_id.to_owned()).await.ok()?;
        // The user may have left while it was fetched.
        self.notice.try_get_untracked().map(|_| Arc::new(row))
    }
}

/// What an editor begins with when it was opened by typing. A choice begins with the first one that fits.
fn begin(field: Field, typed: String) -> String {
    let fits = |choice: &&str| choice.to_lowercase().starts_with(&typed.to_lowercase());
    match field.spec().kind {
        FieldKind::Choice(choices) => choices.iter().copied().find(fits).unwrap_or_default().to_owned(),
        FieldKind::Flag => ["Yes", "No"].into_iter().find(fits).unwrap_or_default().to_owned(),
        _ => typed,
    }
}

/// The texts that a select offers for a field; `None` for fields that are typed.
pub fn choices(field: Field) -> Option<Vec<String>> {
    match field.spec().kind {
        FieldKind::Choice(choices) => Some(choices.iter().map(|choice| (*choice).to_owned()).collect()),
        FieldKind::Flag => Some([true, false].map(|flag| editable(&Value::Flag(flag))).into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_into_a_choice_picks_the_one_that_begins_so() {
        assert_eq!(begin(Field::Source, "p".into()), "Purchase");
        assert_eq!(begin(Field::IsActualized, "N".into()), "No");
        assert_eq!(begin(Field::Model, "p".into()), "p");
    }

    #[test]
    fn what_a_select_offers_is_valid() {
        for field in Field::ALL {
            for choice in choices(field).unwrap_or_default() {
                assert!(read(field, &choice).is_ok(), "{field} {choice}");
            }
        }
    }
}
