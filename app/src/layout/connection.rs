//! Whether the page follows the server, and the way to pause that.

use leptos::prelude::*;

use crate::components::icon::{Glyph, Icon};
use crate::events::{Connection, use_events};
use crate::hydration::use_hydrated;

/// The connection's state in a word, and a button that pauses it.
#[component]
pub fn ConnectionState() -> impl IntoView {
    let events = use_events();
    let hydrated = use_hydrated();
    let paused = move || events.connection() == Connection::Paused;
    let toggle = move |_| if paused() { events.resume() } else { events.pause() };
    let explanation = move || match events.connection() {
        Connection::Connecting => "Connecting to the server for live updates",
        Connection::Live => "This page follows the server",
        Connection::Offline => "The server cannot be reached; what you see may be out of date. Trying again",
        Connection::Paused => "Live updates are paused: nothing is fetched until you resume",
    };
    let word = move || match events.connection() {
        Connection::Connecting => "Connecting",
        Connection::Live => "Live",
        Connection::Offline => "Offline",
        Connection::Paused => "Paused",
    };
    view! {
        <div class="connection">
            <span
                class="connection-state"
                role="status"
                title=explanation
                data-state=move || word().to_lowercase()
            >
                <span class="connection-dot" aria-hidden="true"></span>
                {word}
            </span>
            <button
                type="button"
                class="bar-button bar-button-icon"
                disabled=move || !hydrated.get()
                aria-label=move || if paused() { "Resume live updates" } else { "Pause live updates" }
                title=move || if paused() { "Resume live updates" } else { "Pause live updates" }
                on:click=toggle
            >
                {move || view! { <Icon glyph=if paused() { Glyph::Play } else { Glyph::Pause } /> }}
            </button>
        </div>
    }
    .into_any()
}
