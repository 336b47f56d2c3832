//! The question before something is done to one write or to many: first what it would come to, counted, then the button.
//!
//! It is done to exactly those that were counted, as far as their state still allows it then.

use leptos::prelude::*;

use super::acting::{RefusalList, use_acting};
use super::address::{Address, Ask, Of};
use super::words;
use crate::components::dialog::{CloseDialog, Dialog};
use crate::components::field_value::grouped;
use crate::components::loaded::Loaded;
use crate::components::place_inputs::PlaceInputs;
use crate::fetched::fetched;
use crate::server_fns::many_writes::{WriteAct, WritesPreview, as_text, preview_writes};
use crate::session::use_organization;

/// The dialog that `ask` opens over the list at `address`.
#[component]
pub fn AskDialog(
    /// Without the dialog.
    address: Address,
    ask: Ask,
    /// The path within the organisation to go back to.
    #[prop(into)]
    back: String,
) -> impl IntoView {
    let organization = use_organization();
    let ids = match ask.of {
        Of::Matching => None,
        Of::Selection => Some(use_acting().selection.ids()),
        Of::One(id) => Some(id.to_string()),
    };
    let filter = address.filter.clone();
    let preview =
        fetched(|| (), move |()| preview_writes(organization.id, ask.act, filter.clone(), ids.clone()));
    let title = words::question(ask.act, matches!(ask.of, Of::One(_)));
    view! {
        <Dialog title close=format!("/o/{}/{back}", organization.code)>
            <Loaded resource=preview what="what it would come to" let:preview>
                <Preview preview ask address=address.clone() back=back.clone() />
            </Loaded>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Preview(preview: WritesPreview, ask: Ask, address: Address, back: String) -> impl IntoView {
    let WritesPreview { total, ready, refused } = preview;
    let looked_at = ready.len() + refused.len();
    if looked_at == 0 {
        return view! {
            <p>"Nothing matches any more: it was decided meanwhile, or has moved on."</p>
            <div class="button-row">
                <CloseDialog label="Close" />
            </div>
        }
        .into_any();
    }
    let ticked = i64::try_from(looked_at).unwrap_or(i64::MAX);
    let which = match ask.of {
        Of::Matching => Some(words::selection(&address, total)),
        Of::Selection => Some(format!("{}, ticked", words::counted(address.list, ticked))),
        Of::One(_) => None,
    };
    let cut = (ticked < total).then(|| {
        let text = format!(
            "This is about the oldest {} of them; ask again for the rest afterwards.",
            grouped(&looked_at.to_string())
        );
        view! { <p>{text}</p> }
    });
    let counts = (!matches!(ask.of, Of::One(_)))
        .then(|| view! { <Counts act=ask.act ready=ready.len() refused=refused.len() /> });
    let reasons = (!refused.is_empty())
        .then(|| view! { <Reasons act=ask.act refused one=matches!(ask.of, Of::One(_)) /> });
    view! {
        {which.map(|which| view! { <p><strong>{which}</strong></p> })}
        {cut}
        <p>{words::consequence(ask.act)}</p>
        {counts}
        {reasons}
        <Decide act=ask.act ready one=matches!(ask.of, Of::One(_)) back />
    }
    .into_any()
}

#[component]
fn Counts(act: WriteAct, ready: usize, refused: usize) -> impl IntoView {
    let what = match act {
        WriteAct::CancelItems => "can be taken back",
        WriteAct::RetryItems | WriteAct::RetryLetters => "can be tried again",
        WriteAct::DiscardLetters => "can be discarded",
    };
    view! {
        <ul class="counts">
            <li>
                <strong>{grouped(&ready.to_string())}</strong>
                " "
                {what}
            </li>
            {(refused > 0)
                .then(|| {
                    view! {
                        <li>
                            <strong>{grouped(&refused.to_string())}</strong>
                            " cannot, and stay as they are"
                        </li>
                    }
                })}
        </ul>
    }
    .into_any()
}

#[component]
fn Reasons(act: WriteAct, refused: Vec<crate::backend::Refusal>, one: bool) -> impl IntoView {
    if one {
        return view! { <RefusalList act refused /> }.into_any();
    }
    view! {
        <details class="folded">
            <summary>"Which cannot, and why"</summary>
            <RefusalList act refused />
        </details>
    }
    .into_any()
}

#[component]
fn Decide(act: WriteAct, ready: Vec<uuid::Uuid>, one: bool, back: String) -> impl IntoView {
    let decide = use_acting().decide;
    let pending = decide.pending();
    let class = match act {
        WriteAct::CancelItems | WriteAct::DiscardLetters => "button button-danger",
        WriteAct::RetryItems | WriteAct::RetryLetters => "button button-primary",
    };
    let label = if one {
        words::verb(act).to_owned()
    } else {
        format!("{} {}", words::verb(act), grouped(&ready.len().to_string()))
    };
    let keep = if act == WriteAct::CancelItems { "Keep it" } else { "Close" };
    let nothing = ready.is_empty();
    view! {
        <ActionForm action=decide>
            <PlaceInputs back />
            <input type="hidden" name="act" value=act.name() />
            <input type="hidden" name="ids" value=as_text(&ready) />
            <div class="button-row">
                <CloseDialog label=keep />
                <button class=class type="submit" disabled=move || nothing || pending.get()>
                    {label}
                </button>
            </div>
        </ActionForm>
    }
    .into_any()
}
