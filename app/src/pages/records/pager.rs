//! Page by page through the list while scripts do not run; with them, the grid scrolls through all of it.

use leptos::prelude::*;

use crate::components::grid::cell_text::count;
use crate::components::grid::state::{Grid, use_grid};
use crate::components::grid::window::FIRST_ROWS;
use crate::hydration::use_hydrated;

use super::address::Address;

#[component]
pub fn Pager() -> impl IntoView {
    let grid = use_grid();
    let hydrated = use_hydrated();
    move || (!hydrated.get()).then(|| links(&grid))
}

fn links(grid: &Grid) -> impl IntoView + use<> {
    let window = grid.window.get_untracked();
    let total = grid.total.get_untracked();
    let list = grid.input.list.get_untracked();
    let link = |from| Address { from, ..Address::of(list.clone()) }.link();
    let previous = (window.start > 0).then(|| {
        view! { <a class="button" href=link(window.start.saturating_sub(FIRST_ROWS)) rel="prev">"Previous"</a> }
    });
    let next =
        (window.end < total).then(|| view! { <a class="button" href=link(window.end) rel="next">"Next"</a> });
    let rows = format!(
        "Rows {} to {} of {}",
        count(u64::from(window.start) + u64::from(!window.is_empty())),
        count(window.end.into()),
        count(total.into())
    );
    view! {
        <nav class="records-pager button-row" aria-label="Pages">
            {previous}
            <span>{rows}</span>
            {next}
        </nav>
    }
    .into_any()
}
