//! One side for many conflicts: which, what would come of it, and what came of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vanguard_domain::conflict::Resolution;
use vanguard_domain::record::{Field, FieldMap};
use vanguard_domain::three_way::ConflictCause;
use vanguard_domain::validation::FieldError;

/// Unresolved conflicts about a field, with a cause. Conflicts about several fields count for each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ConflictGroup {
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub field: Field,
    /// `both_changed` or `invalid_together`.
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub cause: ConflictCause,
    pub count: i64,
}

/// Which conflicts: by id, or all unresolved ones of a field and a cause, or all unresolved ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct BulkSelection {
    pub ids: Option<Vec<Uuid>>,
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>))]
    pub field: Option<Field>,
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>))]
    pub cause: Option<ConflictCause>,
    /// From the answer before: only those after it.
    pub cursor: Option<String>,
}

/// One side for many conflicts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkResolution {
    pub selection: BulkSelection,
    /// `use_local` or `use_pems`.
    pub resolution: Resolution,
    /// Only say what would happen.
    pub dry_run: bool,
    /// The version of each record that the dry run told. What PEMS has changed since is not decided.
    pub seen: BTreeMap<Uuid, i64>,
}

/// What became of one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct BulkResult {
    pub conflict_id: Uuid,
    /// Empty if there is no such conflict.
    pub pfa_id: String,
    pub success: bool,
    /// The fields that are decided.
    #[cfg_attr(feature = "ssr", schema(value_type = Vec<String>))]
    pub fields: Vec<Field>,
    /// What goes to PEMS; empty if PEMS has everything already.
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub applied_changes: FieldMap,
    /// Why it was not decided.
    pub error: Option<String>,
    /// The fields at fault, if that is why.
    #[cfg_attr(feature = "ssr", schema(value_type = Vec<Object>))]
    pub errors: Vec<FieldError>,
    /// The record's version that this was said about: send it back as `seen`. 0 if there is none.
    pub record_version: i64,
}

/// What became of them, and what is left: one call decides at most 1,000.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkOutcome {
    /// Oldest first.
    pub results: Vec<BulkResult>,
    /// How many were selected, beyond those in `results`.
    pub total: i64,
    /// For the next call; none when all were decided.
    pub next_cursor: Option<String>,
}
