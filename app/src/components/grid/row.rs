//! One row. It is drawn anew as a whole when something in it changes, which is cheap: only what differs touches
//! the document.

use leptos::prelude::*;
use leptos_router::location::Url;
use vanguard_domain::record::{Field, FieldKind};

use crate::hydration::use_hydrated;
use crate::session::use_organization;

use super::cell::{Cell, Content, HIDDEN, Mark, RowView};
use super::columns::Column;
use super::cursor::Line;
use super::lock::lock;
use super::mark::{mark_view, pems_changed_view};
use super::state::{Grid, use_grid};

/// The row with this number in the list; a placeholder while it is not there yet.
#[component]
pub fn GridRow(number: u32) -> impl IntoView {
    let grid = use_grid();
    let hydrated = use_hydrated();
    let slot = grid.slot(number);
    move || {
        slot.track();
        let is_ready = hydrated.get();
        untrack(|| row_view(&grid, number, is_ready))
    }
}

fn row_view(grid: &Grid, number: u32, is_ready: bool) -> impl IntoView + use<> {
    let cursor = grid.cursor.get_untracked();
    let active = (cursor.line == Line::Row(number)).then_some(cursor.column);
    let columns = grid.columns();
    let (cells, is_selected, is_there) = grid.read(number, |view| {
        let is_selected = view.as_ref().is_some_and(|view| {
            grid.selection.with_untracked(|selection| selection.contains(&view.row.pfa_id))
        });
        let cells: Vec<AnyView> = columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                let place = Place { index, is_active: active == Some(index) };
                match &view {
                    None => placeholder(*column, place),
                    Some(view) if *column == Column::Select => {
                        select_cell(view, place, is_selected, is_ready)
                    }
                    Some(view) if *column == Column::Key => key_cell(view, place),
                    Some(view) => value_cell(grid, view, *column, place),
                }
            })
            .collect();
        (cells, is_selected, view.is_some())
    });
    view! {
        <tr
            role="row"
            class=if is_there { "grid-row" } else { "grid-row loading" }
            aria-rowindex=(number + 2).to_string()
            aria-selected=if is_selected { "true" } else { "false" }
            data-row=number.to_string()
        >
            {cells}
        </tr>
    }
}

/// Where a cell stands in its row, and whether it is the active one.
#[derive(Clone, Copy)]
struct Place {
    index: usize,
    is_active: bool,
}

impl Place {
    /// One cell of the grid can be reached with Tab: the active one. The others can be given the focus.
    const fn tabindex(self) -> &'static str {
        if self.is_active { "0" } else { "-1" }
    }
}

fn placeholder(column: Column, place: Place) -> AnyView {
    view! {
        <td
            role="gridcell"
            class=column.class()
            tabindex=place.tabindex()
            aria-busy="true"
            data-column=place.index.to_string()
        >
            <span class="grid-skeleton"></span>
        </td>
    }
    .into_any()
}

fn select_cell(view: &RowView<'_>, place: Place, is_selected: bool, is_ready: bool) -> AnyView {
    let label = format!("Select {}", view.row.pfa_id);
    view! {
        <td role="gridcell" class="col-select" tabindex=place.tabindex() data-column=place.index.to_string()>
            <button
                type="button"
                class="grid-tick"
                role="checkbox"
                tabindex="-1"
                aria-checked=if is_selected { "true" } else { "false" }
                aria-label=label
                disabled=!is_ready
            ></button>
        </td>
    }
    .into_any()
}

fn key_cell(view: &RowView<'_>, place: Place) -> AnyView {
    let code = use_organization().code;
    let href = format!("/o/{code}/records/{}/history", Url::escape(&view.row.pfa_id));
    view! {
        <th
            role="rowheader"
            scope="row"
            class="col-key"
            tabindex=place.tabindex()
            data-column=place.index.to_string()
        >
            <a class="grid-key" href=href tabindex="-1">
                {view.row.pfa_id.clone()}
            </a>
        </th>
    }
    .into_any()
}

fn value_cell(grid: &Grid, view: &RowView<'_>, column: Column, place: Place) -> AnyView {
    let Cell { content, mark, changed_in_pems } = view.cell(column);
    let is_wrong = matches!(mark, Some(Mark::Wrong(_)));
    let is_locked = lock(column, view.row, view.permissions).is_some();
    let pems = changed_in_pems.then(|| pems_changed_view(grid, &view.row.pfa_id, column));
    let class = class(column, is_locked, mark.is_some());
    let mark = mark.map(|mark| mark_view(grid, mark, column));
    view! {
        <td
            role="gridcell"
            class=class
            tabindex=place.tabindex()
            aria-readonly=is_locked.then_some("true")
            aria-invalid=is_wrong.then_some("true")
            data-column=place.index.to_string()
        >
            {content_view(column, content)}
            {pems}
            {mark}
        </td>
    }
    .into_any()
}

fn class(column: Column, is_locked: bool, is_marked: bool) -> String {
    let mut class = column.class().to_owned();
    if is_locked && column.field().is_some() {
        class.push_str(" is-locked");
    }
    if is_marked {
        class.push_str(" is-marked");
    }
    class
}

fn content_view(column: Column, content: Content) -> AnyView {
    match content {
        // The first span is what a narrow cell cuts short; its whole text is then in the tooltip.
        Content::Text(text) => {
            let title = has_long_text(column).then(|| text.clone());
            view! { <span class="grid-text" title=title>{text}</span> }.into_any()
        }
        Content::Flag(true) => view! {
            <span class="grid-flag" aria-hidden="true">"✓"</span>
            <span class="visually-hidden">"Yes"</span>
        }
        .into_any(),
        Content::Flag(false) => view! { <span class="visually-hidden">"No"</span> }.into_any(),
        Content::Hidden => view! {
            <span class="grid-hidden" title="Amounts need the permission ViewFinancials." aria-hidden="true">{HIDDEN}</span>
            <span class="visually-hidden">"hidden"</span>
        }
        .into_any(),
    }
}

const fn has_long_text(column: Column) -> bool {
    match column {
        Column::Field(field) => is_text(field),
        Column::UpdatedAt => true,
        _ => false,
    }
}

const fn is_text(field: Field) -> bool {
    matches!(field.spec().kind, FieldKind::Text { .. })
}
