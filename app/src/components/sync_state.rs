//! Where a change is on its way to PEMS: one look for all pages.

use leptos::prelude::*;
use vanguard_domain::modification::ModificationState;

use super::icon::Glyph;
use super::tag::Tag;
use super::tone::Tone;

/// The tone of a change's state.
pub const fn tone(state: ModificationState) -> Tone {
    match state {
        ModificationState::Draft => Tone::Draft,
        ModificationState::PendingSync | ModificationState::Queued | ModificationState::Syncing => Tone::Info,
        ModificationState::Synced => Tone::Ok,
        ModificationState::Conflict => Tone::Warn,
        ModificationState::SyncError => Tone::Bad,
        ModificationState::Discarded => Tone::Neutral,
    }
}

/// The icon of a change's state; no two states share one.
pub const fn glyph(state: ModificationState) -> Glyph {
    match state {
        ModificationState::Draft => Glyph::Pencil,
        ModificationState::PendingSync => Glyph::Clock,
        ModificationState::Queued => Glyph::List,
        ModificationState::Syncing => Glyph::ArrowUp,
        ModificationState::Synced => Glyph::Check,
        ModificationState::Conflict => Glyph::Collision,
        ModificationState::SyncError => Glyph::Cross,
        ModificationState::Discarded => Glyph::Ban,
    }
}

/// What a state means, in a sentence for tooltips.
pub const fn meaning(state: ModificationState) -> &'static str {
    match state {
        ModificationState::Draft => "Saved as a draft. Nobody else sees it until it is committed.",
        ModificationState::PendingSync => "Committed. It waits to be taken up.",
        ModificationState::Queued => "Taken up. It is sent as soon as its turn comes.",
        ModificationState::Syncing => "It is being sent to PEMS now.",
        ModificationState::Synced => "PEMS has confirmed it.",
        ModificationState::Conflict => "PEMS changed the same field. Somebody has to decide.",
        ModificationState::SyncError => {
            "PEMS did not take it. It waits for a decision under Sync, Dead letters."
        }
        ModificationState::Discarded => "Taken back before it reached PEMS.",
    }
}

/// A change's state as icon and word, explained on hover.
#[component]
pub fn SyncState(
    state: ModificationState,
    /// Replaces the explanation on hover: what, when, why.
    #[prop(optional, into)]
    detail: Option<String>,
    /// For narrow cells; the word stays for screen readers.
    #[prop(optional)]
    icon_only: bool,
) -> impl IntoView {
    let detail = detail.unwrap_or_else(|| meaning(state).to_owned());
    view! { <Tag tone=tone(state) glyph=glyph(state) label=state.label() detail icon_only /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_states_look_the_same() {
        for (index, one) in ModificationState::ALL.into_iter().enumerate() {
            for other in &ModificationState::ALL[index + 1..] {
                assert_ne!(glyph(one), glyph(*other), "{one} and {other}");
            }
        }
    }
}
