//! Which columns the grid shows, and in which order.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::address::Address;
use super::steering::use_steering;
use crate::backend::BackendError;
use crate::components::dialog::{CloseDialog, Dialog};
use crate::components::grid::columns::{Column, choosable};
use crate::components::grid::list::ListView;
use crate::components::grid::state::use_grid;
use crate::error::ErrorMessage;
use crate::focus;
use crate::hydration::use_hydrated;
use crate::server_fns::views::keep_columns;

/// A column that can be chosen, and whether it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Choice {
    column: Column,
    is_shown: bool,
}

/// Those that are shown, in order, and then the others.
fn choices(shown: &[Column]) -> Vec<Choice> {
    let first = shown.iter().filter(|column| column.name().is_some());
    let others = choosable().filter(|column| !shown.contains(column));
    first
        .map(|column| Choice { column: *column, is_shown: true })
        .chain(others.map(|column| Choice { column, is_shown: false }))
        .collect()
}

/// What is to be kept: nothing if it is what everybody begins with.
fn to_keep(choices: &[Choice]) -> Vec<Column> {
    let shown: Vec<Column> =
        choices.iter().filter(|choice| choice.is_shown).map(|choice| choice.column).collect();
    if shown.iter().copied().eq(choosable()) { Vec::new() } else { shown }
}

/// The dialog.
#[component]
pub fn Columns() -> impl IntoView {
    let grid = use_grid();
    let steering = use_steering();
    let hydrated = use_hydrated();
    let close = steering.address.with_untracked(|address| address.with_dialog(None).link());
    let choices = RwSignal::new(choices(&untrack(|| grid.columns())));
    let is_busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<BackendError>);
    let keep = move |columns: Vec<Column>| {
        is_busy.set(true);
        failure.set(None);
        let names = columns.iter().filter_map(|column| column.name()).map(str::to_owned).collect();
        spawn_local(async move {
            let answer = keep_columns(grid.input.organization_id, names).await;
            if is_busy.try_set(false).is_some() {
                return;
            }
            match answer {
                Ok(()) => {
                    grid.own_columns.set(columns);
                    // The columns of a link give way to the user's own.
                    let before = steering.address.get_untracked();
                    let list = ListView { columns: Vec::new(), ..before.list.clone() };
                    steering.replace(&Address { list, dialog: None, ..before });
                }
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    let none = move || choices.with(|choices| !choices.iter().any(|choice| choice.is_shown));
    view! {
        <Dialog title="Columns" close>
            <p class="muted">"The record's key always stands first. The choice is yours, and kept."</p>
            <ul class="column-choices">
                <For
                    each=move || choices.get()
                    key=|choice| choice.column
                    children=move |choice| view! { <OneColumn column=choice.column choices /> }
                />
            </ul>
            {move || failure.get().map(|error| view! { <ErrorMessage error /> })}
            <div class="button-row">
                <CloseDialog />
                <button
                    type="button"
                    class="button"
                    disabled=move || !hydrated.get() || is_busy.get()
                    on:click=move |_| keep(Vec::new())
                >
                    "All, as at first"
                </button>
                <button
                    type="button"
                    class="button button-primary"
                    disabled=move || !hydrated.get() || is_busy.get() || none()
                    on:click=move |_| keep(choices.with_untracked(|choices| to_keep(choices)))
                >
                    "Use these columns"
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}

#[component]
fn OneColumn(column: Column, choices: RwSignal<Vec<Choice>>) -> impl IntoView {
    let hydrated = use_hydrated();
    let place = Memo::new(move |_| {
        choices.with(|choices| choices.iter().position(|choice| choice.column == column)).unwrap_or_default()
    });
    let is_shown =
        move || choices.with(|choices| choices.get(place.get()).is_some_and(|choice| choice.is_shown));
    let toggle = move |_| {
        choices.update(|choices| {
            if let Some(choice) = choices.iter_mut().find(|choice| choice.column == column) {
                choice.is_shown = !choice.is_shown;
            }
        });
    };
    let label = column.label();
    // A row that is moved within the document loses the focus.
    let moved = move |event: leptos::ev::MouseEvent, to: Option<usize>| {
        let from = place.get_untracked();
        choices.update(|choices| {
            if let Some(to) = to.filter(|to| *to < choices.len()) {
                choices.swap(from, to);
            }
        });
        let button = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        if let Some(button) = button {
            request_animation_frame(move || focus::give(&button));
        }
    };
    view! {
        <li class="column-choice">
            <label>
                <input type="checkbox" prop:checked=is_shown disabled=move || !hydrated.get() on:change=toggle />
                " "
                {label}
            </label>
            <button
                type="button"
                class="button button-small"
                aria-label=format!("Move {label} up")
                aria-disabled=move || (place.get() == 0).then_some("true")
                disabled=move || !hydrated.get()
                on:click=move |event| moved(event, place.get_untracked().checked_sub(1))
            >
                "↑"
            </button>
            <button
                type="button"
                class="button button-small"
                aria-label=format!("Move {label} down")
                aria-disabled=move || (place.get() + 1 >= choices.with(Vec::len)).then_some("true")
                disabled=move || !hydrated.get()
                on:click=move |event| moved(event, place.get_untracked().checked_add(1))
            >
                "↓"
            </button>
        </li>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use vanguard_domain::record::Field;

    use super::*;
    use crate::components::grid::columns::shown;

    #[test]
    fn what_is_shown_stands_first_and_everything_can_be_chosen() {
        let some = shown(&[Column::Field(Field::Model), Column::State]);
        let choices = choices(&some);
        assert_eq!(choices.len(), choosable().count());
        assert_eq!(choices[0], Choice { column: Column::Field(Field::Model), is_shown: true });
        assert_eq!(choices.iter().filter(|choice| choice.is_shown).count(), 2);
        assert_eq!(to_keep(&choices), [Column::Field(Field::Model), Column::State]);
    }

    #[test]
    fn everything_as_at_first_is_no_choice() {
        assert!(to_keep(&choices(&shown(&[]))).is_empty());
    }
}
