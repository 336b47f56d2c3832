//! What the lists and their items do, with what came of it: outside of what is shown anew with every fetch.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_location, use_navigate};

use super::words;
use crate::backend::Refusal;
use crate::components::action_outcome::{ActionError, on_success};
use crate::components::banner::Banner;
use crate::components::field_value::grouped;
use crate::components::selection::Selection;
use crate::components::toast::use_toasts;
use crate::components::tone::Tone;
use crate::events::{EventKind, LiveEvents, use_events};
use crate::server_fns::many_writes::{DecideWrites, WriteAct, WritesOutcome};
use crate::session::use_organization;

/// The page's action. A handle: copy it around.
#[derive(Clone, Copy)]
pub struct Acting {
    pub decide: ServerAction<DecideWrites>,
    /// What it came to, if something was refused: until the next act, or until it is dismissed.
    refused: RwSignal<Option<WritesOutcome>>,
    pub selection: Selection,
    events: LiveEvents,
}

impl std::fmt::Debug for Acting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Acting")
    }
}

impl Acting {
    /// Changes with what happens to writes, and with the page's own acts: those show their effect even while live updates
    /// are paused. Reactive.
    pub fn versions(self) -> (u64, usize) {
        (self.events.version(EventKind::Queue), self.decide.version().get())
    }
}

/// Puts the action into context, and says what comes of it. `closed` is the address without a dialog.
pub fn provide_acting(closed: Signal<String>) -> Acting {
    let acting = Acting {
        decide: ServerAction::new(),
        refused: RwSignal::new(None),
        selection: Selection::new(),
        events: use_events(),
    };
    provide_context(acting);
    let toasts = use_toasts();
    let navigate = use_navigate();
    let address = use_location().search;
    let asked_at = StoredValue::new(String::new());
    let pending = acting.decide.pending();
    Effect::new(move || {
        if pending.get() {
            asked_at.set_value(address.get_untracked());
        }
    });
    on_success(acting.decide, move |outcome: WritesOutcome| {
        let clean = outcome.refused.is_empty();
        toasts.say(if clean { Tone::Ok } else { Tone::Warn }, words::done(outcome.act, outcome.done));
        acting.selection.clear();
        acting.refused.set((!clean).then_some(outcome));
        // Not a dialog that was opened meanwhile.
        if address.get_untracked() == asked_at.get_value() {
            let replace = NavigateOptions { scroll: false, replace: true, ..NavigateOptions::default() };
            navigate(&closed.get_untracked(), replace);
        }
    });
    acting
}

/// The page's action.
pub fn use_acting() -> Acting {
    use_context().expect("the page provides what it does")
}

/// What the last act came to, where something was refused; nothing otherwise.
#[component]
pub fn Outcome() -> impl IntoView {
    let acting = use_acting();
    view! {
        <ActionError action=acting.decide />
        {move || acting.refused.get().map(|outcome| view! { <Refused outcome acting /> })}
    }
    .into_any()
}

#[component]
fn Refused(outcome: WritesOutcome, acting: Acting) -> impl IntoView {
    let WritesOutcome { act, done, refused } = outcome;
    let text =
        format!("{} {} left as they were:", words::done(act, done), grouped(&refused.len().to_string()));
    view! {
        <Banner tone=Tone::Warn role="status">
            <p>{text}</p>
            <RefusalList act refused />
            <p>
                <button type="button" class="button button-small" on:click=move |_| acting.refused.set(None)>
                    "Dismiss"
                </button>
            </p>
        </Banner>
    }
    .into_any()
}

/// Each with its reason, and the way to it.
#[component]
pub fn RefusalList(act: WriteAct, refused: Vec<Refusal>) -> impl IntoView {
    let list = match act {
        WriteAct::CancelItems | WriteAct::RetryItems => "queue",
        WriteAct::RetryLetters | WriteAct::DiscardLetters => "dead-letters",
    };
    let page = format!("/o/{}/sync/{list}", use_organization().code);
    let rows = refused
        .into_iter()
        .map(|one| {
            view! {
                <li>
                    <A href=format!("{page}/{}", one.id)>{one.pfa_id}</A>
                    ": "
                    {one.reason}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="refused">{rows}</ul> }.into_any()
}
