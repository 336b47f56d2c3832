//! Silver: typed and checked records; what cannot be used goes into quarantine with its reason, and stops nobody.

use serde_json::Value as Json;
use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_domain::record::PfaRecord;

use super::mirror::newest;
use super::store;
use crate::pems::{PemsConnector, storable_json, storable_text};

/// The longest raw record that quarantine keeps whole, in bytes; of a longer one it keeps the start, as text.
const MOST_RAW_BYTES: usize = 64 * 1024;
/// Far more than a key may have: enough to recognise what it was meant to be.
const MOST_KEY_CHARS: usize = 100;
const MOST_REASON_CHARS: usize = 2000;

/// A record that cannot be used.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rejected {
    /// Its place on the page, from 0.
    pub(super) position: i32,
    pub(super) pfa_id: Option<String>,
    pub(super) reason: String,
    pub(super) raw: Json,
}

/// A page, sorted.
#[derive(Debug, Default)]
pub(super) struct Sorted {
    pub(super) records: Vec<PfaRecord>,
    pub(super) rejected: Vec<Rejected>,
}

/// Reads every record of a page.
pub(super) fn sort(connector: &dyn PemsConnector, page: Vec<Json>) -> Sorted {
    let mut sorted = Sorted::default();
    for (position, raw) in (0..).zip(page) {
        match connector.parse_record(&raw) {
            Ok(record) => sorted.records.push(record),
            Err(reason) => sorted.rejected.push(reject(position, raw, &reason)),
        }
    }
    sorted
}

fn reject(position: i32, raw: Json, reason: &str) -> Rejected {
    let start = |text: &str, most: usize| storable_text(text).chars().take(most).collect::<String>();
    let pfa_id = raw.get("pfaId").and_then(Json::as_str).map(|text| start(text, MOST_KEY_CHARS));
    let text = raw.to_string();
    let raw = if text.len() > MOST_RAW_BYTES {
        Json::String(start(&text, MOST_RAW_BYTES / 4))
    } else {
        storable_json(raw)
    };
    Rejected { position, pfa_id, reason: start(reason, MOST_REASON_CHARS), raw }
}

/// Stores what a page brought.
pub(super) async fn keep(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    job_id: Uuid,
    page: i32,
    page_id: i64,
    sorted: &Sorted,
) -> Result<(), sqlx::Error> {
    store::upsert_silver(&mut *connection, organisation_id, page_id, &newest(&sorted.records)).await?;
    store::insert_quarantine(connection, organisation_id, job_id, page, &sorted.rejected).await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_rejected_can_be_stored_whatever_it_holds() {
        let huge = json!({"pfaId": "x\u{0}y".repeat(100), "description": "\u{0}ü".repeat(200_000)});
        let rejected = reject(3, huge, "description has too many characters");
        assert_eq!(rejected.pfa_id.unwrap().chars().count(), MOST_KEY_CHARS);
        let raw = rejected.raw.as_str().unwrap();
        assert!(raw.len() <= MOST_RAW_BYTES && !raw.contains('\0'));
        assert_eq!(reject(0, json!("\u{0}half"), "no object").raw, json!("half"));
    }
}
