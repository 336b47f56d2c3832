//! The page's dialogs: which one is open stands in the address.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use uuid::Uuid;

use super::attempts::Attempts;
use super::dead_letters::DecisionInputs;
use super::work::use_work;
use crate::backend::DeadLetterDecision;
use crate::components::dialog::{CloseDialog, Dialog};
use crate::components::place_inputs::PlaceInputs;
use crate::session::use_organization;

/// What the address asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Cancel(Uuid),
    Discard(Uuid),
    DiscardAll,
    RetryAll,
    Attempts(Uuid),
}

/// The dialog that is open, if one is.
#[component]
pub fn Dialogs() -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        query.with(|query| {
            let id = |name| query.get(name).and_then(|id| Uuid::parse_str(&id).ok());
            match query.get("ask").as_deref() {
                Some("cancel") => id("item").map(Asked::Cancel),
                Some("discard") => id("letter").map(Asked::Discard),
                Some("discard-all") => Some(Asked::DiscardAll),
                Some("retry-all") => Some(Asked::RetryAll),
                _ => id("attempts").map(Asked::Attempts),
            }
        })
    });
    move || {
        asked.get().map(|asked| match asked {
            Asked::Cancel(item) => view! { <CancelItem item /> }.into_any(),
            Asked::Discard(letter) => view! {
                <Decision
                    title="Discard this change?"
                    text="It does not go to PEMS. What PEMS holds stays as it is."
                    button="Discard"
                    decision=DeadLetterDecision::Discard
                    letter_id=letter.to_string()
                />
            }
            .into_any(),
            Asked::DiscardAll => view! {
                <Decision
                    title="Discard all failed changes?"
                    text="None of them goes to PEMS. What PEMS holds stays as it is."
                    button="Discard all"
                    decision=DeadLetterDecision::Discard
                />
            }
            .into_any(),
            Asked::RetryAll => view! {
                <Decision
                    title="Retry all failed changes?"
                    text="Each is checked again first; those that still break a rule stay here."
                    button="Retry all"
                    decision=DeadLetterDecision::Reprocess
                />
            }
            .into_any(),
            Asked::Attempts(item) => view! { <Attempts item /> }.into_any(),
        })
    }
}

#[component]
fn CancelItem(item: Uuid) -> impl IntoView {
    let page = format!("/o/{}/sync", use_organization().code);
    let cancel = use_work().cancel;
    view! {
        <Dialog title="Take this change back?" close=page>
            <p>"It does not go to PEMS, and its author's edit is discarded."</p>
            <ActionForm action=cancel>
                <PlaceInputs back="sync" />
                <input type="hidden" name="item_id" value=item.to_string() />
                <div class="button-row">
                    <CloseDialog label="Keep it" />
                    <button class="button button-danger" type="submit">
                        "Take back"
                    </button>
                </div>
            </ActionForm>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Decision(
    title: &'static str,
    text: &'static str,
    button: &'static str,
    decision: DeadLetterDecision,
    /// None: all that are open.
    #[prop(optional, into)]
    letter_id: Option<String>,
) -> impl IntoView {
    let page = format!("/o/{}/sync", use_organization().code);
    let decide = use_work().decide;
    let class = match decision {
        DeadLetterDecision::Discard => "button button-danger",
        DeadLetterDecision::Reprocess => "button button-primary",
    };
    let inputs = match letter_id {
        Some(letter_id) => view! { <DecisionInputs decision letter_id /> },
        None => view! { <DecisionInputs decision /> },
    };
    view! {
        <Dialog title close=page>
            <p>{text}</p>
            <ActionForm action=decide>
                {inputs} <div class="button-row">
                    <CloseDialog />
                    <button class=class type="submit">
                        {button}
                    </button>
                </div>
            </ActionForm>
        </Dialog>
    }
    .into_any()
}
