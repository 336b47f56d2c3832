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
}

/// The history of a record.
#[server(prefix = "/fn", endpoint = "history/get", input = GetUrl)]
pub async fn read_history(organization_id: Uuid, pfa_id: String) -> Result<RecordHistory, BackendError> {
    let access = super::access(organization_id)?;
    let port = super::backend()?.records;
    let record = port.get(&access, &pfa_id).await?.merged;
    Ok(RecordHistory { record, versions: port.history(&access, &pfa_id).await? })
}

/// What differs between two versions.
#[server(prefix = "/fn", endpoint = "history/compare", input = GetUrl)]
pub async fn compare_versions(
    organization_id: Uuid,
    pfa_id: String,
    from: i64,
    to: i64,
) -> Result<Comparison, BackendError> {
    super::backend()?.records.compare(&super::access(organization_id)?, &pfa_id, from, to).await
}
