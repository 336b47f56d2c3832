//! A record's versions as steps from one to the next.

use vanguard_app::backend::{FieldChange, HistoryEntry};
use vanguard_domain::delta::difference;

use super::store::Version;

/// Newest first; `versions` is oldest first.
pub(super) fn entries(versions: Vec<Version>, with_money: bool) -> Vec<HistoryEntry> {
    let mut entries = Vec::with_capacity(versions.len());
    let mut before: Option<Version> = None;
    for version in versions {
        let changes = before.as_ref().map_or_else(Vec::new, |before| {
            difference(&before.fields, &version.fields)
                .iter()
                .filter(|(field, _)| with_money || !field.is_money())
                .map(|(field, value)| FieldChange::new(field, before.fields.get(field), Some(value)))
                .collect()
        });
        entries.push(HistoryEntry {
            version: version.version,
            updated_at: version.updated_at,
            updated_by: version.updated_by.clone(),
            origin: version.origin.clone(),
            changes,
        });
        before = Some(version);
    }
    entries.reverse();
    entries
}
