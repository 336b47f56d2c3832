//! The audit port: reading, exporting and checking an organisation's log.

mod store;

use async_trait::async_trait;
use sqlx::{Connection, PgPool};
use vanguard_app::backend::{
    Access, AuditEntry, AuditPage, AuditPort, AuditQuery, BackendError, ChainReport,
};
use vanguard_domain::permission::Permission;

use super::{EventType, verify};
use crate::alert::{Alerts, Incident};
use crate::internal::OrInternal;

/// Rows of one page of an export.
const EXPORT_PAGE: i64 = 1000;
const MOST_ROWS: u32 = 1000;
const ROWS_UNASKED: u32 = 100;

/// Implements the audit port.
#[derive(Debug, Clone)]
pub struct AuditService {
    pool: PgPool,
    /// Who is told when the chain is broken.
    alerts: Alerts,
}

impl AuditService {
    pub const fn new(pool: PgPool, alerts: Alerts) -> Self {
        Self { pool, alerts }
    }
}

#[async_trait]
impl AuditPort for AuditService {
    async fn list(&self, access: &Access, query: &AuditQuery) -> Result<AuditPage, BackendError> {
        access.require(Permission::ManageSettings)?;
        let limit = query.limit.unwrap_or(ROWS_UNASKED);
        if !(1..=MOST_ROWS).contains(&limit) {
            return Err(BackendError::field(
                "limit",
                "outOfRange",
                format!("limit must be 1 to {MOST_ROWS}."),
            ));
        }
        let before = match query.cursor.as_deref().map(str::parse) {
            None => None,
            Some(Ok(sequence)) => Some(sequence),
            Some(Err(_)) => {
                let message = "This cursor is not one that we gave out.";
                return Err(BackendError::field("cursor", "malformed", message));
            }
        };
        let entries =
            store::newest(&self.pool, access, query, before, i64::from(limit)).await.or_internal()?;
        let full = u32::try_from(entries.len()).is_ok_and(|length| length == limit);
        let next_cursor = entries.last().filter(|_| full).map(|last| last.sequence.to_string());
        Ok(AuditPage { entries, next_cursor })
    }

    async fn export(
        &self,
        access: &Access,
        query: &AuditQuery,
        sequence: i64,
    ) -> Result<Vec<AuditEntry>, BackendError> {
        access.require(Permission::ManageSettings)?;
        access.require(Permission::Export)?;
        store::oldest_after(&self.pool, access, query, sequence, EXPORT_PAGE).await.or_internal()
    }

    async fn event_types(&self, access: &Access) -> Result<Vec<String>, BackendError> {
        access.require(Permission::ManageSettings)?;
        let mut names: Vec<String> =
            EventType::ALL.into_iter().map(|event| event.as_str().to_owned()).collect();
        names.sort_unstable();
        Ok(names)
    }

    async fn verify(&self, access: &Access) -> Result<ChainReport, BackendError> {
        access.require(Permission::ManageSettings)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        let report = match verify(&mut connection, access.organization_id()).await.or_internal()? {
            Ok(rows) => ChainReport { intact: true, rows: Some(rows), problem: None },
            Err(problem) => {
                tracing::error!(organisation = access.organization().code, %problem, "the audit chain is broken");
                let incident = Incident::AuditBroken { problem: problem.to_string() };
                let mut transaction = connection.begin().await.or_internal()?;
                self.alerts
                    .raise(&mut transaction, access.organization_id(), &incident)
                    .await
                    .or_internal()?;
                transaction.commit().await.or_internal()?;
                ChainReport { intact: false, rows: None, problem: Some(problem.to_string()) }
            }
        };
        Ok(report)
    }
}
