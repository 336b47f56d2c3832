//! Putting many cells at once: a block pasted from a spreadsheet, from the active cell on down and to the right; one value
//! filled into many rows.

use leptos::prelude::*;

use super::cell_text::count;
use super::draft::Rejected;
use super::lock::lock;
use super::paste::{MAX_ROWS, cells};
use super::selection::Selection;
use super::state::Grid;
use super::undo::Edit;

/// What became of a block of cells.
#[derive(Debug, Default)]
struct Put {
    changed: u64,
    wrong: u64,
    locked: u64,
    /// Rows below the last one, or not loaded.
    beyond: u64,
}

impl Put {
    fn sentence(&self, done: &str) -> String {
        let mut parts = vec![format!("{} cells changed", count(self.changed))];
        for (number, what) in [
            (self.wrong, "not valid, marked at the cell"),
            (self.locked, "not yours to edit"),
            (self.beyond, "rows are not loaded here: use \u{201c}Edit\u{2026}\u{201d} for all"),
        ] {
            if number > 0 {
                parts.push(format!("{} {what}", count(number)));
            }
        }
        format!("{done}: {}.", parts.join(", "))
    }
}

impl Grid {
    /// Pastes a clipboard text. One step of undo takes it all back.
    pub fn paste(self, text: &str) {
        let block = cells(text);
        let cursor = self.cursor.get_untracked();
        let Some(first) = cursor.row() else { return };
        if block.len() > MAX_ROWS {
            self.say(format!("A paste takes at most {} rows.", count(MAX_ROWS as u64)));
            return;
        }
        let (mut put, mut edit) = (Put::default(), Edit::new());
        for (number, line) in (first..).zip(&block) {
            if self.row(number).is_none() {
                put.beyond += 1;
                continue;
            }
            for (index, text) in (cursor.column..).zip(line) {
                if self.column(index).is_none() {
                    break;
                }
                self.put(number, index, text, &mut put, &mut edit);
            }
        }
        self.finish(edit);
        self.say(put.sentence("Pasted"));
    }

    /// Puts the active cell's value into its column of every selected row; without a selection, the value of the cell
    /// above into the active one. One step of undo takes it all back.
    pub fn fill(self) {
        let cursor = self.cursor.get_untracked();
        let Some(active) = cursor.row() else { return };
        let selected = self.selection.with_untracked(Selection::keys);
        let (from, to) = if selected.is_empty() {
            let Some(above) = active.checked_sub(1) else { return };
            (above, vec![Some(active)])
        } else {
            let place = |pfa_id: &String| self.cache.with_value(|cache| cache.place(pfa_id));
            (active, selected.iter().map(place).collect())
        };
        let Some(text) = self.text_at(from, cursor.column) else { return };
        let (mut put, mut edit) = (Put::default(), Edit::new());
        for number in to {
            match number {
                Some(number) if number == from => {}
                Some(number) => self.put(number, cursor.column, &text, &mut put, &mut edit),
                None => put.beyond += 1,
            }
        }
        self.finish(edit);
        self.say(put.sentence("Filled"));
    }

    /// Puts a text into one cell, and counts what came of it.
    fn put(self, number: u32, index: usize, text: &str, put: &mut Put, edit: &mut Edit) {
        let (Some(column), Some(row)) = (self.column(index), self.row(number)) else {
            put.beyond += 1;
            return;
        };
        let is_locked = self.viewer.with_value(|viewer| lock(column, &row, &viewer.permissions).is_some());
        let Some(field) = column.field().filter(|_| !is_locked) else {
            put.locked += 1;
            return;
        };
        match self.change(&row, field, text) {
            Ok(change) => {
                put.changed += u64::from(change.is_some());
                edit.extend(change);
            }
            Err(error) => {
                put.wrong += 1;
                let rejected = Rejected { typed: text.to_owned(), message: error.message };
                self.ledger.update_value(|ledger| ledger.of(&row).reject(field, rejected));
                self.redraw(number);
            }
        }
    }

    /// The active cell's text, for the clipboard.
    pub fn copied(self) -> Option<String> {
        let cursor = self.cursor.get_untracked();
        self.text_at(cursor.row()?, cursor.column)
    }

    /// A cell's text, as an editor would begin with it.
    fn text_at(self, number: u32, index: usize) -> Option<String> {
        let column = self.column(index)?;
        self.read(number, |view| {
            let view = view?;
            Some(match column.field() {
                Some(field) if !field.is_money() || self.sees_money() => {
                    super::cell_text::editable(&view.value(field))
                }
                _ => match view.cell(column).content {
                    super::cell::Content::Text(text) => text,
                    _ => String::new(),
                },
            })
        })
    }

    fn sees_money(self) -> bool {
        self.may(vanguard_domain::permission::Permission::ViewFinancials)
    }
}
