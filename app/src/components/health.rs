//! How the synchronisation fares, in one word.

use leptos::prelude::*;

use super::icon::Glyph;
use super::tag::Tag;
use super::tone::Tone;
use crate::backend::{HealthWord, SyncStatus};

/// The word that people see.
pub const fn label(health: HealthWord) -> &'static str {
    match health {
        HealthWord::Healthy => "Healthy",
        HealthWord::Degraded => "Degraded",
        HealthWord::Paused => "Paused",
        HealthWord::Down => "Down",
    }
}

/// The tone of a health.
pub const fn tone(health: HealthWord) -> Tone {
    match health {
        HealthWord::Healthy => Tone::Ok,
        HealthWord::Degraded | HealthWord::Paused => Tone::Warn,
        HealthWord::Down => Tone::Bad,
    }
}

const fn glyph(health: HealthWord) -> Glyph {
    match health {
        HealthWord::Healthy => Glyph::Check,
        HealthWord::Degraded => Glyph::Warning,
        HealthWord::Paused => Glyph::Pause,
        HealthWord::Down => Glyph::Cross,
    }
}

/// Why it fares so, in a sentence.
pub fn why(status: &SyncStatus) -> String {
    match status.health {
        HealthWord::Healthy => "Changes reach PEMS as they should.".to_owned(),
        _ => status.health_reason.clone(),
    }
}

/// The classes of the panel that begins with the health.
pub fn panel_class(health: HealthWord) -> String {
    format!("panel sync-headline sync-headline-{}", tone(health).name())
}

/// Health as icon and word.
#[component]
pub fn Health(health: HealthWord) -> impl IntoView {
    view! { <Tag tone=tone(health) glyph=glyph(health) label=label(health) /> }
}
