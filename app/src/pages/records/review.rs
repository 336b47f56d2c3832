//! The drafts before they are committed: record by record, field by field, before → after.

use leptos::prelude::*;
use leptos::task::spawn_local;
use vanguard_domain::delta::Operation;

use crate::components::change_list::{ChangeList, sides};
use crate::components::dialog::{CloseDialog, Dialog};
use crate::components::grid::state::use_grid;
use crate::components::loaded::Loaded;
use crate::components::relative_time::RelativeTime;
use crate::fetched::fetched;
use crate::hydration::use_hydrated;
use crate::server_fns::drafts::{DraftReview, ReviewedDraft, discard_drafts, review_drafts};
use crate::session::use_organization;

use super::address::Address;
use super::choices::Choices;
use super::commit_result::plural;
use super::rebase::RebaseForm;
use super::steering::use_steering;

#[component]
pub fn Review() -> impl IntoView {
    let organization_id = use_organization().id;
    let close = use_steering().address.with_untracked(|address| address.with_dialog(None).link());
    let version = RwSignal::new(0_u32);
    let review = fetched(move || version.get(), move |_| review_drafts(organization_id));
    // Outside of what is shown anew with every fetch: deciding about one draft leaves what was chosen for the others.
    let choices = Choices::new();
    view! {
        <Dialog title="Review drafts" close>
            <Loaded resource=review what="drafts" let:review>
                {drafts_view(review, version, choices)}
            </Loaded>
            <div class="button-row">
                <CloseDialog label="Close" />
            </div>
        </Dialog>
    }
    .into_any()
}

fn drafts_view(review: DraftReview, version: RwSignal<u32>, choices: Choices) -> impl IntoView {
    let DraftReview { drafts, total } = review;
    let beyond = usize::try_from(total).unwrap_or_default().saturating_sub(drafts.len());
    let is_empty = drafts.is_empty();
    let items: Vec<_> = drafts.into_iter().map(|draft| view! { <Draft draft version choices /> }).collect();
    view! {
        {is_empty.then(|| view! { <p>"You have no drafts."</p> })}
        <ul class="review">{items}</ul>
        {(beyond > 0).then(|| {
            let more = plural(i64::try_from(beyond).unwrap_or(i64::MAX), "draft");
            view! { <p class="muted">{format!("… and {more} more.")}</p> }
        })}
    }
    .into_any()
}

#[component]
fn Draft(draft: ReviewedDraft, version: RwSignal<u32>, choices: Choices) -> impl IntoView {
    let grid = use_grid();
    let hydrated = use_hydrated();
    let organization_id = use_organization().id;
    let ReviewedDraft { pfa_id, modification_id, operation, since, changes, .. } = draft.clone();
    let is_busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<String>);
    let record = Address { focus: Some(pfa_id.clone()), ..Address::default() }.link();
    let discard = {
        let pfa_id = pfa_id.clone();
        move |_| {
            let pfa_id = pfa_id.clone();
            is_busy.set(true);
            spawn_local(async move {
                let answer = discard_drafts(organization_id, vec![modification_id]).await;
                if is_busy.try_set(false).is_some() {
                    return;
                }
                match answer {
                    Ok(_) => {
                        grid.drafts_discarded(&[pfa_id]);
                        version.update(|version| *version += 1);
                    }
                    Err(error) => failure.set(Some(error.to_string())),
                }
            });
        }
    };
    let what = match operation {
        Operation::Delete => view! { <p>"The record is discontinued."</p> }.into_any(),
        Operation::Update => {
            let (before, after) = sides(&changes);
            view! { <ChangeList before after /> }.into_any()
        }
    };
    let moved = (!draft.changed_in_pems.is_empty()).then(|| {
        let done = Callback::new(move |()| version.update(|version| *version += 1));
        view! {
            <p class="draft-outdated">"PEMS has changed this record since you began:"</p>
            <RebaseForm draft=draft.clone() choices done />
        }
    });
    let label = format!("Discard the draft of {pfa_id}");
    view! {
        <li class="review-draft">
            <div class="section-head">
                <h3><a href=record>{pfa_id}</a></h3>
                <span class="muted"><RelativeTime at=since /></span>
            </div>
            {what}
            {moved}
            <div class="button-row">
                <button
                    type="button"
                    class="button button-small"
                    aria-label=label
                    disabled=move || !hydrated.get() || is_busy.get()
                    on:click=discard
                >
                    "Discard"
                </button>
            </div>
            {move || failure.get().map(|failure| view! { <p class="field-error" role="alert">{failure}</p> })}
        </li>
    }
    .into_any()
}
