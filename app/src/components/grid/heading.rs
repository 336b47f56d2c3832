//! The headings: links that sort, and the tick that selects all.

use leptos::prelude::*;

use crate::hydration::use_hydrated;

use super::cell_text::count;
use super::columns::Column;
use super::cursor::Line;
use super::list::{ListView, Sort};
use super::state::use_grid;

/// The row of headings; it stays in sight.
#[component]
pub fn Headings() -> impl IntoView {
    let grid = use_grid();
    let headings = move || -> Vec<AnyView> {
        grid.columns()
            .into_iter()
            .enumerate()
            .map(|(index, column)| match (column, column.sort_name()) {
                (Column::Select, _) => select_all(index),
                (_, Some(name)) => sortable(index, column, name),
                (_, None) => plain(index, column),
            })
            .collect()
    };
    view! {
        <thead role="rowgroup">
            <tr role="row" aria-rowindex="1">
                {headings}
            </tr>
        </thead>
    }
    .into_any()
}

/// Headings are reached with the arrow keys like every cell, once scripts run.
fn tabindex(index: usize) -> impl Fn() -> &'static str + Copy + Send + Sync + 'static {
    let grid = use_grid();
    let hydrated = use_hydrated();
    move || {
        let cursor = grid.cursor.get();
        let is_active = cursor.line == Line::Heading && cursor.column == index;
        if is_active || !hydrated.get() { "0" } else { "-1" }
    }
}

fn sortable(index: usize, column: Column, name: &'static str) -> AnyView {
    let list = use_grid().input.list;
    let direction = Memo::new(move |_| list.with(|list| direction(list, name)));
    view! {
        <th
            role="columnheader"
            scope="col"
            class=column.class()
            data-column=index.to_string()
            aria-sort=move || direction.get().map(|descending| if descending { "descending" } else { "ascending" })
        >
            <a
                class="grid-sort"
                href=move || list.with(|list| list.sorted_by(name).link())
                data-noscroll="true"
                data-press="true"
                tabindex=tabindex(index)
            >
                {column.label()}
                <span class="grid-arrow" aria-hidden="true">
                    {move || direction.get().map(|descending| if descending { "▼" } else { "▲" })}
                </span>
            </a>
        </th>
    }
    .into_any()
}

fn plain(index: usize, column: Column) -> AnyView {
    let grid = use_grid();
    view! {
        <th role="columnheader" scope="col" class=column.class() data-column=index.to_string()>
            <span class="grid-heading" data-press="true" tabindex=move || {
                let cursor = grid.cursor.get();
                if cursor.line == Line::Heading && cursor.column == index { "0" } else { "-1" }
            }>{column.label()}</span>
        </th>
    }
    .into_any()
}

fn select_all(index: usize) -> AnyView {
    let grid = use_grid();
    let hydrated = use_hydrated();
    let selected = Memo::new(move |_| {
        let selected = grid.selection.with(super::selection::Selection::len);
        match selected {
            0 => "false",
            _ if selected >= usize::try_from(grid.total.get()).unwrap_or(usize::MAX) => "true",
            _ => "mixed",
        }
    });
    view! {
        <th role="columnheader" scope="col" class="col-select" data-column=index.to_string()>
            <button
                type="button"
                class="grid-tick"
                role="checkbox"
                aria-checked=move || selected.get()
                aria-label=move || format!("Select all {} that match", count(grid.total.get().into()))
                disabled=move || !hydrated.get()
                data-press="true"
                tabindex=tabindex(index)
                on:click=move |_| {
                    if selected.get_untracked() == "false" { grid.select_all() } else { grid.select_none() }
                }
            ></button>
        </th>
    }
    .into_any()
}

/// Whether the list is sorted by the column, and then whether downwards. The key sorts a list that says nothing.
fn direction(list: &ListView, name: &str) -> Option<bool> {
    match &list.sort {
        Some(Sort { by, descending }) if by == name => Some(*descending),
        None if name == "pfaId" => Some(false),
        _ => None,
    }
}
