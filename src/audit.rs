//! The hash chain of the audit log.
//!
//! Each row's hash covers its own content and the hash of the row before it in the same organisation, so that no
//! row can be changed, removed or put in between without breaking every hash after it.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

/// The hash that the first row of a chain follows.
pub const GENESIS: [u8; 32] = [0; 32];

/// What a row says. Its JSON, with sorted names, is what is hashed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditContent {
    /// Position in the organisation's chain, from 1, without gaps.
    pub sequence: i64,
    /// RFC 3339 in UTC, to the microsecond: what the database can hold.
    pub at: String,
    pub organisation: String,
    /// User name, or `system`.
    pub actor: String,
    pub event_type: String,
    pub pfa_id: Option<String>,
    pub modification_id: Option<String>,
    pub before: Option<Json>,
    pub after: Option<Json>,
    pub pems_response: Option<Json>,
    pub outcome: String,
}

/// The hash of a row that follows a row with the hash `previous`.
pub fn chain_hash(previous: &[u8; 32], content: &AuditContent) -> [u8; 32] {
    let json = serde_json::to_value(content).expect("strings and JSON always serialise");
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(canonical(&json).as_bytes());
    hasher.finalize().into()
}

/// JSON with names in order and no white space, whichever map type `serde_json` was built with.
fn canonical(json: &Json) -> String {
    match json {
        Json::Object(map) => {
            let mut names: Vec<_> = map.keys().collect();
            names.sort_unstable();
            let members: Vec<_> = names
                .into_iter()
                .map(|name| format!("{}:{}", Json::String(name.clone()), canonical(&map[name])))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Json::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn content() -> AuditContent {
        AuditContent {
            sequence: 1,
            at: "2026-01-01T00:00:00.000000Z".into(),
            organisation: "RIO".into(),
            actor: "manager".into(),
            event_type: "write.confirmed".into(),
            pfa_id: Some("RIO-1".into()),
            modification_id: None,
            before: Some(json!({"b": 1, "a": {"y": null, "x": [1, "2"]}})),
            after: None,
            pems_response: None,
            outcome: "success".into(),
        }
    }

    #[test]
    fn the_order_of_names_does_not_matter() {
        assert_eq!(canonical(content().before.as_ref().unwrap()), r#"{"a":{"x":[1,"2"],"y":null},"b":1}"#);
    }

    #[test]
    fn any_change_of_content_or_predecessor_changes_the_hash() {
        let hash = chain_hash(&GENESIS, &content());
        assert_ne!(chain_hash(&hash, &content()), hash);
        let mut other = content();
        other.after = Some(json!({}));
        assert_ne!(chain_hash(&GENESIS, &other), hash);
        let mut other = content();
        other.actor = "admin".into();
        assert_ne!(chain_hash(&GENESIS, &other), hash);
    }
}
