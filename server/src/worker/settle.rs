//! Settling attempts whose outcome is unknown, by reading the record back.

use std::collections::HashSet;

use uuid::Uuid;
use vanguard_domain::outcome::{NextVersion, SentWrite, Settled, settle};
use vanguard_domain::record::{FieldMap, PfaRecord};
use vanguard_domain::three_way::{ConflictCause, sides_of};

use super::batch::Batch;
use super::finish::{Finished, IN_DOUBT, Outcome, persisted};
use super::plan::found_conflict;
use super::{answer, store};
use crate::audit::{self, AuditEvent, EventType};
use crate::pems::PemsError;
use crate::queue::{self, AttemptEnd, Claimed, Unsettled};
use crate::read_sync::{Origin, mirror};

/// The outcomes of an attempt that was read back.
const APPLIED: &str = "settled_applied";
const NOT_APPLIED: &str = "settled_not_applied";
const MOVED_ON: &str = "settled_moved_on";

impl Batch<'_> {
    /// Reads back each item's record, and goes on with the item at once. The leases of those that still wait are
    /// renewed before each request.
    pub(super) async fn settle(self, mut waiting: Vec<Claimed>) -> Result<(), sqlx::Error> {
        waiting.reverse();
        while let Some(item) = waiting.pop() {
            let Some(unsettled) = item.unsettled.clone() else { continue };
            if !self.may_ask().await? {
                waiting.push(item);
                return self.hand_back(&waiting).await;
            }
            let held = self.renew(waiting.iter().chain([&item])).await?;
            waiting.retain(|other| held.contains(&other.id));
            if !held.contains(&item.id) {
                continue;
            }
            match self.ask(&item.pfa_id).await? {
                ReadBack::Record(record) => self.apply(item, &unsettled, record).await?,
                ReadBack::Failed(failure) => {
                    let outcome = answer::after_read_failure(&self, &item, &failure);
                    // What PEMS does not have cannot have been changed there.
                    let is_gone = matches!(failure.error, PemsError::NotFound(_));
                    let attempts =
                        if is_gone { vec![end(&unsettled, NOT_APPLIED, None)] } else { Vec::new() };
                    self.finish(&[Finished { item, attempts, outcome }]).await?;
                }
            }
        }
        Ok(())
    }

    /// Renews leases; answers with those that are still ours.
    pub(super) async fn renew<'i>(
        &self,
        items: impl Iterator<Item = &'i Claimed>,
    ) -> Result<HashSet<Uuid>, sqlx::Error> {
        let ids: Vec<Uuid> = items.map(|item| item.id).collect();
        let mut connection = self.worker.pool.acquire().await?;
        queue::renew(&mut connection, self.token, self.worker.settings.lease, &ids).await
    }

    /// Decides from the record, and carries the decision out.
    async fn apply(
        &self,
        item: Claimed,
        unsettled: &Unsettled,
        record: PfaRecord,
    ) -> Result<(), sqlx::Error> {
        let settled = self.judge(&item, unsettled, &item.base_values, &record).await?;
        tracing::info!(pfa_id = %item.pfa_id, version = record.version, ?settled, "read back a lost answer");
        if let Some((attempt, outcome)) = written(settled, &item, unsettled, &item.base_values, &record) {
            return self.finish(&[Finished { item, attempts: vec![attempt], outcome }]).await;
        }
        let outcome = if settled == Settled::NotApplied { NOT_APPLIED } else { MOVED_ON };
        if settled == Settled::NotApplied && item.retries_spent {
            let attempts = vec![end(unsettled, NOT_APPLIED, None)];
            let outcome = answer::given_up(&item);
            return self.finish(&[Finished { item, attempts, outcome }]).await;
        }
        let mut tx = self.worker.pool.begin().await?;
        if queue::hold(&mut tx, self.token, &[item.id]).await?.is_empty() {
            return Ok(());
        }
        queue::finish_attempts(&mut tx, &[end(unsettled, outcome, None)]).await?;
        let event = AuditEvent::by_system(EventType::WriteSettled)
            .record(&item.pfa_id)
            .modification(item.modification_id)
            .outcome(outcome);
        audit::append(&mut tx, self.organisation_id, &[event]).await?;
        tx.commit().await?;
        self.plan_and_send(vec![Claimed { unsettled: None, ..item }]).await
    }

    /// What became of an attempt that changed values from `before`, seeing the record as it is now.
    pub(super) async fn judge(
        &self,
        item: &Claimed,
        attempt: &Unsettled,
        before: &FieldMap,
        record: &PfaRecord,
    ) -> Result<Settled, sqlx::Error> {
        let Unsettled { version, changes, .. } = attempt;
        let mut connection = self.worker.pool.acquire().await?;
        let next =
            store::known_version(&mut connection, self.organisation_id, &item.pfa_id, version + 1).await?;
        let next =
            next.as_ref().map(|next| NextVersion { updated_by: &next.updated_by, fields: &next.fields });
        let sent = SentWrite { version: *version, changes, before, modified_by: &item.modified_by };
        Ok(settle(sent, record, next))
    }

    /// Reads a record from PEMS and brings the mirror up to it. `None` if nothing more is to be sent.
    pub(super) async fn read_back(&self, pfa_id: &str) -> Result<Option<ReadBack>, sqlx::Error> {
        if self.may_ask().await? { self.ask(pfa_id).await.map(Some) } else { Ok(None) }
    }

    async fn ask(&self, pfa_id: &str) -> Result<ReadBack, sqlx::Error> {
        match self.server.connector.get(pfa_id).await {
            Ok(record) => {
                persisted("a success of PEMS", || self.server.observe_success()).await?;
                let mut tx = self.worker.pool.begin().await?;
                mirror::upsert(&mut tx, self.organisation_id, std::slice::from_ref(&record), Origin::Pems)
                    .await?;
                tx.commit().await?;
                Ok(ReadBack::Record(record))
            }
            Err(error) => {
                let counts_as_retry = self.observe(&error).await?;
                Ok(ReadBack::Failed(ReadFailure { error, counts_as_retry }))
            }
        }
    }
}

/// If the attempt was written, or may have been: how it ended, and what becomes of its item.
pub(super) fn written(
    settled: Settled,
    item: &Claimed,
    attempt: &Unsettled,
    before: &FieldMap,
    record: &PfaRecord,
) -> Option<(AttemptEnd, Outcome)> {
    match settled {
        Settled::Applied => {
            let new_version = (record.version == attempt.version + 1).then_some(record.version);
            let outcome = Outcome::SettledAsApplied { record: record.clone() };
            Some((end(attempt, APPLIED, new_version), outcome))
        }
        Settled::InDoubt => {
            let outcome = in_doubt(item, &attempt.changes, before, record);
            Some((end(attempt, IN_DOUBT, None), outcome))
        }
        Settled::NotApplied | Settled::MovedOn => None,
    }
}

/// How an attempt ended whose answer was lost.
fn end(unsettled: &Unsettled, outcome: &'static str, new_version: Option<i64>) -> AttemptEnd {
    AttemptEnd { attempt_id: unsettled.attempt_id, outcome, http_status: None, response: None, new_version }
}

/// Our values may have been there and been taken back: whether they are wanted still is for a person to say.
fn in_doubt(item: &Claimed, changes: &FieldMap, before: &FieldMap, record: &PfaRecord) -> Outcome {
    let mut fields = sides_of(before, changes, &record.fields);
    fields.retain(|_, sides| sides.local != sides.pems);
    let cause = ConflictCause::BothChanged;
    let found = found_conflict(item, record, cause, fields, FieldMap::new(), Vec::new());
    Outcome::Conflict(Box::new(found), None)
}

/// What reading back brought.
#[derive(Debug)]
pub(super) enum ReadBack {
    Record(PfaRecord),
    Failed(ReadFailure),
}

/// A read that failed.
#[derive(Debug)]
pub(super) struct ReadFailure {
    pub(super) error: PemsError,
    pub(super) counts_as_retry: bool,
}
