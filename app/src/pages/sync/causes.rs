//! What failed, by cause: choosing a cause filters the list.

use leptos::prelude::*;

use super::address::{Address, List};
use super::words;
use crate::backend::CauseCount;
use crate::components::field_value::grouped;
use crate::server_fns::queue::Filter;
use crate::session::use_organization;

/// The section; nothing while nothing has failed. `address` is the page's own: what is shown anew with each fetch may be
/// asked for it once more after its own signals are gone.
#[component]
pub fn Causes(causes: Vec<CauseCount>, address: Memo<Address>) -> impl IntoView {
    if causes.is_empty() {
        return ().into_any();
    }
    let links = causes.into_iter().map(|cause| view! { <Cause cause address /> }).collect_view();
    view! {
        <section aria-labelledby="causes-heading">
            <h2 id="causes-heading" class="groups-heading">
                "Failures by cause"
            </h2>
            <ul class="groups">{links}</ul>
        </section>
    }
    .into_any()
}

#[component]
fn Cause(cause: CauseCount, address: Memo<Address>) -> impl IntoView {
    let CauseCount { error_code, count } = cause;
    let list = address.with_untracked(|address| address.list);
    let filter = Filter {
        status: (list == List::Queue).then(|| "failed".to_owned()),
        cause: Some(error_code.clone()),
        search: None,
    };
    let href = Address::of(list, filter).link(&use_organization().code);
    let label = words::cause(&error_code);
    let chosen = move || address.with(|address| address.filter.cause.as_ref() == Some(&error_code));
    view! {
        <li>
            <a href=href data-noscroll="true" class="group" aria-current=move || chosen().then_some("true")>
                <span class="group-field">{label}</span>
                <strong class="group-count">{grouped(&count.to_string())}</strong>
            </a>
        </li>
    }
    .into_any()
}
