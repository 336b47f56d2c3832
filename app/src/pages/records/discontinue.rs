//! Discontinuing the selected records: a draft for each, to be committed like every other.

use leptos::prelude::*;
use leptos::task::spawn_local;
use vanguard_domain::delta::Operation;

use crate::backend::{BackendError, DraftInput, DraftRefusal};
use crate::components::dialog::{CloseDialog, Dialog};
use crate::components::grid::selection::Selection;
use crate::components::grid::state::{Grid, use_grid};
use crate::error::ErrorMessage;
use crate::hydration::use_hydrated;
use crate::server_fns::drafts::save_drafts;

use super::commit_result::plural;
use super::steering::{Steering, use_steering};

/// Drafts in one request.
const BATCH: usize = 500;
/// Refusals that are listed one by one.
const LISTED: usize = 20;

/// How the dialog stands.
#[derive(Debug, Clone, Copy)]
struct Stage {
    is_busy: RwSignal<bool>,
    failure: RwSignal<Option<BackendError>>,
    refusals: RwSignal<Vec<DraftRefusal>>,
    reason: RwSignal<String>,
}

#[component]
pub fn Discontinue() -> impl IntoView {
    let grid = use_grid();
    let steering = use_steering();
    let hydrated = use_hydrated();
    let close = steering.address.with_untracked(|address| address.with_dialog(None).link());
    let stage = Stage {
        is_busy: RwSignal::new(false),
        failure: RwSignal::new(None),
        refusals: RwSignal::new(Vec::new()),
        reason: RwSignal::new(String::new()),
    };
    let number = move || i64::try_from(grid.selection.with(Selection::len)).unwrap_or(i64::MAX);
    view! {
        <Dialog title="Discontinue records?" close>
            <p>
                {move || format!("{} selected. Each gets a draft that discontinues it; ", plural(number(), "record"))}
                "a draft of yours that it has already is replaced. Nothing goes to PEMS until you commit."
            </p>
            <div class="field">
                <label for="discontinue-reason">"Reason (optional)"</label>
                <input
                    class="input"
                    id="discontinue-reason"
                    maxlength="200"
                    autocomplete="off"
                    on:input=move |event| stage.reason.set(event_target_value(&event))
                />
            </div>
            {move || stage.failure.get().map(|error| view! { <ErrorMessage error /> })}
            {move || refusals_view(stage.refusals.get())}
            <div class="button-row">
                <CloseDialog />
                <button
                    type="button"
                    class="button button-danger"
                    disabled=move || !hydrated.get() || stage.is_busy.get() || number() == 0
                    on:click=move |_| {
                        stage.is_busy.set(true);
                        // A save that is still under way would replace the new draft.
                        grid.after_saving(Callback::new(move |()| start(&grid, steering, stage)));
                    }
                >
                    {move || format!("Discontinue {}", plural(number(), "record"))}
                </button>
            </div>
        </Dialog>
    }
    .into_any()
}

fn refusals_view(refusals: Vec<DraftRefusal>) -> Option<impl IntoView> {
    let beyond = refusals.len().saturating_sub(LISTED);
    (!refusals.is_empty()).then(|| {
        let items: Vec<_> = refusals
            .into_iter()
            .take(LISTED)
            .map(|refusal| {
                let reasons: Vec<String> = refusal.errors.into_iter().map(|error| error.message).collect();
                view! { <li>{format!("{}: {}", refusal.pfa_id, reasons.join(" "))}</li> }
            })
            .collect();
        view! {
            <div role="alert">
                <p>"These were refused; the others are drafted:"</p>
                <ul>{items}</ul>
                {(beyond > 0).then(|| format!("… and {beyond} more."))}
            </div>
        }
    })
}

fn start(grid: &Grid, steering: Steering, stage: Stage) {
    let grid = *grid;
    // Nobody is there any more if the dialog was closed meanwhile.
    if stage.is_busy.try_get_untracked() != Some(true) {
        return;
    }
    stage.failure.set(None);
    let records = grid.selection.with_untracked(Selection::keys);
    let reason = Some(stage.reason.get_untracked().trim().to_owned()).filter(|reason| !reason.is_empty());
    spawn_local(async move {
        let mut refusals = Vec::new();
        let mut drafted = Vec::new();
        let mut failure = None;
        for batch in records.chunks(BATCH) {
            let drafts = batch.iter().map(|pfa_id| discontinuation(pfa_id, reason.clone())).collect();
            match save_drafts(grid.input.organization_id, drafts).await {
                Ok(outcome) => {
                    drafted.extend(outcome.modifications.into_iter().map(|saved| saved.pfa_id));
                    refusals.extend(outcome.errors);
                }
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            }
        }
        if grid.notice.try_get_untracked().is_none() {
            return;
        }
        grid.drafts_replaced(&drafted);
        let number = i64::try_from(drafted.len()).unwrap_or(i64::MAX);
        grid.say(format!("{} drafted to be discontinued.", plural(number, "record")));
        // The dialog may have been closed while the drafts were saved.
        if stage.is_busy.try_set(false).is_some() {
            return;
        }
        if failure.is_none() && refusals.is_empty() {
            steering.close_dialog();
        } else {
            stage.failure.set(failure);
            stage.refusals.set(refusals);
        }
    });
}

fn discontinuation(pfa_id: &str, reason: Option<String>) -> DraftInput {
    DraftInput {
        pfa_id: pfa_id.to_owned(),
        operation: Some(Operation::Delete),
        changes: serde_json::Map::new(),
        reason,
    }
}
