//! A draft meets what PEMS has changed since it was begun: its author decides, before he commits.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use vanguard_domain::record::{Field, Value};

use crate::backend::{BackendError, FieldChange, RebaseRequest};
use crate::components::change_list::{ChangeList, sides};
use crate::components::compared_value::ComparedValue;
use crate::components::dialog::{CloseDialog, Dialog};
use crate::components::field_value::FieldValue;
use crate::components::grid::state::use_grid;
use crate::components::loaded::Loaded;
use crate::error::ErrorMessage;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::hydration::use_hydrated;
use crate::server_fns::drafts::{ReviewedDraft, rebase_draft, review_draft};
use crate::session::use_organization;

use super::steering::use_steering;

/// The dialog for one record.
#[component]
pub fn Rebase(pfa_id: String) -> impl IntoView {
    let organization_id = use_organization().id;
    let events = use_events();
    let steering = use_steering();
    let close = steering.address.with_untracked(|address| address.with_dialog(None).link());
    let title = format!("PEMS changed {pfa_id} too");
    let draft = fetched(
        move || events.version(EventKind::Modification),
        move |_| review_draft(organization_id, pfa_id.clone()),
    );
    let done = Callback::new(move |()| steering.close_dialog());
    view! {
        <Dialog title close wide=true>
            <Loaded resource=draft what="your draft" let:draft>
                <RebaseForm draft done />
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
pub fn RebaseForm(draft: ReviewedDraft, done: Callback<()>) -> impl IntoView {
    let (crossed, others) = crossed_and_others(&draft);
    if crossed.is_empty() && others.is_empty() {
        return view! { <p>"Your draft is up to date: PEMS has changed nothing since."</p> }.into_any();
    }
    let taken = RwSignal::new(BTreeSet::new());
    let crossings = crossed
        .into_iter()
        .map(|crossing| view! { <Crossed pfa_id=draft.pfa_id.clone() crossing taken /> })
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
            {crossings}
            {others}
            <Save draft taken done />
        </div>
    }
    .into_any()
}

/// A field that both changed, differently.
struct Crossing {
    field: Field,
    before: Option<Value>,
    mine: Option<Value>,
    pems: Option<Value>,
}

/// The fields that both changed, and PEMS's other changes.
fn crossed_and_others(draft: &ReviewedDraft) -> (Vec<Crossing>, Vec<FieldChange>) {
    let mut crossed = Vec::new();
    let mut others = Vec::new();
    for theirs in &draft.changed_in_pems {
        let mine = draft.changes.iter().find(|change| change.field == theirs.field);
        match mine {
            Some(mine) => {
                let value = |json| theirs.field.parse(json).ok();
                crossed.push(Crossing {
                    field: theirs.field,
                    before: value(&theirs.before),
                    mine: value(&mine.after),
                    pems: value(&theirs.after),
                });
            }
            None => others.push(theirs.clone()),
        }
    }
    (crossed, others)
}

/// Mine or theirs, for one field.
#[component]
fn Crossed(pfa_id: String, crossing: Crossing, taken: RwSignal<BTreeSet<Field>>) -> impl IntoView {
    let Crossing { field, before, mine, pems } = crossing;
    let heading = format!("rebase-{pfa_id}-{field}");
    let name = format!("{heading}-choice");
    let choose = move |takes: bool| {
        taken.update(|taken| {
            if takes {
                taken.insert(field)
            } else {
                taken.remove(&field)
            };
        });
    };
    let takes = move || taken.with(|taken| taken.contains(&field));
    view! {
        <div class="dispute" role="radiogroup" aria-labelledby=heading.clone()>
            <p id=heading.clone() class="dispute-field">{field.label()}</p>
            <div class="dispute-side">
                <span class="dispute-label">"Before"</span>
                <FieldValue field value=before.clone() />
            </div>
            <label class="dispute-side dispute-choice">
                <input
                    type="radio"
                    name=name.clone()
                    prop:checked=move || !takes()
                    on:change=move |_| choose(false)
                />
                <span class="dispute-label">"Keep mine"</span>
                <span class="dispute-value">
                    <ComparedValue field value=mine from=before.clone() />
                </span>
            </label>
            <label class="dispute-side dispute-choice">
                <input type="radio" name=name prop:checked=takes on:change=move |_| choose(true) />
                <span class="dispute-label">"Take PEMS’s"</span>
                <span class="dispute-value">
                    <ComparedValue field value=pems from=before />
                </span>
            </label>
        </div>
    }
    .into_any()
}

#[component]
fn Save(draft: ReviewedDraft, taken: RwSignal<BTreeSet<Field>>, done: Callback<()>) -> impl IntoView {
    let grid = use_grid();
    let hydrated = use_hydrated();
    let organization_id = use_organization().id;
    let is_busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<BackendError>);
    let label = format!("Bring the draft of {} up to date", draft.pfa_id);
    let save = move |_| {
        is_busy.set(true);
        let pfa_id = draft.pfa_id.clone();
        let request = RebaseRequest {
            modification_id: draft.modification_id,
            seen_version: draft.version,
            take: taken.get_untracked().into_iter().collect(),
        };
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
                disabled=move || !hydrated.get() || is_busy.get()
                on:click=save
            >
                "Bring up to date"
            </button>
        </div>
    }
    .into_any()
}
