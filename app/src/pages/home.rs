//! `/`: leads to the records of the user's first organisation.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::components::empty_state::EmptyState;
use crate::components::icon::Glyph;
use crate::session::use_user;
use crate::{paths, respond};

/// Leads on: to the records of the organisation in the address or else of the first one, or to the login.
#[component]
pub fn HomePage() -> impl IntoView {
    let asked = use_params_map().with_untracked(|params| params.get("org"));
    let Some(user) = use_user() else {
        return view! { <LeadOn path=paths::login("/") /> }.into_any();
    };
    match asked.or_else(|| user.organizations.first().map(|first| first.code.clone())) {
        Some(code) => view! { <LeadOn path=format!("/o/{code}/records") /> }.into_any(),
        None => view! { <NowhereToGo /> }.into_any(),
    }
}

#[component]
fn LeadOn(path: String) -> impl IntoView {
    respond::redirect(&path);
    view! {
        <main class="page-alone">
            <a href=path rel="external">
                "Continue"
            </a>
        </main>
    }
}

#[component]
fn NowhereToGo() -> impl IntoView {
    view! {
        <Title text="Welcome" />
        <main class="page-alone">
            <EmptyState glyph=Glyph::User title="You belong to no organisation yet">
                <p>"Ask an administrator to add you to one, then load this page again."</p>
            </EmptyState>
        </main>
    }
}
