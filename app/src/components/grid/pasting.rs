//! Pasting a block of cells from a spreadsheet, from the active cell on down and to the right.

use leptos::prelude::*;

use super::cell_text::count;
use super::draft::Rejected;
use super::lock::lock;
use super::paste::{MAX_ROWS, cells};
use super::state::Grid;

/// What became of a pasted block.
#[derive(Debug, Default)]
struct Pasted {
    changed: u64,
    wrong: u64,
    locked: u64,
    /// Rows below the last one, or not loaded.
    beyond: u64,
}

impl Pasted {
    fn sentence(&self) -> String {
        let mut parts = vec![format!("{} cells changed", count(self.changed))];
        for (number, what) in [
            (self.wrong, "not valid, marked at the cell"),
            (self.locked, "not yours to edit"),
            (self.beyond, "rows beyond what is loaded"),
        ] {
            if number > 0 {
                parts.push(format!("{} {what}", count(number)));
            }
        }
        format!("Pasted: {}.", parts.join(", "))
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
        let mut pasted = Pasted::default();
        let mut edit = Vec::new();
        for (number, line) in (first..).zip(&block) {
            let Some(row) = self.row(number) else {
                pasted.beyond += 1;
                continue;
            };
            for (index, text) in (cursor.column..).zip(line) {
                let Some(column) = self.column(index) else { break };
                let is_locked =
                    self.viewer.with_value(|viewer| lock(column, &row, &viewer.permissions).is_some());
                let Some(field) = column.field().filter(|_| !is_locked) else {
                    pasted.locked += 1;
                    continue;
                };
                match self.change(&row, field, text) {
                    Ok(change) => {
                        pasted.changed += u64::from(change.is_some());
                        edit.extend(change);
                    }
                    Err(error) => {
                        pasted.wrong += 1;
                        let rejected = Rejected { typed: text.clone(), message: error.message };
                        self.ledger.update_value(|ledger| ledger.of(&row).reject(field, rejected));
                        self.redraw(number);
                    }
                }
            }
        }
        self.finish(edit);
        self.say(pasted.sentence());
    }

    /// The active cell's text, for the clipboard.
    pub fn copied(self) -> Option<String> {
        let cursor = self.cursor.get_untracked();
        let column = self.column(cursor.column)?;
        self.read(cursor.row()?, |view| {
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
