//! Changes of many records at once: looked at first, then saved as drafts.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use vanguard_domain::bulk_edit::BulkEdit;
use vanguard_domain::validation::FieldError;

use super::FieldChange;

/// The most records that one bulk edit or file changes.
pub const MOST_PROPOSALS: usize = 20_000;

/// One edit of many records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BulkEditRequest {
    pub pfa_ids: Vec<String>,
    pub edit: BulkEdit,
    /// Only says what it would do.
    pub dry_run: bool,
}

/// A file of records: comma- or semicolon-separated, as an export has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportRequest {
    pub csv: String,
    /// Only says what it would do.
    pub dry_run: bool,
}

/// What many changes come to, or would.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Proposed {
    /// Records that get a draft, or another one.
    pub changed: i64,
    /// Records that hold these values already.
    pub unchanged: i64,
    /// Records that are left alone because something is wrong.
    pub refused: i64,
    /// How much more the forecast costs then, in the organisation's currency; `None` for whoever may not see amounts.
    pub cost: Option<Decimal>,
    /// The keys of those that were saved; none of what is only looked at.
    pub saved: Vec<String>,
    /// The first of those that change.
    pub examples: Vec<ProposedChange>,
    /// The first of those that are left alone.
    pub refusals: Vec<RefusedProposal>,
}

/// What changes of a record, against what its viewer sees now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProposedChange {
    pub pfa_id: String,
    pub changes: Vec<FieldChange>,
}

/// A record that is left alone, with every reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefusedProposal {
    /// Where in the file; none for a bulk edit.
    pub line: Option<u64>,
    pub pfa_id: String,
    pub errors: Vec<FieldError>,
}
