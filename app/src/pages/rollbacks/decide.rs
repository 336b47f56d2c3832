//! What can be decided about a request: approved or refused by another administrator, cancelled by whoever asked.

use leptos::prelude::*;
use vanguard_domain::permission::Permission;

use crate::backend::RollbackView;
use crate::components::action_outcome::{ActionError, on_success};
use crate::components::banner::Banner;
use crate::components::notice::Notice;
use crate::components::toast::use_toasts;
use crate::components::tone::Tone;
use crate::server_fns::rollbacks::{ApproveRollback, CancelRollback, RefuseRollback};
use crate::session::{may, use_organization, use_user};

/// The actions of the page, and the reason that was typed so far. A handle: copy it around.
#[derive(Clone, Copy)]
pub struct Decisions {
    approve: ServerAction<ApproveRollback>,
    refuse: ServerAction<RefuseRollback>,
    cancel: ServerAction<CancelRollback>,
    reason: RwSignal<String>,
}

impl std::fmt::Debug for Decisions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Decisions")
    }
}

impl Decisions {
    #[expect(
        clippy::new_without_default,
        reason = "it makes signals, which belong to the component that calls it"
    )]
    pub fn new() -> Self {
        let decisions = Self {
            approve: ServerAction::new(),
            refuse: ServerAction::new(),
            cancel: ServerAction::new(),
            reason: RwSignal::new(String::new()),
        };
        let toasts = use_toasts();
        on_success(decisions.approve, move |()| toasts.say(Tone::Ok, Notice::RollbackApproved.text()));
        on_success(decisions.refuse, move |()| toasts.say(Tone::Ok, Notice::RollbackRejected.text()));
        on_success(decisions.cancel, move |()| toasts.say(Tone::Ok, Notice::RollbackCancelled.text()));
        decisions
    }

    /// Counts them: the own decision shows its effect even while live updates are paused. Reactive.
    pub fn made(self) -> usize {
        self.approve.version().get() + self.refuse.version().get() + self.cancel.version().get()
    }
}

/// The forms, or who has to decide.
#[component]
pub fn Decide(rollback: RollbackView, preview_hash: Option<String>, decisions: Decisions) -> impl IntoView {
    let is_own = use_user().is_some_and(|user| user.username == rollback.requested_by);
    let administers = may(Permission::ManageSettings);
    let id = rollback.id.to_string();
    let advice = match (is_own, administers) {
        (true, true) => {
            Some("You asked for this rollback yourself: another administrator has to approve it.")
        }
        (true, false) => Some("An administrator has to approve it. You will be told."),
        (false, false) => Some("An administrator has to approve it."),
        (false, true) => None,
    };
    let may_decide = administers && !is_own;
    let may_cancel = is_own || administers;
    view! {
        {advice
            .map(|advice| {
                view! {
                    <Banner tone=Tone::Info>
                        <p>{advice}</p>
                    </Banner>
                }
            })}
        <ActionError action=decisions.approve />
        <ActionError action=decisions.refuse />
        <ActionError action=decisions.cancel />
        <div class="rollback-decisions">
            {may_decide
                .then(|| {
                    view! {
                        {preview_hash.map(|hash| view! { <Approve id=id.clone() hash decisions /> })}
                        <Refuse id=id.clone() decisions />
                    }
                })} {may_cancel.then(|| view! { <Cancel id=id.clone() decisions /> })}
        </div>
    }
    .into_any()
}

/// Which rollback a form is about.
#[component]
fn Inputs(id: String) -> impl IntoView {
    view! {
        <input type="hidden" name="organization_id" value=use_organization().id.to_string() />
        <input type="hidden" name="rollback_id" value=id />
    }
}

#[component]
fn Approve(id: String, hash: String, decisions: Decisions) -> impl IntoView {
    let pending = decisions.approve.pending();
    view! {
        <section class="panel" aria-labelledby="approve-heading">
            <h2 id="approve-heading">"Approve"</h2>
            <p>
                "What the preview shows is sent to PEMS at once. If a record moves before your approval arrives, nothing is sent
                and you are asked again."
            </p>
            <ActionForm action=decisions.approve>
                <Inputs id />
                <input type="hidden" name="preview_hash" value=hash />
                <button class="button button-primary" type="submit" disabled=move || pending.get()>
                    {move || if pending.get() { "Approving …" } else { "Approve and restore" }}
                </button>
            </ActionForm>
        </section>
    }
    .into_any()
}

#[component]
fn Refuse(id: String, decisions: Decisions) -> impl IntoView {
    let pending = decisions.refuse.pending();
    let reason = decisions.reason;
    view! {
        <section class="panel" aria-labelledby="refuse-heading">
            <h2 id="refuse-heading">"Refuse"</h2>
            <ActionForm action=decisions.refuse>
                <Inputs id />
                <div class="rollback-form">
                    <div class="field">
                        <label for="refuse-reason">"Reason for refusing"</label>
                        <textarea
                            class="input rollback-reason"
                            id="refuse-reason"
                            name="reason"
                            required=true
                            maxlength="500"
                            rows="2"
                            prop:value=move || reason.get()
                            on:input=move |event| reason.set(event_target_value(&event))
                        ></textarea>
                    </div>
                    <button class="button" type="submit" disabled=move || pending.get()>
                        "Refuse"
                    </button>
                </div>
            </ActionForm>
        </section>
    }
    .into_any()
}

#[component]
fn Cancel(id: String, decisions: Decisions) -> impl IntoView {
    let pending = decisions.cancel.pending();
    view! {
        <ActionForm action=decisions.cancel>
            <Inputs id />
            <button class="button" type="submit" disabled=move || pending.get()>
                "Cancel this request"
            </button>
        </ActionForm>
    }
    .into_any()
}
