//! The write queue and its dead letters, as people see them.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vanguard_domain::queue::QueueStatus;
use vanguard_domain::record::FieldMap;

use super::{Access, BackendError, Window};

/// Which queue items.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueueQuery {
    pub status: Option<String>,
    /// Only those whose last error has this code.
    pub error_code: Option<String>,
    pub pfa_id: Option<String>,
    /// Part of a key, a user name, a change's id or, for those who may see amounts, an error.
    pub search: Option<String>,
    /// From the answer before.
    pub cursor: Option<String>,
    /// So many are left out, from the cursor or the newest on.
    pub offset: Option<u32>,
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
    /// The commit, resolution or reprocessing that queued it.
    pub job_id: Uuid,
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
    /// What went wrong last, as a code to group by.
    pub last_error_code: Option<String>,
    pub scheduled_at: DateTime<Utc>,
    pub completed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub modified_by: String,
    /// An answer of PEMS was lost and has not been read back yet: the change may be in PEMS.
    pub answer_is_lost: bool,
    /// The dead letter that waits for a decision, if it failed.
    pub open_letter_id: Option<Uuid>,
}

impl QueueItemView {
    /// Why it cannot be taken back; `None` if it can.
    pub fn why_not_cancelled(&self) -> Option<String> {
        self.status.parse::<QueueStatus>().ok()?.why_not_cancelled(self.answer_is_lost)
    }

    /// Why it cannot be tried at once; `None` if it can.
    pub fn why_not_retried(&self) -> Option<String> {
        self.status.parse::<QueueStatus>().ok()?.why_not_retried(self.open_letter_id.is_some())
    }
}

/// An item with what stands around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct QueueItemDetail {
    pub item: QueueItemView,
    /// Every request that was made for it, in order.
    pub attempts: Vec<AttemptView>,
    /// Its dead letter, decided or not.
    pub dead_letter_id: Option<Uuid>,
    /// The conflict that took its place.
    pub conflict_id: Option<Uuid>,
    /// The other items of the same change, oldest first: earlier tries, and what came after a decision.
    pub siblings: Vec<QueueSibling>,
}

/// Another write of the same change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct QueueSibling {
    pub id: Uuid,
    pub status: String,
    pub created_at: DateTime<Utc>,
    /// What queued it: `commit`, `resolution`, `reprocess`, `rollback` or `correction`.
    pub trigger: String,
}

/// How many failed for a cause.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CauseCount {
    pub error_code: String,
    pub count: i64,
}

/// What to do with queue items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum QueueAction {
    /// Takes waiting items back; their changes are discarded.
    Cancel,
    /// Tries waiting items at once, and reprocesses failed ones.
    Retry,
}

/// Which queue items: by id, or all that match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueSelection {
    pub ids: Option<Vec<Uuid>>,
    /// Without ids: its status, error code, record and search.
    pub filter: QueueQuery,
}

/// What could not be done, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Refusal {
    /// The queue item, or the dead letter.
    pub id: Uuid,
    pub pfa_id: String,
    pub reason: String,
}

/// What became of many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct QueueActionResult {
    pub success: bool,
    /// How many match; one call looks at the oldest 5,000 of them.
    pub matched: i64,
    /// 0 in a dry run.
    pub done: i64,
    /// Those that it was done to, or in a dry run would be.
    pub ids: Vec<Uuid>,
    /// Those whose state does not allow it, with the reason.
    pub refused: Vec<Refusal>,
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
    pub operation: String,
    /// The changes that did not reach PEMS.
    pub payload: serde_json::Value,
    /// The same fields before.
    pub before: serde_json::Value,
    pub decided_at: Option<DateTime<Utc>>,
    /// Who reprocessed or discarded it.
    pub decided_by: Option<String>,
    /// An answer of PEMS was lost and has not been read back yet: the change may be in PEMS.
    pub answer_is_lost: bool,
}

/// Which dead letters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeadLetterQuery {
    /// `open`, `reprocessed` or `discarded`.
    pub status: Option<String>,
    pub error_code: Option<String>,
    /// Part of a key, a user name or, for those who may see amounts, an error.
    pub search: Option<String>,
}

/// A dead letter with the record as PEMS has it now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DeadLetterDetail {
    pub letter: DeadLetterView,
    /// The version in PEMS, as far as we know.
    pub record_version: i64,
    /// What the record's fields hold in PEMS, as far as we know.
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub record: FieldMap,
    /// The item that took the change up again.
    pub next_item_id: Option<Uuid>,
}

/// Other values for a change that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Correction {
    /// The whole change: what it does not name is left as PEMS has it.
    pub changes: serde_json::Map<String, serde_json::Value>,
    /// The PEMS version that its author saw; if PEMS has moved on, nothing is sent.
    pub seen_version: Option<i64>,
    /// Sent to PEMS; without it, the reason that the change had.
    pub reason: Option<String>,
}

/// A corrected change is in the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Corrected {
    pub success: bool,
    pub queue_item_id: Uuid,
    pub job_id: Uuid,
}

/// Dead letters, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetterPage {
    pub dead_letters: Vec<DeadLetterView>,
    /// How many there are in all.
    pub total: i64,
}

/// Which open dead letters: by id, or all of one cause, or that a search finds, or all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DeadLetterSelection {
    pub ids: Option<Vec<Uuid>>,
    pub error_code: Option<String>,
    /// Part of a key, a user name or, for those who may see amounts, an error.
    pub search: Option<String>,
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
    pub matched: i64,
    /// 0 in a dry run.
    pub done: i64,
    /// Those that are decided, or in a dry run would be.
    pub ids: Vec<Uuid>,
    /// Those that may not be sent or given up as they are, with the reason.
    pub refused: Vec<Refusal>,
}

/// The queue and its dead letters.
#[async_trait]
pub trait QueuePort: Send + Sync {
    /// Needs `Read`.
    async fn list(&self, access: &Access, query: &QueueQuery) -> Result<QueuePage, BackendError>;
    /// Needs `Read`.
    async fn item(&self, access: &Access, item_id: Uuid) -> Result<QueueItemDetail, BackendError>;
    /// Failed items by cause, most first. Needs `Read`.
    async fn causes(&self, access: &Access) -> Result<Vec<CauseCount>, BackendError>;
    /// Needs `Read`.
    async fn attempts(&self, access: &Access, item_id: Uuid) -> Result<Vec<AttemptView>, BackendError>;
    /// Takes a waiting item back; its change is discarded. Needs `Sync`.
    async fn cancel(&self, access: &Access, item_id: Uuid) -> Result<(), BackendError>;
    /// Tries a waiting item at once, or reprocesses a failed one. Needs `Sync`.
    async fn retry(&self, access: &Access, item_id: Uuid) -> Result<(), BackendError>;
    /// Cancels or retries many; with `dry_run` only says which could be. Needs `Sync`.
    async fn act(
        &self,
        access: &Access,
        action: QueueAction,
        selection: &QueueSelection,
        dry_run: bool,
    ) -> Result<QueueActionResult, BackendError>;
    /// Newest first. Needs `Read`.
    async fn dead_letters(
        &self,
        access: &Access,
        query: &DeadLetterQuery,
        window: Window,
    ) -> Result<DeadLetterPage, BackendError>;
    /// Needs `Read`.
    async fn dead_letter(&self, access: &Access, letter_id: Uuid) -> Result<DeadLetterDetail, BackendError>;
    /// Open dead letters by cause, most first. Needs `Read`.
    async fn dead_letter_causes(&self, access: &Access) -> Result<Vec<CauseCount>, BackendError>;
    /// With `dry_run` only says what would be decided. Needs `Sync`.
    async fn decide_dead_letters(
        &self,
        access: &Access,
        decision: DeadLetterDecision,
        selection: &DeadLetterSelection,
        dry_run: bool,
    ) -> Result<DeadLetterResult, BackendError>;
    /// Sends a failed change again with other values, as a new decision: it is based on what PEMS has now. The dead
    /// letter ends as reprocessed. Needs `Sync`, and the permissions that the fields need.
    async fn correct_dead_letter(
        &self,
        access: &Access,
        letter_id: Uuid,
        correction: &Correction,
    ) -> Result<Corrected, BackendError>;
}
