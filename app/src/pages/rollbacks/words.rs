//! What targets, statuses and results are called.

use vanguard_domain::rollback::RollbackStatus;

use crate::backend::{RollbackTarget, RollbackView};
use crate::components::field_value::grouped;
use crate::components::icon::Glyph;
use crate::components::tone::Tone;

/// What is taken back, in the middle of a sentence.
pub fn target(target: &RollbackTarget) -> String {
    match target {
        RollbackTarget::Job { .. } => "a write run".to_owned(),
        RollbackTarget::Version { pfa_id, to_version } => format!("{pfa_id} to version {to_version}"),
    }
}

/// "1 record", "1,200 records".
pub fn count(number: i64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(&number.to_string()), if number == 1 { one } else { many })
}

/// Whether nothing of it is on its way any more, and something waits for a decision about a conflict or a failure.
pub const fn waits_for_people(rollback: &RollbackView) -> bool {
    matches!(rollback.status, RollbackStatus::Running) && rollback.under_way == 0 && rollback.undecided > 0
}

/// Tone, icon and word of a rollback's status.
pub const fn status(rollback: &RollbackView) -> (Tone, Glyph, &'static str) {
    if waits_for_people(rollback) {
        return (Tone::Warn, Glyph::User, "To decide");
    }
    let (tone, glyph) = match rollback.status {
        RollbackStatus::Requested => (Tone::Warn, Glyph::User),
        RollbackStatus::Running => (Tone::Info, Glyph::ArrowUp),
        RollbackStatus::Completed => (Tone::Ok, Glyph::Check),
        RollbackStatus::Partly => (Tone::Warn, Glyph::Warning),
        RollbackStatus::Failed => (Tone::Bad, Glyph::Cross),
        RollbackStatus::Rejected | RollbackStatus::Cancelled => (Tone::Neutral, Glyph::Ban),
    };
    (tone, glyph, rollback.status.label())
}

/// How far it is, or what came of it.
pub fn result(rollback: &RollbackView) -> String {
    match rollback.status {
        RollbackStatus::Requested | RollbackStatus::Rejected | RollbackStatus::Cancelled => {
            count(rollback.records, "record", "records")
        }
        _ => format!(
            "{} of {} restored",
            grouped(&rollback.restored.to_string()),
            count(rollback.changes, "record", "records")
        ),
    }
}
