//! How an API server fares.

use leptos::prelude::*;

use crate::backend::ApiServerView;
use crate::components::icon::Glyph;
use crate::components::relative_time::RelativeTime;
use crate::components::tag::Tag;
use crate::components::tone::Tone;

/// Its state in a word, and why.
#[component]
pub fn ServerState(server: ApiServerView) -> impl IntoView {
    let (tone, glyph, label) = match (server.status.as_str(), server.breaker_until) {
        ("paused", _) => (Tone::Warn, Glyph::Pause, "Paused"),
        (_, Some(_)) => (Tone::Bad, Glyph::Cross, "Held back"),
        _ => (Tone::Ok, Glyph::Check, "Active"),
    };
    let why = match server.pause_reason.as_deref() {
        Some("unauthorized") => {
            Some("PEMS refused user name or password. Edit the server, or resume it once PEMS lets us in.")
        }
        Some(_) => Some("by an administrator"),
        None if server.breaker_until.is_some() => Some("PEMS did not answer several times"),
        None => None,
    };
    let again = server.breaker_until.filter(|_| server.status == "active");
    view! {
        <Tag tone glyph label />
        {why.map(|why| view! { <span class="row-note settings-note">{why}</span> })}
        {again
            .map(|at| {
                view! {
                    <span class="row-note">
                        "tried again " <RelativeTime at ahead=true />
                    </span>
                }
            })}
    }
    .into_any()
}
