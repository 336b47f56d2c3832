//! The form that decides a conflict: one side for all, or a value for each field.
//!
//! Without scripts it is a plain form, checked by the server. With them the result is checked as it is put together,
//! and "Apply" is offered once every field is decided.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use vanguard_domain::three_way::ConflictCause;

use super::detail::Over;
use super::dispute::Dispute;
use super::picks::Picks;
use super::words;
use crate::backend::ConflictView;
use crate::components::action_outcome::{ActionError, on_success};
use crate::components::notice::Notice;
use crate::hydration::use_hydrated;
use crate::server_fns::conflicts::DecideConflict;
use crate::session::use_organization;

/// The three sides of each field in conflict, and the buttons.
#[component]
pub fn Decide(
    conflict: ConflictView,
    picks: Picks,
    decide: ServerAction<DecideConflict>,
    readonly: bool,
) -> impl IntoView {
    let fields = conflict.conflict_fields.clone();
    let shown = conflict.clone();
    let disputes = move || {
        fields
            .iter()
            .map(|field| view! { <Dispute conflict=shown.clone() field=*field picks readonly /> })
            .collect_view()
    };
    if readonly {
        return view! { <div class="disputes">{disputes()}</div> }.into_any();
    }
    view! {
        <ActionError action=decide />
        <ActionForm action=decide>
            <input type="hidden" name="organization_id" value=use_organization().id.to_string() />
            <input type="hidden" name="conflict_id" value=conflict.id.to_string() />
            <input type="hidden" name="seen_version" value=conflict.pems_version.to_string() />
            <div class="disputes">{disputes()}</div>
            <Buttons conflict picks decide />
        </ActionForm>
    }
    .into_any()
}

#[component]
fn Buttons(conflict: ConflictView, picks: Picks, decide: ServerAction<DecideConflict>) -> impl IntoView {
    let hydrated = use_hydrated();
    let pending = decide.pending();
    let use_ours = format!("Use {} for all", words::our_values(&conflict));
    // Our side as a whole is what broke the rule.
    let mine_is_refused = conflict.cause == ConflictCause::InvalidTogether;
    let faults = Memo::new(move |_| picks.faults(&conflict));
    let open = move || faults.with(|faults| faults.as_ref().is_none_or(|faults| !faults.is_empty()));
    let faults = move || {
        faults
            .get()
            .unwrap_or_default()
            .into_iter()
            .map(|fault| view! { <li>{fault.message}</li> })
            .collect_view()
    };
    view! {
        <ul class="decide-faults" role="status">
            {faults}
        </ul>
        <div class="button-row decide-buttons">
            <button
                class="button button-primary"
                type="submit"
                name="resolution"
                value="merge"
                disabled=move || pending.get() || (hydrated.get() && open())
            >
                "Apply choices"
            </button>
            <button
                class="button"
                type="submit"
                name="resolution"
                value="use_local"
                disabled=move || mine_is_refused || pending.get()
            >
                {use_ours}
            </button>
            <button
                class="button"
                type="submit"
                name="resolution"
                value="use_pems"
                disabled=move || pending.get()
            >
                "Use PEMS for all"
            </button>
            {mine_is_refused
                .then_some(view! { <span class="field-hint">"These values as they are break the rule above."</span> })}
        </div>
    }
    .into_any()
}

/// To the next conflict, or back to what is below; either page says what happened.
pub fn go_on_after(decide: ServerAction<DecideConflict>, over: Over) {
    let navigate = use_navigate();
    on_success(decide, move |decided| {
        let notice = if decided.sent { Notice::DecisionSent } else { Notice::DecisionDone };
        let options = NavigateOptions { scroll: false, ..NavigateOptions::default() };
        navigate(&notice.at(&over.run(decided.next)), options);
    });
}
