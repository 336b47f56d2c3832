//! The command deck.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use uuid::Uuid;

use crate::backend::{BackendError, Deck};

/// What needs the user, and what everything costs.
#[server(prefix = "/fn", endpoint = "deck", input = GetUrl)]
pub async fn current_deck(organization_id: Uuid) -> Result<Deck, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.deck.deck(&access).await
}
