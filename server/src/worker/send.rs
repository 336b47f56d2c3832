//! Sending: as a batch where several items wait and PEMS takes batches, singly otherwise.

use std::collections::HashMap;

use futures::stream::{self, TryStreamExt};
use uuid::Uuid;
use vanguard_domain::delta::Operation;

use super::answer::{attempt_end, outcome};
use super::batch::{Batch, Ready};
use super::finish::Finished;
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
    stream::iter(ready.into_iter().map(Ok)).try_for_each_concurrent(AT_ONCE, |one| single(batch, one)).await
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
        Ok(_) => batch.server.observe_success().await.map(|()| true)?,
        Err(error) => batch.observe(error).await?,
    };
    let finished = finished(batch, ready, attempt_id, &result, counts).await?;
    batch.finish(&[finished]).await
}

async fn together(batch: Batch<'_>, ready: Vec<Ready>) -> Result<(), sqlx::Error> {
    let Some(begun) = begin(batch, ready).await? else { return Ok(()) };
    if begun.is_empty() {
        return Ok(());
    }
    let writes: Vec<Write> = begun.iter().map(|(ready, _)| write_of(ready)).collect();
    let answer = batch.server.connector.update_many(&writes).await;
    let observation = batch.server.observe_batch(&answer).await?;
    batch.take_note(&observation);
    let results: Vec<Result<Written, PemsError>> = match answer {
        Ok(results) => results,
        Err(error @ (PemsError::Invalid(_) | PemsError::NotFound(_) | PemsError::Conflict(_))) => {
            return refused_as_a_whole(batch, begun, &error).await;
        }
        Err(error) => begun.iter().map(|_| Err(error.clone())).collect(),
    };
    let mut all = Vec::with_capacity(begun.len());
    for ((ready, attempt_id), result) in begun.into_iter().zip(&results) {
        let counts = result.as_ref().err().is_none_or(|error| item_counts_as_retry(error, observation));
        all.push(finished(batch, ready, attempt_id, result, counts).await?);
    }
    batch.finish(&all).await
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

async fn finished(
    batch: Batch<'_>,
    ready: Ready,
    attempt_id: i64,
    result: &Result<Written, PemsError>,
    counts_as_retry: bool,
) -> Result<Finished, sqlx::Error> {
    let outcome = outcome(&batch, &ready, result, counts_as_retry).await?;
    Ok(Finished { item: ready.item, attempt: Some(attempt_end(attempt_id, result)), outcome })
}
