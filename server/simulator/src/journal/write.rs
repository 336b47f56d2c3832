//! An applied write, as it stands in a record's history and in the journal.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum WriteOperation {
    Update,
    Delete,
}

/// Where a write came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// The contract, by the request of this id.
    Request(u64),
    /// A simulated PEMS user.
    Background,
    /// A person or a test, through the control port or the library.
    Control,
    /// The generator: how the record came to its first state. Not in the journal.
    Generated,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    pub before: Value,
    pub after: Value,
}

/// One write that was applied: exactly one version of one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Write {
    /// Counts applied writes over all records, from 1; 0 for generated history.
    pub sequence: u64,
    pub organization: String,
    pub pfa_id: String,
    pub operation: WriteOperation,
    pub from_version: u64,
    pub new_version: u64,
    /// The fields whose value really changed.
    pub changes: BTreeMap<String, FieldChange>,
    pub modified_by: String,
    pub change_reason: Option<String>,
    pub at: DateTime<Utc>,
    pub origin: Origin,
}
