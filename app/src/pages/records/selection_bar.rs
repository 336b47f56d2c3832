//! What can be done with the selected records.

use leptos::prelude::*;
use vanguard_domain::permission::Permission;

use crate::components::grid::cell_text::count;
use crate::components::grid::selection::Selection;
use crate::components::grid::state::use_grid;

use super::address::Dialog;
use super::steering::use_steering;

#[component]
pub fn SelectionBar() -> impl IntoView {
    let grid = use_grid();
    let is_empty = Memo::new(move |_| grid.selection.with(Selection::is_empty));
    move || (!is_empty.get()).then(actions)
}

fn actions() -> impl IntoView {
    let grid = use_grid();
    let address = use_steering().address;
    let selected = move || grid.selection.with(Selection::len);
    let drafts = Memo::new(move |_| grid.selection.with(|selection| selection.drafts().len()));
    let link = move |dialog| address.with(|address| address.with_dialog(Some(dialog)).link());
    let edit = grid.may(Permission::SaveDraft).then(|| {
        view! { <a class="button" href=move || link(Dialog::BulkEdit) data-noscroll="true">"Edit…"</a> }
    });
    let may_discontinue = grid.may(Permission::Delete) && grid.may(Permission::SaveDraft);
    let discontinue = if may_discontinue {
        view! {
            <a class="button" href=move || link(Dialog::Discontinue) data-noscroll="true">"Discontinue…"</a>
        }
        .into_any()
    } else {
        view! {
            <button type="button" class="button" disabled=true title="This needs the permission Delete.">
                "Discontinue…"
            </button>
        }
        .into_any()
    };
    let discard = move || {
        match drafts.get() {
        0 => view! {
            <button type="button" class="button" disabled=true title="None of these records has a draft of yours.">
                "Discard drafts…"
            </button>
        }
        .into_any(),
        number => view! {
            <a class="button" href=move || link(Dialog::DiscardSelected) data-noscroll="true">
                {format!("Discard drafts ({number})…")}
            </a>
        }
        .into_any(),
    }
    };
    let all = move || {
        let total = grid.total.get();
        (selected() < usize::try_from(total).unwrap_or(usize::MAX)).then(|| {
            view! {
                <button type="button" class="button" on:click=move |_| grid.select_all()>
                    {format!("Select all {} that match", count(total.into()))}
                </button>
            }
        })
    };
    view! {
        <div class="records-bar" role="region" aria-label="Selection">
            <strong>{move || format!("{} selected", count(selected() as u64))}</strong>
            <div class="button-row">
                {all}
                {edit}
                {discontinue}
                {discard}
                <button type="button" class="button" on:click=move |_| grid.select_none()>"Clear selection"</button>
            </div>
        </div>
    }
    .into_any()
}
