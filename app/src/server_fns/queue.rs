//! The write queue and its dead letters.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::backend::{
    AttemptView, BackendError, CauseCount, Corrected, DeadLetterDetail, DeadLetterPage, QueueItemDetail,
    QueuePage,
};
use crate::components::pages::Page;

/// Which of a list: what the address leaves out is not asked about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Of the queue, or of the dead letters.
    #[serde(default)]
    pub status: Option<String>,
    /// The code of what went wrong.
    #[serde(default)]
    pub cause: Option<String>,
    #[serde(default)]
    pub search: Option<String>,
}

/// A failed change with its attempts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundLetter {
    pub detail: DeadLetterDetail,
    pub attempts: Vec<AttemptView>,
}

/// A page of the queue.
#[server(prefix = "/fn", endpoint = "queue/items", input = GetUrl)]
pub async fn queue_items(
    organization_id: Uuid,
    #[server(default)] filter: Filter,
    #[server(default)] page: Page,
) -> Result<QueuePage, BackendError> {
    use crate::backend::QueueQuery;

    let access = super::access(organization_id)?;
    let window = page.window();
    let query = QueueQuery {
        status: filter.status,
        error_code: filter.cause,
        search: filter.search,
        offset: Some(window.offset),
        limit: Some(window.limit),
        ..QueueQuery::default()
    };
    super::backend()?.queue.list(&access, &query).await
}

/// One write.
#[server(prefix = "/fn", endpoint = "queue/item", input = GetUrl)]
pub async fn queue_item(organization_id: Uuid, item_id: Uuid) -> Result<QueueItemDetail, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.queue.item(&access, item_id).await
}

/// Failed writes by cause.
#[server(prefix = "/fn", endpoint = "queue/causes", input = GetUrl)]
pub async fn queue_causes(organization_id: Uuid) -> Result<Vec<CauseCount>, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.queue.causes(&access).await
}

/// A page of the failed changes; without a status, those that are open.
#[server(prefix = "/fn", endpoint = "queue/letters", input = GetUrl)]
pub async fn dead_letters(
    organization_id: Uuid,
    #[server(default)] filter: Filter,
    #[server(default)] page: Page,
) -> Result<DeadLetterPage, BackendError> {
    use vanguard_domain::queue::DeadLetterStatus;

    use crate::backend::DeadLetterQuery;

    let access = super::access(organization_id)?;
    let status = filter.status.unwrap_or_else(|| DeadLetterStatus::Open.as_str().to_owned());
    let query = DeadLetterQuery {
        status: Some(status).filter(|status| status != ALL),
        error_code: filter.cause,
        search: filter.search,
    };
    super::backend()?.queue.dead_letters(&access, &query, page.window()).await
}

/// The status that stands for every one.
pub const ALL: &str = "all";

/// One failed change.
#[server(prefix = "/fn", endpoint = "queue/letter", input = GetUrl)]
pub async fn dead_letter(organization_id: Uuid, letter_id: Uuid) -> Result<FoundLetter, BackendError> {
    let access = super::access(organization_id)?;
    let port = super::backend()?.queue;
    let detail = port.dead_letter(&access, letter_id).await?;
    let attempts = port.attempts(&access, detail.letter.queue_item_id).await?;
    Ok(FoundLetter { detail, attempts })
}

/// Open failed changes by cause.
#[server(prefix = "/fn", endpoint = "queue/letter-causes", input = GetUrl)]
pub async fn letter_causes(organization_id: Uuid) -> Result<Vec<CauseCount>, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.queue.dead_letter_causes(&access).await
}

/// Sends a failed change again with other values.
#[server(prefix = "/fn", endpoint = "queue/correct")]
pub async fn correct_letter(
    organization_id: Uuid,
    letter_id: Uuid,
    /// The PEMS version that the form showed.
    seen_version: i64,
    /// Per field, what was typed.
    #[server(default)]
    value: BTreeMap<String, String>,
    #[server(default)] reason: Option<String>,
) -> Result<Corrected, BackendError> {
    use crate::backend::Correction;
    use crate::components::notice::Notice;
    use crate::pages::sync::correction;

    let access = super::access(organization_id)?;
    let changes = correction::changes(&value)?;
    let reason = reason.filter(|reason| !reason.trim().is_empty());
    let correction = Correction { changes, seen_version: Some(seen_version), reason };
    let corrected = super::backend()?.queue.correct_dead_letter(&access, letter_id, &correction).await?;
    let item = format!("/o/{}/sync/queue/{}", access.organization().code, corrected.queue_item_id);
    super::answer_page(&item, Notice::LetterCorrected);
    Ok(corrected)
}
