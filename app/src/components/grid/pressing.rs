//! Keys and mouse in the grid: from the browser's event to what the grid does.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, MouseEvent};

use super::columns::Column;
use super::cursor::{Cursor, Line};
use super::keys::{GridKey, KeyPress, ListKey, grid_key, list_key};
use super::state::Grid;

/// A key event as the pure code takes it. Its text is borrowed from `key`.
pub fn key_press<'a>(event: &KeyboardEvent, key: &'a str) -> KeyPress<'a> {
    KeyPress {
        key,
        control: event.ctrl_key() || event.meta_key(),
        shift: event.shift_key(),
        alt: event.alt_key(),
    }
}

/// A key that no open editor has taken.
pub fn pressed_key(grid: &Grid, event: &KeyboardEvent) {
    if event.is_composing() || event.default_prevented() {
        return;
    }
    let key = event.key();
    let Some(meaning) = grid_key(key_press(event, &key)) else { return };
    if act(grid, meaning) {
        event.prevent_default();
    }
}

/// Does what the key asks for; false if it is the browser's after all.
fn act(grid: &Grid, key: GridKey) -> bool {
    let cursor = grid.cursor.get_untracked();
    match key {
        GridKey::Move(motion) => grid.move_by(motion),
        GridKey::Extend(motion) => {
            grid.move_by(motion);
            if let Some(row) = cursor.row() {
                grid.extend_from(row);
            }
        }
        GridKey::Undo => grid.undo_edit(),
        GridKey::Redo => grid.redo_edit(),
        GridKey::Fill => grid.fill(),
        // Links and buttons in the headings know what Enter and Space are.
        _ if cursor.line == Line::Heading => return false,
        GridKey::Open => return open(grid, cursor),
        GridKey::Type(typed) => return typed_into(grid, cursor, typed),
        GridKey::Clear => grid.clear_cell(),
        GridKey::Escape => {
            if grid.selection.with_untracked(super::selection::Selection::is_empty) {
                return false;
            }
            grid.select_none();
        }
    }
    true
}

/// Enter: what the cell is for.
fn open(grid: &Grid, cursor: Cursor) -> bool {
    match (grid.column(cursor.column), cursor.row()) {
        (Some(Column::Select), Some(row)) => grid.toggle(row),
        (Some(Column::State | Column::Key), Some(row)) => {
            // The history of the record; the conflict that the state leads to, if there is one.
            match grid.find(&format!("[data-row='{row}'] > [data-column='{}'] a", cursor.column)) {
                Some(link) => link.click(),
                None => return false,
            }
        }
        _ => grid.open(None),
    }
    true
}

/// A character: it starts an edit where that is possible, and is a shortcut elsewhere.
fn typed_into(grid: &Grid, cursor: Cursor, typed: String) -> bool {
    // `/` leads to the search, `?` to the help, wherever the cursor stands.
    if matches!(typed.as_str(), "/" | "?") {
        return false;
    }
    if grid.column(cursor.column).is_some_and(|column| column.field().is_some()) {
        grid.open(Some(typed));
        return true;
    }
    match (list_key(&typed), cursor.row()) {
        (Some(ListKey::Move(motion)), _) => grid.move_by(motion),
        (Some(ListKey::Toggle), Some(row)) => grid.toggle(row),
        _ => return false,
    }
    true
}

/// A press of the mouse makes the cell the active one.
pub fn pressed_mouse(grid: &Grid, event: &MouseEvent) {
    let Some((_, cursor)) = cell_of(event) else { return };
    if event.button() != 0 {
        return;
    }
    grid.go(cursor);
    if cursor.row().is_some() {
        if event.shift_key() {
            // It would mark text.
            event.prevent_default();
        }
        grid.focus();
    }
}

/// A click ticks rows: one in its first column, a range with Shift everywhere.
pub fn clicked(grid: &Grid, event: &MouseEvent) {
    let Some((_, cursor)) = cell_of(event) else { return };
    let Some(row) = cursor.row() else { return };
    if event.shift_key() {
        grid.select_to(row);
    } else if grid.column(cursor.column) == Some(Column::Select) {
        grid.toggle(row);
    }
}

/// A double click edits, except on what has a meaning of its own when pressed.
pub fn clicked_twice(grid: &Grid, event: &MouseEvent) {
    if let Some((target, cursor)) = cell_of(event)
        && cursor.row().is_some()
        && target.closest("a, button").ok().flatten().is_none()
    {
        grid.open(None);
    }
}

/// The cell that the mouse is on, and what exactly of it.
fn cell_of(event: &MouseEvent) -> Option<(Element, Cursor)> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let cell = target.closest("[data-column]").ok()??;
    let column = cell.get_attribute("data-column")?.parse().ok()?;
    let row = cell.parent_element().and_then(|row| row.get_attribute("data-row"));
    let line = match row {
        Some(row) => Line::Row(row.parse().ok()?),
        None => Line::Heading,
    };
    Some((target, Cursor { line, column }))
}
