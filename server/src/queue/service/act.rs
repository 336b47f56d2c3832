//! What people do with queue items: take back what waits, try again what waits or failed; one, or all that match.

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::{
    Access, BackendError, DeadLetterDecision, DeadLetterSelection, QueueAction, QueueActionResult,
    QueueSelection, Refusal,
};
use vanguard_domain::modification::Step;
use vanguard_domain::permission::Permission;

use super::store::{self, ItemState};
use super::{QueueService, dead_letter};
use crate::audit::{self, AuditEvent, EventType};
use crate::internal::OrInternal;
use crate::notify::{self, Event, EventKind};

/// One call looks at so many items: as many as a commit may hold.
const MOST: i64 = 5_000;
/// So many are decided in a transaction: workers do not wait for more.
const AT_ONCE: usize = 500;

/// One item: whatever is refused is an error.
pub(super) async fn on_one(
    service: &QueueService,
    access: &Access,
    action: QueueAction,
    item_id: Uuid,
) -> Result<(), BackendError> {
    access.require(Permission::Sync)?;
    let (done, refused) = on_some(service, access, action, &[item_id]).await?;
    match (done.first(), refused.into_iter().next()) {
        (Some(_), _) => Ok(()),
        (None, Some(refusal)) => Err(BackendError::wrong_state(refusal.reason)),
        (None, None) => Err(BackendError::not_found("queue item")),
    }
}

/// All of a selection whose state allows it; with `dry_run` only says which.
pub(super) async fn on_many(
    service: &QueueService,
    access: &Access,
    action: QueueAction,
    selection: &QueueSelection,
    dry_run: bool,
) -> Result<QueueActionResult, BackendError> {
    let mut connection = service.pool().acquire().await.or_internal()?;
    let matching = store::matching(&mut connection, access, selection, MOST).await.or_internal()?;
    let (mut ids, mut refused) = (Vec::new(), Vec::new());
    if dry_run {
        let states = store::item_states(&mut connection, access, &matching.ids, false).await.or_internal()?;
        let (able, unable) = sorted(action, states);
        ids = able.into_iter().map(|item| item.id).collect();
        refused = unable;
    } else {
        drop(connection);
        for some in matching.ids.chunks(AT_ONCE) {
            let (done, unable) = on_some(service, access, action, some).await?;
            ids.extend(done);
            refused.extend(unable);
        }
    }
    let done = if dry_run { 0 } else { i64::try_from(ids.len()).unwrap_or(i64::MAX) };
    Ok(QueueActionResult { success: refused.is_empty(), matched: matching.total, done, ids, refused })
}

/// Those to which it can be done, and why not to the others.
fn sorted(action: QueueAction, states: Vec<ItemState>) -> (Vec<ItemState>, Vec<Refusal>) {
    let (mut able, mut refused) = (Vec::new(), Vec::new());
    for item in states {
        let why_not = match action {
            QueueAction::Cancel => item.status.why_not_cancelled(item.is_unsettled),
            QueueAction::Retry => item.status.why_not_retried(item.open_letter.is_some()),
        };
        match why_not {
            None => able.push(item),
            Some(reason) => refused.push(Refusal { id: item.id, pfa_id: item.pfa_id, reason }),
        }
    }
    (able, refused)
}

/// Does it in one transaction; answers with those that it was done to.
async fn on_some(
    service: &QueueService,
    access: &Access,
    action: QueueAction,
    ids: &[Uuid],
) -> Result<(Vec<Uuid>, Vec<Refusal>), BackendError> {
    let mut tx = service.pool().begin().await.or_internal()?;
    let states = store::item_states(&mut tx, access, ids, true).await.or_internal()?;
    let (able, refused) = sorted(action, states);
    if able.is_empty() {
        return Ok((Vec::new(), refused));
    }
    match action {
        QueueAction::Cancel => {
            cancel(&mut tx, access, &able).await?;
            tx.commit().await.or_internal()?;
            Ok((able.into_iter().map(|item| item.id).collect(), refused))
        }
        QueueAction::Retry => {
            let (failed, waiting): (Vec<ItemState>, Vec<ItemState>) =
                able.into_iter().partition(|item| item.open_letter.is_some());
            let mut done: Vec<Uuid> = waiting.iter().map(|item| item.id).collect();
            store::hurry(&mut tx, access, &done).await.or_internal()?;
            notify::wake_worker(&mut tx, access.organization_id()).await.or_internal()?;
            tx.commit().await.or_internal()?;
            let (again, unfit) = reprocess(service, access, &failed).await?;
            done.extend(again);
            Ok((done, refused.into_iter().chain(unfit).collect()))
        }
    }
}

async fn cancel(
    connection: &mut PgConnection,
    access: &Access,
    items: &[ItemState],
) -> Result<(), BackendError> {
    let ids: Vec<Uuid> = items.iter().map(|item| item.id).collect();
    let modifications: Vec<Uuid> = items.iter().map(|item| item.modification_id).collect();
    store::cancel(connection, access, &ids).await.or_internal()?;
    store::move_modifications(connection, access, &modifications, Step::Discard).await.or_internal()?;
    let touched: Vec<String> = items.iter().map(|item| item.pfa_id.clone()).collect();
    for kind in [EventKind::Modification, EventKind::Queue] {
        let event = Event::new(access.organization_id(), kind, touched.clone());
        notify::publish(connection, &event).await.or_internal()?;
    }
    // A rollback that this change was the last one of has ended with it.
    notify::wake_worker(connection, access.organization_id()).await.or_internal()?;
    let events: Vec<AuditEvent> = items
        .iter()
        .map(|item| {
            AuditEvent::by(EventType::WriteCancelled, access)
                .record(&item.pfa_id)
                .modification(item.modification_id)
                .before(item.payload.clone())
        })
        .collect();
    audit::append(connection, access.organization_id(), &events).await.or_internal()
}

/// Sends failed items again by their dead letters; what is told is told of the items.
async fn reprocess(
    service: &QueueService,
    access: &Access,
    failed: &[ItemState],
) -> Result<(Vec<Uuid>, Vec<Refusal>), BackendError> {
    let letters: Vec<Uuid> = failed.iter().filter_map(|item| item.open_letter).collect();
    if letters.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let selection = DeadLetterSelection { ids: Some(letters), ..DeadLetterSelection::default() };
    let decided =
        dead_letter::decide(service, access, DeadLetterDecision::Reprocess, &selection, false).await?;
    let item_of = |letter: Uuid| failed.iter().find(|item| item.open_letter == Some(letter));
    let done = decided.ids.iter().filter_map(|letter| Some(item_of(*letter)?.id)).collect();
    let refused = decided
        .refused
        .into_iter()
        .map(|refusal| Refusal { id: item_of(refusal.id).map_or(refusal.id, |item| item.id), ..refusal })
        .collect();
    Ok((done, refused))
}
