//! Discarding drafts: of the selected records, or all.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::backend::{BackendError, Discarded};
use crate::components::dialog::{CloseDialog, Dialog};
use crate::components::grid::cell_text::count;
use crate::components::grid::state::{Grid, use_grid};
use crate::error::ErrorMessage;
use crate::hydration::use_hydrated;
use crate::server_fns::drafts::{discard_all_drafts, discard_drafts};

use super::commit_result::plural;
use super::steering::{Steering, use_steering};

/// Whose drafts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    Selected,
    All,
}

#[component]
pub fn DiscardAll() -> impl IntoView {
    let grid = use_grid();
    let drafts = move || {
        let drafts = grid.drafts.get();
        format!(
            "What you drafted is given up: {} of {}. This cannot be undone.",
            plural(drafts.fields.into(), "field"),
            plural(drafts.records.into(), "record")
        )
    };
    view! { <Confirm title="Discard all drafts?" which=Which::All>{drafts}</Confirm> }
}

#[component]
pub fn DiscardSelected() -> impl IntoView {
    let grid = use_grid();
    let drafts = move || {
        let (drafts, records) = grid.selection.with(|selection| (selection.drafts().len(), selection.len()));
        format!(
            "Of {} selected records, {} have a draft of yours. These drafts are given up. This cannot be undone.",
            count(records as u64),
            count(drafts as u64)
        )
    };
    view! { <Confirm title="Discard the drafts of the selection?" which=Which::Selected>{drafts}</Confirm> }
}

#[component]
fn Confirm(title: &'static str, which: Which, children: Children) -> impl IntoView {
    let grid = use_grid();
    let steering = use_steering();
    let hydrated = use_hydrated();
    let close = steering.address.with_untracked(|address| address.with_dialog(None).link());
    let is_busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<BackendError>);
    let is_nothing = move || match which {
        Which::All => grid.drafts.with(|drafts| drafts.records == 0) && !grid.has_unsaved(),
        Which::Selected => grid.selection.with(|selection| selection.drafts().is_empty()),
    };
    view! {
        <Dialog title close>
            <p>{children()}</p>
            {move || failure.get().map(|error| view! { <ErrorMessage error /> })}
            <div class="button-row">
                <CloseDialog />
                <button
                    type="button"
                    class="button button-danger"
                    disabled=move || !hydrated.get() || is_busy.get() || is_nothing()
                    on:click=move |_| {
                        is_busy.set(true);
                        // A save that is still under way would bring a draft back.
                        grid.after_saving(Callback::new(move |()| {
                            discard(&grid, steering, which, is_busy, failure);
                        }));
                    }
                >
                    "Discard"
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}

fn discard(
    grid: &Grid,
    steering: Steering,
    which: Which,
    is_busy: RwSignal<bool>,
    failure: RwSignal<Option<BackendError>>,
) {
    let grid = *grid;
    // Nobody is there any more if the dialog was closed meanwhile.
    if is_busy.try_get_untracked() != Some(true) {
        return;
    }
    let organization_id = grid.input.organization_id;
    let (ids, records) = grid.selection.with_untracked(|selection| (selection.drafts(), selection.keys()));
    spawn_local(async move {
        let answer = match which {
            Which::All => discard_all_drafts(organization_id).await,
            Which::Selected => discard_drafts(organization_id, ids).await,
        };
        if is_busy.try_set(false).is_some() {
            return;
        }
        match answer {
            Ok(Discarded { discarded, .. }) => {
                match which {
                    Which::All => grid.all_drafts_discarded(),
                    Which::Selected => grid.drafts_discarded(&records),
                }
                grid.say(format!("{} discarded.", plural(discarded, "draft")));
                steering.close_dialog();
                // What opened the dialog may be gone with the last draft.
                grid.focus();
            }
            Err(error) => failure.set(Some(error)),
        }
    });
}
