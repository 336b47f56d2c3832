//! Sending: as a batch where several items wait and PEMS takes batches, singly otherwise.

use std::collections::{HashMap, VecDeque};

use futures::stream::{self, StreamExt};
use uuid::Uuid;
use vanguard_domain::delta::Operation;

use super::answer::{attempt_end, finished};
use super::batch::{Batch, Ready};
use super::finish::persisted;
use crate::audit::{self, AuditEvent, EventType};
use crate::pems::{PemsError, Write, Written, item_counts_as_retry};
use crate::queue::{self, Attempt};

/// Single requests of one lane that are under way at the same time: with four lanes enough to use up ten
/// requests a second at 1.6 s each.
const AT_ONCE: usize = 4;

pub(super) async fn send(batch: Batch<'_>, ready: Vec<Ready>) -> Result<(), sqlx::Error> {
    let max_batch = batch.server.connector.capabilities().max_batch;
    if max_batch <= 1 || ready.len() == 1 {
        return singly(batch, ready).await;
    }
    for chunk in ready.chunks(max_batch) {
        together(batch, chunk.to_vec()).await?;
    }
    Ok(())
}

async fn singly(batch: Batch<'_>, ready: Vec<Ready>) -> Result<(), sqlx::Error> {
    // An error of one must not cut off the others, whose requests are under way.
    let ended: Vec<Result<(), sqlx::Error>> =
        stream::iter(ready).map(|one| single(batch, one)).buffer_unordered(AT_ONCE).collect().await;
    ended.into_iter().collect()
}

async fn single(batch: Batch<'_>, ready: Ready) -> Result<(), sqlx::Error> {
    let Some(mut begun) = begin(batch, vec![ready]).await? else { return Ok(()) };
    let Some((ready, attempt_id)) = begun.pop() else { return Ok(()) };
    let write = write_of(&ready);
    let result = match write.operation {
        Operation::Update => batch.server.connector.update(&write).await,
        Operation::Delete => batch.server.connector.discontinue(&write).await,
    };
    let counts = match &result {
        Ok(_) => persisted("a success of PEMS", || batch.server.observe_success()).await.map(|()| true)?,
        Err(error) => batch.observe(error).await?,
    };
    let finished = finished(&batch, ready, attempt_id, &result, counts).await?;
    batch.finish(&[finished]).await
}

async fn together(batch: Batch<'_>, ready: Vec<Ready>) -> Result<(), sqlx::Error> {
    let Some(begun) = begin(batch, ready).await? else { return Ok(()) };
    if begun.is_empty() {
        return Ok(());
    }
    let writes: Vec<Write> = begun.iter().map(|(ready, _)| write_of(ready)).collect();
    let answer = batch.server.connector.update_many(&writes).await;
    let observation = persisted("the answer of PEMS", || batch.server.observe_batch(&answer)).await?;
    batch.take_note(&observation);
    let results: Vec<Result<Written, PemsError>> = match answer {
        Ok(results) => results,
        Err(error @ (PemsError::Invalid(_) | PemsError::NotFound(_) | PemsError::Conflict(_))) => {
            return refused_as_a_whole(batch, begun, &error).await;
        }
        Err(error) => begun.iter().map(|_| Err(error.clone())).collect(),
    };
    // What PEMS has decided is recorded before anything else is asked.
    let (mut decided, mut disputed) = (Vec::with_capacity(begun.len()), VecDeque::new());
    for ((ready, attempt_id), result) in begun.into_iter().zip(results) {
        if matches!(result, Err(PemsError::Conflict(_))) {
            disputed.push_back((ready, attempt_id, result));
        } else {
            let counts = result.as_ref().err().is_none_or(|error| item_counts_as_retry(error, observation));
            decided.push(finished(&batch, ready, attempt_id, &result, counts).await?);
        }
    }
    batch.finish(&decided).await?;
    look_again(batch, disputed).await
}

/// Items that met a newer version: each is read back, one request an item, with the leases of the rest renewed.
async fn look_again(
    batch: Batch<'_>,
    mut disputed: VecDeque<(Ready, i64, Result<Written, PemsError>)>,
) -> Result<(), sqlx::Error> {
    while !disputed.is_empty() {
        let held = batch.renew(disputed.iter().map(|(ready, ..)| &ready.item)).await?;
        disputed.retain(|(ready, ..)| held.contains(&ready.item.id));
        let Some((ready, attempt_id, result)) = disputed.pop_front() else { break };
        let finished = finished(&batch, ready, attempt_id, &result, true).await?;
        batch.finish(&[finished]).await?;
    }
    Ok(())
}

/// PEMS refused the request before looking at its items, so none was applied: one of them may be at fault for
/// all. Sent singly, only that one fails.
async fn refused_as_a_whole(
    batch: Batch<'_>,
    begun: Vec<(Ready, i64)>,
    error: &PemsError,
) -> Result<(), sqlx::Error> {
    tracing::warn!(%error, items = begun.len(), "a batch was refused as a whole; sending its items singly");
    let mut tx = batch.worker.pool.begin().await?;
    let ids: Vec<Uuid> = begun.iter().map(|(ready, _)| ready.item.id).collect();
    let held = queue::hold(&mut tx, batch.token, &ids).await?;
    let refused = Err(error.clone());
    let (mut ends, mut ready) = (Vec::new(), Vec::new());
    for (one, attempt_id) in begun {
        if held.contains(&one.item.id) {
            ends.push(attempt_end(attempt_id, &refused));
            ready.push(one);
        }
    }
    queue::finish_attempts(&mut tx, &ends).await?;
    let events: Vec<AuditEvent> = ready
        .iter()
        .map(|one| {
            AuditEvent::by_system(EventType::WriteRefused)
                .record(&one.item.pfa_id)
                .modification(one.item.modification_id)
                .after(one.changes.to_json())
                .response(Some(error.answer().to_json()))
                .outcome("batch_refused")
        })
        .collect();
    audit::append(&mut tx, batch.organisation_id, &events).await?;
    tx.commit().await?;
    singly(batch, ready).await
}

/// Waits for its share of the rate budget, then writes the attempts. `None` if the process is to stop: the
/// items are handed back.
async fn begin(batch: Batch<'_>, ready: Vec<Ready>) -> Result<Option<Vec<(Ready, i64)>>, sqlx::Error> {
    if !batch.may_ask().await? {
        let items: Vec<_> = ready.into_iter().map(|one| one.item).collect();
        batch.hand_back(&items).await?;
        return Ok(None);
    }
    let attempts: Vec<Attempt> = ready
        .iter()
        .map(|one| Attempt { item_id: one.item.id, version: one.version, changes: one.changes.clone() })
        .collect();
    let mut tx = batch.worker.pool.begin().await?;
    let lease = batch.worker.settings.lease;
    let begun: HashMap<Uuid, i64> =
        queue::begin_attempts(&mut tx, batch.token, Uuid::new_v4(), lease, &attempts)
            .await?
            .into_iter()
            .collect();
    let ready: Vec<(Ready, i64)> = ready
        .into_iter()
        .filter_map(|one| begun.get(&one.item.id).map(|attempt_id| (one, *attempt_id)))
        .collect();
    let events: Vec<AuditEvent> = ready
        .iter()
        .map(|(one, _)| {
            AuditEvent::by_system(EventType::WriteAttempted)
                .record(&one.item.pfa_id)
                .modification(one.item.modification_id)
                .before(serde_json::json!({ "version": one.version }))
                .after(one.changes.to_json())
        })
        .collect();
    batch.announce(&mut tx, ready.iter().map(|(one, _)| &one.item)).await?;
    audit::append(&mut tx, batch.organisation_id, &events).await?;
    tx.commit().await?;
    Ok(Some(ready))
}

fn write_of(ready: &Ready) -> Write {
    Write {
        pfa_id: ready.item.pfa_id.clone(),
        operation: ready.item.operation,
        changes: ready.changes.clone(),
        version: ready.version,
        modified_by: ready.item.modified_by.clone(),
        reason: ready.item.reason.clone().unwrap_or_else(|| "Changed in Vanguard".to_owned()),
    }
}
