//! What needs the user now, how the sync fares, and what everything costs.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::costs::PortfolioCosts;
use super::needs::Needs;
use crate::backend::{Deck, HealthWord, SyncStatus};
use crate::components::health::{Health, tone};
use crate::components::loaded::Loaded;
use crate::components::notice::NoticeBanner;
use crate::components::relative_time::RelativeTime;
use crate::events::{EventKind, use_events};
use crate::fetched::fetched;
use crate::layout::status::use_status;
use crate::server_fns::deck::current_deck;
use crate::session::use_organization;

/// The page.
#[component]
pub fn DeckPage() -> impl IntoView {
    let organization = use_organization();
    let id = organization.id;
    let events = use_events();
    let versions = move || {
        [EventKind::Modification, EventKind::Conflict, EventKind::Queue, EventKind::Rollback]
            .map(|kind| events.version(kind))
    };
    let deck = fetched(versions, move |_| current_deck(id));
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
            <Loaded resource=deck what="what needs you" let:deck>
                <Whole deck />
            </Loaded>
        </div>
    }
    .into_any()
}

#[component]
fn Whole(deck: Deck) -> impl IntoView {
    let portfolio = deck.portfolio.clone();
    view! {
        <Needs deck />
        <PortfolioCosts portfolio />
    }
    .into_any()
}

/// Health in one word and why, with the way to all the rest.
#[component]
fn SyncInAWord(status: SyncStatus) -> impl IntoView {
    let href = format!("/o/{}/sync", use_organization().code);
    let why = if status.health == HealthWord::Healthy {
        "Changes reach PEMS as they should.".to_owned()
    } else {
        status.health_reason.clone()
    };
    view! {
        <section class=format!("panel sync-headline sync-headline-{}", tone(status.health).name()) aria-label="Sync">
            <div class="sync-health" role="status">
                <Health health=status.health />
                <p>
                    {why}
                    {status.last_sync_at.map(|at| view! { " Last write " <RelativeTime at /> "." })}
                </p>
                <A href=href>"Sync"</A>
            </div>
        </section>
    }
    .into_any()
}
