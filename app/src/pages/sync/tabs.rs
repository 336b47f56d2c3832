//! The pages of the sync area.

use leptos::prelude::*;

use crate::session::use_organization;

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    Dashboard,
    Queue,
    DeadLetters,
    History,
}

/// Links to all of them.
#[component]
pub fn Tabs(tab: Tab) -> impl IntoView {
    let page = format!("/o/{}/sync", use_organization().code);
    let choices = [
        (Tab::Dashboard, "Dashboard", ""),
        (Tab::Queue, "Queue", "/queue"),
        (Tab::DeadLetters, "Dead letters", "/dead-letters"),
        (Tab::History, "History", "/history"),
    ];
    let links = choices
        .into_iter()
        .map(|(choice, label, rest)| {
            view! {
                <a href=format!("{page}{rest}") aria-current=(choice == tab).then_some("page")>
                    {label}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="filter-tabs" aria-label="Sync pages">
            {links}
        </nav>
    }
    .into_any()
}
