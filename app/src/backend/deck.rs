//! What a user sees first: what needs him, and what everything costs.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use vanguard_domain::portfolio::Portfolio;

use super::{Access, BackendError};

/// What waits for somebody, counted for the viewer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deck {
    /// Conflicts to decide, whoever made the changes.
    pub conflicts: i64,
    /// Those of them about the viewer's own changes.
    pub own_conflicts: i64,
    /// Changes that PEMS refused, or whose retries are used up.
    pub dead_letters: i64,
    /// Rollbacks that the viewer may approve.
    pub approvals: i64,
    /// The viewer's own drafts.
    pub drafts: i64,
    /// Those of them whose record PEMS has changed since.
    pub outdated_drafts: i64,
    /// `None` for whoever may not see amounts.
    pub portfolio: Option<Portfolio>,
}

/// The command deck.
#[async_trait]
pub trait DeckPort: Send + Sync {
    async fn deck(&self, access: &Access) -> Result<Deck, BackendError>;
}
