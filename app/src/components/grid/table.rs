//! The grid as it is drawn: headings, the rows in sight, and the ground above and below them.

use leptos::prelude::{window as browser_window, *};
use leptos::{ev, html};
use web_sys::HtmlElement;

use crate::hydration::use_hydrated;

use super::columns::Column;
use super::editor::CellEditor;
use super::heading::Headings;
use super::live::follow;
use super::loading::Loading;
use super::pressing::{clicked, clicked_twice, pressed_key, pressed_mouse};
use super::row::GridRow;
use super::state::{Grid, use_grid};
use super::window::ROW_HEIGHT;

/// The grid. Expects its [`Grid`] in context.
#[component]
pub fn RecordsGrid() -> impl IntoView {
    let grid = use_grid();
    let hydrated = use_hydrated();
    let above = NodeRef::<html::Tbody>::new();
    let below = NodeRef::<html::Tbody>::new();
    let window = grid.window;
    keep_heights(above, below);
    follow_browser();
    follow(grid);
    view! {
        <div
            class="grid-scroll"
            node_ref=grid.scroller
            role="group"
            aria-label="Records"
            // The keyboard reaches the view itself while the active cell is out of sight.
            tabindex=move || {
                let is_out = grid.cursor.get().row().is_some_and(|row| !grid.window.get().contains(&row));
                if hydrated.get() && !is_out { "-1" } else { "0" }
            }
            on:scroll=move |_| grid.measure()
            on:keydown=move |event| pressed_key(&grid, &event)
            on:mousedown=move |event| pressed_mouse(&grid, &event)
            on:click=move |event| clicked(&grid, &event)
            on:dblclick=move |event| clicked_twice(&grid, &event)
            on:copy=move |event| copy(&grid, &event)
            on:paste=move |event| paste(&grid, &event)
        >
            <table
                class="grid"
                role="grid"
                aria-label="Records"
                aria-multiselectable="true"
                aria-rowcount=move || (grid.total.get() + 1).to_string()
                aria-colcount=move || grid.columns().len().to_string()
                aria-busy=move || (grid.loading.get() == Loading::AnotherList).then_some("true")
            >
                <Headings />
                <tbody class="grid-ground" aria-hidden="true" node_ref=above></tbody>
                <tbody role="rowgroup">
                    <For each=move || window.get() key=|number| *number children=|number| view! { <GridRow number /> } />
                </tbody>
                <tbody class="grid-ground" aria-hidden="true" node_ref=below></tbody>
            </table>
            {move || grid.editing.get().map(|editing| view! { <CellEditor editing /> })}
        </div>
    }
    .into_any()
}

/// Gives the ground above and below the drawn rows the height of the rows that are not drawn. Through the DOM, not
/// as a style attribute: those a content security policy forbids.
pub fn keep_heights(above: NodeRef<html::Tbody>, below: NodeRef<html::Tbody>) {
    let grid = use_grid();
    Effect::new(move || {
        let window = grid.window.get();
        let rows_below = grid.total.get().saturating_sub(window.end);
        for (ground, rows) in [(above, window.start), (below, rows_below)] {
            if let Some(ground) = ground.get() {
                let height = format!("{}px", rows.saturating_mul(ROW_HEIGHT));
                // Fails only for a property that does not exist.
                let _ = HtmlElement::style(&ground).set_property("height", &height);
            }
        }
    });
}

/// Begins where the address says, and follows the window's size and the connection from then on.
pub fn follow_browser() {
    let grid = use_grid();
    let hydrated = use_hydrated();
    Effect::new(move || {
        if hydrated.get() {
            grid.scroll_to_row(grid.first_in_view.get_untracked());
        }
    });
    Effect::new(move |before: Option<Vec<Column>>| {
        let columns = grid.columns();
        if before.is_some_and(|before| before != columns) {
            grid.columns_changed();
        }
        columns
    });
    Effect::new(move || {
        let listeners = [
            window_event_listener_untyped("resize", move |_| grid.measure()),
            window_event_listener_untyped("online", move |_| grid.save()),
            window_event_listener_untyped("beforeunload", move |event| {
                if untrack(|| grid.has_unsaved()) {
                    event.prevent_default();
                }
            }),
        ];
        on_cleanup(move || listeners.into_iter().for_each(WindowListenerHandle::remove));
    });
}

/// The active cell goes to the clipboard, unless the user has marked some text.
fn copy(grid: &Grid, event: &ev::ClipboardEvent) {
    let has_marked_text =
        browser_window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
    if has_marked_text || grid.editing.with_untracked(Option::is_some) {
        return;
    }
    if let (Some(text), Some(clipboard)) = (grid.copied(), event.clipboard_data())
        && clipboard.set_data("text/plain", &text).is_ok()
    {
        event.prevent_default();
    }
}

fn paste(grid: &Grid, event: &ev::ClipboardEvent) {
    // An open editor takes the text itself.
    if grid.editing.with_untracked(Option::is_some) {
        return;
    }
    if let Some(text) = event.clipboard_data().and_then(|data| data.get_data("text/plain").ok()) {
        event.prevent_default();
        grid.paste(&text);
    }
}
