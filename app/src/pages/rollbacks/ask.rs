//! The form that asks for approval, around the preview.
//!
//! Without scripts it is a plain form, checked by the server. With them, what the choices come to is said at once.

use leptos::prelude::*;

use super::choices::Choices;
use super::preview::Preview;
use super::summary::Summary;
use crate::backend::{Overwrites, RollbackPreview, RollbackTarget, TargetFields};
use crate::components::action_outcome::ActionError;
use crate::components::empty_state::EmptyState;
use crate::error::ErrorMessage;
use crate::hydration::use_hydrated;
use crate::server_fns::rollbacks::{AskForRollback, preview_rollback};
use crate::session::use_organization;

/// The preview with its choices, the reason, and the button.
#[component]
pub fn Ask(
    target: RollbackTarget,
    preview: RollbackPreview,
    choices: Choices,
    reason: RwSignal<String>,
    ask: ServerAction<AskForRollback>,
) -> impl IntoView {
    if preview.preview.is_empty() {
        return view! {
            <div class="panel">
                <EmptyState title="There is nothing to restore">
                    <p>"PEMS holds these values already, or nothing of this run reached it."</p>
                </EmptyState>
            </div>
        }
        .into_any();
    }
    let TargetFields { job_id, pfa_id, to_version } = target.clone().into();
    let hidden = [
        ("organization_id", Some(use_organization().id.to_string())),
        ("job", job_id.map(|id| id.to_string())),
        ("record", pfa_id),
        ("version", to_version.map(|version| version.to_string())),
        ("seen", preview.preview_hash.clone()),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.map(|value| view! { <input type="hidden" name=name value=value /> }))
    .collect_view();
    let shown = preview.clone();
    let pending = ask.pending();
    view! {
        <p>
            "PEMS gets these values back as new changes, checked like any other. Another administrator sees this same
            preview and approves it first. What somebody changed in PEMS since is left alone unless you choose it."
        </p>
        <ActionForm action=ask>
            {hidden}
            <div class="rollback-form">
                <Preview preview=shown.preview records=shown.records choices=Some(choices) />
                <div role="status" class="rollback-summary">
                    <Outlook target preview choices />
                </div>
                <div class="field">
                    <label for="rollback-reason">"Reason"</label>
                    <textarea
                        class="input rollback-reason"
                        id="rollback-reason"
                        name="reason"
                        required=true
                        maxlength="500"
                        rows="3"
                        aria-describedby="rollback-reason-hint"
                        prop:value=move || reason.get()
                        on:input=move |event| reason.set(event_target_value(&event))
                    ></textarea>
                    <p class="field-hint" id="rollback-reason-hint">
                        "Whoever approves reads it, and PEMS keeps it with each change."
                    </p>
                </div>
                <ActionError action=ask />
                <div class="button-row">
                    <button class="button button-primary" type="submit" disabled=move || pending.get()>
                        {move || if pending.get() { "Asking …" } else { "Ask for approval" }}
                    </button>
                </div>
            </div>
        </ActionForm>
    }
    .into_any()
}

/// What the preview comes to with the choices made so far. The table stays as it is, so that no checkbox is taken away
/// from under somebody's hands.
#[component]
fn Outlook(target: RollbackTarget, preview: RollbackPreview, choices: Choices) -> impl IntoView {
    let organization_id = use_organization().id;
    let hydrated = use_hydrated();
    let with_choices = Action::new(move |overwrite: &Overwrites| {
        let (target, overwrite) = (target.clone(), overwrite.clone());
        async move { preview_rollback(organization_id, target, overwrite).await }
    });
    Effect::new(move |before: Option<bool>| {
        let chosen = choices.get();
        // Nothing chosen is what the page shows already, until something was.
        let asks = hydrated.get() && (before == Some(true) || !chosen.is_empty());
        if asks {
            with_choices.dispatch(chosen);
        }
        asks
    });
    let value = with_choices.value();
    move || match value.get() {
        None => view! { <Summary preview=preview.clone() /> }.into_any(),
        Some(Ok(preview)) => view! { <Summary preview /> }.into_any(),
        Some(Err(error)) => view! { <ErrorMessage error /> }.into_any(),
    }
}
