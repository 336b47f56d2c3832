//! What is done with writes of the queue and with failed changes, one or many: what it would come to, and doing it.

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::queue::Filter;
use crate::backend::{BackendError, Refusal};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WriteAct {
    /// Takes waiting writes back.
    CancelItems,
    /// Tries waiting writes at once, and failed ones again.
    RetryItems,
    /// Sends failed changes again.
    RetryLetters,
    /// Gives failed changes up.
    DiscardLetters,
}

impl WriteAct {
    /// The name in forms.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CancelItems => "cancel-items",
            Self::RetryItems => "retry-items",
            Self::RetryLetters => "retry-letters",
            Self::DiscardLetters => "discard-letters",
        }
    }
}

/// What it would come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WritesPreview {
    /// How many are selected; more than were looked at if there are more than one call takes.
    pub total: i64,
    /// Those to which it can be done.
    pub ready: Vec<Uuid>,
    pub refused: Vec<Refusal>,
}

/// What it came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WritesOutcome {
    pub act: WriteAct,
    pub done: i64,
    pub refused: Vec<Refusal>,
}

/// What would come of it; changes nothing.
#[server(prefix = "/fn", endpoint = "queue/preview-many", input = GetUrl)]
pub async fn preview_writes(
    organization_id: Uuid,
    act: WriteAct,
    #[server(default)] filter: Filter,
    /// Only these, separated by spaces; without it, all that match.
    #[server(default)]
    ids: Option<String>,
) -> Result<WritesPreview, BackendError> {
    let access = super::access(organization_id)?;
    let ids = ids.map(|ids| read_ids(&ids)).transpose()?;
    carry_out(&access, act, filter, ids, true).await.map(|(total, ready, refused)| WritesPreview {
        total,
        ready,
        refused,
    })
}

/// Does it to those that were looked at, as far as their state still allows it.
#[server(prefix = "/fn", endpoint = "queue/decide-many")]
pub async fn decide_writes(
    organization_id: Uuid,
    act: WriteAct,
    /// Separated by spaces.
    ids: String,
    #[server(default)] back: String,
) -> Result<WritesOutcome, BackendError> {
    use crate::components::notice::Notice;

    let access = super::access(organization_id)?;
    let ids = read_ids(&ids)?;
    let (_, done, refused) = carry_out(&access, act, Filter::default(), Some(ids), false).await?;
    let done = i64::try_from(done.len()).unwrap_or(i64::MAX);
    if done == 0 && refused.is_empty() {
        return Err(BackendError::wrong_state("This has been decided already."));
    }
    if super::wants_page() && !refused.is_empty() {
        // A page that says "done" would hide them.
        return Err(BackendError::wrong_state(told_without_scripts(done, &refused)));
    }
    let notice = match act {
        WriteAct::CancelItems => Notice::ItemCancelled,
        WriteAct::RetryItems => Notice::ItemRetried,
        WriteAct::RetryLetters => Notice::LettersReprocessed,
        WriteAct::DiscardLetters => Notice::LettersDiscarded,
    };
    super::answer_page(&back, notice);
    Ok(WritesOutcome { act, done, refused })
}

/// How many match, those that it is done to, and those that it is not done to.
#[cfg(feature = "ssr")]
async fn carry_out(
    access: &crate::backend::Access,
    act: WriteAct,
    filter: Filter,
    ids: Option<Vec<Uuid>>,
    dry_run: bool,
) -> Result<(i64, Vec<Uuid>, Vec<Refusal>), BackendError> {
    use crate::backend::{DeadLetterDecision, DeadLetterSelection, QueueAction, QueueQuery, QueueSelection};

    let port = super::backend()?.queue;
    match act {
        WriteAct::CancelItems | WriteAct::RetryItems => {
            let action = if act == WriteAct::CancelItems { QueueAction::Cancel } else { QueueAction::Retry };
            let filter = if ids.is_some() { Filter::default() } else { filter };
            let filter = QueueQuery {
                status: filter.status,
                error_code: filter.cause,
                search: filter.search,
                ..QueueQuery::default()
            };
            let result = port.act(access, action, &QueueSelection { ids, filter }, dry_run).await?;
            Ok((result.matched, result.ids, result.refused))
        }
        WriteAct::RetryLetters | WriteAct::DiscardLetters => {
            let decision = if act == WriteAct::RetryLetters {
                DeadLetterDecision::Reprocess
            } else {
                DeadLetterDecision::Discard
            };
            let filter = if ids.is_some() { Filter::default() } else { filter };
            let selection = DeadLetterSelection { ids, error_code: filter.cause, search: filter.search };
            let result = port.decide_dead_letters(access, decision, &selection, dry_run).await?;
            Ok((result.matched, result.ids, result.refused))
        }
    }
}

#[cfg(feature = "ssr")]
fn told_without_scripts(done: i64, refused: &[Refusal]) -> String {
    if let ([one], 0) = (refused, done) {
        return format!("{}: {}", one.pfa_id, one.reason);
    }
    let reasons: Vec<String> =
        refused.iter().take(20).map(|one| format!("{}: {}", one.pfa_id, one.reason)).collect();
    format!("Done: {done}. Not done, and left as they were: {}. {}", refused.len(), reasons.join(" "))
}

#[cfg(feature = "ssr")]
fn read_ids(text: &str) -> Result<Vec<Uuid>, BackendError> {
    let id = |text: &str| {
        text.parse().map_err(|_| BackendError::field("ids", "malformed", "This is no id of a change."))
    };
    text.split_whitespace().map(id).collect()
}

/// Ids as [`decide_writes`] reads them.
pub fn as_text(ids: &[Uuid]) -> String {
    ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(" ")
}
