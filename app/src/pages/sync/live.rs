//! Whether the page follows the server, when it last did, and the way to pause that.

use leptos::prelude::*;

use crate::clock::use_now;
use crate::components::icon::{Glyph, Icon};
use crate::components::relative_time::RelativeTime;
use crate::events::{Connection, EventKind, use_events};
use crate::hydration::use_hydrated;

/// The line, with its button.
#[component]
pub fn Live() -> impl IntoView {
    let (events, hydrated, now) = (use_events(), use_hydrated(), use_now());
    let updated = RwSignal::new(None);
    Effect::new(move || {
        let _ = EventKind::ALL.map(|kind| events.version(kind));
        if hydrated.get() {
            updated.set(now.get_untracked());
        }
    });
    let paused = move || events.connection() == Connection::Paused;
    let toggle = move |_| if paused() { events.resume() } else { events.pause() };
    let word = move || match events.connection() {
        Connection::Paused => "Paused: nothing is fetched until you resume.",
        Connection::Live => "Live: this page follows the server.",
        Connection::Offline => "Offline: trying again.",
        Connection::Connecting => "Connecting for live updates.",
    };
    view! {
        <div class="sync-live">
            <p class="muted">
                {word} {move || updated.get().map(|at| view! { " Updated " <RelativeTime at /> "." })}
            </p>
            <button type="button" class="button button-small" disabled=move || !hydrated.get() on:click=toggle>
                {move || view! { <Icon glyph=if paused() { Glyph::Play } else { Glyph::Pause } /> }}
                {move || if paused() { "Resume" } else { "Pause" }}
            </button>
        </div>
    }
    .into_any()
}
