//! The command deck.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use uuid::Uuid;
use vanguard_domain::portfolio::Portfolio;

use crate::backend::{BackendError, Needs};

/// What waits for the user.
#[server(prefix = "/fn", endpoint = "needs", input = GetUrl)]
pub async fn current_needs(organization_id: Uuid) -> Result<Needs, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.deck.needs(&access).await
}

/// What everything costs.
#[server(prefix = "/fn", endpoint = "portfolio", input = GetUrl)]
pub async fn current_portfolio(organization_id: Uuid) -> Result<Portfolio, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.deck.portfolio(&access).await
}
