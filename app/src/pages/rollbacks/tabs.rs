//! Which rollbacks the list shows.

use leptos::prelude::*;

use crate::components::pages::Page;
use crate::paths;
use crate::server_fns::rollbacks::Shown;
use crate::session::use_organization;

/// The address of a page of the list.
pub fn link(organization: &str, shown: Shown, page: Page) -> String {
    let show = match shown {
        Shown::Open => None,
        Shown::Done => Some("show=done"),
        Shown::Declined => Some("show=declined"),
        Shown::All => Some("show=all"),
    };
    let query: Vec<String> = show.map(str::to_owned).into_iter().chain(page.query()).collect();
    paths::with_query(&format!("/o/{organization}/rollbacks"), &query.join("&"))
}

/// Links to all of them.
#[component]
pub fn Tabs(#[prop(into)] shown: Signal<Shown>) -> impl IntoView {
    let code = use_organization().code;
    let choices =
        [(Shown::Open, "Open"), (Shown::Done, "Done"), (Shown::Declined, "Declined"), (Shown::All, "All")];
    let links = choices
        .into_iter()
        .map(|(choice, label)| {
            let current = move || (shown.get() == choice).then_some("true");
            view! {
                <a href=link(&code, choice, Page::default()) aria-current=current>
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
