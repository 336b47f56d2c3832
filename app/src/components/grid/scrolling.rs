//! The view on the rows: measuring it, scrolling it, and moving the cursor and the focus in it.

use leptos::prelude::*;
use vanguard_domain::record::Field;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, ScrollIntoViewOptions, ScrollLogicalPosition};

use super::columns::Column;
use super::cursor::{Cursor, Line, Motion};
use super::state::Grid;
use super::window::{ROW_HEIGHT, first_in_view, rows_in_view, scroll_to, window};
use crate::focus;

/// Height of the headings in CSS pixels; `--grid-heading-height` in `grid.css` says the same.
const HEADING_HEIGHT: u32 = 36;

impl Grid {
    /// Position and height of the view on the rows, without the headings above them.
    fn view(self) -> Option<(u32, u32)> {
        let scroller = self.scroller.get_untracked()?;
        let top = u32::try_from(scroller.scroll_top()).unwrap_or_default();
        let height = u32::try_from(scroller.client_height()).unwrap_or_default();
        Some((top, height.saturating_sub(HEADING_HEIGHT)))
    }

    pub(super) fn rows_in_view(self) -> u32 {
        self.view().map_or(1, |(_, height)| rows_in_view(height))
    }

    /// Finds out which rows are in sight: after scrolling, after a change of size, after rows came or went.
    pub fn measure(self) {
        let Some((top, height)) = self.view() else { return };
        let now = window(top, height, self.total.get_untracked());
        let first = first_in_view(top);
        if self.first_in_view.get_untracked() != first {
            self.first_in_view.set(first);
        }
        let before = self.window.get_untracked();
        if before != now {
            self.keep_focus(&now);
            let downwards = now.start >= before.start;
            let keeper = self.focus_keeper();
            self.window.set(now);
            keeper();
            self.window_moved(downwards);
        }
    }

    /// The row with the focus is about to go out of the document: the view itself takes the focus, so that the
    /// keyboard still leads back to the cursor.
    fn keep_focus(self, window: &std::ops::Range<u32>) {
        let Some(row) = self.cursor.get_untracked().row() else { return };
        if window.contains(&row) || self.editing.with_untracked(Option::is_some) {
            return;
        }
        let Some(scroller) = self.scroller.get_untracked() else { return };
        let focused = document().active_element();
        if focused.is_some_and(|element| scroller.contains(Some(&element))) {
            focus::give(&scroller);
        }
    }

    /// Rows are about to be drawn anew, or moved in the document: a placeholder is replaced by its row, and rows that
    /// come in above take the others out and in again. An element that is taken out loses the focus. Call the answer
    /// afterwards, and it is back on the active cell, without scrolling.
    pub(super) fn focus_keeper(self) -> impl FnOnce() {
        let focused = document().active_element();
        let scroller = self.scroller.try_get_untracked().flatten();
        let is_ours =
            scroller.zip(focused).is_some_and(|(scroller, focused)| scroller.contains(Some(&focused)));
        move || {
            if is_ours {
                // The rows are drawn in a microtask that was queued before; what takes longer is there in a frame.
                queue_microtask(move || self.bring_focus_back());
                request_animation_frame(move || self.bring_focus_back());
            }
        }
    }

    fn bring_focus_back(self) {
        let is_lost = document().active_element().is_none_or(|element| element.tag_name() == "BODY");
        if is_lost
            && self.editing.try_with_untracked(Option::is_none) == Some(true)
            && let Some(cell) = self.active_element()
        {
            focus::give(&cell);
        }
    }

    /// Scrolls so that `row` is the first in sight.
    pub(super) fn scroll_to_row(self, row: u32) {
        let top = row.saturating_mul(ROW_HEIGHT);
        // After a frame: the ground that is scrolled over must have its height first.
        request_animation_frame(move || {
            self.scroll_to(top);
        });
    }

    fn scroll_to(self, top: u32) {
        if let Some(scroller) = self.scroller.try_get_untracked().flatten() {
            scroller.set_scroll_top(i32::try_from(top).unwrap_or(i32::MAX));
            self.measure();
        }
    }

    /// Makes a cell the active one, without moving the focus there.
    pub fn go(self, cursor: Cursor) {
        let before = self.cursor.get_untracked();
        if before == cursor {
            return;
        }
        self.cursor.set(cursor);
        for row in [before.row(), cursor.row()].into_iter().flatten() {
            self.redraw(row);
        }
    }

    /// Other columns are shown: the active cell stays within them, and an open editor has lost its place.
    pub(super) fn columns_changed(self) {
        self.editing.set(None);
        self.cursor.update(|cursor| *cursor = cursor.within(self.extent()));
        self.redraw_all();
    }

    /// Moves the active cell, and view and focus with it.
    pub fn move_by(self, motion: Motion) {
        self.go(self.cursor.get_untracked().moved(motion, self.extent()));
        self.focus();
    }

    /// Makes a record's cell the active one, if its row is at hand.
    pub(super) fn go_to_cell(self, pfa_id: &str, field: Field) {
        let shown = untrack(|| self.columns()).iter().position(|column| *column == Column::Field(field));
        // Where one cell shows several fields, that one stays the active one.
        let column = shown.unwrap_or(self.cursor.get_untracked().column);
        if let Some(row) = self.cache.with_value(|cache| cache.place(pfa_id)) {
            self.go(Cursor::new(row, column));
            self.focus();
        }
    }

    /// Brings the active cell into sight and gives it the focus.
    pub fn focus(self) {
        if let (Some(row), Some((top, height))) = (self.cursor.get_untracked().row(), self.view())
            && let Some(top) = scroll_to(row, top, height)
        {
            self.scroll_to(top);
        }
        // At once if the cell is there: keys that follow must find it. A row that has to be drawn first is there
        // after a frame; until then the view itself takes the keys.
        if self.focus_cell() {
            return;
        }
        if let Some(scroller) = self.scroller.get_untracked() {
            focus::give(&scroller);
        }
        request_animation_frame(move || {
            // An editor that was opened meanwhile keeps the focus.
            if self.editing.try_with_untracked(Option::is_none) == Some(true) {
                self.focus_cell();
            }
        });
    }

    /// Whether the active cell is drawn and has the focus now.
    fn focus_cell(self) -> bool {
        let Some(cell) = self.active_element() else { return false };
        focus::give(&cell);
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        options.set_inline(ScrollLogicalPosition::Nearest);
        cell.scroll_into_view_with_scroll_into_view_options(&options);
        true
    }

    /// The element of the active cell, if it is drawn; of a heading, what can be pressed in it.
    fn active_element(self) -> Option<HtmlElement> {
        let cursor = self.cursor.try_get_untracked()?;
        let selector = match cursor.line {
            Line::Heading => format!("thead [data-column='{}'] [data-press]", cursor.column),
            Line::Row(row) => format!("[data-row='{row}'] > [data-column='{}']", cursor.column),
        };
        self.find(&selector)
    }

    /// An element inside of the view.
    pub fn find(self, selector: &str) -> Option<HtmlElement> {
        let scroller = self.scroller.try_get_untracked()??;
        scroller.query_selector(selector).ok()??.dyn_into().ok()
    }
}
