//! Which rows of a list are shown: by status, cause and search. Plain links and a plain form.

use leptos::prelude::*;

use super::address::{Address, List};
use super::words;
use crate::server_fns::queue::Filter;
use crate::session::use_organization;

/// Tabs of statuses and the search, with the way out of a filter.
#[component]
pub fn Filters(address: Memo<Address>) -> impl IntoView {
    view! {
        <div class="sync-filters">
            <Statuses address />
            <Search address />
        </div>
        <Narrowed address />
    }
    .into_any()
}

#[component]
fn Statuses(address: Memo<Address>) -> impl IntoView {
    let (list, code) = (address.with_untracked(|address| address.list), use_organization().code);
    let links = words::statuses(list)
        .into_iter()
        .map(|(status, label)| {
            let code = code.clone();
            let href = move || {
                let filter = Filter {
                    status: status.map(str::to_owned),
                    ..address.with(|address| address.filter.clone())
                };
                Address::of(list, filter).link(&code)
            };
            let current =
                move || address.with(|address| address.filter.status.as_deref() == status).then_some("true");
            view! {
                <a href=href data-noscroll="true" aria-current=current>
                    {label}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="filter-tabs" aria-label="Status">
            {links}
        </nav>
    }
    .into_any()
}

#[component]
fn Search(address: Memo<Address>) -> impl IntoView {
    let (list, code) = (address.with_untracked(|address| address.list), use_organization().code);
    let what = match list {
        List::Queue => "Search the queue",
        List::DeadLetters => "Search the dead letters",
    };
    let kept = move |value: fn(&Filter) -> Option<String>, name: &'static str| {
        move || {
            address
                .with(|address| value(&address.filter))
                .map(|value| view! { <input type="hidden" name=name value=value /> })
        }
    };
    let text = move || address.with(|address| address.filter.search.clone().unwrap_or_default());
    view! {
        <form method="get" action=format!("/o/{code}/{}", list.path()) role="search" class="sync-search">
            {kept(|filter| filter.status.clone(), "status")}
            {kept(|filter| filter.cause.clone(), "cause")}
            <input
                class="input"
                type="search"
                name="search"
                aria-label=what
                placeholder="Record, user or error"
                value=text
                prop:value=text
            />
            <button class="button" type="submit">
                "Search"
            </button>
        </form>
    }
    .into_any()
}

/// The cause and the search that are set, each with the way out of it.
#[component]
fn Narrowed(address: Memo<Address>) -> impl IntoView {
    let code = use_organization().code;
    move || {
        let address = address.get();
        address.is_narrowed().then(|| {
            let without = |label: String, filter: Filter| {
                let href = Address::of(address.list, filter).link(&code);
                let name = format!("Remove filter {label}");
                view! {
                    <li>
                        <a class="records-chip" href=href data-noscroll="true" aria-label=name>
                            {label}
                            <span aria-hidden="true">" ×"</span>
                        </a>
                    </li>
                }
            };
            let filter = &address.filter;
            let cause = filter.cause.as_ref().map(|cause| {
                without(format!("Cause: {}", words::cause(cause)), Filter { cause: None, ..filter.clone() })
            });
            let search = filter.search.as_ref().map(|search| {
                without(format!("Search: {search}"), Filter { search: None, ..filter.clone() })
            });
            view! { <ul class="records-chips">{cause} {search}</ul> }
        })
    }
}
