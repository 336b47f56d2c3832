//! The queries behind conflicts and merges. All that people ask for is bound to the organisation of the `Access`.

mod decision;
mod found;
mod list;
mod many;
mod merges;
mod ruled;

use std::collections::BTreeMap;

use vanguard_domain::record::{Field, FieldMap, Value};
use vanguard_domain::three_way::{ConflictCause, Sides};

pub(super) use decision::{
    LockedConflict, NextState, lock, mark_resolved, move_modification, transaction_time,
};
pub(super) use found::{insert_conflict, notify_author};
pub(super) use list::{Filter, list, view, waiting};
pub(super) use many::{Selection, groups, unresolved_ids};
pub(super) use merges::{count_merges, insert_merge, insert_undo, lock_merge, mark_undone, merges};
pub(super) use ruled::{insert_ruling, notify_given_up};

const fn cause_name(cause: ConflictCause) -> &'static str {
    match cause {
        ConflictCause::BothChanged => "both_changed",
        ConflictCause::InvalidTogether => "invalid_together",
    }
}

fn cause_of(name: &str) -> ConflictCause {
    if name == "both_changed" { ConflictCause::BothChanged } else { ConflictCause::InvalidTogether }
}

fn side(fields: &BTreeMap<Field, Sides>, of: impl Fn(&Sides) -> &Value) -> FieldMap {
    fields.iter().map(|(field, sides)| (*field, of(sides).clone())).collect()
}
