//! Conflicts: to see and to decide.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vanguard_domain::conflict::Resolution;
use vanguard_domain::record::Field;
use vanguard_domain::three_way::ConflictCause;

use crate::backend::{BackendError, ConflictList, ConflictView, MergePage, Waiting};
use crate::components::pages::Page;

/// Which conflicts a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    #[default]
    Open,
    Decided,
    /// Decided by an ownership rule.
    ByRule,
    All,
}

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// Whether something is on its way to PEMS now.
    pub sent: bool,
    /// The conflict to decide next.
    pub next: Option<Uuid>,
}

/// The conflicts of an organisation, newest first.
#[server(prefix = "/fn", endpoint = "conflicts/list", input = GetUrl)]
pub async fn conflicts(
    organization_id: Uuid,
    shown: Shown,
    #[server(default)] field: Option<Field>,
    #[server(default)] cause: Option<ConflictCause>,
    /// From the page before.
    #[server(default)]
    after: Option<String>,
) -> Result<ConflictList, BackendError> {
    use vanguard_domain::conflict::ConflictStatus::{ResolvedAuto, ResolvedManual, Unresolved};

    use crate::backend::ConflictQuery;

    /// As many as a page shows.
    const ROWS: u32 = 100;

    let statuses = match shown {
        Shown::Open => vec![Unresolved],
        Shown::Decided => vec![ResolvedManual, ResolvedAuto],
        Shown::ByRule => vec![ResolvedAuto],
        Shown::All => Vec::new(),
    };
    let access = super::access(organization_id)?;
    let query = ConflictQuery { statuses, field, cause, cursor: after, limit: Some(ROWS) };
    super::backend()?.conflicts.list(&access, &query).await
}

/// A conflict, and what waits besides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundConflict {
    pub conflict: ConflictView,
    pub waiting: Waiting,
}

/// One conflict.
#[server(prefix = "/fn", endpoint = "conflicts/get", input = GetUrl)]
pub async fn conflict(organization_id: Uuid, conflict_id: Uuid) -> Result<FoundConflict, BackendError> {
    let access = super::access(organization_id)?;
    let port = super::backend()?.conflicts;
    let conflict = port.get(&access, conflict_id).await?;
    Ok(FoundConflict { conflict, waiting: port.waiting(&access, conflict_id).await? })
}

/// A page of the merge journal.
#[server(prefix = "/fn", endpoint = "conflicts/merges", input = GetUrl)]
pub async fn merges(organization_id: Uuid, #[server(default)] page: Page) -> Result<MergePage, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.conflicts.merges(&access, page.window()).await
}

/// Takes our side of a merge back.
#[server(prefix = "/fn", endpoint = "conflicts/undo-merge")]
pub async fn undo_merge(
    organization_id: Uuid,
    merge_id: Uuid,
    #[server(default)] back: String,
) -> Result<(), BackendError> {
    use crate::components::notice::Notice;

    let access = super::access(organization_id)?;
    super::backend()?.conflicts.undo_merge(&access, merge_id).await?;
    super::answer_page(&back, Notice::MergeUndone);
    Ok(())
}

/// Decides a conflict. A browser without scripts is led to the next one, or to the list.
#[server(prefix = "/fn", endpoint = "conflicts/decide")]
pub async fn decide_conflict(
    organization_id: Uuid,
    conflict_id: Uuid,
    /// The PEMS version that the decider saw: what came after it, nobody has decided about.
    seen_version: i64,
    resolution: Resolution,
    /// For a merge, per field: `yours`, `pems` or `own`.
    #[server(default)]
    choice: BTreeMap<String, String>,
    /// For a merge, per field: the value typed.
    #[server(default)]
    own: BTreeMap<String, String>,
) -> Result<Decided, BackendError> {
    use crate::backend::ResolveRequest;
    use crate::components::notice::Notice;
    use crate::pages::conflicts::decision;

    let access = super::access(organization_id)?;
    let port = super::backend()?.conflicts;
    let conflict = port.get(&access, conflict_id).await?;
    let mut request = decision::request(&conflict, resolution, &choice, &own)?;
    request.seen_version = Some(seen_version);
    let applied = port.resolve(&access, conflict_id, ResolveRequest::clone(&request)).await?;
    let next = port.waiting(&access, conflict_id).await?.next;
    let sent = !applied.applied_changes.is_empty();
    let list = format!("/o/{}/conflicts", access.organization().code);
    let page = next.map_or_else(|| list.clone(), |next| format!("{list}/{next}"));
    super::answer_page(&page, if sent { Notice::DecisionSent } else { Notice::DecisionDone });
    Ok(Decided { sent, next })
}
