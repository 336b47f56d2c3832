//! The answer to a batch: one result per write, in their order.

use serde_json::Value as Json;

use super::error::Purpose;
use super::reply::incomplete;
use super::written::written;
use crate::pems::{PemsError, Write, Written};

/// Reads `{"results":[…]}`. Each result stands for the write in the same place; should the answer not fit the
/// writes, nothing says which result belongs to which, and the outcome of all of them is unknown.
pub(super) fn results(
    writes: &[Write],
    mut json: Json,
) -> Result<Vec<Result<Written, PemsError>>, PemsError> {
    let Json::Array(results) = json["results"].take() else {
        return Err(incomplete(Purpose::Write, "it has no results", json));
    };
    if results.len() != writes.len() {
        let why = format!("it has {} results for {} writes", results.len(), writes.len());
        return Err(incomplete(Purpose::Write, &why, Json::Array(results)));
    }
    let misplaced = |(write, result): (&Write, &Json)| {
        result["pfaId"].as_str().is_some_and(|pfa_id| pfa_id != write.pfa_id)
    };
    if writes.iter().zip(&results).any(misplaced) {
        return Err(incomplete(
            Purpose::Write,
            "its results are not in the order of the writes",
            Json::Array(results),
        ));
    }
    Ok(writes.iter().zip(results).map(|(write, result)| written(write, result)).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vanguard_domain::delta::Operation;
    use vanguard_domain::record::FieldMap;

    use super::*;

    fn writes() -> Vec<Write> {
        ["A", "B", "C"]
            .map(|pfa_id| Write {
                pfa_id: pfa_id.into(),
                operation: Operation::Update,
                changes: FieldMap::new(),
                version: 1,
                modified_by: "manager".into(),
                reason: String::new(),
            })
            .to_vec()
    }

    fn good(pfa_id: &str) -> Json {
        json!({"success": true, "pfaId": pfa_id, "newVersion": 2, "updatedAt": "2026-01-01T00:00:00Z"})
    }

    #[test]
    fn each_item_takes_its_own_result() {
        let conflict = json!({"success": false, "error": "VERSION_CONFLICT", "message": "moved on"});
        let answer = json!({"results": [good("A"), conflict, {"success": true}]});
        let results = results(&writes(), answer).unwrap();
        let codes: Vec<_> =
            results.iter().map(|r| r.as_ref().map_or_else(PemsError::code, |_| "written")).collect();
        assert_eq!(codes, ["written", "conflict", "unknown"]);
    }

    #[test]
    fn an_answer_that_does_not_fit_leaves_every_outcome_unknown() {
        for answer in [
            json!({}),
            json!({"results": {}}),
            json!({"results": [good("A"), good("B")]}),
            json!({"results": [good("A"), good("C"), good("B")]}),
        ] {
            assert_eq!(results(&writes(), answer.clone()).unwrap_err().code(), "unknown", "{answer}");
        }
    }
}
