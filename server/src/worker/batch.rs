//! Processing what one claim brought: settle, plan, record what needs no sending, send the rest.

use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_domain::record::{FieldMap, PfaRecord};

use super::finish::{Finished, Outcome, persisted};
use super::plan::{Plan, found_conflict, found_merge, plan};
use super::{Worker, send, store};
use crate::audit::{self, AuditEvent, EventType};
use crate::conflict;
use crate::pems::limiter::NoSlot;
use crate::pems::{Observation, PemsError, PemsServer};
use crate::queue::{self, Claimed};
use crate::records::mirror_records;

/// Items that one lane claims at a time where PEMS takes single requests only: as many as the rate lets out
/// within a few seconds, so that other lanes and replicas find work too.
const SINGLE_CLAIM: usize = 20;

pub(super) fn claim_limit(worker: &Worker, server: &PemsServer) -> usize {
    let max_batch = server.connector.capabilities().max_batch;
    if max_batch > 1 {
        worker.settings.batch_size.min(max_batch)
    } else {
        worker.settings.batch_size.min(SINGLE_CLAIM)
    }
}

/// One claim of one organisation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Batch<'a> {
    pub(super) worker: &'a Worker,
    pub(super) server: &'a PemsServer,
    pub(super) organisation_id: Uuid,
    /// The lease.
    pub(super) token: Uuid,
    /// Set once the breaker opened or the server was paused: nothing more is sent.
    pub(super) closed: &'a AtomicBool,
}

/// An item that is ready to be sent.
#[derive(Debug, Clone)]
pub(super) struct Ready {
    pub(super) item: Claimed,
    /// The record that it is sent against.
    pub(super) record: PfaRecord,
    pub(super) changes: FieldMap,
    pub(super) version: i64,
}

impl Batch<'_> {
    /// What can be sent goes first; what has to be read back, one request an item, does not hold it up.
    pub(super) async fn process(self, claimed: Vec<Claimed>) -> Result<(), sqlx::Error> {
        let (unsettled, clear): (Vec<_>, Vec<_>) =
            claimed.into_iter().partition(|item| item.unsettled.is_some());
        self.plan_and_send(clear).await?;
        self.settle(unsettled).await
    }

    /// Plans settled items, records what needs no sending, and sends the rest.
    pub(super) async fn plan_and_send(self, items: Vec<Claimed>) -> Result<(), sqlx::Error> {
        if items.is_empty() {
            return Ok(());
        }
        let ids: Vec<String> = items.iter().map(|item| item.pfa_id.clone()).collect();
        let mut records = {
            let mut connection = self.worker.pool.acquire().await?;
            mirror_records(&mut connection, self.organisation_id, &ids).await?
        };
        let (mut ready, mut finished) = (Vec::with_capacity(items.len()), Vec::new());
        for item in items {
            let Some(record) = records.remove(&item.pfa_id) else {
                // The foreign key of modifications makes this impossible; better a clear error than a silent skip.
                return Err(sqlx::Error::Protocol(format!("{} is not in the mirror", item.pfa_id)));
            };
            let plan = self.ruled(&item, &record, plan(&item, &record)).await?;
            match plan {
                Plan::Send { changes, version } => ready.push(Ready { item, record, changes, version }),
                Plan::Rebase { changes, version } => {
                    if self.rebase(&item, &record, &changes).await? {
                        ready.push(Ready { item, record, changes, version });
                    }
                }
                Plan::Ruled(found) if found.ruling.change.is_empty() => {
                    finished.push(Finished { item, attempts: Vec::new(), outcome: Outcome::GivenUp(found) });
                }
                Plan::Ruled(found) => {
                    if self.carry_out(&item, &record, &found).await? {
                        let (changes, version) = (found.ruling.change, record.version);
                        ready.push(Ready { item, record, changes, version });
                    }
                }
                Plan::PartlyRuled(ruling, conflict) => {
                    let outcome = Outcome::Conflict(conflict, Some(ruling));
                    finished.push(Finished { item, attempts: Vec::new(), outcome });
                }
                Plan::AlreadyThere => {
                    finished.push(Finished {
                        item,
                        attempts: Vec::new(),
                        outcome: Outcome::AlreadyThere { record },
                    });
                }
                Plan::Conflict { cause, fields, undisputed, errors } => {
                    let found = found_conflict(&item, &record, cause, fields, undisputed, errors);
                    finished.push(Finished {
                        item,
                        attempts: Vec::new(),
                        outcome: Outcome::Conflict(Box::new(found), None),
                    });
                }
            }
        }
        self.finish(&finished).await?;
        send::send(self, ready).await
    }

    /// Records the merge before anything is sent. False if the lease was lost.
    async fn rebase(
        &self,
        item: &Claimed,
        record: &PfaRecord,
        changes: &FieldMap,
    ) -> Result<bool, sqlx::Error> {
        let mut tx = self.worker.pool.begin().await?;
        if queue::hold(&mut tx, self.token, &[item.id]).await?.is_empty() {
            return Ok(false);
        }
        let base_values = record.fields.values_of(changes.fields());
        queue::rebase(&mut tx, item.id, changes, &base_values, record.version).await?;
        self.journal_merge(&mut tx, item, record, changes).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// A merge with somebody in PEMS is journaled. Following a change of our own is not a merge: that is what
    /// commit order means.
    async fn journal_merge(
        &self,
        connection: &mut PgConnection,
        item: &Claimed,
        record: &PfaRecord,
        changes: &FieldMap,
    ) -> Result<(), sqlx::Error> {
        let between =
            store::base_of_merge(connection, self.organisation_id, &item.pfa_id, item.base_version).await?;
        let Some(base) = between else { return Ok(()) };
        let merge = found_merge(item, record, &base, changes);
        conflict::record_merges(connection, self.organisation_id, std::slice::from_ref(&merge)).await?;
        let event = AuditEvent::by_system(EventType::MergeApplied)
            .record(&item.pfa_id)
            .modification(item.modification_id)
            .before(merge.theirs.to_json())
            .after(merge.ours.to_json());
        audit::append(connection, self.organisation_id, &[event]).await
    }

    /// Waits for a share of the rate budget. False if nothing more is to be sent: the process is to stop, the API
    /// server was removed or proved to be unwell, or the next share is too far off to hold a lane for.
    pub(super) async fn may_ask(&self) -> Result<bool, sqlx::Error> {
        if self.closed.load(Ordering::Relaxed) {
            return Ok(false);
        }
        match self.server.limiter.acquire_within(self.worker.patience(), &self.worker.shutdown).await {
            Ok(()) => Ok(!self.worker.shutdown.is_cancelled() && !self.closed.load(Ordering::Relaxed)),
            Err(NoSlot::Cancelled | NoSlot::NoBudget | NoSlot::TooFar) => Ok(false),
            Err(NoSlot::Database(error)) => Err(error),
        }
    }

    /// Does the bookkeeping of a failure; answers with whether it uses up a retry.
    pub(super) async fn observe(&self, error: &PemsError) -> Result<bool, sqlx::Error> {
        let observation = persisted("a failure of PEMS", || self.server.observe(error)).await?;
        self.take_note(&observation);
        Ok(observation.counts_as_retry)
    }

    /// Stops sending if the server is unwell.
    pub(super) fn take_note(&self, observation: &Observation) {
        if observation.paused || observation.hold_until.is_some() {
            self.closed.store(true, Ordering::Relaxed);
        }
    }

    /// Gives back items that were not begun.
    pub(super) async fn hand_back(&self, items: &[Claimed]) -> Result<(), sqlx::Error> {
        let ids: Vec<Uuid> = items.iter().map(|item| item.id).collect();
        let mut connection = self.worker.pool.acquire().await?;
        let returned = queue::hand_back(&mut connection, self.token, &ids).await?;
        tracing::info!(returned, "handed back what was not begun");
        Ok(())
    }
}
