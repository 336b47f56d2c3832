//! What causes, states and decisions are called.

use vanguard_domain::conflict::{ConflictStatus, Resolution};
use vanguard_domain::three_way::ConflictCause;

use super::address::Address;
use crate::backend::ConflictView;
use crate::components::field_value::grouped;
use crate::components::icon::Glyph;
use crate::components::tone::Tone;
use crate::session::use_user;

/// In a table.
pub const fn cause(cause: ConflictCause) -> &'static str {
    match cause {
        ConflictCause::BothChanged => "Both changed it",
        ConflictCause::InvalidTogether => "Breaks a rule together",
    }
}

/// In a sentence.
pub fn explanation(conflict: &ConflictView) -> String {
    let who = if is_mine(conflict) { "You" } else { &conflict.modified_by.username };
    match conflict.cause {
        ConflictCause::BothChanged => format!(
            "{who} and PEMS changed the same fields to different values; {} was the last who changed the record in PEMS. \
             Nothing was overwritten: choose what PEMS shall hold.",
            conflict.pems_updated_by
        ),
        ConflictCause::InvalidTogether => {
            "Each side's change is sound, but together they break a rule. Nothing was \
             overwritten: choose what PEMS shall hold."
                .to_owned()
        }
    }
}

/// Whose our side is, as the one who decides would say: "Yours", "manager’s".
pub fn our_side(conflict: &ConflictView) -> String {
    if is_mine(conflict) { "Yours".to_owned() } else { format!("{}’s", conflict.modified_by.username) }
}

/// The same on the button: "mine", "manager’s".
pub fn our_values(conflict: &ConflictView) -> String {
    if is_mine(conflict) { "mine".to_owned() } else { our_side(conflict) }
}

fn is_mine(conflict: &ConflictView) -> bool {
    use_user().is_some_and(|user| user.id == conflict.modified_by.id)
}

/// One side for many, within a sentence: whoever's values ours are.
pub const fn side(resolution: Resolution) -> &'static str {
    match resolution {
        Resolution::UsePems => "PEMS",
        Resolution::UseLocal | Resolution::Merge => "ours",
    }
}

/// Which open conflicts an address is about, counted.
pub fn selection(address: &Address, total: i64) -> String {
    let count = grouped(&total.to_string());
    let conflicts = if total == 1 { "open conflict" } else { "open conflicts" };
    let about = address.field.map(|field| format!(" about {}", field.label())).unwrap_or_default();
    let cause = match address.cause {
        Some(ConflictCause::BothChanged) => ", where both sides changed it",
        Some(ConflictCause::InvalidTogether) => ", where both changes together break a rule",
        None => "",
    };
    let all = if total == 1 { "The" } else { "All" };
    format!("{all} {count} {conflicts}{about}{cause}.")
}

/// The conflicts that are ticked, counted.
pub fn ticked(count: usize) -> String {
    if count == 1 {
        "The 1 conflict that is selected.".to_owned()
    } else {
        format!("The {} conflicts that are selected.", grouped(&count.to_string()))
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
