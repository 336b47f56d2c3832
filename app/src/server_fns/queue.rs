//! The write queue and its dead letters.

#[cfg(feature = "ssr")]
use std::collections::HashMap;

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::backend::{
    AttemptView, BackendError, DeadLetterDecision, DeadLetterResult, DeadLetterView, QueueItemView,
};

/// What is on its way: in flight first, then what waits, each newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenQueue {
    pub items: Vec<QueueItemView>,
    /// How many there are, beyond those in `items`.
    pub total: i64,
}

/// A failed change that nobody has decided yet, with what it would have done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    pub letter: DeadLetterView,
    /// None: it is no longer among the newest failed items.
    pub item: Option<QueueItemView>,
}

/// The newest failures that nobody has decided yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureList {
    pub failures: Vec<Failure>,
    /// How many there are, beyond those in `failures`.
    pub total: i64,
}

/// At most `limit` in flight and `limit` waiting.
#[server(prefix = "/fn", endpoint = "queue/open", input = GetUrl)]
pub async fn open_items(organization_id: Uuid, limit: u32) -> Result<OpenQueue, BackendError> {
    use vanguard_domain::queue::QueueStatus;

    let access = super::access(organization_id)?;
    let port = super::backend()?.queue;
    let mut open = OpenQueue { items: Vec::new(), total: 0 };
    for status in [QueueStatus::Processing, QueueStatus::Pending] {
        let page = port.list(&access, &in_status(status, limit)).await?;
        open.total += page.total;
        for item in page.items {
            match open.items.iter_mut().find(|other| other.id == item.id) {
                // It went back to waiting between the two questions: where it stands now counts.
                Some(before) => {
                    *before = item;
                    open.total -= 1;
                }
                None => open.items.push(item),
            }
        }
    }
    Ok(open)
}

/// The newest failures that are open.
#[server(prefix = "/fn", endpoint = "queue/failures", input = GetUrl)]
pub async fn open_failures(organization_id: Uuid) -> Result<FailureList, BackendError> {
    use crate::backend::Window;
    use vanguard_domain::queue::{DeadLetterStatus, QueueStatus};

    let access = super::access(organization_id)?;
    let port = super::backend()?.queue;
    let open = port.dead_letters(&access, Some(DeadLetterStatus::Open.as_str()), Window::START).await?;
    if open.dead_letters.is_empty() {
        return Ok(FailureList { failures: Vec::new(), total: open.total });
    }
    let failed = port.list(&access, &in_status(QueueStatus::Failed, 1_000)).await?;
    let mut items: HashMap<Uuid, QueueItemView> =
        failed.items.into_iter().map(|item| (item.id, item)).collect();
    let failures = open
        .dead_letters
        .into_iter()
        .map(|letter| Failure { item: items.remove(&letter.queue_item_id), letter })
        .collect();
    Ok(FailureList { failures, total: open.total })
}

#[cfg(feature = "ssr")]
fn in_status(status: vanguard_domain::queue::QueueStatus, limit: u32) -> crate::backend::QueueQuery {
    crate::backend::QueueQuery {
        status: Some(status.as_str().to_owned()),
        limit: Some(limit),
        ..Default::default()
    }
}

/// The requests that were made for an item.
#[server(prefix = "/fn", endpoint = "queue/attempts", input = GetUrl)]
pub async fn queue_attempts(organization_id: Uuid, item_id: Uuid) -> Result<Vec<AttemptView>, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.queue.attempts(&access, item_id).await
}

/// Takes a waiting item back.
#[server(prefix = "/fn", endpoint = "queue/cancel")]
pub async fn cancel_item(
    organization_id: Uuid,
    item_id: Uuid,
    #[server(default)] back: String,
) -> Result<(), BackendError> {
    use crate::components::notice::Notice;

    let access = super::access(organization_id)?;
    super::backend()?.queue.cancel(&access, item_id).await?;
    super::answer_page(&back, Notice::ItemCancelled);
    Ok(())
}

/// Tries a waiting item at once.
#[server(prefix = "/fn", endpoint = "queue/retry")]
pub async fn retry_item(
    organization_id: Uuid,
    item_id: Uuid,
    #[server(default)] back: String,
) -> Result<(), BackendError> {
    use crate::components::notice::Notice;

    let access = super::access(organization_id)?;
    super::backend()?.queue.retry(&access, item_id).await?;
    super::answer_page(&back, Notice::ItemRetried);
    Ok(())
}

/// Puts failed changes into the queue again, or gives them up: one, or all that are open.
#[server(prefix = "/fn", endpoint = "queue/decide")]
pub async fn decide_dead_letters(
    organization_id: Uuid,
    decision: DeadLetterDecision,
    #[server(default)] letter_id: Option<Uuid>,
    #[server(default)] back: String,
) -> Result<DeadLetterResult, BackendError> {
    use crate::backend::DeadLetterSelection;
    use crate::components::notice::Notice;

    let access = super::access(organization_id)?;
    let selection = DeadLetterSelection { ids: letter_id.map(|id| vec![id]), error_code: None };
    let result = super::backend()?.queue.decide_dead_letters(&access, decision, &selection, false).await?;
    if result.matched == 0 {
        return Err(BackendError::wrong_state("This has been decided already."));
    }
    if !result.refused.is_empty() && super::wants_page() {
        // A page that says "done" would hide them.
        let refused = result.refused.join(" ");
        let message =
            format!("{} of {} are in the queue again. Not sent: {refused}", result.done, result.matched);
        return Err(BackendError::wrong_state(message));
    }
    let notice = match decision {
        DeadLetterDecision::Reprocess => Notice::LettersReprocessed,
        DeadLetterDecision::Discard => Notice::LettersDiscarded,
    };
    super::answer_page(&back, notice);
    Ok(result)
}
