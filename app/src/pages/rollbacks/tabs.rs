//! Which rollbacks the list shows.

use leptos::prelude::*;

use crate::server_fns::rollbacks::Shown;
use crate::session::use_organization;

/// Links to all of them.
#[component]
pub fn Tabs(#[prop(into)] shown: Signal<Shown>) -> impl IntoView {
    let page = format!("/o/{}/rollbacks", use_organization().code);
    let choices = [
        (Shown::Open, "Open", ""),
        (Shown::Done, "Done", "?show=done"),
        (Shown::Declined, "Declined", "?show=declined"),
        (Shown::All, "All", "?show=all"),
    ];
    let links = choices
        .into_iter()
        .map(|(choice, label, rest)| {
            let current = move || (shown.get() == choice).then_some("true");
            view! {
                <a href=format!("{page}{rest}") aria-current=current>
                    {label}
                </a>
            }
        })
        .collect_view();
    view! {
        <nav class="filter-tabs" aria-label="Which rollbacks">
            {links}
        </nav>
    }
    .into_any()
}
