//! Field ownership: whose value holds when both sides changed a field.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vanguard_domain::conflict::ConflictStatus;
use vanguard_domain::ownership::{Owner, OwnershipRules};
use vanguard_domain::record::{Field, FieldMap};
use vanguard_domain::what_if::{Extent, Tally};

use super::{Access, BackendError};

/// A rule that holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct OwnershipRule {
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub field: Field,
    /// `pems` or `vanguard`.
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub owner: Owner,
    pub since: DateTime<Utc>,
    /// Who switched it on.
    pub set_by: String,
}

/// The rules as they shall be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct OwnershipChange {
    /// Field → `pems` or `vanguard`. A field that is left out is for people to decide.
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub rules: OwnershipRules,
    /// From the what-if of exactly these rules; not needed to switch rules off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<String>,
}

/// What rules would have done to the conflicts of the past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct WhatIfReport {
    /// How many conflicts, and how many of them each way.
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub tally: Tally,
    /// Whether there are more conflicts than were looked at.
    pub is_cut: bool,
    /// Some of them, those first that people decided otherwise.
    pub examples: Vec<WhatIfExample>,
    /// To be sent along when these rules are switched on.
    pub seen: String,
}

/// What rules would have made of a conflict; of its fields, those that have a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct WhatIfExample {
    pub conflict_id: Uuid,
    pub pfa_id: String,
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub status: ConflictStatus,
    pub created_at: DateTime<Utc>,
    /// `wholly`, `partly` or `unsound`.
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub extent: Extent,
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub ours: FieldMap,
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub pems: FieldMap,
    /// The values that the rules would have given.
    #[cfg_attr(feature = "ssr", schema(value_type = Object))]
    pub by_rule: FieldMap,
    /// The values that a person chose, if one did.
    #[cfg_attr(feature = "ssr", schema(value_type = Option<Object>))]
    pub by_person: Option<FieldMap>,
    /// Whether these are the same.
    pub same: Option<bool>,
}

/// Ownership rules; every method needs `ManageSettings`.
#[async_trait]
pub trait OwnershipPort: Send + Sync {
    /// In the order of the field table.
    async fn rules(&self, access: &Access) -> Result<Vec<OwnershipRule>, BackendError>;
    /// What `rules` would have done; changes nothing.
    async fn what_if(&self, access: &Access, rules: OwnershipRules) -> Result<WhatIfReport, BackendError>;
    /// Replaces the rules. What is switched on must have been looked at.
    async fn update(
        &self,
        access: &Access,
        change: OwnershipChange,
    ) -> Result<Vec<OwnershipRule>, BackendError>;
}
