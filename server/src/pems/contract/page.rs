//! A page of a list: split up first, so that one record that cannot be read does not take the others with it.

use serde::Deserialize;
use serde_json::Value as Json;
use serde_json::value::RawValue;

use super::error::Purpose;
use super::reply::{object, unreadable};
use super::written::instant;
use crate::pems::{ListPage, PemsError};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    #[serde(borrow)]
    records: Vec<&'a RawValue>,
    next_cursor: Option<String>,
    as_of: String,
}

/// Reads `{"records":[…],"nextCursor","asOf"}`.
pub(super) fn page(raw: Vec<u8>) -> Result<ListPage, PemsError> {
    let text = String::from_utf8_lossy(&raw);
    let page: Page<'_> = match serde_json::from_str(&text) {
        Ok(page) => page,
        Err(error) => {
            // It may be one of PEMS's own errors, with status 200.
            object(Purpose::Read, &raw)?;
            return Err(unreadable(Purpose::Read, &format!("it is no page of records: {error}")));
        }
    };
    let not_utf8 = matches!(text, std::borrow::Cow::Owned(_));
    let as_of = instant(&page.as_of).ok_or_else(|| unreadable(Purpose::Read, "asOf is no time"))?;
    let next_cursor = page.next_cursor.filter(|cursor| !cursor.is_empty());
    if next_cursor.as_ref().is_some_and(|cursor| cursor.contains('\0')) {
        return Err(unreadable(Purpose::Read, "nextCursor holds a NUL character"));
    }
    let records = page.records.into_iter().map(|record| one(record.get(), not_utf8)).collect();
    Ok(ListPage { raw, records, next_cursor, as_of })
}

/// The record as JSON, or its text if it cannot be read as JSON: a number beyond all bounds, half a surrogate pair,
/// bytes that are no UTF-8. [`super::record`] then says that it is no record, and the text goes into quarantine.
fn one(record: &str, page_not_utf8: bool) -> Json {
    let garbled = page_not_utf8 && record.contains(char::REPLACEMENT_CHARACTER);
    match serde_json::from_str(record) {
        Ok(json) if !garbled => json,
        _ => Json::String(record.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(records: &str) -> Vec<u8> {
        format!(r#"{{"records":[{records}],"nextCursor":null,"asOf":"2026-01-01T00:00:00Z","more":1}}"#)
            .into_bytes()
    }

    #[test]
    fn a_record_that_cannot_be_read_leaves_the_others_readable() {
        let page =
            page(body(r#"{"pfaId":"A"}, {"monthlyRate":1e400}, {"model":"\ud800"}, 5, {"pfaId":"B"}"#))
                .unwrap();
        assert_eq!(page.records.len(), 5);
        assert_eq!((&page.records[0]["pfaId"], &page.records[4]["pfaId"]), (&"A".into(), &"B".into()));
        assert!(page.records[1].is_string() && page.records[2].is_string());
    }

    #[test]
    fn bytes_that_are_no_utf8_cost_their_own_record_only() {
        let mut raw = body(r#"{"pfaId":"A"},{"model":"K?hne"}"#);
        let at = raw.iter().position(|byte| *byte == b'?').unwrap();
        raw[at] = 0xFC;
        let page = page(raw.clone()).unwrap();
        assert_eq!(page.records[0]["pfaId"], "A");
        assert!(page.records[1].is_string());
        assert_eq!(page.raw, raw, "bronze keeps the bytes as they came");
    }

    #[test]
    fn what_is_no_page_is_unread() {
        for raw in [
            "",
            "<html>",
            "{}",
            r#"{"records":[],"asOf":"soon"}"#,
            r#"{"records":{},"asOf":"2026-01-01T00:00:00Z"}"#,
        ] {
            assert_eq!(page(raw.into()).unwrap_err().code(), "transient", "{raw}");
        }
        let refused = page(r#"{"success":false,"error":"UNAUTHORIZED"}"#.into()).unwrap_err();
        assert_eq!(refused.code(), "unauthorized");
    }
}
