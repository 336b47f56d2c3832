//! Claiming items for a worker, and beginning attempts.

use std::collections::HashSet;
use std::time::Duration;

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_domain::delta::Operation;
use vanguard_domain::record::FieldMap;

use super::store;

/// An attempt that may have been applied in PEMS: its answer was lost, or never recorded.
#[derive(Debug, Clone)]
pub struct Unsettled {
    pub attempt_id: i64,
    pub version: i64,
    pub changes: FieldMap,
}

/// An item that this worker holds until its lease ends.
#[derive(Debug, Clone)]
pub struct Claimed {
    pub id: Uuid,
    pub modification_id: Uuid,
    pub job_id: Uuid,
    pub pfa_id: String,
    pub operation: Operation,
    pub payload: FieldMap,
    pub base_values: FieldMap,
    pub base_version: i64,
    pub modified_by: String,
    pub reason: Option<String>,
    pub retry_count: u16,
    pub max_retries: u16,
    /// The last try was made and its answer lost: it is read back, and not sent again.
    pub retries_spent: bool,
    /// The newest attempt of this change that has to be settled by reading back before anything is sent.
    pub unsettled: Option<Unsettled>,
}

/// The organisations that have something to send now, whoever waited longest first.
pub async fn organisations_with_work(connection: &mut PgConnection) -> Result<Vec<Uuid>, sqlx::Error> {
    store::organisations_with_work(connection).await
}

/// How long until the next item is due, if none is due now; `None` if nothing waits.
pub async fn next_due(connection: &mut PgConnection) -> Result<Option<Duration>, sqlx::Error> {
    store::next_due(connection).await
}

/// Claims up to `limit` due items under `token`: highest priority first, then oldest; never two of one record,
/// never one whose record has an earlier open item. Items whose lease has run out are claimed like new ones.
///
/// Run it in a transaction of its own: claims of one organisation wait for one another until they are committed.
/// Without that, two lanes woken by the same commit would each skip what the other one is locking, and tear into
/// two requests what fits in one batch.
pub async fn claim(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    token: Uuid,
    limit: usize,
    lease: Duration,
) -> Result<Vec<Claimed>, sqlx::Error> {
    store::lock_claims(connection, organisation_id).await?;
    store::claim(connection, organisation_id, token, i64::try_from(limit).unwrap_or(i64::MAX), lease).await
}

/// Prolongs the leases of those of `items` that are still held under `token`, and says which they are.
pub async fn renew(
    connection: &mut PgConnection,
    token: Uuid,
    lease: Duration,
    items: &[Uuid],
) -> Result<HashSet<Uuid>, sqlx::Error> {
    store::renew(connection, token, lease, items).await
}

/// Gives back what is held under `token` and was not begun: for a worker that stops.
pub async fn hand_back(
    connection: &mut PgConnection,
    token: Uuid,
    items: &[Uuid],
) -> Result<u64, sqlx::Error> {
    store::hand_back(connection, token, items).await
}

/// A request that is about to be sent for an item.
#[derive(Debug, Clone)]
pub struct Attempt {
    pub item_id: Uuid,
    pub version: i64,
    pub changes: FieldMap,
}

/// Writes the attempt rows and renews the leases; answers with the attempt id of each item that is still held.
/// Those that are missing must not be sent. The rest of the claim, which waits for its turn, is kept as well: however many
/// replicas share the rate, a worker that goes on does not lose what it holds.
pub async fn begin_attempts(
    connection: &mut PgConnection,
    token: Uuid,
    request_id: Uuid,
    lease: Duration,
    attempts: &[Attempt],
) -> Result<Vec<(Uuid, i64)>, sqlx::Error> {
    store::keep_the_rest(connection, token, lease).await?;
    store::begin_attempts(connection, token, request_id, lease, attempts).await
}
