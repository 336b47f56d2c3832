//! Which runs the history shows: a plain form, so that the address says it.

use leptos::prelude::*;

use super::history_address::HistoryAddress;
use super::words;
use crate::backend::JobQuery;
use crate::session::use_organization;

/// Kind, state, trigger, and the day to jump to.
#[component]
pub fn HistoryForm(address: Memo<HistoryAddress>) -> impl IntoView {
    let page = format!("/o/{}/sync/history", use_organization().code);
    let date = move || address.with(|address| address.date.map(|date| date.to_string()).unwrap_or_default());
    let clear = page.clone();
    view! {
        <form method="get" action=page class="sync-filter-form">
            <Choice
                name="kind"
                label="Kind"
                choices=vec![("read", "Read from PEMS"), ("write", "Write to PEMS")]
                chosen=Signal::derive(move || address.with(|address| address.kind))
            />
            <Choice
                name="state"
                label="State"
                choices=vec![("running", "Running"), ("completed", "Completed"), ("failed", "Failed")]
                chosen=Signal::derive(move || address.with(|address| address.state))
            />
            <Choice
                name="trigger"
                label="Started by"
                choices=JobQuery::TRIGGERS.map(|trigger| (trigger, words::trigger(trigger))).to_vec()
                chosen=Signal::derive(move || address.with(|address| address.trigger))
            />
            <div class="field">
                <label for="history-date">"Jump to date (UTC)"</label>
                <input class="input" type="date" id="history-date" name="date" value=date prop:value=date />
            </div>
            <div class="button-row">
                <button class="button button-primary" type="submit">
                    "Show"
                </button>
                {move || {
                    address
                        .with(HistoryAddress::is_filtered)
                        .then(|| {
                            view! {
                                <a class="button" href=clear.clone()>
                                    "Clear"
                                </a>
                            }
                        })
                }}
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn Choice(
    name: &'static str,
    label: &'static str,
    choices: Vec<(&'static str, &'static str)>,
    chosen: Signal<Option<&'static str>>,
) -> impl IntoView {
    let id = format!("history-{name}");
    let options = choices
        .into_iter()
        .map(|(value, word)| view! { <option value=value selected=move || chosen.get() == Some(value)>{word}</option> })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select class="input" id=id name=name prop:value=move || chosen.get().unwrap_or_default()>
                <option value="">"All"</option>
                {options}
            </select>
        </div>
    }
    .into_any()
}
