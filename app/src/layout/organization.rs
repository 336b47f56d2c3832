//! `/o/:org`: lets members in, and follows the organisation's events.

use leptos::prelude::*;
use leptos_router::components::Outlet;
use leptos_router::hooks::{use_location, use_params_map};

use super::inbox::provide_unread;
use super::shortcuts::Shortcuts;
use super::status::provide_status;
use super::top_bar::TopBar;
use crate::backend::OrganizationRef;
use crate::events::use_events;
use crate::pages::not_found::NotFoundPage;
use crate::paths;
use crate::respond;
use crate::session::{provide_organization, use_user};

/// Shows the page to members of the organisation in the address; all others learn only that they must log in, or
/// that there is no such organisation.
#[component]
pub fn OrganizationLayout() -> impl IntoView {
    let Some(user) = use_user() else {
        return view! { <ToLogin /> }.into_any();
    };
    let params = use_params_map();
    let organization = Memo::new(move |_| {
        let code = params.with(|params| params.get("org"))?;
        user.organizations.iter().find(|organization| organization.code == code).cloned()
    });
    (move || match organization.get() {
        Some(organization) => view! { <Inside organization /> }.into_any(),
        None => view! { <NotFoundPage what="organisation" /> }.into_any(),
    })
    .into_any()
}

#[component]
fn ToLogin() -> impl IntoView {
    let location = use_location();
    let here = paths::with_query(&location.pathname.get_untracked(), &location.search.get_untracked());
    let path = paths::login(&here);
    respond::redirect(&path);
    view! {
        <main class="page-alone">
            <a href=path rel="external">
                "Log in"
            </a>
        </main>
    }
}

#[component]
fn Inside(organization: OrganizationRef) -> impl IntoView {
    let id = organization.id;
    provide_organization(organization);
    provide_status(id);
    provide_unread();
    let events = use_events();
    Effect::new(move || events.follow(id));
    let main = NodeRef::<leptos::html::Main>::new();
    let path = use_location().pathname;
    // Another page: the keyboard goes on at its start, as after loading it.
    Effect::new(move |before: Option<String>| {
        let now = path.with(|path| paths::page(path).to_owned());
        if let Some(main) = main.get_untracked()
            && before.is_some_and(|before| before != now)
        {
            // Only an element that is gone cannot be focused.
            let _ = main.focus();
        }
        now
    });
    view! {
        <a class="skip-link" href="#main" rel="external">
            "Skip to the content"
        </a>
        <TopBar />
        <Shortcuts />
        <main id="main" tabindex="-1" node_ref=main>
            <Outlet />
        </main>
    }
    .into_any()
}
