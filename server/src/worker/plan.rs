//! What to do with an item, given the record as the mirror has it: a pure decision.

use std::collections::BTreeMap;

use vanguard_domain::delta::difference;
use vanguard_domain::record::{Field, FieldMap, PfaRecord};
use vanguard_domain::three_way::{ConflictCause, Sides, Verdict, judge};
use vanguard_domain::validation::FieldError;

use crate::conflict::{FoundConflict, FoundMerge, FoundRuling};
use crate::queue::Claimed;

/// What to do.
#[derive(Debug, Clone)]
pub(super) enum Plan {
    /// Send these changes against this version.
    Send { changes: FieldMap, version: i64 },
    /// PEMS moved on, or never had what the author saw: send what remains against the newest version, once that is recorded.
    Rebase { changes: FieldMap, version: i64 },
    /// PEMS has every value already.
    AlreadyThere,
    /// A person has to decide.
    Conflict {
        cause: ConflictCause,
        fields: BTreeMap<Field, Sides>,
        undisputed: FieldMap,
        errors: Vec<FieldError>,
    },
    /// Ownership rules decide all of it: send what they leave against this version, once that is recorded; if they
    /// leave nothing, the change has ended.
    Ruled(Box<FoundRuling>),
    /// They decide a part, and a person the rest.
    PartlyRuled(Box<FoundRuling>, Box<FoundConflict>),
}

/// At an equal version the record may still differ from what the author saw: he saw a colleague's committed change
/// that never reached PEMS.
pub(super) fn plan(item: &Claimed, record: &PfaRecord) -> Plan {
    let seen = record.fields.values_of(item.payload.fields());
    if item.base_version >= record.version && item.base_values.values_of(item.payload.fields()) == seen {
        return Plan::Send { changes: item.payload.clone(), version: item.base_version };
    }
    match judge(item.operation, &item.base_values, &item.payload, &record.fields) {
        Verdict::Send(changes) => Plan::Rebase { changes, version: record.version },
        Verdict::AlreadyThere => Plan::AlreadyThere,
        Verdict::Conflict { cause, fields, undisputed, errors } => {
            Plan::Conflict { cause, fields, undisputed, errors }
        }
    }
}

/// The conflict row of an item.
pub(super) fn found_conflict(
    item: &Claimed,
    record: &PfaRecord,
    cause: ConflictCause,
    fields: BTreeMap<Field, Sides>,
    undisputed: FieldMap,
    errors: Vec<FieldError>,
) -> FoundConflict {
    FoundConflict {
        item_id: item.id,
        modification_id: item.modification_id,
        pfa_id: item.pfa_id.clone(),
        cause,
        local_version: item.base_version,
        fields,
        undisputed,
        errors,
        pems: record.clone(),
    }
}

/// The journal row of a merge onto `record`; `base` is the whole record at the version that the item was based
/// on.
pub(super) fn found_merge(
    item: &Claimed,
    record: &PfaRecord,
    base: &FieldMap,
    changes: &FieldMap,
) -> FoundMerge {
    let theirs = difference(base, &record.fields);
    FoundMerge {
        item_id: item.id,
        modification_id: item.modification_id,
        pfa_id: item.pfa_id.clone(),
        from_version: item.base_version,
        onto_version: record.version,
        ours_before: record.fields.values_of(changes.fields()),
        ours: changes.clone(),
        theirs_before: base.values_of(theirs.fields()),
        theirs,
        pems_updated_by: record.updated_by.clone(),
        given_up: FieldMap::new(),
    }
}
