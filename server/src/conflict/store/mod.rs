//! The queries behind conflicts and merges. All that people ask for is bound to the organisation of the `Access`.

mod decision;
mod found;
mod list;
mod many;
mod merges;
mod ruled;

use std::collections::BTreeMap;

use vanguard_domain::record::{Field, FieldMap, Value};
use vanguard_domain::three_way::Sides;

pub(super) use decision::{
    LockedConflict, NextState, lock, mark_resolved, move_modification, tell_author, transaction_time,
};
pub(super) use found::{insert_conflict, tell_people};
pub(super) use list::{Filter, list, view, waiting};
pub(super) use many::{Selection, groups, unresolved_ids};
pub(super) use merges::{count_merges, insert_merge, insert_undo, lock_merge, mark_undone, merges};
pub(super) use ruled::insert_ruling;

fn side(fields: &BTreeMap<Field, Sides>, of: impl Fn(&Sides) -> &Value) -> FieldMap {
    fields.iter().map(|(field, sides)| (*field, of(sides).clone())).collect()
}
