//! Field ownership: the rules, what they would have done, and switching them.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use uuid::Uuid;

use crate::backend::{BackendError, OwnershipRule, WhatIfReport};

/// The rules that hold.
#[server(prefix = "/fn", endpoint = "ownership/rules", input = GetUrl)]
pub async fn ownership_rules(organization_id: Uuid) -> Result<Vec<OwnershipRule>, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.ownership.rules(&access).await
}

/// What rules would have done to the conflicts of the past.
#[server(prefix = "/fn", endpoint = "ownership/what-if", input = GetUrl)]
pub async fn ownership_what_if(
    organization_id: Uuid,
    /// JSON: field → owner.
    rules: String,
) -> Result<WhatIfReport, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.ownership.what_if(&access, read(&rules)?).await
}

/// Replaces the rules by those that were looked at.
#[server(prefix = "/fn", endpoint = "ownership/set")]
pub async fn set_ownership(
    organization_id: Uuid,
    /// JSON: field → owner.
    rules: String,
    /// From the what-if.
    seen: String,
    #[server(default)] back: String,
) -> Result<(), BackendError> {
    use crate::backend::OwnershipChange;
    use crate::components::notice::Notice;

    let access = super::access(organization_id)?;
    let change = OwnershipChange { rules: read(&rules)?, seen: Some(seen) };
    super::backend()?.ownership.update(&access, change).await?;
    super::answer_page(&back, Notice::RulesChanged);
    Ok(())
}

#[cfg(feature = "ssr")]
fn read(rules: &str) -> Result<vanguard_domain::ownership::OwnershipRules, BackendError> {
    serde_json::from_slice(rules.as_bytes())
        .map_err(|_| BackendError::field("rules", "malformed", "These are no rules that this page made."))
}
