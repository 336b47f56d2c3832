//! The open conflicts by field and cause: choosing a group filters the list, and offers to decide all of it.

use leptos::prelude::*;
use vanguard_domain::conflict::Resolution;
use vanguard_domain::permission::Permission;

use super::address::Address;
use super::words;
use crate::backend::ConflictGroup;
use crate::components::field_value::grouped;
use crate::session::{may, use_organization};

/// The section; nothing if there are no groups to choose from. `address` is the page's own: what is shown anew with each
/// fetch may be asked for it once more after its own signals are gone.
#[component]
pub fn Groups(groups: Vec<ConflictGroup>, address: Memo<Address>) -> impl IntoView {
    let code = use_organization().code;
    if groups.is_empty() {
        return ().into_any();
    }
    let links = groups
        .into_iter()
        .map(|group| {
            let (field, cause) = (group.field, group.cause);
            let chosen =
                move || address.with(|address| (address.field, address.cause) == (Some(field), Some(cause)));
            let code = code.clone();
            let href =
                move || address.with(|address| address.filtered(Some(field), Some(cause)).link(&code));
            view! {
                <li>
                    <a href=href data-noscroll="true" class="group" aria-current=move || chosen().then_some("true")>
                        <span class="group-field">{field.label()}</span>
                        <span class="group-cause">{words::cause(cause)}</span>
                        <strong class="group-count">{grouped(&group.count.to_string())}</strong>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section aria-labelledby="groups-heading">
            <h2 id="groups-heading" class="groups-heading">
                "By field and cause"
            </h2>
            <ul class="groups">{links}</ul>
        </section>
    }
    .into_any()
}

/// Which conflicts the filter leaves, with the way to decide all of them and the way out of the filter.
#[component]
pub fn Filtered(address: Address, total: i64) -> impl IntoView {
    let code = use_organization().code;
    address.is_filtered().then(|| {
        let may_decide = may(Permission::Sync) && total > 0;
        let all = |side| {
            let text = format!("Use {} for all {} …", words::side(side), grouped(&total.to_string()));
            view! {
                <a href=address.asking(side, false).link(&code) data-noscroll="true" class="button">
                    {text}
                </a>
            }
        };
        view! {
            <div class="filtered">
                <p>{words::selection(&address, total)}</p>
                <div class="button-row">
                    {may_decide
                        .then(|| view! { {all(Resolution::UseLocal)} {all(Resolution::UsePems)} })}
                    <a href=address.filtered(None, None).link(&code) data-noscroll="true" class="button">
                        "Show all conflicts"
                    </a>
                </div>
            </div>
        }
    })
}
