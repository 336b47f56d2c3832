//! The write queue and its dead letters, as people see them.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Access, BackendError, Window};

/// Which queue items.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueueQuery {
    pub status: Option<String>,
    pub pfa_id: Option<String>,
    /// Part of a key, a user name or, for those who may see amounts, an error.
    pub search: Option<String>,
    /// From the answer before.
    pub cursor: Option<String>,
    /// At most 1000; default 100.
    pub limit: Option<u32>,
}

/// One request to PEMS for an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AttemptView {
    pub attempt: i32,
    pub sent_version: i64,
    pub started_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    /// Null while under way.
    pub outcome: Option<String>,
    pub http_status: Option<i32>,
    /// PEMS's answer; null for those who may not see amounts.
    pub response: Option<serde_json::Value>,
    pub new_version: Option<i64>,
}

/// One write on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct QueueItemView {
    pub id: Uuid,
    pub modification_id: Uuid,
    pub pfa_id: String,
    pub operation: String,
    /// The changes that are sent.
    pub payload: serde_json::Value,
    /// The same fields before.
    pub before: serde_json::Value,
    pub status: String,
    pub priority: i16,
    pub retry_count: i16,
    pub max_retries: i16,
    pub last_attempt_at: Option<DateTime<Utc>>,
    pub last_error: Option<String>,
    pub scheduled_at: DateTime<Utc>,
    pub completed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub modified_by: String,
}

/// A page of the queue, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct QueuePage {
    pub items: Vec<QueueItemView>,
    pub total: i64,
    pub next_cursor: Option<String>,
}

/// An item that failed for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DeadLetterView {
    pub id: Uuid,
    pub queue_item_id: Uuid,
    pub modification_id: Uuid,
    pub pfa_id: String,
    pub error_code: String,
    pub error: String,
    /// Every attempt with PEMS's answer.
    pub attempts: serde_json::Value,
    /// `open`, `reprocessed` or `discarded`.
    pub status: String,
    pub created_at: DateTime<Utc>,
    pub modified_by: String,
}

/// Dead letters, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetterPage {
    pub dead_letters: Vec<DeadLetterView>,
    /// How many there are in all.
    pub total: i64,
}

/// Which open dead letters: by id, or all of one cause, or all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DeadLetterSelection {
    pub ids: Option<Vec<Uuid>>,
    pub error_code: Option<String>,
}

/// What to do with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DeadLetterDecision {
    Reprocess,
    Discard,
}

/// How it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DeadLetterResult {
    pub success: bool,
    /// How many match: for a dry run, all that is told.
    pub matched: i64,
    pub done: i64,
    /// Those that may not be sent as they are, with the reason.
    pub refused: Vec<String>,
}

/// The queue and its dead letters.
#[async_trait]
pub trait QueuePort: Send + Sync {
    /// Needs `Read`.
    async fn list(&self, access: &Access, query: &QueueQuery) -> Result<QueuePage, BackendError>;
    /// Needs `Read`.
    async fn attempts(&self, access: &Access, item_id: Uuid) -> Result<Vec<AttemptView>, BackendError>;
    /// Takes a waiting item back; its change is discarded. Needs `Sync`.
    async fn cancel(&self, access: &Access, item_id: Uuid) -> Result<(), BackendError>;
    /// Tries a waiting item at once, or reprocesses a failed one. Needs `Sync`.
    async fn retry(&self, access: &Access, item_id: Uuid) -> Result<(), BackendError>;
    /// Newest first. Needs `Read`.
    async fn dead_letters(
        &self,
        access: &Access,
        status: Option<&str>,
        window: Window,
    ) -> Result<DeadLetterPage, BackendError>;
    /// With `dry_run` only counts. Needs `Sync`.
    async fn decide_dead_letters(
        &self,
        access: &Access,
        decision: DeadLetterDecision,
        selection: &DeadLetterSelection,
        dry_run: bool,
    ) -> Result<DeadLetterResult, BackendError>;
}
