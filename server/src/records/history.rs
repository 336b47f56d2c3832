//! A record's versions as steps from one to the next, and any two of them compared.

use std::collections::HashMap;

use vanguard_app::backend::{
    Access, AttemptView, BackendError, ComparedVersion, Comparison, FieldChange, HistoryEntry, OurWrite,
};
use vanguard_domain::delta::difference;
use vanguard_domain::permission::Permission;
use vanguard_domain::record::FieldMap;

use super::store::{Version, Write};

/// The trigger of jobs that restore what was.
const ROLLBACK: &str = "rollback";

/// Newest first; `versions` is oldest first.
pub(super) fn entries(
    access: &Access,
    versions: Vec<Version>,
    mut writes: HashMap<i64, Write>,
) -> Vec<HistoryEntry> {
    let mut entries = Vec::with_capacity(versions.len());
    let mut before: Option<Version> = None;
    for version in versions {
        let write = if version.is_ours() { writes.remove(&version.version) } else { None };
        let is_rollback = write.as_ref().is_some_and(|write| write.trigger == ROLLBACK);
        entries.push(HistoryEntry {
            version: version.version,
            updated_at: version.updated_at,
            updated_by: version.updated_by.clone(),
            origin: if is_rollback { ROLLBACK.to_owned() } else { version.origin.clone() },
            compared_with: before.as_ref().map(|before| before.version),
            changes: before
                .as_ref()
                .map_or_else(Vec::new, |before| changes(access, &before.fields, &version.fields)),
            write: write.map(|write| ours(access, write)),
        });
        before = Some(version);
    }
    entries.reverse();
    entries
}

/// What differs between two of a record's versions.
pub(super) fn compare(
    access: &Access,
    versions: &[Version],
    from: i64,
    to: i64,
) -> Result<Comparison, BackendError> {
    let find = |number: i64| {
        versions.iter().find(|version| version.version == number).ok_or_else(|| {
            let held: Vec<String> = versions.iter().map(|version| version.version.to_string()).collect();
            let message =
                format!("Version {number} of this record never came by here. We hold {}.", held.join(", "));
            BackendError::field("version", "notHeld", message)
        })
    };
    let (from, to) = (find(from)?, find(to)?);
    Ok(Comparison { from: side(from), to: side(to), changes: changes(access, &from.fields, &to.fields) })
}

fn side(version: &Version) -> ComparedVersion {
    ComparedVersion {
        version: version.version,
        updated_at: version.updated_at,
        updated_by: version.updated_by.clone(),
    }
}

fn changes(access: &Access, before: &FieldMap, after: &FieldMap) -> Vec<FieldChange> {
    let with_money = access.may(Permission::ViewFinancials);
    difference(before, after)
        .iter()
        .filter(|(field, _)| with_money || !field.is_money())
        .map(|(field, value)| FieldChange::new(field, before.get(field), Some(value)))
        .collect()
}

fn ours(access: &Access, write: Write) -> OurWrite {
    let mut attempts = write.attempts;
    if !access.may(Permission::ViewFinancials) {
        for AttemptView { response, .. } in &mut attempts {
            *response = None;
        }
    }
    OurWrite {
        modification_id: write.modification_id,
        author: write.author,
        committed_by: write.committed_by,
        committed_at: write.committed_at,
        reason: write.reason,
        job_id: write.job_id,
        attempts,
    }
}
