//! The parts of the conflicts area.

use leptos::prelude::*;

use crate::server_fns::conflicts::Shown;
use crate::session::use_organization;

/// What is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    Conflicts(Shown),
    Merges,
}

/// Links to all of them.
#[component]
pub fn Tabs(#[prop(into)] tab: Signal<Tab>) -> impl IntoView {
    let page = format!("/o/{}/conflicts", use_organization().code);
    let choices = [
        (Tab::Conflicts(Shown::Open), "To decide", ""),
        (Tab::Conflicts(Shown::Decided), "Decided", "?show=decided"),
        (Tab::Conflicts(Shown::ByRule), "By rule", "?show=by-rule"),
        (Tab::Conflicts(Shown::All), "All", "?show=all"),
        (Tab::Merges, "Merged", "/merged"),
    ];
    let links = choices
        .into_iter()
        .map(|(choice, label, rest)| {
            let current = move || (tab.get() == choice).then_some("true");
            view! {
                <a href=format!("{page}{rest}") aria-current=current>
                    {label}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="filter-tabs" aria-label="Which conflicts">
            {links}
        </nav>
    }
    .into_any()
}
