//! Reading and checking the audit log.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Access, BackendError};

/// Which entries. Everything optional narrows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditQuery {
    /// As in `write.confirmed`.
    pub event_type: Option<String>,
    pub user_id: Option<Uuid>,
    pub pfa_id: Option<String>,
    /// At or after.
    pub from: Option<DateTime<Utc>>,
    /// Before.
    pub to: Option<DateTime<Utc>>,
    /// From the answer before.
    pub cursor: Option<String>,
    /// At most 1000; default 100.
    pub limit: Option<u32>,
}

/// One row of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AuditEntry {
    /// Place in the organisation's chain, from 1, without gaps.
    pub sequence: i64,
    pub at: DateTime<Utc>,
    /// Null for the system.
    pub user_id: Option<Uuid>,
    /// User name at the time, or `system`.
    pub actor: String,
    pub event_type: String,
    pub pfa_id: Option<String>,
    pub modification_id: Option<Uuid>,
    pub before: Option<serde_json::Value>,
    pub after: Option<serde_json::Value>,
    pub pems_response: Option<serde_json::Value>,
    /// `success`, or how it failed.
    pub outcome: String,
    /// SHA-256 over the row and the hash of the row before it, in hexadecimal digits.
    pub hash: String,
}

/// Some of the log, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct AuditPage {
    pub entries: Vec<AuditEntry>,
    pub next_cursor: Option<String>,
}

/// What checking the chain came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ChainReport {
    pub intact: bool,
    /// Rows checked; only if the chain is intact.
    pub rows: Option<i64>,
    /// The first break.
    pub problem: Option<String>,
}

/// The audit log.
#[async_trait]
pub trait AuditPort: Send + Sync {
    /// Needs `ManageSettings`.
    async fn list(&self, access: &Access, query: &AuditQuery) -> Result<AuditPage, BackendError>;
    /// The next entries after `sequence`, oldest first; empty at the end. Cursor and limit of the query are not
    /// used. Needs `ManageSettings` and `Export`.
    async fn export(
        &self,
        access: &Access,
        query: &AuditQuery,
        sequence: i64,
    ) -> Result<Vec<AuditEntry>, BackendError>;
    /// What entries can be about, as in `write.confirmed`, sorted. Needs `ManageSettings`.
    async fn event_types(&self, access: &Access) -> Result<Vec<String>, BackendError>;
    /// Recomputes every hash. Needs `ManageSettings`.
    async fn verify(&self, access: &Access) -> Result<ChainReport, BackendError>;
}
