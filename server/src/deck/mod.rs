//! The command deck: what needs the viewer, and what all records together cost.

mod store;

use async_trait::async_trait;
use sqlx::PgPool;
use vanguard_app::backend::{Access, BackendError, DeckPort, Needs};
use vanguard_domain::permission::Permission;
use vanguard_domain::portfolio::Portfolio;

use crate::internal::OrInternal;
use crate::records::outdated_drafts;

/// Implements the deck port.
#[derive(Debug, Clone)]
pub struct DeckService {
    pool: PgPool,
}

impl DeckService {
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl DeckPort for DeckService {
    async fn needs(&self, access: &Access) -> Result<Needs, BackendError> {
        access.require(Permission::Read)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        let approves = access.may(Permission::ManageSettings);
        let counted = store::count_needs(&mut connection, access, approves).await.or_internal()?;
        let outdated = outdated_drafts(&mut connection, access).await.or_internal()?;
        Ok(Needs {
            own_conflicts: counted.own_conflicts,
            approvals: counted.approvals,
            drafts: counted.drafts,
            outdated_drafts: outdated,
        })
    }

    async fn portfolio(&self, access: &Access) -> Result<Portfolio, BackendError> {
        access.require(Permission::ViewFinancials)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        store::portfolio(&mut connection, access).await.or_internal()
    }
}
