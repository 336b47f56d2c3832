//! The question before many conflicts go to one side: first what would come of it, counted, then the button.
//!
//! What is decided is exactly what was counted here, each record at the version that was looked at.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;
use vanguard_domain::conflict::Resolution;
use vanguard_domain::record::Field;

use super::address::{Address, Ask};
use super::bulk_run::BulkRun;
use super::words;
use crate::components::banner::Banner;
use crate::components::dialog::{CloseDialog, Dialog};
use crate::components::field_value::grouped;
use crate::components::loaded::Loaded;
use crate::components::place_inputs::PlaceInputs;
use crate::components::selection::Selection;
use crate::components::tone::Tone;
use crate::fetched::fetched;
use crate::server_fns::many_conflicts::{BulkPreview, DecideMany, Refused, as_seen, preview_many};
use crate::session::use_organization;

/// The dialog that `ask` opens.
#[component]
pub fn BulkDialog(address: Address, ask: Ask, selection: Selection, run: BulkRun) -> impl IntoView {
    let organization = use_organization();
    let close = address.closed();
    let ids = ask.of_selection.then(|| selection.ids());
    let (field, cause) = if ask.of_selection { (None, None) } else { (address.field, address.cause) };
    let preview =
        fetched(|| (), move |()| preview_many(organization.id, ask.side, field, cause, ids.clone()));
    let title = format!("Use {} for these conflicts?", words::side(ask.side));
    view! {
        <Dialog title close=close.link(&organization.code)>
            <Loaded resource=preview what="what would come of it" let:preview>
                <Preview preview ask address=close.clone() selection run />
            </Loaded>
        </Dialog>
    }
    .into_any()
}

#[component]
fn Preview(
    preview: BulkPreview,
    ask: Ask,
    /// Without the dialog.
    address: Address,
    selection: Selection,
    run: BulkRun,
) -> impl IntoView {
    let organization = use_organization();
    let page = address.link(&organization.code);
    let BulkPreview { total, decidable, refused, beside } = preview;
    if total == 0 {
        return view! {
            <p>"None of them is open any more: somebody has decided them meanwhile."</p>
            <div class="button-row">
                <CloseDialog label="Close" />
            </div>
        }
        .into_any();
    }
    let looked_at = decidable.len() + refused.len();
    let sent = decidable.iter().filter(|one| one.sends).count();
    let which = if ask.of_selection { words::ticked(looked_at) } else { words::selection(&address, total) };
    let cut = i64::try_from(looked_at).is_ok_and(|looked_at| looked_at < total).then(|| {
        let text = format!(
            "This is about the oldest {} of them; ask again for the rest afterwards.",
            grouped(&looked_at.to_string())
        );
        view! { <p>{text}</p> }
    });
    let kept = if ask.side == Resolution::UsePems {
        "need nothing sent: our values are given up"
    } else {
        "need nothing sent: PEMS has these values already"
    };
    let button = format!("Use {} for {}", words::side(ask.side), grouped(&decidable.len().to_string()));
    let seen = as_seen(&decidable);
    let nothing = decidable.is_empty();
    let navigate = use_navigate();
    let begin = move |event: SubmitEvent| {
        event.prevent_default();
        run.begin(organization.id, ask.side, decidable.clone());
        selection.clear();
        navigate(&page, NavigateOptions { scroll: false, replace: true, ..NavigateOptions::default() });
    };
    view! {
        <p>
            <strong>{which}</strong>
        </p>
        {cut}
        <ul class="counts">
            <Count count=sent label="send a change to PEMS" />
            <Count count=looked_at - sent - refused.len() label=kept />
            <Count count=refused.len() label="cannot be decided like this, and stay in the list" />
        </ul>
        <Beside beside />
        <RefusedList refused />
        <p class="field-hint">
            "What PEMS changes from now on is left alone, and said afterwards."
        </p>
        <form method="post" action=DecideMany::url() on:submit=begin>
            <PlaceInputs back="conflicts" />
            <input type="hidden" name="resolution" value=ask.side.as_str() />
            <input type="hidden" name="seen" value=seen />
            <div class="button-row">
                <CloseDialog />
                <button
                    class="button button-primary"
                    type="submit"
                    disabled=move || nothing || run.is_running()
                    aria-describedby="bulk-waits"
                >
                    {button}
                </button>
            </div>
            <p id="bulk-waits" class="field-hint">
                {move || run.is_running().then_some("Another decision is under way: wait until it has ended.")}
            </p>
        </form>
    }
    .into_any()
}

#[component]
fn Count(count: usize, label: &'static str) -> impl IntoView {
    (count > 0).then(|| {
        view! {
            <li>
                <strong>{grouped(&count.to_string())}</strong>
                " "
                {label}
            </li>
        }
    })
}

/// The other fields of these conflicts, which are decided with them.
#[component]
fn Beside(beside: Vec<(Field, usize)>) -> impl IntoView {
    (!beside.is_empty()).then(|| {
        let fields: Vec<String> = beside
            .into_iter()
            .map(|(field, count)| format!("{} in {}", field.label(), grouped(&count.to_string())))
            .collect();
        let text = format!(
            "Some of them are about other fields as well, which are decided the same way: {}.",
            fields.join(", ")
        );
        view! {
            <Banner tone=Tone::Warn>
                <p>{text}</p>
            </Banner>
        }
    })
}

#[component]
fn RefusedList(refused: Vec<Refused>) -> impl IntoView {
    let code = use_organization().code;
    (!refused.is_empty()).then(move || {
        let rows = refused
            .into_iter()
            .map(|one| {
                let why = if one.faults.is_empty() { one.reason } else { one.faults.join(" ") };
                view! {
                    <li>
                        <A href=format!("/o/{code}/conflicts/{}", one.conflict_id)>{one.pfa_id}</A>
                        ": "
                        {why}
                    </li>
                }
            })
            .collect_view();
        view! {
            <details class="folded">
                <summary>"Which cannot, and why"</summary>
                <ul class="refused">{rows}</ul>
            </details>
        }
    })
}
