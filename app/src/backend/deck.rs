//! What a user sees first: what needs him, and what everything costs.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use vanguard_domain::portfolio::Portfolio;

use super::{Access, BackendError};

/// What waits for the viewer himself; what waits for everybody is in the sync status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Needs {
    /// Conflicts about his own changes.
    pub own_conflicts: i64,
    /// Rollbacks that he may approve.
    pub approvals: i64,
    /// His own drafts.
    pub drafts: i64,
    /// Those of them whose record PEMS has changed since.
    pub outdated_drafts: i64,
}

/// The command deck.
#[async_trait]
pub trait DeckPort: Send + Sync {
    /// Needs `Read`.
    async fn needs(&self, access: &Access) -> Result<Needs, BackendError>;
    /// What all records cost, and would with the viewer's drafts. Needs `ViewFinancials`.
    async fn portfolio(&self, access: &Access) -> Result<Portfolio, BackendError>;
}
