//! A record's versions.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::backend::{BackendError, Comparison, HistoryEntry, RecordRow};

/// A record and its versions, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordHistory {
    pub record: RecordRow,
    pub versions: Vec<HistoryEntry>,
    /// The two versions that were asked for, compared; or why they cannot be.
    pub comparison: Option<Result<Comparison, BackendError>>,
}

/// The history of a record.
#[server(prefix = "/fn", endpoint = "history/get", input = GetUrl)]
pub async fn read_history(
    organization_id: Uuid,
    pfa_id: String,
    from: Option<i64>,
    to: Option<i64>,
) -> Result<RecordHistory, BackendError> {
    let access = super::access(organization_id)?;
    let port = super::backend()?.records;
    let record = port.get(&access, &pfa_id).await?.merged;
    let versions = port.history(&access, &pfa_id).await?;
    let comparison = match from.zip(to) {
        Some((from, to)) => Some(port.compare(&access, &pfa_id, from, to).await),
        None => None,
    };
    Ok(RecordHistory { record, versions, comparison })
}
