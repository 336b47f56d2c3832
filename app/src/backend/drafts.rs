//! Drafting, committing and discarding changes.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vanguard_domain::delta::Operation;
use vanguard_domain::modification::ModificationState;
use vanguard_domain::record::Field;
use vanguard_domain::validation::FieldError;

use super::{Access, BackendError, BulkEditRequest, ImportRequest, Proposed};

/// The most drafts that one call saves. What is more is sent in several; a call that has more changes nothing.
pub const MOST_DRAFTS: usize = 5_000;

/// A change of one record to be saved as the caller's draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DraftInput {
    pub pfa_id: String,
    /// Default `UPDATE`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>))]
    pub operation: Option<Operation>,
    /// Field names with new values. A field set to what the record holds anyway leaves the draft.
    #[serde(default)]
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub changes: serde_json::Map<String, serde_json::Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A draft that was saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SavedDraft {
    pub modification_id: Uuid,
    pub pfa_id: String,
    pub base_version: i64,
    /// `draft`, or `discarded` when nothing remained to change.
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub sync_state: ModificationState,
}

/// A draft that was refused, with every reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct DraftRefusal {
    pub pfa_id: String,
    #[cfg_attr(feature = "ssr", schema(value_type = Vec<Object>))]
    pub errors: Vec<FieldError>,
}

/// What became of each draft: good ones are saved even when others are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct SaveOutcome {
    /// Whether every draft was saved.
    pub success: bool,
    pub modifications: Vec<SavedDraft>,
    pub errors: Vec<DraftRefusal>,
}

/// Whose value a field of a draft shall have that PEMS changed too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DraftSide {
    /// The draft's.
    Mine,
    /// The field leaves the draft.
    Pems,
}

/// How the caller's draft meets what PEMS has changed since it was begun.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RebaseRequest {
    pub modification_id: Uuid,
    /// The PEMS version that the caller saw: what came after it, nobody has decided about.
    pub seen_version: i64,
    /// One for each field that draft and PEMS changed differently, and for no other.
    pub choices: BTreeMap<Field, DraftSide>,
}

/// Which drafts to commit, how urgently, and under which client key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CommitRequest {
    /// Default: all of the caller's drafts in the organisation.
    pub modification_ids: Option<Vec<Uuid>>,
    /// 0 (can wait) to 10 (before all others); default 5.
    pub priority: Option<i16>,
    /// The same key commits once, whatever is clicked or resent.
    pub idempotency_key: Option<String>,
}

/// What was committed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct CommitOutcome {
    pub success: bool,
    pub job_id: Option<Uuid>,
    pub committed: i64,
    /// Open items of the organisation's queue, these included.
    pub queued_count: i64,
    pub modification_ids: Vec<Uuid>,
    pub estimated_completion_time: DateTime<Utc>,
}

/// What was discarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Discarded {
    pub success: bool,
    pub discarded: i64,
    pub modification_ids: Vec<Uuid>,
}

/// Drafting and committing.
#[async_trait]
pub trait DraftsPort: Send + Sync {
    /// Saves over the caller's drafts of the same records. Needs `SaveDraft`, and per field what the field table
    /// says.
    async fn save(&self, access: &Access, drafts: Vec<DraftInput>) -> Result<SaveOutcome, BackendError>;
    /// Makes one edit of many records, on top of what the caller sees of them, his drafts included. Needs `SaveDraft`.
    async fn bulk_edit(&self, access: &Access, request: BulkEditRequest) -> Result<Proposed, BackendError>;
    /// Takes a file's values over wherever they differ from what the caller sees. Needs `SaveDraft`.
    async fn import(&self, access: &Access, request: ImportRequest) -> Result<Proposed, BackendError>;
    /// Bases a draft on PEMS's current version. It is discarded when nothing of it remains. Needs `SaveDraft`.
    async fn rebase(&self, access: &Access, request: RebaseRequest) -> Result<SavedDraft, BackendError>;
    /// All or nothing; drafts of others only by id. Needs `Sync`.
    async fn commit(&self, access: &Access, request: CommitRequest) -> Result<CommitOutcome, BackendError>;
    /// The caller's own drafts. Needs `SaveDraft`.
    async fn discard(&self, access: &Access, modification_ids: Vec<Uuid>) -> Result<Discarded, BackendError>;
}
