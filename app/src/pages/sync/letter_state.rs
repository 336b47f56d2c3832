//! What was decided about a failed change.

use leptos::prelude::*;
use vanguard_domain::queue::DeadLetterStatus;

use crate::backend::DeadLetterView;
use crate::components::icon::Glyph;
use crate::components::relative_time::RelativeTime;
use crate::components::tag::Tag;
use crate::components::tone::Tone;

/// Its state as icon and word, with who decided and when.
#[component]
pub fn LetterState(letter: DeadLetterView) -> impl IntoView {
    let (tone, glyph, label) = match letter.status.parse() {
        Ok(DeadLetterStatus::Open) => (Tone::Bad, Glyph::Cross, "To decide".to_owned()),
        Ok(DeadLetterStatus::Reprocessed) => (Tone::Ok, Glyph::ArrowUp, "Retried".to_owned()),
        Ok(DeadLetterStatus::Discarded) => (Tone::Neutral, Glyph::Ban, "Discarded".to_owned()),
        Err(_) => (Tone::Neutral, Glyph::Info, letter.status),
    };
    let who = letter.decided_by.map(|who| format!(" by {who} "));
    let when = letter.decided_at.map(|at| view! { <RelativeTime at /> });
    view! {
        <Tag tone glyph label />
        {who}
        {when}
    }
    .into_any()
}
