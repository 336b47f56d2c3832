//! One page through all the layers, in one transaction: either it is taken in and the run has moved on, or neither.

use sqlx::PgPool;

use super::job::{Job, Lease, LeaseLost, PageCounts};
use super::{bronze, mirror, silver};
use crate::notify::{self, Event, EventKind};
use crate::pems::{ListPage, PemsConnector};
use mirror::Origin;

/// Takes a page in.
pub(super) async fn take_in(
    pool: &PgPool,
    job: &Job,
    lease: &Lease,
    connector: &dyn PemsConnector,
    page: ListPage,
) -> Result<Result<PageCounts, LeaseLost>, sqlx::Error> {
    let ListPage { raw, records, next_cursor, as_of } = page;
    let sorted = silver::sort(connector, records);
    let organisation_id = job.organisation_id;
    let number = job.pages + 1;
    let mut transaction = pool.begin().await?;
    if let Err(lost) = lease.hold(&mut transaction).await? {
        return Ok(Err(lost));
    }
    let page_id = bronze::keep(&mut transaction, organisation_id, job.id, number, &raw).await?;
    silver::keep(&mut transaction, organisation_id, job.id, number, page_id, &sorted).await?;
    let change = mirror::upsert(&mut transaction, organisation_id, &sorted.records, Origin::Pems).await?;
    let count = |length: usize| i32::try_from(length).unwrap_or(i32::MAX);
    let counts = PageCounts {
        read: count(sorted.records.len() + sorted.rejected.len()),
        changed: count(change.changed.len()),
        rejected: count(sorted.rejected.len()),
    };
    lease.advance(&mut transaction, next_cursor.as_deref(), as_of, counts).await?;
    if !change.changed.is_empty() {
        let event = Event::new(organisation_id, EventKind::Modification, change.changed);
        notify::publish(&mut transaction, &event).await?;
    }
    notify::publish(&mut transaction, &Event::new(organisation_id, EventKind::Sync, Vec::new())).await?;
    transaction.commit().await?;
    Ok(Ok(counts))
}
