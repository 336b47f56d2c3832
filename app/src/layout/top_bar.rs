//! The bar over every page: where you are, where you can go, and how things stand.

use leptos::prelude::*;
use leptos_router::components::A;
use vanguard_domain::permission::Permission;

use super::connection::ConnectionState;
use super::inbox::InboxLink;
use super::organization_switch::OrganizationSwitch;
use super::status::use_status;
use super::theme::ThemeToggle;
use super::user_menu::UserMenu;
use crate::backend::{HealthWord, SyncStatus};
use crate::components::health;
use crate::components::icon::{Glyph, Icon};
use crate::session::{may, use_organization};

/// The bar.
#[component]
pub fn TopBar() -> impl IntoView {
    let code = use_organization().code;
    view! {
        <header class="top-bar">
            <a class="brand" href=format!("/o/{code}") aria-label="PFA Vanguard: command deck">
                <span class="brand-mark" aria-hidden="true">
                    "V"
                </span>
                <span class="brand-name">"PFA Vanguard"</span>
            </a>
            <OrganizationSwitch />
            <nav class="main-nav" aria-label="Main">
                <A href=format!("/o/{code}") exact=true>
                    "Deck"
                </A>
                <A href=format!("/o/{code}/records")>"Records"</A>
                <A href=format!("/o/{code}/timeline")>"Timeline"</A>
                <A href=format!("/o/{code}/conflicts")>
                    "Conflicts" <Known show=conflicts />
                </A>
                <A href=format!("/o/{code}/sync")>
                    "Sync" <Known show=trouble />
                </A>
                <A href=format!("/o/{code}/rollbacks")>"Rollbacks"</A>
                {may(Permission::ManageSettings)
                    .then(|| view! { <A href=format!("/o/{code}/settings")>"Settings"</A> })}
            </nav>
            <div class="top-bar-end">
                <InboxLink />
                <ConnectionState />
                <ThemeToggle />
                <UserMenu />
            </div>
        </header>
    }
    .into_any()
}

/// Something about the status, once it is known. A failure is said on the Sync page, not here.
#[component]
fn Known(show: fn(&SyncStatus) -> Option<AnyView>) -> impl IntoView {
    let status = use_status();
    view! {
        <Transition>
            {move || Suspend::new(async move { status.await.ok().and_then(|status| show(&status)) })}
        </Transition>
    }
}

fn conflicts(status: &SyncStatus) -> Option<AnyView> {
    (status.conflicts > 0).then(|| {
        view! {
            <span class="nav-badge">
                {status.conflicts} <span class="visually-hidden">" to decide"</span>
            </span>
        }
        .into_any()
    })
}

fn trouble(status: &SyncStatus) -> Option<AnyView> {
    let reason = status.health_reason.clone();
    (status.health != HealthWord::Healthy).then(|| {
        view! {
            <span class="nav-badge" title=reason>
                <Icon glyph=Glyph::Warning />
                <span class="nav-badge-word">{health::label(status.health)}</span>
            </span>
        }
        .into_any()
    })
}
