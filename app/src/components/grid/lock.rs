//! Why a cell cannot be edited. Said when somebody tries; the rules themselves are the domain's, and the server
//! checks them again.

use std::fmt;

use vanguard_domain::delta::Operation;
use vanguard_domain::permission::Permission;
use vanguard_domain::record::{EditRule, Field};

use crate::backend::RecordRow;

use super::cache::own_draft;
use super::columns::Column;

/// What keeps a cell from being edited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Not a field of the record.
    NoField(Column),
    ReadOnly(Field),
    Missing(Field, Permission),
    /// The user's own draft discontinues the record.
    Discontinuing,
    SourceFixed,
    Discontinued,
    Actualised,
}

/// A whole sentence that says what to do, where something can be done.
impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoField(Column::Key) => f.write_str("The record's key never changes."),
            Self::NoField(Column::ForecastCost) => {
                f.write_str("Forecast cost follows from dates and rate or price.")
            }
            Self::NoField(column) => write!(f, "{} cannot be edited.", column.label()),
            Self::ReadOnly(field) => write!(f, "{} is the locked plan and cannot be changed.", field.label()),
            Self::Missing(field, permission) => write!(
                f,
                "Changing {} needs the permission {permission}. Ask an administrator for it.",
                field.label()
            ),
            Self::Discontinuing => {
                f.write_str("Your draft discontinues this record. Discard that draft to edit it.")
            }
            Self::SourceFixed => f.write_str("Source is fixed once a record is actualised."),
            Self::Discontinued => f.write_str("A discontinued record cannot be brought back by an edit."),
            Self::Actualised => f.write_str("An actualised record cannot be discontinued."),
        }
    }
}

/// Why the user may not edit the cell; `None` if he may.
pub fn lock(column: Column, row: &RecordRow, permissions: &[Permission]) -> Option<Lock> {
    let Column::Field(field) = column else { return Some(Lock::NoField(column)) };
    let EditRule::Needs(needed) = field.spec().edit else { return Some(Lock::ReadOnly(field)) };
    let missing = [Permission::SaveDraft, needed].into_iter().find(|needed| !permissions.contains(needed));
    if let Some(permission) = missing {
        return Some(Lock::Missing(field, permission));
    }
    let drafted = own_draft(row);
    if drafted.is_some_and(|change| change.operation == Operation::Delete) {
        return Some(Lock::Discontinuing);
    }
    // A flag that is only drafted can be taken back, so it locks nothing.
    let is_set = |flag| row.fields.flag(flag) && !drafted.is_some_and(|change| change.fields.contains(&flag));
    match field {
        Field::Source if is_set(Field::IsActualized) => Some(Lock::SourceFixed),
        Field::IsDiscontinued if is_set(Field::IsDiscontinued) => Some(Lock::Discontinued),
        Field::IsDiscontinued if is_set(Field::IsActualized) => Some(Lock::Actualised),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use vanguard_domain::modification::ModificationState;
    use vanguard_domain::permission::Role;
    use vanguard_domain::record::Value;

    use super::super::fixture::{change, row, with_change};
    use super::*;

    fn locked(field: Field, row: &RecordRow, role: Role) -> bool {
        lock(Column::Field(field), row, &role.permissions()).is_some()
    }

    #[test]
    fn each_role_edits_what_the_field_table_grants_it() {
        let row = row("RIO-000001");
        assert!(locked(Field::Description, &row, Role::Viewer));
        assert!(!locked(Field::Description, &row, Role::Editor));
        assert!(locked(Field::ActualStart, &row, Role::Editor));
        assert!(locked(Field::MonthlyRate, &row, Role::Editor));
        assert!(!locked(Field::MonthlyRate, &row, Role::PortfolioManager));
        assert!(locked(Field::OriginalEnd, &row, Role::Administrator));
        assert!(lock(Column::ForecastCost, &row, &Role::Administrator.permissions()).is_some());
    }

    #[test]
    fn an_actualised_record_keeps_its_source_unless_that_is_only_drafted() {
        let mut actual = row("RIO-000001");
        actual.fields.set(Field::IsActualized, Value::Flag(true));
        assert!(locked(Field::Source, &actual, Role::Administrator));
        let drafted = with_change(actual, change(ModificationState::Draft, &[Field::IsActualized]));
        assert!(!locked(Field::Source, &drafted, Role::Administrator));
    }

    #[test]
    fn a_record_that_is_to_be_discontinued_is_locked_until_that_draft_is_discarded() {
        let mut delete = change(ModificationState::Draft, &[Field::IsDiscontinued]);
        delete.operation = Operation::Delete;
        let row = with_change(row("RIO-000001"), delete);
        assert_eq!(
            lock(Column::Field(Field::Description), &row, &Role::Administrator.permissions()),
            Some(Lock::Discontinuing)
        );
    }
}
