//! What can be done with the ticked rows, or with all that match.

use leptos::prelude::*;

use super::acting::use_acting;
use super::address::{Address, Of};
use super::words;
use crate::components::field_value::grouped;
use crate::server_fns::many_writes::WriteAct;
use crate::session::use_organization;

/// The bar; nothing while no row is ticked.
#[component]
pub fn SelectionBar(address: Address, total: i64, acts: [WriteAct; 2]) -> impl IntoView {
    let code = use_organization().code;
    let selection = use_acting().selection;
    move || {
        let count = selection.len();
        let (address, code) = (address.clone(), code.clone());
        (count > 0).then(move || {
            let link = |act, of, count: String| {
                let text = format!("{} {count} …", words::asks(act));
                view! {
                    <a href=address.asking(act, of).link(&code) data-noscroll="true" class="button">
                        {text}
                    </a>
                }
            };
            let ticked = grouped(&count.to_string());
            let some = acts.map(|act| link(act, Of::Selection, ticked.clone())).collect_view();
            let all = i64::try_from(count).is_ok_and(|count| count < total).then(|| {
                let every = format!("all {} that match", grouped(&total.to_string()));
                acts.map(|act| link(act, Of::Matching, every.clone())).collect_view()
            });
            view! {
                <div class="selection-bar" role="region" aria-label="Selection">
                    <strong>{format!("{ticked} selected")}</strong>
                    <div class="button-row">
                        {some} {all}
                        <button type="button" class="button" on:click=move |_| selection.clear()>
                            "Clear selection"
                        </button>
                    </div>
                </div>
            }
        })
    }
}
