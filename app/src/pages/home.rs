//! `/`: leads to the command deck of the user's first organisation.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::components::empty_state::EmptyState;
use crate::components::icon::Glyph;
use crate::session::use_user;
use crate::{paths, respond};

/// Leads on: to the first organisation, or to the login.
#[component]
pub fn HomePage() -> impl IntoView {
    let Some(user) = use_user() else {
        return view! { <LeadOn path=paths::login("/") /> }.into_any();
    };
    match user.organizations.first() {
        Some(first) => view! { <LeadOn path=format!("/o/{}", first.code) /> }.into_any(),
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
