//! Conflicts to decide, and merges that needed nobody.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vanguard_domain::conflict::{ConflictStatus, Resolution};
use vanguard_domain::record::{Field, FieldMap};
use vanguard_domain::three_way::ConflictCause;
use vanguard_domain::undo::UndoState;
use vanguard_domain::validation::FieldError;

use super::{Access, BackendError, BulkOutcome, BulkResolution, ConflictGroup, Window};

/// What the record is, for the heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct PfaDetails {
    pub category: String,
    pub class: String,
    pub description: String,
}

/// Whose change it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ConflictAuthor {
    pub id: Uuid,
    pub username: String,
    pub email: String,
}

/// A change that PEMS crossed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ConflictView {
    pub id: Uuid,
    pub pfa_id: String,
    pub pfa_details: PfaDetails,
    pub modification_id: Uuid,
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub cause: ConflictCause,
    pub local_version: i64,
    /// The version that the conflict is compared with: our mirror's, until it is decided.
    pub pems_version: i64,
    #[cfg_attr(feature = "ssr", schema(value_type = Vec<String>))]
    pub conflict_fields: Vec<Field>,
    /// Those of them that PEMS has changed once more since the conflict was found.
    #[cfg_attr(feature = "ssr", schema(value_type = Vec<String>))]
    pub changed_again: Vec<Field>,
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub base_data: FieldMap,
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub local_data: FieldMap,
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub pems_data: FieldMap,
    /// The whole record as our mirror has it by now. Amounts are left out for whoever may not see them.
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub pems_now: FieldMap,
    /// Our other changes, which go whatever is decided.
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub undisputed: FieldMap,
    /// What PEMS changed besides since our version, and keeps whatever is decided.
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub theirs: FieldMap,
    /// What was there at our version, in `undisputed` and `theirs`.
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub merged_before: FieldMap,
    /// For `invalid_together`: why the merge would be refused.
    #[cfg_attr(feature = "ssr", schema(value_type = Vec<Object>))]
    pub broken_rules: Vec<FieldError>,
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub status: ConflictStatus,
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>))]
    pub resolution: Option<Resolution>,
    /// The ownership rules that decided it, in words; of one that is for a person, those that decided its other fields.
    pub rule: Option<String>,
    pub resolved_by: Option<String>,
    pub resolved_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub modified_by: ConflictAuthor,
    /// When our change was committed.
    pub modified_at: DateTime<Utc>,
    /// Who changed the record in PEMS, and when.
    pub pems_updated_by: String,
    pub pems_updated_at: DateTime<Utc>,
}

/// A conflict's place among those that wait for a decision, oldest first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// How many wait, this one included if it does.
    pub count: i64,
    /// The next one; after the last comes the first. `None` if no other waits.
    pub next: Option<Uuid>,
}

/// Which conflicts a list shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConflictQuery {
    /// None: all.
    pub statuses: Vec<ConflictStatus>,
    /// About this field.
    pub field: Option<Field>,
    pub cause: Option<ConflictCause>,
    /// From the answer before: only those after it.
    pub cursor: Option<String>,
    /// 1 to 1,000; as many as an answer holds if not said.
    pub limit: Option<u32>,
}

impl ConflictQuery {
    /// Those that wait for a decision.
    pub fn open() -> Self {
        Self { statuses: vec![ConflictStatus::Unresolved], ..Self::default() }
    }
}

/// Conflicts, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ConflictList {
    pub conflicts: Vec<ConflictView>,
    /// How many there are in all.
    pub total: i64,
    /// For the next page; none at the end.
    pub next_cursor: Option<String>,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ResolveRequest {
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub resolution: Resolution,
    /// For `merge`: a value for each field in conflict.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(value_type = Option<Object>))]
    pub merged_data: Option<serde_json::Map<String, serde_json::Value>>,
    /// The conflict's `pemsVersion` that the decider saw. If PEMS has moved on since, nothing is decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen_version: Option<i64>,
}

/// A decision that was carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AppliedResolution {
    pub success: bool,
    pub conflict_id: Uuid,
    pub resolved_at: DateTime<Utc>,
    /// What is on its way to PEMS now; empty if PEMS has everything already.
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub applied_changes: FieldMap,
}

/// A part of the merge journal, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergePage {
    pub merges: Vec<MergeView>,
    /// How many there are in all.
    pub total: i64,
}

/// A merge that needed nobody: of other fields, or by a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct MergeView {
    pub id: Uuid,
    pub pfa_id: String,
    pub modification_id: Uuid,
    pub from_version: i64,
    pub onto_version: i64,
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub ours_before: FieldMap,
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub ours: FieldMap,
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub theirs_before: FieldMap,
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub theirs: FieldMap,
    /// Our values that an ownership rule left behind.
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub given_up: FieldMap,
    /// The ownership rules that decided it, in words; none for a merge that was no conflict.
    pub rule: Option<String>,
    pub conflict_id: Option<Uuid>,
    pub modified_by: String,
    pub pems_updated_by: String,
    pub merged_at: DateTime<Utc>,
    /// If somebody has asked to undo it.
    pub undo: Option<MergeUndo>,
}

/// The undoing of a merge that was asked for last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct MergeUndo {
    /// `on_its_way`, `undecided`, `undone` or `given_up`; after the last it may be asked for again.
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub state: UndoState,
    /// The change that undoes it.
    pub modification_id: Uuid,
    /// The conflict to decide, if it met one.
    pub conflict_id: Option<Uuid>,
    pub asked_by: String,
    pub asked_at: DateTime<Utc>,
}

/// Conflicts and merges.
#[async_trait]
pub trait ConflictsPort: Send + Sync {
    /// Needs `Read`.
    async fn list(&self, access: &Access, query: &ConflictQuery) -> Result<ConflictList, BackendError>;
    /// The unresolved ones by field and cause, the largest group first. Needs `Read`.
    async fn groups(&self, access: &Access) -> Result<Vec<ConflictGroup>, BackendError>;
    /// Needs `Read`.
    async fn get(&self, access: &Access, conflict_id: Uuid) -> Result<ConflictView, BackendError>;
    /// What waits besides this conflict. Needs `Read`.
    async fn waiting(&self, access: &Access, conflict_id: Uuid) -> Result<Waiting, BackendError>;
    /// Needs `Sync`, and per field what the field table says.
    async fn resolve(
        &self,
        access: &Access,
        conflict_id: Uuid,
        request: ResolveRequest,
    ) -> Result<AppliedResolution, BackendError>;
    /// Each on its own: one that fails does not stop the others. Needs `Sync`.
    async fn resolve_bulk(
        &self,
        access: &Access,
        request: BulkResolution,
    ) -> Result<BulkOutcome, BackendError>;
    /// The merge journal, newest first. Needs `Read`.
    async fn merges(&self, access: &Access, window: Window) -> Result<MergePage, BackendError>;
    /// Takes our side of a merge back, as a new checked change. Needs `Sync`.
    async fn undo_merge(&self, access: &Access, merge_id: Uuid) -> Result<AppliedResolution, BackendError>;
}
