//! `/o/:org/settings/…`: the heading, the tabs, and the page that the address names.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::alerts::AlertsPage;
use super::audit::AuditPage;
use super::denied::Denied;
use super::done::DoneBanner;
use super::organization::OrganizationPage;
use super::section::{Section, Tab};
use super::servers::{ServerPage, ServersPage};
use super::users::{UserPage, UsersPage};
use crate::components::notice::NoticeBanner;
use crate::pages::not_found::NotFound;
use crate::session::{may, use_organization};

/// The area.
#[component]
pub fn SettingsArea() -> impl IntoView {
    let name = use_organization().name;
    let path = use_location().pathname;
    // On the way to another area, the page stays until that is there.
    let section = Memo::new(move |before: Option<&Section>| {
        path.with(|path| Section::read(path)).or(before.copied()).unwrap_or(Section::Nothing)
    });
    let page = move || {
        let section = section.get();
        match section.tab() {
            None => view! { <NotFound what="page" /> }.into_any(),
            Some(tab) if !may(tab.permission()) => {
                view! { <Denied permission=tab.permission() /> }.into_any()
            }
            Some(_) => view! { <Shown section /> }.into_any(),
        }
    };
    view! {
        <div class="page">
            <div class="page-head">
                <h1>"Settings"</h1>
                <p class="muted">{format!("For everybody in {name}")}</p>
            </div>
            <Tabs section />
            <NoticeBanner />
            <DoneBanner />
            {page}
        </div>
    }
    .into_any()
}

#[component]
fn Shown(section: Section) -> impl IntoView {
    match section {
        Section::Organization => view! { <OrganizationPage /> }.into_any(),
        Section::Servers => view! { <ServersPage /> }.into_any(),
        Section::Server(id) => view! { <ServerPage id /> }.into_any(),
        Section::Users => view! { <UsersPage /> }.into_any(),
        Section::User(id) => view! { <UserPage id /> }.into_any(),
        Section::Audit => view! { <AuditPage /> }.into_any(),
        Section::Alerts => view! { <AlertsPage /> }.into_any(),
        Section::Nothing => ().into_any(),
    }
}

/// Links to all of them; nothing for those who may see none.
#[component]
fn Tabs(section: Memo<Section>) -> impl IntoView {
    let code = use_organization().code;
    let links: Vec<_> = Tab::ALL
        .into_iter()
        .filter(|tab| may(tab.permission()))
        .map(|tab| {
            let current = move || (section.get().tab() == Some(tab)).then_some("true");
            view! {
                <a href=format!("/o/{code}/{}", tab.path()) aria-current=current>
                    {tab.label()}
                </a>
            }
        })
        .collect();
    (!links.is_empty()).then(|| {
        view! {
            <nav class="filter-tabs settings-tabs" aria-label="Settings">
                {links}
            </nav>
        }
    })
}
