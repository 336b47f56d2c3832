//! The rules of an edit, the same in the browser and on the server. Source: `sync-semantics.md`, "Validation",
//! and the PEMS contract. All errors of a record come back together, each naming its field.

use serde::{Deserialize, Serialize};

use crate::delta::{Operation, applied, difference};
use crate::permission::Permission;
use crate::record::{EditRule, Field, FieldMap, PURCHASE, RENTAL, Value, ValueError};

/// The longest reason of a change or of a decision, in characters.
pub const LONGEST_REASON: usize = 500;

/// Whether a reason can be kept.
pub fn check_reason(reason: &str) -> Result<(), FieldError> {
    let error =
        |code: &str, message: String| FieldError { field: "reason".into(), code: code.into(), message };
    if reason.chars().count() > LONGEST_REASON {
        return Err(error("tooLong", format!("A reason has at most {LONGEST_REASON} characters.")));
    }
    if reason.contains('\0') {
        return Err(error("controlCharacter", "A reason must not contain NUL characters.".into()));
    }
    Ok(())
}

/// What is wrong with one field, in words for people and a code for scripts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's JSON name, as the request had it.
    pub field: String,
    /// Stable: `required`, `tooLong`, `endBeforeStart`, …
    pub code: String,
    /// A whole sentence that says what to do.
    pub message: String,
}

impl FieldError {
    fn new(field: Field, code: &str, message: impl Into<String>) -> Self {
        Self { field: field.name().to_owned(), code: code.to_owned(), message: message.into() }
    }

    /// The request named a field that no record has.
    pub fn unknown_field(name: &str) -> Self {
        // What a stranger sent is quoted back, but not at any length.
        let name: String = name.chars().take(60).collect();
        let message = format!("There is no field {name:?}. Remove it from the changes.");
        Self { field: name, code: "unknownField".into(), message }
    }

    /// We do not know what the field held.
    pub fn unknown_value(field: Field) -> Self {
        Self::new(field, "unknownThen", format!("What {} held then is not known.", field.label()))
    }

    /// The value is not one that the field takes.
    pub fn value(field: Field, error: &ValueError) -> Self {
        Self::new(field, error.code(), format!("{} {error}.", field.label()))
    }
}

/// Checks what a user who holds `permissions` wants `record` (as the user saw it) to become.
///
/// Who may edit is asked of every wanted field, and a field that he may not edit is compared with nothing: an answer
/// that depended on what it holds would tell that to somebody who may not see it.
///
/// A rule about the whole record is checked only if the change touches a field that the rule is about: a record
/// that came from PEMS with a fault can still be edited elsewhere.
pub fn validate(
    record: &FieldMap,
    operation: Operation,
    wanted: &FieldMap,
    permissions: &[Permission],
) -> Vec<FieldError> {
    let mut errors = may_edit(operation, wanted, permissions);
    let allowed = wanted.only(wanted.fields().filter(|field| !names(&errors, *field)));
    errors.extend(check_rules(record, operation, &difference(record, &allowed)));
    errors
}

fn names(errors: &[FieldError], field: Field) -> bool {
    errors.iter().any(|error| error.field == field.name())
}

/// The rules that hold whoever makes the change: what a merge is checked against as well.
pub fn check_rules(record: &FieldMap, operation: Operation, change: &FieldMap) -> Vec<FieldError> {
    let result = applied(record, change);
    let mut errors = Vec::new();
    locked_fields(record, operation, change, &mut errors);
    date_order(&result, change, &mut errors);
    amounts(&result, change, &mut errors);
    errors
}

/// The errors of `change` that lie in single fields, whatever the other fields become: who may edit them, and which
/// are locked. At most one a field counts, the first.
pub fn check_fields(record: &FieldMap, change: &FieldMap, permissions: &[Permission]) -> Vec<FieldError> {
    let mut errors = may_edit(Operation::Update, change, permissions);
    locked_fields(record, Operation::Update, change, &mut errors);
    errors
}

fn may_edit(operation: Operation, change: &FieldMap, permissions: &[Permission]) -> Vec<FieldError> {
    if operation == Operation::Delete {
        return if permissions.contains(&Permission::Delete) {
            Vec::new()
        } else {
            vec![missing(Field::IsDiscontinued, Permission::Delete)]
        };
    }
    change
        .fields()
        .filter_map(|field| match field.spec().edit {
            EditRule::Needs(permission) if !permissions.contains(&permission) => {
                Some(missing(field, permission))
            }
            _ => None,
        })
        .collect()
}

fn missing(field: Field, permission: Permission) -> FieldError {
    FieldError::new(
        field,
        "forbidden",
        format!("Changing {} needs the permission {permission}. Ask an administrator for it.", field.label()),
    )
}

fn locked_fields(record: &FieldMap, operation: Operation, change: &FieldMap, errors: &mut Vec<FieldError>) {
    let differs = |field| change.get(field).is_some_and(|value| record.get(field) != Some(value));
    for field in change.fields() {
        if field.spec().edit == EditRule::ReadOnly {
            errors.push(FieldError::new(
                field,
                "readOnly",
                format!("{} is the locked plan and cannot be changed.", field.label()),
            ));
        }
    }
    if record.flag(Field::IsDiscontinued) && change.get(Field::IsDiscontinued) == Some(&Value::Flag(false)) {
        errors.push(FieldError::new(
            Field::IsDiscontinued,
            "discontinued",
            "A discontinued record cannot be brought back by an edit.",
        ));
    }
    if !record.flag(Field::IsActualized) {
        return;
    }
    if operation == Operation::Delete || change.get(Field::IsDiscontinued) == Some(&Value::Flag(true)) {
        errors.push(FieldError::new(
            Field::IsDiscontinued,
            "actualized",
            "An actualised record cannot be discontinued.",
        ));
    }
    if differs(Field::Source) {
        errors.push(FieldError::new(
            Field::Source,
            "actualized",
            "Source is fixed once a record is actualised.",
        ));
    }
    let moved_later = match (record.date(Field::ActualStart), change.get(Field::ActualStart)) {
        (Some(old), Some(Value::Date(new))) => *new > old,
        (Some(_), Some(Value::Empty)) => true,
        _ => false,
    };
    if moved_later {
        errors.push(FieldError::new(
            Field::ActualStart,
            "actualized",
            "Actual start cannot move later, or be cleared, once a record is actualised.",
        ));
    }
}

fn date_order(result: &FieldMap, change: &FieldMap, errors: &mut Vec<FieldError>) {
    for (start, end) in [(Field::ForecastStart, Field::ForecastEnd), (Field::ActualStart, Field::ActualEnd)] {
        if !change.contains(start) && !change.contains(end) {
            continue;
        }
        if let (Some(from), Some(to)) = (result.date(start), result.date(end))
            && to < from
        {
            let field = if change.contains(end) { end } else { start };
            errors.push(FieldError::new(
                field,
                "endBeforeStart",
                format!(
                    "{} ({}) is before {} ({}).",
                    end.label(),
                    to.format("%Y-%m-%d"),
                    start.label(),
                    from.format("%Y-%m-%d")
                ),
            ));
        }
    }
}

fn amounts(result: &FieldMap, change: &FieldMap, errors: &mut Vec<FieldError>) {
    for (source, field) in [(RENTAL, Field::MonthlyRate), (PURCHASE, Field::PurchasePrice)] {
        let touched = change.contains(Field::Source) || change.contains(field);
        // An unknown amount (not in the record at all) is not an empty one.
        let empty = result.get(field) == Some(&Value::Empty);
        if touched && empty && result.text(Field::Source) == source {
            errors.push(FieldError::new(
                field,
                "required",
                format!("{} is needed when Source is {source}.", field.label()),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::permission::Role;

    fn map(json: Json) -> FieldMap {
        serde_json::from_value(json).unwrap()
    }

    fn rental() -> FieldMap {
        map(json!({
            "description": "Crane", "source": "Rental", "monthlyRate": "5500.00", "purchasePrice": null,
            "isActualized": false, "isDiscontinued": false,
            "forecastStart": "2026-01-01", "forecastEnd": "2026-06-30",
            "actualStart": "2026-01-05", "actualEnd": null,
        }))
    }

    fn codes(record: &FieldMap, change: Json, role: Role) -> Vec<(String, String)> {
        validate(record, Operation::Update, &map(change), &role.permissions())
            .into_iter()
            .map(|error| (error.field, error.code))
            .collect()
    }

    fn error(field: &str, code: &str) -> (String, String) {
        (field.to_owned(), code.to_owned())
    }

    #[test]
    fn an_end_before_its_start_is_refused_at_the_field_that_was_changed() {
        let found = codes(&rental(), json!({"forecastEnd": "2025-12-31"}), Role::Editor);
        assert_eq!(found, [error("forecastEnd", "endBeforeStart")]);
        let found = codes(&rental(), json!({"forecastStart": "2026-07-01"}), Role::Editor);
        assert_eq!(found, [error("forecastStart", "endBeforeStart")]);
        assert!(codes(&rental(), json!({"forecastEnd": "2026-01-01"}), Role::Editor).is_empty());
    }

    #[test]
    fn all_errors_of_a_record_come_back_together() {
        let found = codes(
            &rental(),
            json!({"forecastEnd": "2025-01-01", "actualEnd": "2026-02-01", "originalEnd": "2026-01-01"}),
            Role::Editor,
        );
        assert_eq!(
            found,
            [
                error("actualEnd", "forbidden"),
                error("originalEnd", "readOnly"),
                error("forecastEnd", "endBeforeStart")
            ]
        );
    }

    #[test]
    fn a_rental_needs_its_rate_and_a_purchase_its_price() {
        let found = codes(&rental(), json!({"monthlyRate": null}), Role::PortfolioManager);
        assert_eq!(found, [error("monthlyRate", "required")]);
        let found = codes(&rental(), json!({"source": "Purchase"}), Role::PortfolioManager);
        assert_eq!(found, [error("purchasePrice", "required")]);
        let both = json!({"source": "Purchase", "purchasePrice": "1"});
        assert!(codes(&rental(), both, Role::PortfolioManager).is_empty());
    }

    #[test]
    fn an_actualised_record_keeps_its_source_and_start() {
        let mut record = rental();
        record.set(Field::IsActualized, Value::Flag(true));
        let change = json!({"source": "Purchase", "purchasePrice": "9", "actualStart": "2026-01-06"});
        assert_eq!(
            codes(&record, change, Role::PortfolioManager),
            [error("source", "actualized"), error("actualStart", "actualized")]
        );
        assert!(codes(&record, json!({"actualStart": "2026-01-04"}), Role::PortfolioManager).is_empty());
        let delete = check_rules(&record, Operation::Delete, &crate::delta::discontinuation());
        assert_eq!(delete[0].code, "actualized");
    }

    #[test]
    fn a_discontinued_record_stays_so() {
        let mut record = rental();
        record.set(Field::IsDiscontinued, Value::Flag(true));
        let found = codes(&record, json!({"isDiscontinued": false}), Role::Administrator);
        assert_eq!(found, [error("isDiscontinued", "discontinued")]);
    }

    #[test]
    fn a_fault_that_pems_sent_does_not_stop_an_edit_elsewhere() {
        let mut record = rental();
        record.set(Field::MonthlyRate, Value::Empty);
        assert!(codes(&record, json!({"description": "Crane 2"}), Role::Editor).is_empty());
    }

    #[test]
    fn money_cannot_be_changed_by_those_who_do_not_see_it() {
        // Whatever is guessed, right, wrong or empty: the answer is the same.
        for guess in [json!("1"), json!("5500.00"), json!(null)] {
            let found = codes(&rental(), json!({"monthlyRate": guess}), Role::Editor);
            assert_eq!(found, [error("monthlyRate", "forbidden")]);
        }
    }

    proptest! {
        #[test]
        fn an_accepted_forecast_is_in_order(start in 0_i64..2000, end in 0_i64..2000) {
            let day = |n: i64| chrono::DateTime::UNIX_EPOCH + chrono::TimeDelta::days(n + 18_000);
            let change = FieldMap::from_iter([
                (Field::ForecastStart, Value::Date(day(start))),
                (Field::ForecastEnd, Value::Date(day(end))),
            ]);
            let accepted = check_rules(&rental(), Operation::Update, &change).is_empty();
            prop_assert_eq!(accepted, end >= start);
        }
    }
}
