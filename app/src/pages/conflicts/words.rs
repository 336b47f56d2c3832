//! What causes, states and decisions are called.

use vanguard_domain::conflict::{ConflictStatus, Resolution};
use vanguard_domain::three_way::ConflictCause;

use crate::components::icon::Glyph;
use crate::components::tone::Tone;

/// In a table.
pub const fn cause(cause: ConflictCause) -> &'static str {
    match cause {
        ConflictCause::BothChanged => "Both changed it",
        ConflictCause::InvalidTogether => "Breaks a rule together",
    }
}

/// In a sentence.
pub const fn explanation(cause: ConflictCause) -> &'static str {
    match cause {
        ConflictCause::BothChanged => {
            "You and somebody in PEMS changed the same fields to different values. Nothing was overwritten: choose \
             what PEMS shall hold."
        }
        ConflictCause::InvalidTogether => {
            "Each side's change is sound, but together they break a rule. Nothing was overwritten: choose what PEMS \
             shall hold."
        }
    }
}

/// Tone, icon and word of a status.
pub const fn status(status: ConflictStatus) -> (Tone, Glyph, &'static str) {
    match status {
        ConflictStatus::Unresolved => (Tone::Warn, Glyph::Collision, "To decide"),
        ConflictStatus::ResolvedManual => (Tone::Ok, Glyph::Check, "Decided"),
        ConflictStatus::ResolvedAuto => (Tone::Ok, Glyph::Check, "Decided by rule"),
    }
}

/// What was decided.
pub const fn resolution(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::UseLocal => "our values",
        Resolution::UsePems => "the values in PEMS",
        Resolution::Merge => "a value for each field",
    }
}
