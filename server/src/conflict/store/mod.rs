//! The queries behind conflicts and merges. All that people ask for is bound to the organisation of the `Access`.

mod decision;
mod found;
mod list;
mod merges;

use std::collections::BTreeMap;

use vanguard_domain::record::{Field, FieldMap, Value};
use vanguard_domain::three_way::Sides;

pub(super) use decision::{LockedConflict, NextState, lock_unresolved, mark_resolved, move_modification};
pub(super) use found::{insert_conflict, notify_author};
pub(super) use list::{Selection, list, unresolved_ids, view, waiting};
pub(super) use merges::{count_merges, insert_merge, insert_undo, lock_merge, mark_undone, merges};

fn side(fields: &BTreeMap<Field, Sides>, of: impl Fn(&Sides) -> &Value) -> FieldMap {
    fields.iter().map(|(field, sides)| (*field, of(sides).clone())).collect()
}
