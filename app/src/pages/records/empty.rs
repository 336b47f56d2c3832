//! Nothing in the list: why, and what to do next.

use leptos::prelude::*;

use crate::components::empty_state::EmptyState;
use crate::components::grid::list::ListView;
use crate::components::grid::state::use_grid;
use crate::components::icon::Glyph;
use crate::session::use_organization;

#[component]
pub fn NoRecords() -> impl IntoView {
    let grid = use_grid();
    let list = grid.input.list;
    let code = use_organization().code;
    move || {
        if grid.total.get() > 0 {
            return ().into_any();
        }
        if list.with(ListView::is_everything) {
            let sync = format!("/o/{code}/sync");
            view! {
                <EmptyState glyph=Glyph::List title="No records yet">
                    <p>"Read them from PEMS first. They appear here while they arrive."</p>
                    <a class="button button-primary" href=sync>"Read from PEMS"</a>
                </EmptyState>
            }
            .into_any()
        } else {
            let all = list.with(|list| list.unfiltered().link());
            view! {
                <EmptyState glyph=Glyph::List title="No record matches">
                    <p>"Every word of the search and every filter must fit."</p>
                    <a class="button button-primary" href=all data-noscroll="true">"Clear search and filters"</a>
                </EmptyState>
            }
            .into_any()
        }
    }
}
