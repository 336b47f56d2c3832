//! From what somebody chose to the request that carries it out. The same in the browser, which shows what is wrong
//! before anything is sent, and on the server, where a plain form arrives.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};
use vanguard_domain::conflict::Resolution;
use vanguard_domain::delta::Operation;
use vanguard_domain::record::{Field, FieldMap, Value};
use vanguard_domain::validation::{FieldError, check_rules};

use crate::backend::{BackendError, ConflictView, ResolveRequest};
use crate::components::field_input;

/// Whose value a field gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    Yours,
    Pems,
    Own,
}

impl Choice {
    /// The value of the radio button.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Yours => "yours",
            Self::Pems => "pems",
            Self::Own => "own",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Yours, Self::Pems, Self::Own].into_iter().find(|choice| choice.name() == name)
    }
}

/// The value that a field gets by `choice`; `typed` counts for an own value alone.
pub fn chosen(
    conflict: &ConflictView,
    field: Field,
    choice: Choice,
    typed: &str,
) -> Result<Value, FieldError> {
    let side = match choice {
        Choice::Yours => &conflict.local_data,
        Choice::Pems => &conflict.pems_data,
        Choice::Own => {
            return field_input::read(field, typed).map_err(|error| FieldError::value(field, &error));
        }
    };
    Ok(side.value(field).clone())
}

/// The record as PEMS shall have it, with `values` for the fields in conflict.
pub fn result(conflict: &ConflictView, values: &FieldMap) -> FieldMap {
    let mut record = conflict.pems_now.clone();
    for change in [&conflict.pems_data, &conflict.undisputed, values] {
        record.overlay(change);
    }
    record
}

/// What is wrong with the result. The server checks it again, as PEMS may have moved on.
pub fn faults(conflict: &ConflictView, values: &FieldMap) -> Vec<FieldError> {
    let mut record = conflict.pems_now.clone();
    record.overlay(&conflict.pems_data);
    let mut change = conflict.undisputed.clone();
    for (field, value) in values.iter() {
        if conflict.pems_data.get(field) != Some(value) {
            change.set(field, value.clone());
        }
    }
    check_rules(&record, Operation::Update, &change)
}

/// The request for what a form holds.
pub fn request(
    conflict: &ConflictView,
    resolution: Resolution,
    choices: &BTreeMap<String, String>,
    own: &BTreeMap<String, String>,
) -> Result<ResolveRequest, BackendError> {
    if resolution != Resolution::Merge {
        return Ok(ResolveRequest { resolution, merged_data: None, seen_version: None });
    }
    let mut picked = Vec::new();
    let mut errors = Vec::new();
    for field in &conflict.conflict_fields {
        let name = field.name();
        match choices.get(name).and_then(|choice| Choice::from_name(choice)) {
            None => errors.push(undecided(*field)),
            Some(choice) => {
                let typed = own.get(name).map_or("", String::as_str);
                match chosen(conflict, *field, choice, typed) {
                    Ok(value) => picked.push((*field, choice, value)),
                    Err(error) => errors.push(error),
                }
            }
        }
    }
    if !errors.is_empty() {
        let message = "The decision is not complete yet.".to_owned();
        return Err(BackendError::Invalid { message, errors });
    }
    Ok(as_request(&picked))
}

/// One side for all fields is said as such: then no value has to be sent back, not even one that the decider may not
/// see.
fn as_request(picked: &[(Field, Choice, Value)]) -> ResolveRequest {
    let all = |wanted| picked.iter().all(|(_, choice, _)| *choice == wanted);
    if all(Choice::Yours) {
        return ResolveRequest { resolution: Resolution::UseLocal, merged_data: None, seen_version: None };
    }
    if all(Choice::Pems) {
        return ResolveRequest { resolution: Resolution::UsePems, merged_data: None, seen_version: None };
    }
    let data: Map<String, Json> =
        picked.iter().map(|(field, _, value)| (field.name().to_owned(), value.to_json())).collect();
    ResolveRequest { resolution: Resolution::Merge, merged_data: Some(data), seen_version: None }
}

fn undecided(field: Field) -> FieldError {
    FieldError {
        field: field.name().to_owned(),
        code: "undecided".to_owned(),
        message: format!("Choose a value for {}.", field.label()),
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::json;
    use uuid::Uuid;
    use vanguard_domain::conflict::ConflictStatus;
    use vanguard_domain::three_way::ConflictCause;

    use super::*;
    use crate::backend::{ConflictAuthor, PfaDetails};

    fn map(json: Json) -> FieldMap {
        serde_json::from_value(json).unwrap()
    }

    fn conflict() -> ConflictView {
        ConflictView {
            id: Uuid::nil(),
            pfa_id: "PFA-1".into(),
            pfa_details: PfaDetails {
                category: String::new(),
                class: String::new(),
                description: String::new(),
            },
            modification_id: Uuid::nil(),
            cause: ConflictCause::BothChanged,
            local_version: 3,
            pems_version: 4,
            conflict_fields: vec![Field::ForecastEnd, Field::Model],
            changed_again: Vec::new(),
            base_data: map(json!({"model": "A", "forecastEnd": "2026-06-30"})),
            local_data: map(json!({"model": "B", "forecastEnd": "2026-07-31"})),
            pems_data: map(json!({"model": "C", "forecastEnd": "2026-05-31"})),
            pems_now: map(json!({"model": "C", "forecastEnd": "2026-05-31", "forecastStart": "2026-04-01"})),
            undisputed: map(json!({"forecastStart": "2026-05-01"})),
            theirs: FieldMap::new(),
            merged_before: FieldMap::new(),
            broken_rules: Vec::new(),
            status: ConflictStatus::Unresolved,
            resolution: None,
            rule: None,
            resolved_by: None,
            resolved_at: None,
            created_at: DateTime::UNIX_EPOCH,
            modified_by: ConflictAuthor { id: Uuid::nil(), username: "editor".into(), email: String::new() },
            modified_at: DateTime::UNIX_EPOCH,
            pems_updated_by: "pems".into(),
            pems_updated_at: DateTime::UNIX_EPOCH,
        }
    }

    fn form(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_merge_takes_each_value_from_where_it_was_chosen() {
        let choices = form(&[("model", "own"), ("forecastEnd", "pems")]);
        let request = request(&conflict(), Resolution::Merge, &choices, &form(&[("model", "D")])).unwrap();
        assert_eq!(request.resolution, Resolution::Merge);
        let data = Json::Object(request.merged_data.unwrap());
        assert_eq!(data, json!({"model": "D", "forecastEnd": "2026-05-31T00:00:00Z"}));
    }

    #[test]
    fn one_side_for_all_is_that_side() {
        let choices = form(&[("model", "pems"), ("forecastEnd", "pems")]);
        let request = request(&conflict(), Resolution::Merge, &choices, &form(&[])).unwrap();
        assert_eq!(
            request,
            ResolveRequest { resolution: Resolution::UsePems, merged_data: None, seen_version: None }
        );
    }

    #[test]
    fn every_field_that_is_undecided_or_wrong_is_named() {
        let choices = form(&[("forecastEnd", "own")]);
        let own = form(&[("forecastEnd", "soon")]);
        let error = request(&conflict(), Resolution::Merge, &choices, &own).unwrap_err();
        let BackendError::Invalid { errors, .. } = error else { panic!("{error:?}") };
        let named: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code.as_str())).collect();
        assert_eq!(named, [("forecastEnd", "notADate"), ("model", "undecided")]);
    }

    #[test]
    fn the_result_is_pems_with_what_was_chosen_and_what_nobody_disputes() {
        let values = map(json!({"model": "D", "forecastEnd": "2026-07-31"}));
        let expected = json!({"model": "D", "forecastEnd": "2026-07-31", "forecastStart": "2026-05-01"});
        assert_eq!(result(&conflict(), &values), map(expected));
    }

    #[test]
    fn the_result_is_checked_together_with_what_nobody_disputes() {
        let values = map(json!({"model": "C", "forecastEnd": "2026-04-30"}));
        let found = faults(&conflict(), &values);
        assert_eq!(found[0].code, "endBeforeStart");
    }

    #[test]
    fn a_result_is_checked_together_with_what_nobody_disputes() {
        let mut conflict = conflict();
        conflict.undisputed = FieldMap::new();
        let values = map(json!({"model": "C", "forecastEnd": "2026-03-31"}));
        let codes: Vec<_> = faults(&conflict, &values).into_iter().map(|fault| fault.code).collect();
        assert_eq!(codes, ["endBeforeStart"], "the start is not in conflict, and counts all the same");
    }
}
