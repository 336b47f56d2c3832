//! What can be done with the ticked conflicts.

use leptos::prelude::*;
use vanguard_domain::conflict::Resolution;

use super::address::Address;
use super::words;
use crate::components::field_value::grouped;
use crate::components::selection::Selection;
use crate::session::use_organization;

/// What can be done with the ticked rows.
#[component]
pub fn SelectionBar(selection: Selection, address: Address, total: i64) -> impl IntoView {
    let code = use_organization().code;
    move || {
        let count = selection.len();
        let (address, code) = (address.clone(), code.clone());
        (count > 0).then(move || {
            let link = |side, of_selection| address.asking(side, of_selection).link(&code);
            let one_side = |side, of_selection, count: String| {
                let text = format!("Use {} for {count} …", words::side(side));
                view! {
                    <a href=link(side, of_selection) data-noscroll="true" class="button">
                        {text}
                    </a>
                }
            };
            let all = i64::try_from(count).is_ok_and(|count| count < total).then(|| {
                let every = format!("all {} that match", grouped(&total.to_string()));
                view! {
                    {one_side(Resolution::UseLocal, false, every.clone())}
                    {one_side(Resolution::UsePems, false, every)}
                }
            });
            let ticked = grouped(&count.to_string());
            view! {
                <div class="selection-bar" role="region" aria-label="Selection">
                    <strong>{format!("{ticked} selected")}</strong>
                    <div class="button-row">
                        {one_side(Resolution::UseLocal, true, ticked.clone())}
                        {one_side(Resolution::UsePems, true, ticked)} {all}
                        <button type="button" class="button" on:click=move |_| selection.clear()>
                            "Clear selection"
                        </button>
                    </div>
                </div>
            }
        })
    }
}
