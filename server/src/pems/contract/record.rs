//! Reading a record as PEMS writes it.

use serde_json::{Map, Value as Json};
use vanguard_domain::record::{Field, FieldMap, MAX_PFA_ID, PfaRecord};

use super::written::instant;

/// Reads a record of the `expected` organisation, or says everything that is wrong with it. A field that is absent is unknown,
/// one that is null is empty; what the field table doesn't know is ignored.
pub(super) fn record(expected: &str, raw: &Json) -> Result<PfaRecord, String> {
    let Json::Object(raw) = raw else {
        return Err("it is not a JSON object that can be read".to_owned());
    };
    let mut wrong = Vec::new();
    let pfa_id = note(&mut wrong, "pfaId", key(raw));
    let organization = note(&mut wrong, "organization", its_organisation(raw, expected));
    let version = note(&mut wrong, "version", version(raw));
    let updated_at = raw.get("updatedAt").and_then(Json::as_str).and_then(instant);
    let updated_at = note(&mut wrong, "updatedAt", updated_at.ok_or("must be an RFC 3339 time".to_owned()));
    let updated_by = note(&mut wrong, "updatedBy", author(raw));
    let mut fields = FieldMap::new();
    for field in Field::ALL {
        let Some(json) = raw.get(field.name()) else { continue };
        let parsed = field.parse(json).map_err(|error| error.to_string());
        if let Some(value) = note(&mut wrong, field.name(), parsed) {
            fields.set(field, value);
        }
    }
    match (pfa_id, organization, version, updated_at, updated_by) {
        (Some(pfa_id), Some(organization), Some(version), Some(updated_at), Some(updated_by))
            if wrong.is_empty() =>
        {
            Ok(PfaRecord { pfa_id, organization, version, updated_at, updated_by, fields })
        }
        _ => Err(wrong.join("; ")),
    }
}

/// The key of a raw record, if that much can be read: to name it in quarantine.
pub(super) fn key(raw: &Map<String, Json>) -> Result<String, String> {
    let text = raw.get("pfaId").and_then(Json::as_str).ok_or("must be text")?;
    match text.chars().count() {
        0 => Err("must not be empty".to_owned()),
        length if length > MAX_PFA_ID => {
            Err(format!("has {length} characters; at most {MAX_PFA_ID} are allowed"))
        }
        _ if text.chars().any(char::is_control) => Err("must not contain control characters".to_owned()),
        _ => Ok(text.to_owned()),
    }
}

fn its_organisation(raw: &Map<String, Json>, expected: &str) -> Result<String, String> {
    let text = raw.get("organization").and_then(Json::as_str).ok_or("must be text")?;
    if text == expected {
        Ok(text.to_owned())
    } else {
        Err(format!("must be {expected}: it is another organisation's"))
    }
}

fn version(raw: &Map<String, Json>) -> Result<i64, String> {
    raw.get("version")
        .and_then(Json::as_i64)
        .filter(|version| *version >= 1)
        .ok_or("must be a whole number from 1".to_owned())
}

fn author(raw: &Map<String, Json>) -> Result<String, String> {
    const MOST: usize = 200;
    let text = raw.get("updatedBy").and_then(Json::as_str).ok_or("must be text")?;
    if text.chars().count() > MOST {
        return Err(format!("has more than {MOST} characters"));
    }
    if text.contains('\0') {
        Err("must not contain control characters".to_owned())
    } else {
        Ok(text.to_owned())
    }
}

fn note<T>(wrong: &mut Vec<String>, name: &str, read: Result<T, String>) -> Option<T> {
    read.map_err(|why| wrong.push(format!("{name} {why}"))).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;
    use vanguard_domain::record::Value;

    use super::*;

    fn good() -> Json {
        json!({
            "pfaId": "RIO-1", "organization": "RIO", "version": 3, "updatedAt": "2026-01-01T00:00:00.123456789Z",
            "updatedBy": "pems.jansen", "description": "Crane", "monthlyRate": 5500.1, "contract": null,
            "somethingNew": {"ignored": true},
        })
    }

    fn with(name: &str, value: Json) -> Result<PfaRecord, String> {
        let mut raw = good();
        raw[name] = value;
        record("RIO", &raw)
    }

    #[test]
    fn absent_is_unknown_and_null_is_empty() {
        let record = record("RIO", &good()).unwrap();
        assert_eq!(record.fields.get(Field::Contract), Some(&Value::Empty));
        assert_eq!(record.fields.get(Field::Equipment), None);
        assert_eq!(record.fields.len(), 3);
        assert_eq!(record.updated_at.timestamp_subsec_nanos(), 123_456_000, "to the microsecond");
    }

    #[test]
    fn every_bad_field_is_named() {
        let mut raw = good();
        raw["version"] = json!(0);
        raw["description"] = json!(5);
        raw["monthlyRate"] = json!("a lot");
        let why = record("RIO", &raw).unwrap_err();
        for name in ["version ", "description ", "monthlyRate "] {
            assert!(why.contains(name), "{why}");
        }
    }

    #[test]
    fn the_identity_of_a_record_is_checked() {
        for (name, value) in [
            ("pfaId", json!("")),
            ("pfaId", json!("x".repeat(31))),
            ("pfaId", json!("a\u{0}b")),
            ("pfaId", json!(7)),
            ("organization", json!("HOL")),
            ("version", json!(1.5)),
            ("version", json!("3")),
            ("updatedAt", json!("2026-01-01")),
            ("updatedBy", Json::Null),
        ] {
            let why = with(name, value.clone()).unwrap_err();
            assert!(why.starts_with(name), "{name} = {value}: {why}");
        }
    }

    proptest! {
        #[test]
        fn no_value_of_any_field_panics(text in ".*", number in any::<f64>(), field in 0_usize..22) {
            let name = Field::ALL[field].name();
            for value in [json!(text), json!(number), json!([text]), json!({"a": number})] {
                if let Err(why) = with(name, value) {
                    prop_assert!(why.contains(name));
                }
            }
        }
    }
}
