//! Putting writes into the queue, in the transaction that made the change.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_domain::delta::Operation;
use vanguard_domain::queue::Priority;
use vanguard_domain::record::FieldMap;

use super::store;

/// A write to be made.
#[derive(Debug, Clone)]
pub struct NewItem {
    pub modification_id: Uuid,
    pub pfa_id: String,
    pub operation: Operation,
    pub payload: FieldMap,
    /// What the changed fields held when their author saw them.
    pub base_values: FieldMap,
    pub base_version: i64,
    /// The author's user name.
    pub modified_by: String,
    pub reason: Option<String>,
}

/// Queues `items` in their order, to be sent at once.
///
/// Whoever else queues a change of one of the records waits until this transaction has ended: an item's sequence
/// is its place in the order of commits.
pub async fn enqueue(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    job_id: Uuid,
    priority: Priority,
    max_retries: u16,
    items: &[NewItem],
) -> Result<(), sqlx::Error> {
    let columns = store::NewColumns {
        modification_ids: items.iter().map(|item| item.modification_id).collect(),
        pfa_ids: items.iter().map(|item| item.pfa_id.clone()).collect(),
        operations: items.iter().map(|item| item.operation.as_str().to_owned()).collect(),
        payloads: items.iter().map(|item| item.payload.to_json()).collect::<Vec<Value>>(),
        bases: items.iter().map(|item| item.base_values.to_json()).collect(),
        versions: items.iter().map(|item| item.base_version).collect(),
        authors: items.iter().map(|item| item.modified_by.clone()).collect(),
        reasons: items.iter().map(|item| item.reason.clone()).collect(),
    };
    let max_retries = i16::try_from(max_retries).unwrap_or(i16::MAX);
    store::lock_records(connection, organisation_id, &columns.pfa_ids).await?;
    store::insert(connection, organisation_id, job_id, priority.get(), max_retries, &columns).await
}

/// How many items are open, at which time.
#[derive(Debug, Clone, Copy)]
pub struct OpenCount {
    pub count: i64,
    /// Database time.
    pub now: DateTime<Utc>,
}

/// Counts the organisation's open items.
pub async fn count_open(
    connection: &mut PgConnection,
    organisation_id: Uuid,
) -> Result<OpenCount, sqlx::Error> {
    store::count_open(connection, organisation_id).await
}
