//! What a change is: some fields with new values.

use serde_json::{Map, Value as Json};

use crate::record::{Field, FieldMap, Value};
use crate::validation::FieldError;

/// The operation that a change asks of PEMS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Operation {
    Update,
    /// A soft delete: PEMS marks the record as discontinued.
    Delete,
}

impl Operation {
    /// The name in the database and in both APIs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        }
    }
}

impl std::str::FromStr for Operation {
    type Err = crate::modification::UnknownState;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "UPDATE" => Ok(Self::Update),
            "DELETE" => Ok(Self::Delete),
            other => Err(crate::modification::UnknownState(other.to_owned())),
        }
    }
}

/// What a delete changes: the record becomes discontinued. Seen so, a delete is compared and merged like any
/// other change.
pub fn discontinuation() -> FieldMap {
    FieldMap::from_iter([(Field::IsDiscontinued, Value::Flag(true))])
}

/// The fields in which `new` differs from `old`, with the values of `new`. A field that `new` does not know is
/// not a difference.
pub fn difference(old: &FieldMap, new: &FieldMap) -> FieldMap {
    new.iter()
        .filter(|(field, value)| old.get(*field) != Some(value))
        .map(|(field, value)| (field, value.clone()))
        .collect()
}

/// `record` with `change` applied.
#[must_use]
pub fn applied(record: &FieldMap, change: &FieldMap) -> FieldMap {
    let mut result = record.clone();
    result.overlay(change);
    result
}

/// Reads the `changes` of a request: field names with JSON values. Every error is reported, not only the first.
pub fn parse_changes(changes: &Map<String, Json>) -> Result<FieldMap, Vec<FieldError>> {
    let mut parsed = FieldMap::new();
    let mut errors = Vec::new();
    for (name, json) in changes {
        match name.parse::<Field>() {
            Err(_) => errors.push(FieldError::unknown_field(name)),
            Ok(field) => match field.parse(json) {
                Ok(value) => parsed.set(field, value),
                Err(error) => errors.push(FieldError::value(field, &error)),
            },
        }
    }
    if errors.is_empty() { Ok(parsed) } else { Err(errors) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_difference_applied_gives_the_new_record() {
        let old: FieldMap = serde_json::from_value(json!({"model": "A", "contract": "C1"})).unwrap();
        let new: FieldMap = serde_json::from_value(json!({"model": "B", "contract": null})).unwrap();
        assert_eq!(applied(&old, &difference(&old, &new)), new);
    }

    #[test]
    fn every_bad_field_of_a_request_is_named() {
        let changes = json!({"model": 5, "colour": "red", "contract": "C-1"});
        let errors = parse_changes(changes.as_object().unwrap()).unwrap_err();
        let named: Vec<_> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(named, ["colour", "model"]);
    }
}
