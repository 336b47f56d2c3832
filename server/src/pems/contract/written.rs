//! The answer to a write.

use chrono::{DateTime, SubsecRound, Utc};
use serde_json::Value as Json;

use super::error::{Purpose, by_code};
use super::reply::incomplete;
use crate::pems::storable;
use crate::pems::{PemsError, Write, Written};

/// Reads `{"success":true,"pfaId","newVersion","updatedAt","message"}`, the answer to `write`.
///
/// A success is believed only if it is about this record and gives it the next version. PEMS counts every change
/// by one and compares before it sets, so another number means that it did something which the contract does not
/// know: the record itself has to tell.
pub(super) fn written(write: &Write, json: Json) -> Result<Written, PemsError> {
    match json["success"].as_bool() {
        Some(true) => {}
        Some(false) => return Err(by_code(Purpose::Write, None, json)),
        None => return Err(unknown("it does not say whether it succeeded", json)),
    }
    if json["pfaId"].as_str().is_some_and(|pfa_id| pfa_id != write.pfa_id) {
        return Err(unknown("it is about another record", json));
    }
    if json["newVersion"].as_i64() != Some(write.version + 1) {
        let why = format!("newVersion is {}, not {}", json["newVersion"], write.version + 1);
        return Err(unknown(&why, json));
    }
    match json["updatedAt"].as_str().and_then(instant) {
        Some(updated_at) => {
            let response = storable::answer_body(json);
            Ok(Written { new_version: write.version + 1, updated_at, response })
        }
        None => Err(unknown("updatedAt is missing", json)),
    }
}

/// An RFC 3339 instant, to the microsecond: what the database holds, so that a copy equals its original.
pub(super) fn instant(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc().trunc_subsecs(6))
}

fn unknown(why: &str, json: Json) -> PemsError {
    incomplete(Purpose::Write, why, json)
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vanguard_domain::delta::Operation;
    use vanguard_domain::record::FieldMap;

    use super::*;

    fn outcome(json: Json) -> Result<i64, &'static str> {
        let write = Write {
            pfa_id: "RIO-1".into(),
            operation: Operation::Update,
            changes: FieldMap::new(),
            version: 3,
            modified_by: "manager".into(),
            reason: String::new(),
        };
        written(&write, json).map(|written| written.new_version).map_err(|error| error.code())
    }

    fn good() -> Json {
        json!({"success": true, "pfaId": "RIO-1", "newVersion": 4, "updatedAt": "2026-01-01T00:00:00Z", "message": ""})
    }

    #[test]
    fn a_complete_answer_confirms_the_next_version() {
        assert_eq!(outcome(good()), Ok(4));
    }

    #[test]
    fn whatever_is_missing_or_odd_leaves_the_outcome_unknown() {
        for (name, value) in [
            ("success", Json::Null),
            ("success", json!("true")),
            ("pfaId", json!("RIO-2")),
            ("newVersion", Json::Null),
            ("newVersion", json!(3)),
            ("newVersion", json!(5)),
            ("newVersion", json!("4")),
            ("updatedAt", Json::Null),
            ("updatedAt", json!("yesterday")),
        ] {
            let mut json = good();
            json[name] = value.clone();
            assert_eq!(outcome(json), Err("unknown"), "{name}: {value}");
        }
    }

    #[test]
    fn a_refusal_is_the_error_that_it_says() {
        assert_eq!(outcome(json!({"success": false, "error": "VERSION_CONFLICT"})), Err("conflict"));
    }
}
