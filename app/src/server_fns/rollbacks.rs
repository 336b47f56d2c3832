//! Rollbacks: previewed, asked for, decided, followed.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::server_fn::codec::{GetUrl, Json};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::backend::{
    BackendError, Overwrites, RollbackDetail, RollbackPage, RollbackPreview, RollbackTarget,
};
use crate::components::pages::Page;

/// Which rollbacks a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shown {
    /// What waits for approval, and what is on its way.
    #[default]
    Open,
    /// Carried out, as far as that went.
    Done,
    /// Refused or cancelled.
    Declined,
    All,
}

/// A page of the rollbacks of an organisation, newest first.
#[server(prefix = "/fn", endpoint = "rollbacks/list", input = GetUrl)]
pub async fn rollbacks(
    organization_id: Uuid,
    shown: Shown,
    #[server(default)] page: Page,
) -> Result<RollbackPage, BackendError> {
    use vanguard_domain::rollback::RollbackStatus as S;

    let statuses: &[S] = match shown {
        Shown::Open => &[S::Requested, S::Running],
        Shown::Done => &[S::Completed, S::Partly, S::Failed],
        Shown::Declined => &[S::Rejected, S::Cancelled],
        Shown::All => &[],
    };
    let access = super::access(organization_id)?;
    super::backend()?.rollbacks.list(&access, statuses, page.window()).await
}

/// One rollback.
#[server(prefix = "/fn", endpoint = "rollbacks/get", input = GetUrl)]
pub async fn rollback(organization_id: Uuid, rollback_id: Uuid) -> Result<RollbackDetail, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.rollbacks.get(&access, rollback_id).await
}

/// What a rollback would do, with these choices.
#[server(prefix = "/fn", endpoint = "rollbacks/preview", input = Json)]
pub async fn preview_rollback(
    organization_id: Uuid,
    target: RollbackTarget,
    overwrite: Overwrites,
) -> Result<RollbackPreview, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.rollbacks.preview(&access, &target, &overwrite).await
}

/// Asks for approval. A browser without scripts is led to the rollback's page.
#[server(prefix = "/fn", endpoint = "rollbacks/ask")]
#[allow(clippy::too_many_arguments, reason = "a plain form's fields")]
pub async fn ask_for_rollback(
    organization_id: Uuid,
    #[server(default)] job: Option<Uuid>,
    #[server(default)] record: Option<String>,
    #[server(default)] version: Option<i64>,
    /// The preview without any choice, as it was seen.
    #[server(default)]
    seen: Option<String>,
    /// By any number: a field's name and its record, with a space between.
    #[server(default)]
    overwrite: BTreeMap<String, String>,
    #[server(default)] reason: String,
) -> Result<Uuid, BackendError> {
    use crate::backend::{RollbackRequest, TargetFields};
    use crate::components::notice::Notice;
    use crate::pages::rollbacks::choices;

    let access = super::access(organization_id)?;
    let port = super::backend()?.rollbacks;
    let target = TargetFields { job_id: job, pfa_id: record, to_version: version };
    let target = RollbackTarget::try_from(target)
        .map_err(|error| BackendError::field("target", "unclear", error.to_string()))?;
    let overwrite = choices::read(overwrite.values())?;
    let now = port.preview(&access, &target, &Overwrites::new()).await?;
    if now.preview_hash != seen {
        return Err(BackendError::wrong_state(
            "The records moved since you saw the preview, so nothing was asked for. Look at it again.",
        ));
    }
    let request = RollbackRequest { target, overwrite, reason, preview_hash: None };
    let id = port.request(&access, request).await?.rollback.id;
    let page = format!("/o/{}/rollbacks/{id}", access.organization().code);
    super::answer_page(&page, Notice::RollbackRequested);
    Ok(id)
}

/// Approves a rollback: what was seen is sent on its way.
#[server(prefix = "/fn", endpoint = "rollbacks/approve")]
pub async fn approve_rollback(
    organization_id: Uuid,
    rollback_id: Uuid,
    preview_hash: String,
) -> Result<(), BackendError> {
    use crate::components::notice::Notice;

    let access = super::access(organization_id)?;
    super::backend()?.rollbacks.approve(&access, rollback_id, &preview_hash).await?;
    let page = format!("/o/{}/rollbacks/{rollback_id}", access.organization().code);
    super::answer_page(&page, Notice::RollbackApproved);
    Ok(())
}

/// Refuses a rollback.
#[server(prefix = "/fn", endpoint = "rollbacks/refuse")]
pub async fn refuse_rollback(
    organization_id: Uuid,
    rollback_id: Uuid,
    #[server(default)] reason: String,
) -> Result<(), BackendError> {
    use crate::components::notice::Notice;

    let access = super::access(organization_id)?;
    super::backend()?.rollbacks.reject(&access, rollback_id, &reason).await?;
    let page = format!("/o/{}/rollbacks/{rollback_id}", access.organization().code);
    super::answer_page(&page, Notice::RollbackRejected);
    Ok(())
}

/// Takes a request back.
#[server(prefix = "/fn", endpoint = "rollbacks/cancel")]
pub async fn cancel_rollback(organization_id: Uuid, rollback_id: Uuid) -> Result<(), BackendError> {
    use crate::components::notice::Notice;

    let access = super::access(organization_id)?;
    super::backend()?.rollbacks.cancel(&access, rollback_id).await?;
    let page = format!("/o/{}/rollbacks/{rollback_id}", access.organization().code);
    super::answer_page(&page, Notice::RollbackCancelled);
    Ok(())
}
