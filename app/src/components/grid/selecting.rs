//! Selecting rows: one, a range, all that match.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::server_fns::records::select_records;

use super::cache::selectable;
use super::cell_text::count;
use super::state::Grid;

impl Grid {
    /// Ticks or unticks a row.
    pub fn toggle(self, number: u32) {
        let Some(row) = self.row(number) else { return };
        self.selection.update(|selection| selection.toggle(number, selectable(&row)));
        self.redraw(number);
    }

    /// Selects from the row ticked last to this one.
    pub fn select_to(self, number: u32) {
        let (first, last) = self.selection.with_untracked(|selection| selection.range_to(number));
        self.select_rows(first, last - first + 1);
    }

    /// Selects the row that the cursor was on and the one that it came to.
    pub fn extend_from(self, number: u32) {
        self.selection.update(|selection| selection.begin_at(number));
        if let Some(row) = self.cursor.get_untracked().row() {
            self.select_to(row);
        }
    }

    /// Selects every record of the list.
    pub fn select_all(self) {
        self.select_rows(0, self.total.get_untracked());
    }

    pub fn select_none(self) {
        self.selection.update(super::selection::Selection::clear);
        self.redraw_all();
    }

    /// Rows that are held are selected at once; a range that reaches beyond them is asked for.
    fn select_rows(self, first: u32, length: u32) {
        let held: Option<Vec<_>> =
            (first..first + length).map(|number| self.row(number).map(|row| selectable(&row))).collect();
        if let Some(held) = held {
            self.selection.update(|selection| selection.add(held));
            self.redraw_all();
            return;
        }
        let query = self.input.list.get_untracked().query(first, length);
        self.say(format!("Selecting {} records…", count(length.into())));
        spawn_local(async move {
            let found = select_records(self.input.organization_id, query).await;
            // Nobody is there any more if the user has left the page meanwhile.
            if self.notice.try_get_untracked().is_none() {
                return;
            }
            match found {
                Ok(found) => {
                    self.selection.update(|selection| selection.add(found));
                    let number = self.selection.with_untracked(super::selection::Selection::len);
                    self.say(format!("{} records selected.", count(number as u64)));
                    self.redraw_all();
                }
                Err(error) => self.say(error.to_string()),
            }
        });
    }
}
