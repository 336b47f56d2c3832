//! The audit log.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::backend::{AuditPage, BackendError, ChainReport};

/// What the log can be filtered by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditChoices {
    /// As in `write.confirmed`.
    pub event_types: Vec<String>,
    /// The organisation's users with their names; none for those who may not see them.
    pub users: Vec<(Uuid, String)>,
}

/// What the log can be filtered by.
#[server(prefix = "/fn", endpoint = "audit/choices", input = GetUrl)]
pub async fn audit_filters(organization_id: Uuid) -> Result<AuditChoices, BackendError> {
    use vanguard_domain::permission::Permission;

    let access = super::access(organization_id)?;
    let backend = super::backend()?;
    let users = if access.may(Permission::ManageUsers) {
        backend.users.list(&access).await?.into_iter().map(|user| (user.id, user.username)).collect()
    } else {
        Vec::new()
    };
    Ok(AuditChoices { event_types: backend.audit.event_types(&access).await?, users })
}

/// Some of the log, newest first.
#[server(prefix = "/fn", endpoint = "audit/list", input = GetUrl)]
pub async fn audit_entries(
    organization_id: Uuid,
    #[server(default)] event_type: Option<String>,
    #[server(default)] user_id: Option<Uuid>,
    #[server(default)] pfa_id: Option<String>,
    /// At or after.
    #[server(default)]
    from: Option<DateTime<Utc>>,
    /// Before.
    #[server(default)]
    to: Option<DateTime<Utc>>,
    #[server(default)] cursor: Option<String>,
) -> Result<AuditPage, BackendError> {
    use crate::backend::AuditQuery;

    let access = super::access(organization_id)?;
    let query = AuditQuery { event_type, user_id, pfa_id, from, to, cursor, limit: None };
    super::backend()?.audit.list(&access, &query).await
}

/// Whether the log is as it was written.
#[server(prefix = "/fn", endpoint = "audit/verify")]
pub async fn verify_audit(organization_id: Uuid) -> Result<ChainReport, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.audit.verify(&access).await
}
