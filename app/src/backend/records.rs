//! Reading records: the merged view, one record, its history.

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vanguard_domain::delta::Operation;
use vanguard_domain::modification::ModificationState;
use vanguard_domain::portfolio::Costs;
use vanguard_domain::record::{Field, FieldMap, PfaRecord, Value};

use super::{Access, AttemptView, BackendError};

/// Which records, in which order. Everything optional narrows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordQuery {
    /// Words that must all occur in the key or a text field.
    pub search: Option<String>,
    /// Field name → the exact value wanted, as text (`"true"`, `"Rental"`, `"2026-03-31"`).
    pub filter: BTreeMap<String, String>,
    /// Only records whose open change is in this state; `synced` means: without an open change.
    pub sync_state: Option<ModificationState>,
    /// Field name or `pfaId`, `version`, `updatedAt`; with a leading `-` for descending. Default `pfaId`.
    pub sort: Option<String>,
    /// Rows to skip: the grid's window.
    pub offset: u32,
    /// At most 1000.
    pub limit: u32,
}

/// An open change that shows in a row: the viewer's own draft, or anybody's committed change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct OpenChange {
    pub modification_id: Uuid,
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub state: ModificationState,
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub operation: Operation,
    /// User name of the author.
    pub author: String,
    #[cfg_attr(feature = "ssr", schema(value_type = Vec<String>))]
    pub fields: Vec<Field>,
    /// When draft or state last changed.
    pub since: DateTime<Utc>,
    /// Why it failed, if it did.
    pub error: Option<String>,
    /// The conflict to decide, if it is in conflict.
    pub conflict_id: Option<Uuid>,
}

/// One row of the grid: the mirror overlaid with committed changes and the viewer's own draft.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RecordRow {
    pub pfa_id: String,
    pub organization: String,
    /// The mirror's PEMS version.
    pub version: i64,
    pub updated_at: DateTime<Utc>,
    pub updated_by: String,
    /// The state of the row's most pressing open change; `synced` if there is none.
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub sync_state: ModificationState,
    /// The change that `sync_state` is about.
    pub modification_id: Option<Uuid>,
    /// Every field that an open change touches.
    #[cfg_attr(feature = "ssr", schema(value_type = Vec<String>))]
    pub changed_fields: Vec<Field>,
    pub changes: Vec<OpenChange>,
    /// Fields that PEMS changed since the viewer's draft was begun, and those of the draft in which PEMS has a colleague's
    /// change now that the viewer had not seen. Without amounts for whoever lacks `ViewFinancials`.
    #[cfg_attr(feature = "ssr", schema(value_type = Vec<String>))]
    pub changed_in_pems: Vec<Field>,
    #[serde(flatten)]
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub fields: FieldMap,
}

/// A window of rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RecordPage {
    pub records: Vec<RecordRow>,
    /// How many records match, beyond this window.
    pub total: i64,
    /// The viewer's own drafts in the organisation, whatever the filter.
    pub own_drafts: i64,
}

/// The days that an organisation's dates lie between, by UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DateSpan {
    /// `None` while no record has a date.
    pub first: Option<NaiveDate>,
    pub last: Option<NaiveDate>,
    /// By the database's clock.
    pub today: NaiveDate,
}

/// A field that two versions hold differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct FieldChange {
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub field: Field,
    /// In the form of the API's JSON.
    pub before: serde_json::Value,
    pub after: serde_json::Value,
}

impl FieldChange {
    pub fn new(field: Field, before: Option<&Value>, after: Option<&Value>) -> Self {
        let json = |value: Option<&Value>| value.map_or(serde_json::Value::Null, Value::to_json);
        Self { field, before: json(before), after: json(after) }
    }
}

/// One record with all its layers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct RecordDetail {
    pub merged: RecordRow,
    /// As PEMS has it, to our knowledge.
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub mirror: PfaRecord,
    /// The viewer's own draft, or else the newest open change.
    pub modification: Option<OpenChange>,
    /// The fields of the row's `changedInPems`: as the viewer saw them, and as PEMS has them.
    pub changed_in_pems: Vec<FieldChange>,
}

/// One version of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct HistoryEntry {
    pub version: i64,
    pub updated_at: DateTime<Utc>,
    pub updated_by: String,
    /// `pems`: read from there; `vanguard`: a confirmed write of ours; `rollback`: one that restored what was.
    pub origin: String,
    /// The version before that we hold, which `changes` are against: not always the one before, because PEMS can move
    /// twice between two reads. Null for the oldest.
    pub compared_with: Option<i64>,
    pub changes: Vec<FieldChange>,
    /// The proof of a version of ours.
    pub write: Option<OurWrite>,
}

/// A change of ours that made a version, with every request that was made for it and what PEMS answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct OurWrite {
    pub modification_id: Uuid,
    pub author: String,
    pub committed_by: String,
    pub committed_at: DateTime<Utc>,
    pub reason: Option<String>,
    pub job_id: Uuid,
    /// In the order in which they were made. The last one either was confirmed or was read back.
    pub attempts: Vec<AttemptView>,
}

/// One of two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ComparedVersion {
    pub version: i64,
    pub updated_at: DateTime<Utc>,
    pub updated_by: String,
}

/// What differs between two versions of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Comparison {
    pub from: ComparedVersion,
    pub to: ComparedVersion,
    pub changes: Vec<FieldChange>,
}

/// Records that have the value of a field in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RecordGroup {
    /// In the form in which a filter takes it; empty where the field is.
    pub value: String,
    pub records: i64,
    /// Those of them with an open change.
    pub open: i64,
    /// What those that are not discontinued cost; `None` for whoever may not see amounts.
    pub costs: Option<Costs>,
}

/// Reading records. Money is empty for whoever lacks `ViewFinancials`.
#[async_trait]
pub trait RecordsPort: Send + Sync {
    /// Needs `Read`.
    async fn list(&self, access: &Access, query: &RecordQuery) -> Result<RecordPage, BackendError>;
    /// The keys of every record that matches, in order; offset and limit are not used. Needs `Read`.
    async fn keys(&self, access: &Access, query: &RecordQuery) -> Result<Vec<String>, BackendError>;
    /// Records by key, in that order, at most 1000; one that is not there is left out. Needs `Read`.
    async fn rows(&self, access: &Access, pfa_ids: &[String]) -> Result<Vec<RecordRow>, BackendError>;
    /// Every record that matches, by the value of a field; offset, limit and sort are not used. Needs `Read`.
    async fn groups(
        &self,
        access: &Access,
        query: &RecordQuery,
        by: Field,
    ) -> Result<Vec<RecordGroup>, BackendError>;
    /// The days that the planned, forecast and actual dates of all records lie between, with everybody's committed changes
    /// and the viewer's own drafts. Needs `Read`.
    async fn date_span(&self, access: &Access) -> Result<DateSpan, BackendError>;
    /// Needs `Read`.
    async fn get(&self, access: &Access, pfa_id: &str) -> Result<RecordDetail, BackendError>;
    /// Newest first. Needs `Read`.
    async fn history(&self, access: &Access, pfa_id: &str) -> Result<Vec<HistoryEntry>, BackendError>;
    /// Any two versions that we hold. Needs `Read`.
    async fn compare(
        &self,
        access: &Access,
        pfa_id: &str,
        from: i64,
        to: i64,
    ) -> Result<Comparison, BackendError>;
}
