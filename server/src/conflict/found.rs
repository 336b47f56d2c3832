//! What the worker found: recorded in its transaction.

use std::collections::BTreeMap;

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_domain::record::{Field, FieldMap, PfaRecord};
use vanguard_domain::three_way::{ConflictCause, Sides};
use vanguard_domain::validation::FieldError;

use super::store;

/// A change that PEMS crossed.
#[derive(Debug, Clone)]
pub struct FoundConflict {
    pub item_id: Uuid,
    pub modification_id: Uuid,
    pub pfa_id: String,
    pub cause: ConflictCause,
    pub local_version: i64,
    pub fields: BTreeMap<Field, Sides>,
    pub undisputed: FieldMap,
    pub errors: Vec<FieldError>,
    /// The record as PEMS has it now.
    pub pems: PfaRecord,
}

/// Writes conflict rows, and tells their authors.
pub async fn record_conflicts(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    conflicts: &[FoundConflict],
) -> Result<(), sqlx::Error> {
    for conflict in conflicts {
        let conflict_id = store::insert_conflict(connection, organisation_id, conflict).await?;
        let title = format!("{} was changed in PEMS as well", conflict.pfa_id);
        let body = conflict.in_words();
        store::tell_people(connection, organisation_id, conflict.modification_id, conflict_id, &title, &body)
            .await?;
    }
    Ok(())
}

impl FoundConflict {
    /// What came between.
    fn in_words(&self) -> String {
        let labels = labels(self.fields.keys().copied());
        match (self.cause, self.errors.first()) {
            (ConflictCause::InvalidTogether, Some(error)) => {
                format!("With what PEMS holds by now, your {labels} would break a rule: {}", error.message)
            }
            _ => format!("PEMS holds another {labels} by now, last changed by {}.", self.pems.updated_by),
        }
    }
}

/// Fields, as people read them.
pub(super) fn labels(fields: impl Iterator<Item = Field>) -> String {
    fields.map(Field::label).collect::<Vec<_>>().join(", ")
}

/// A change that was rebased because PEMS had changed other fields.
#[derive(Debug, Clone)]
pub struct FoundMerge {
    pub item_id: Uuid,
    pub modification_id: Uuid,
    pub pfa_id: String,
    pub from_version: i64,
    pub onto_version: i64,
    pub ours_before: FieldMap,
    pub ours: FieldMap,
    pub theirs_before: FieldMap,
    pub theirs: FieldMap,
    pub pems_updated_by: String,
    /// Our values that an ownership rule left behind; empty for a merge that was no conflict.
    pub given_up: FieldMap,
}

/// Writes the merge journal.
pub async fn record_merges(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    merges: &[FoundMerge],
) -> Result<(), sqlx::Error> {
    for merge in merges {
        store::insert_merge(connection, organisation_id, merge, None).await?;
    }
    Ok(())
}
