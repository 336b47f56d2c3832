//! The command deck: what needs the viewer, and what all records together cost.

mod store;

use async_trait::async_trait;
use sqlx::PgPool;
use vanguard_app::backend::{Access, BackendError, Deck, DeckPort};
use vanguard_domain::permission::Permission;

use crate::internal::OrInternal;

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
    async fn deck(&self, access: &Access) -> Result<Deck, BackendError> {
        access.require(Permission::Read)?;
        let may = |permission| access.user().permissions.contains(&permission);
        let mut connection = self.pool.acquire().await.or_internal()?;
        let mut deck =
            store::needs(&mut connection, access, may(Permission::ManageSettings)).await.or_internal()?;
        if may(Permission::ViewFinancials) {
            deck.portfolio = Some(store::portfolio(&mut connection, access).await.or_internal()?);
        }
        Ok(deck)
    }
}
