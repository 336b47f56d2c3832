//! From what is typed for a failed change to what is sent. The same in the browser, which says what is wrong before
//! anything is sent, and on the server, where a plain form arrives.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use vanguard_domain::delta::{Operation, difference};
use vanguard_domain::permission::Permission;
use vanguard_domain::record::{Field, FieldMap};
use vanguard_domain::validation::{FieldError, validate};

use crate::backend::BackendError;
use crate::components::field_input;

/// The changes that a form asks for, in the form of the API; every field that has no value is named.
pub fn changes(typed: &BTreeMap<String, String>) -> Result<Map<String, Json>, BackendError> {
    let mut changes = Map::new();
    let mut errors = Vec::new();
    for (name, text) in typed {
        match name.parse::<Field>() {
            Err(_) => errors.push(FieldError::unknown_field(name)),
            Ok(field) => match field_input::read(field, text) {
                Ok(value) => {
                    changes.insert(name.clone(), value.to_json());
                }
                Err(error) => errors.push(FieldError::value(field, &error)),
            },
        }
    }
    if errors.is_empty() {
        return Ok(changes);
    }
    Err(BackendError::Invalid { message: "Some of the values are not valid.".to_owned(), errors })
}

/// What is wrong with the values for `record` as PEMS has it; also if they change nothing.
pub fn faults(record: &FieldMap, typed: &[(Field, String)], permissions: &[Permission]) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut wanted = FieldMap::new();
    for (field, text) in typed {
        match field_input::read(*field, text) {
            Ok(value) => wanted.set(*field, value),
            Err(error) => errors.push(FieldError::value(*field, &error)),
        }
    }
    errors.extend(validate(record, Operation::Update, &wanted, permissions));
    if errors.is_empty() && difference(record, &wanted).is_empty() {
        errors.push(FieldError {
            field: String::new(),
            code: "nothingToChange".to_owned(),
            message:
                "PEMS has all of these values already. Discard the failed change, or give it other values."
                    .to_owned(),
        });
    }
    errors
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vanguard_domain::permission::Role;

    use super::*;

    fn record() -> FieldMap {
        serde_json::from_value(
            json!({"forecastStart": "2026-04-01", "forecastEnd": "2026-05-31", "model": "A"}),
        )
        .unwrap()
    }

    fn codes(typed: &[(Field, &str)]) -> Vec<String> {
        let typed: Vec<(Field, String)> =
            typed.iter().map(|(field, text)| (*field, (*text).to_owned())).collect();
        let permissions = Role::PortfolioManager.permissions();
        faults(&record(), &typed, &permissions).into_iter().map(|error| error.code).collect()
    }

    #[test]
    fn every_field_without_a_value_is_named() {
        let typed = BTreeMap::from([
            ("forecastEnd".to_owned(), "soon".to_owned()),
            ("colour".to_owned(), "red".to_owned()),
        ]);
        let BackendError::Invalid { errors, .. } = changes(&typed).unwrap_err() else {
            panic!("not invalid")
        };
        let named: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(named, ["colour", "forecastEnd"]);
    }

    #[test]
    fn the_rules_are_asked_before_anything_is_sent() {
        assert_eq!(codes(&[(Field::ForecastEnd, "2026-03-01")]), ["endBeforeStart"]);
        assert!(codes(&[(Field::ForecastEnd, "2026-06-01")]).is_empty());
    }

    #[test]
    fn what_pems_has_already_is_nothing_to_send() {
        assert_eq!(codes(&[(Field::Model, "A")]), ["nothingToChange"]);
    }
}
