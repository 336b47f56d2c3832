//! Ending, retrying and burying claimed items. Callers [`hold`] them first, in the same transaction.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_domain::record::FieldMap;

use super::store;

/// How an attempt ended.
#[derive(Debug, Clone)]
pub struct AttemptEnd {
    pub attempt_id: i64,
    /// One of the outcomes of `write_attempts`.
    pub outcome: &'static str,
    pub http_status: Option<u16>,
    pub response: Option<Value>,
    pub new_version: Option<i64>,
}

/// An item that goes back to waiting.
#[derive(Debug, Clone)]
pub struct Retry {
    pub item_id: Uuid,
    pub wait: Duration,
    pub uses_retry: bool,
    /// There is no retry left: the item comes back to be read back only.
    pub spent: bool,
    pub error_code: &'static str,
    pub error: String,
}

/// An item that is given up.
#[derive(Debug, Clone)]
pub struct Burial {
    pub item_id: Uuid,
    pub error_code: &'static str,
    pub error: String,
}

/// Locks those of `items` that are still held under `token`, and says which they are. Whatever is missing
/// belongs to somebody else by now.
pub async fn hold(
    connection: &mut PgConnection,
    token: Uuid,
    items: &[Uuid],
) -> Result<HashSet<Uuid>, sqlx::Error> {
    store::hold(connection, token, items).await
}

/// Records how attempts ended.
pub async fn finish_attempts(connection: &mut PgConnection, ends: &[AttemptEnd]) -> Result<(), sqlx::Error> {
    if ends.is_empty() { Ok(()) } else { store::finish_attempts(connection, ends).await }
}

/// processing → completed.
pub async fn complete(connection: &mut PgConnection, items: &[Uuid]) -> Result<(), sqlx::Error> {
    store::end(connection, items, "completed").await
}

/// processing → superseded: a conflict took its place.
pub async fn supersede(connection: &mut PgConnection, items: &[Uuid]) -> Result<(), sqlx::Error> {
    store::end(connection, items, "superseded").await
}

/// processing → pending.
pub async fn requeue(connection: &mut PgConnection, retries: &[Retry]) -> Result<(), sqlx::Error> {
    if retries.is_empty() { Ok(()) } else { store::requeue(connection, retries).await }
}

/// processing → failed, each with its dead letter.
pub async fn bury(connection: &mut PgConnection, burials: &[Burial]) -> Result<(), sqlx::Error> {
    if burials.is_empty() {
        return Ok(());
    }
    store::fail(connection, burials).await?;
    let items: Vec<Uuid> = burials.iter().map(|burial| burial.item_id).collect();
    store::insert_letters(connection, &items).await
}

/// What an item sends after a merge: the change that remains, against the version that it was merged onto.
pub async fn rebase(
    connection: &mut PgConnection,
    item_id: Uuid,
    payload: &FieldMap,
    base_values: &FieldMap,
    base_version: i64,
) -> Result<(), sqlx::Error> {
    store::rebase(connection, item_id, payload, base_values, base_version).await
}
