//! Rollbacks: previewed, asked for, approved by somebody else, followed.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vanguard_domain::modification::ModificationState;
use vanguard_domain::record::Field;
use vanguard_domain::rollback::RollbackStatus;
use vanguard_domain::validation::FieldError;

use super::{Access, BackendError, Window};

/// What is to be taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "TargetFields", into = "TargetFields")]
pub enum RollbackTarget {
    /// What a write run changed.
    Job { job_id: Uuid },
    /// One record: it shall hold again what it held at a version.
    Version { pfa_id: String, to_version: i64 },
}

/// `{jobId}` or `{pfaId, toVersion}`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(as = RollbackTarget))]
pub struct TargetFields {
    /// A write run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pfa_id: Option<String>,
    /// A version that we have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_version: Option<i64>,
}

/// Neither a run nor a record with a version, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("give either jobId, or pfaId with toVersion")]
pub struct UnclearTarget;

impl TryFrom<TargetFields> for RollbackTarget {
    type Error = UnclearTarget;

    fn try_from(fields: TargetFields) -> Result<Self, UnclearTarget> {
        match (fields.job_id, fields.pfa_id, fields.to_version) {
            (Some(job_id), None, None) => Ok(Self::Job { job_id }),
            (None, Some(pfa_id), Some(to_version)) => Ok(Self::Version { pfa_id, to_version }),
            _ => Err(UnclearTarget),
        }
    }
}

impl From<RollbackTarget> for TargetFields {
    fn from(target: RollbackTarget) -> Self {
        match target {
            RollbackTarget::Job { job_id } => Self { job_id: Some(job_id), ..Self::default() },
            RollbackTarget::Version { pfa_id, to_version } => {
                Self { job_id: None, pfa_id: Some(pfa_id), to_version: Some(to_version) }
            }
        }
    }
}

/// By record: the fields to restore though somebody changed them since.
pub type Overwrites = BTreeMap<String, BTreeSet<Field>>;

/// A request for approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RollbackRequest {
    pub target: RollbackTarget,
    pub overwrite: Overwrites,
    /// 1 to 500 characters.
    pub reason: String,
    /// The preview that was seen, if one was: another one is shown first.
    pub preview_hash: Option<String>,
}

/// A field that holds something else than it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[expect(clippy::struct_excessive_bools, reason = "each says another thing about the field")]
pub struct RollbackField {
    pub pfa_id: String,
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub field: Field,
    /// In the form of the API's JSON.
    pub current: serde_json::Value,
    pub restored: serde_json::Value,
    /// Somebody else changed it since, in PEMS or through here: it is left alone unless it is chosen.
    pub changed_since: bool,
    pub chosen: bool,
    /// Who changed it last, and when; if it was changed since, who did that. None if it is not known.
    pub changed_by: Option<String>,
    pub changed_at: Option<DateTime<Utc>>,
    /// Whether the rollback writes it.
    pub included: bool,
    /// Why it cannot be restored.
    #[cfg_attr(feature = "ssr", schema(value_type = Option<Object>))]
    pub refused: Option<FieldError>,
    /// Whether it held something else in the preview before this one, namely `previous`.
    pub moved: bool,
    pub previous: serde_json::Value,
}

/// A record of a rollback, and what became of its change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RollbackRecord {
    pub pfa_id: String,
    /// The version that the preview shows.
    pub version: i64,
    /// The version of the preview before this one, if the record moved since.
    pub previous_version: Option<i64>,
    /// The rules that it would break: nothing of it is restored.
    #[cfg_attr(feature = "ssr", schema(value_type = Vec<Object>))]
    pub refused: Vec<FieldError>,
    /// The change that restores it, once approved.
    pub modification_id: Option<Uuid>,
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>))]
    pub state: Option<ModificationState>,
    /// Why it failed, if it did.
    pub error: Option<String>,
    /// The conflict to decide, if it is in conflict.
    pub conflict_id: Option<Uuid>,
}

/// What a rollback would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RollbackPreview {
    /// Field by field, records in order.
    pub preview: Vec<RollbackField>,
    pub records: Vec<RollbackRecord>,
    /// Names this preview: a request or an approval says which one it has seen. Only for those who see all of it.
    pub preview_hash: Option<String>,
}

/// A rollback in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RollbackView {
    pub id: Uuid,
    #[cfg_attr(feature = "ssr", schema(value_type = TargetFields))]
    pub target: RollbackTarget,
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub status: RollbackStatus,
    pub reason: String,
    pub requested_by: String,
    pub requested_at: DateTime<Utc>,
    /// When the preview was made; later than the request if the records moved since.
    pub preview_at: DateTime<Utc>,
    /// Who approved, refused or cancelled it.
    pub decided_by: Option<String>,
    pub decided_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub decision_reason: Option<String>,
    pub ended_at: Option<DateTime<Utc>>,
    /// The write run that carries it out. It can be rolled back in its turn.
    pub job_id: Option<Uuid>,
    /// Records in the preview.
    pub records: i64,
    /// Changes that were approved; how many of them are on their way still, how many met a conflict or failed and wait for a
    /// decision, and how many are in PEMS.
    pub changes: i64,
    pub under_way: i64,
    pub undecided: i64,
    pub restored: i64,
}

/// A rollback with its preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RollbackDetail {
    pub rollback: RollbackView,
    #[serde(flatten)]
    pub preview: RollbackPreview,
}

/// A part of the list, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RollbackPage {
    pub rollbacks: Vec<RollbackView>,
    /// How many there are in all.
    pub total: i64,
}

/// Rollbacks. Amounts are empty for whoever lacks `ViewFinancials`.
#[async_trait]
pub trait RollbacksPort: Send + Sync {
    /// Those in one of `statuses`, or all if none is named. Needs `Read`.
    async fn list(
        &self,
        access: &Access,
        statuses: &[RollbackStatus],
        window: Window,
    ) -> Result<RollbackPage, BackendError>;
    /// Needs `Read`.
    async fn get(&self, access: &Access, rollback_id: Uuid) -> Result<RollbackDetail, BackendError>;
    /// What a request would ask for. Stores nothing. Needs `Sync`, and per field what the field table says: a field
    /// that the caller may not edit is refused in the preview.
    async fn preview(
        &self,
        access: &Access,
        target: &RollbackTarget,
        overwrite: &Overwrites,
    ) -> Result<RollbackPreview, BackendError>;
    /// Asks for approval. Needs what the preview needs.
    async fn request(
        &self,
        access: &Access,
        request: RollbackRequest,
    ) -> Result<RollbackDetail, BackendError>;
    /// Sends it on its way. Needs `ManageSettings`, by another user than asked. If the records moved since the
    /// preview was made, a new preview is stored instead and has to be approved.
    async fn approve(
        &self,
        access: &Access,
        rollback_id: Uuid,
        preview_hash: &str,
    ) -> Result<RollbackDetail, BackendError>;
    /// Needs `ManageSettings`, by another user than asked.
    async fn reject(
        &self,
        access: &Access,
        rollback_id: Uuid,
        reason: &str,
    ) -> Result<RollbackDetail, BackendError>;
    /// Takes a request back. Needs `Sync`; somebody else's also `ManageSettings`.
    async fn cancel(&self, access: &Access, rollback_id: Uuid) -> Result<RollbackDetail, BackendError>;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_target_is_a_run_or_a_record_with_a_version_and_nothing_between() {
        let job_id = Uuid::nil();
        for good in [json!({ "jobId": job_id }), json!({ "pfaId": "RIO-1", "toVersion": 3 })] {
            let target: RollbackTarget = serde_json::from_value(good.clone()).unwrap();
            assert_eq!(serde_json::to_value(target).unwrap(), good);
        }
        for bad in [
            json!({}),
            json!({ "pfaId": "RIO-1" }),
            json!({ "toVersion": 3 }),
            json!({ "jobId": job_id, "pfaId": "RIO-1", "toVersion": 3 }),
        ] {
            let error = serde_json::from_value::<RollbackTarget>(bad).unwrap_err();
            assert_eq!(error.to_string(), UnclearTarget.to_string());
        }
    }
}
