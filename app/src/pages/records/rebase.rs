//! A draft meets what PEMS has changed since it was begun: its author decides, before he commits.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::backend::{BackendError, DraftSide, FieldChange, RebaseRequest};
use crate::components::change_list::{ChangeList, sides};
use crate::components::compared_value::ComparedValue;
use crate::components::dialog::{CloseDialog, Dialog};
use crate::components::field_value::FieldValue;
use crate::components::grid::state::use_grid;
use crate::components::loaded::Loaded;
use crate::error::ErrorMessage;
use crate::events::{EventKind, use_events};
use crate::fetched::{fetched, outdated};
use crate::hydration::use_hydrated;
use crate::server_fns::drafts::{ReviewedDraft, rebase_draft, review_draft};
use crate::session::use_organization;

use super::choices::{Choices, Crossing, crossings};
use super::steering::use_steering;

/// The dialog for one record.
#[component]
pub fn Rebase(pfa_id: String) -> impl IntoView {
    let organization_id = use_organization().id;
    let steering = use_steering();
    let close = steering.address.with_untracked(|address| address.with_dialog(None).link());
    let title = format!("PEMS changed {pfa_id} too");
    let shown = StoredValue::new(None);
    let (events, followed) = (use_events(), pfa_id.clone());
    let modifications = move || events.version(EventKind::Modification);
    let version = outdated(modifications, shown, move || review_draft(organization_id, followed.clone()));
    let draft = fetched(move || version.get(), move |_| review_draft(organization_id, pfa_id.clone()));
    // Outside of what is shown anew with every fetch: what was chosen stays chosen.
    let choices = Choices::new();
    let done = Callback::new(move |()| steering.close_dialog());
    view! {
        <Dialog title close wide=true>
            <Loaded resource=draft what="your draft" let:draft>
                {shown.set_value(Some(draft.clone()))}
                <RebaseForm draft choices done />
            </Loaded>
            <div class="button-row">
                <CloseDialog label="Close" />
            </div>
        </Dialog>
    }
    .into_any()
}

/// What PEMS changed since a draft was begun, and the way to bring the draft up to it. Nothing if PEMS changed nothing.
#[component]
pub fn RebaseForm(
    draft: ReviewedDraft,
    /// What was chosen so far, for this draft and others.
    choices: Choices,
    done: Callback<()>,
) -> impl IntoView {
    if draft.changed_in_pems.is_empty() {
        return view! { <p>"Your draft is up to date: PEMS has changed nothing since."</p> }.into_any();
    }
    let crossed = crossings(&draft);
    let others = others(&draft, &crossed);
    let disputes = crossed
        .iter()
        .map(|crossing| view! { <Crossed pfa_id=draft.pfa_id.clone() crossing=crossing.clone() choices /> })
        .collect_view();
    let others = (!others.is_empty()).then(|| {
        let (before, after) = sides(&others);
        view! {
            <p class="muted">"PEMS also changed, and it stays:"</p>
            <ChangeList before after />
        }
    });
    view! {
        <div class="review-pems">
            {disputes}
            {others}
            <Save draft crossed choices done />
        </div>
    }
    .into_any()
}

/// PEMS's changes about which there is nothing to choose: the draft does not change these fields, or to the same.
fn others(draft: &ReviewedDraft, crossed: &[Crossing]) -> Vec<FieldChange> {
    let is_crossed = |change: &FieldChange| crossed.iter().any(|crossing| crossing.field == change.field);
    draft.changed_in_pems.iter().filter(|change| !is_crossed(change)).cloned().collect()
}

/// Mine or theirs, for one field.
#[component]
fn Crossed(pfa_id: String, crossing: Crossing, choices: Choices) -> impl IntoView {
    let Crossing { field, before, mine, pems } = crossing.clone();
    let heading = format!("rebase-{pfa_id}-{field}");
    let name = format!("{heading}-choice");
    let side = |side: DraftSide, label: &'static str, value| {
        let (pfa_id, crossing) = (pfa_id.clone(), crossing.clone());
        let chosen = {
            let (pfa_id, crossing) = (pfa_id.clone(), crossing.clone());
            move || choices.of(&pfa_id, &crossing) == Some(side)
        };
        view! {
            <label class="dispute-side dispute-choice">
                <input
                    type="radio"
                    name=name.clone()
                    prop:checked=chosen
                    on:change=move |_| choices.choose(&pfa_id, &crossing, side)
                />
                <span class="dispute-label">{label}</span>
                <span class="dispute-value">
                    <ComparedValue field value from=before.clone() />
                </span>
            </label>
        }
    };
    view! {
        <div class="dispute" role="radiogroup" aria-labelledby=heading.clone()>
            <p id=heading.clone() class="dispute-field">
                {field.label()}
            </p>
            <div class="dispute-side">
                <span class="dispute-label">"Before"</span>
                <FieldValue field value=before.clone() />
            </div>
            {side(DraftSide::Mine, "Keep mine", mine)}
            {side(DraftSide::Pems, "Take PEMS’s", pems)}
        </div>
    }
    .into_any()
}

#[component]
fn Save(draft: ReviewedDraft, crossed: Vec<Crossing>, choices: Choices, done: Callback<()>) -> impl IntoView {
    let grid = use_grid();
    let hydrated = use_hydrated();
    let organization_id = use_organization().id;
    let is_busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<BackendError>);
    let label = format!("Bring the draft of {} up to date", draft.pfa_id);
    let ReviewedDraft { pfa_id, modification_id, version: seen_version, .. } = draft;
    let decided = {
        let pfa_id = pfa_id.clone();
        Memo::new(move |_| choices.of_all(&pfa_id, &crossed))
    };
    let is_open = move || decided.with(Option::is_none);
    let save = move |_| {
        let Some(choices) = decided.get_untracked() else { return };
        is_busy.set(true);
        let pfa_id = pfa_id.clone();
        let request = RebaseRequest { modification_id, seen_version, choices };
        spawn_local(async move {
            let answer = rebase_draft(organization_id, request).await;
            // The form may be gone by now; the grid is there as long as its page is.
            let _ = is_busy.try_set(false);
            match answer {
                Ok(_) => {
                    grid.drafts_replaced(std::slice::from_ref(&pfa_id));
                    grid.say(format!("The draft of {pfa_id} is up to date with PEMS."));
                    done.try_run(());
                }
                Err(error) => drop(failure.try_set(Some(error))),
            }
        });
    };
    view! {
        {move || failure.get().map(|error| view! { <ErrorMessage error /> })}
        <div class="button-row">
            <button
                type="button"
                class="button button-primary"
                aria-label=label
                disabled=move || !hydrated.get() || is_busy.get() || is_open()
                on:click=save
            >
                "Bring up to date"
            </button>
            {move || {
                is_open().then_some(view! { <span class="field-hint">"Choose for each field whose value it shall have."</span> })
            }}
        </div>
    }
    .into_any()
}
