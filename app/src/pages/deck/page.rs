//! What needs the user now, how the sync fares, and what everything costs.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use vanguard_domain::permission::Permission;

use super::costs::PortfolioCosts;
use super::needs::NeedsYou;
use crate::backend::SyncStatus;
use crate::components::health::{Health, panel_class, why};
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::components::relative_time::RelativeTime;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::layout::status::use_status;
use crate::server_fns::deck::{current_needs, current_portfolio};
use crate::session::{may, use_organization};

/// The page.
#[component]
pub fn DeckPage() -> impl IntoView {
    let organization = use_organization();
    let id = organization.id;
    let events = use_events();
    let versions = move || {
        [EventKind::Modification, EventKind::Conflict, EventKind::Rollback].map(|kind| events.version(kind))
    };
    let needs = fetched(versions, move |_| current_needs(id));
    view! {
        <Title text="Command deck" />
        <div class="page">
            <div class="page-head">
                <h1>"Command deck"</h1>
                <p class="muted">{organization.name}</p>
            </div>
            <NoticeBanner />
            <Loaded resource=use_status() what="how the sync fares" let:status>
                <SyncInAWord status />
            </Loaded>
            <Loaded resource=needs what="what needs you" let:needs>
                <Loaded resource=use_status() what="what needs you" let:status>
                    <NeedsYou needs=needs.clone() status />
                </Loaded>
            </Loaded>
            <Costs />
        </div>
    }
    .into_any()
}

/// What everything costs; a word to whoever may not see amounts.
#[component]
fn Costs() -> impl IntoView {
    if !may(Permission::ViewFinancials) {
        return view! {
            <section aria-labelledby="costs-heading">
                <h2 id="costs-heading">"Costs"</h2>
                <p class="muted">"Amounts need the permission ViewFinancials. Ask an administrator for it."</p>
            </section>
        }
        .into_any();
    }
    let id = use_organization().id;
    let events = use_events();
    let portfolio = fetched(move || events.version(EventKind::Modification), move |_| current_portfolio(id));
    view! {
        <Loaded resource=portfolio what="what everything costs" let:portfolio>
            <PortfolioCosts portfolio />
        </Loaded>
    }
    .into_any()
}

/// Health in one word and why, with the way to all the rest.
#[component]
fn SyncInAWord(status: SyncStatus) -> impl IntoView {
    let href = format!("/o/{}/sync", use_organization().code);
    view! {
        <section class=panel_class(status.health) aria-label="Sync">
            <div class="sync-health" role="status">
                <Health health=status.health />
                <p>
                    {why(&status)}
                    {status.last_sync_at.map(|at| view! { " Last write " <RelativeTime at /> "." })}
                </p>
                <A href=href>"Sync"</A>
            </div>
        </section>
    }
    .into_any()
}
