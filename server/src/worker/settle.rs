//! Settling attempts whose outcome is unknown, by reading the record back.

use std::collections::HashSet;

use uuid::Uuid;
use vanguard_domain::outcome::{SentWrite, Settled, settle};
use vanguard_domain::record::PfaRecord;

use super::answer;
use super::batch::Batch;
use super::finish::{Finished, Outcome};
use crate::pems::PemsError;
use crate::queue::{self, AttemptEnd, Claimed, Unsettled};
use crate::read_sync::{Origin, mirror};

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
                    self.finish(&[Finished { item, attempt: None, outcome }]).await?;
                }
            }
        }
        Ok(())
    }

    /// Renews leases; answers with those that are still ours.
    async fn renew<'i>(
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
        let sent = SentWrite {
            version: unsettled.version,
            changes: &unsettled.changes,
            before: &item.base_values,
            modified_by: &item.modified_by,
        };
        let settled = settle(sent, &record);
        tracing::info!(pfa_id = %item.pfa_id, version = record.version, ?settled, "read back a lost answer");
        let end = |outcome, new_version| AttemptEnd {
            attempt_id: unsettled.attempt_id,
            outcome,
            http_status: None,
            response: None,
            new_version,
        };
        let outcome = match settled {
            Settled::Applied => {
                let new_version = (record.version == unsettled.version + 1).then_some(record.version);
                let attempt = Some(end("settled_applied", new_version));
                let outcome = Outcome::SettledAsApplied { record };
                return self.finish(&[Finished { item, attempt, outcome }]).await;
            }
            Settled::NotApplied => "settled_not_applied",
            Settled::MovedOn => "settled_moved_on",
        };
        let mut tx = self.worker.pool.begin().await?;
        if queue::hold(&mut tx, self.token, &[item.id]).await?.is_empty() {
            return Ok(());
        }
        queue::finish_attempts(&mut tx, &[end(outcome, None)]).await?;
        tx.commit().await?;
        self.plan_and_send(vec![item]).await
    }

    /// Reads a record from PEMS and brings the mirror up to it. `None` if nothing more is to be sent.
    pub(super) async fn read_back(&self, pfa_id: &str) -> Result<Option<ReadBack>, sqlx::Error> {
        if self.may_ask().await? { self.ask(pfa_id).await.map(Some) } else { Ok(None) }
    }

    async fn ask(&self, pfa_id: &str) -> Result<ReadBack, sqlx::Error> {
        match self.server.connector.get(pfa_id).await {
            Ok(record) => {
                self.server.observe_success().await?;
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
