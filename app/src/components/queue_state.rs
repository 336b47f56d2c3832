//! Where a write stands in the queue.

use leptos::prelude::*;
use vanguard_domain::queue::QueueStatus;

use super::icon::Glyph;
use super::tag::Tag;
use super::tone::Tone;

/// A queue item's status as icon and word.
#[component]
pub fn QueueState(
    /// As the port has it; a word that we do not know is shown as it is.
    #[prop(into)]
    status: String,
) -> impl IntoView {
    let (tone, glyph, label) = match status.parse() {
        Ok(QueueStatus::Pending) => (Tone::Info, Glyph::Clock, "Waiting".to_owned()),
        Ok(QueueStatus::Processing) => (Tone::Info, Glyph::ArrowUp, "Sending".to_owned()),
        Ok(QueueStatus::Completed) => (Tone::Ok, Glyph::Check, "Completed".to_owned()),
        Ok(QueueStatus::Failed) => (Tone::Bad, Glyph::Cross, "Failed".to_owned()),
        Ok(QueueStatus::Cancelled) => (Tone::Neutral, Glyph::Ban, "Cancelled".to_owned()),
        Ok(QueueStatus::Superseded) => (Tone::Neutral, Glyph::Collision, "Superseded".to_owned()),
        Err(_) => (Tone::Neutral, Glyph::Info, status),
    };
    view! { <Tag tone glyph label /> }
}
