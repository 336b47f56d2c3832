//! Recording outcomes: one transaction, guarded by the lease.
//!
//! It archives the mirror's version and updates the mirror, ends the modification and the item, and writes the
//! audit rows. If the database is away, the answer is kept and tried again: losing it would cost a read back.

use std::time::Duration;

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_domain::record::PfaRecord;

use super::batch::Batch;
use super::{jobs, store};
use crate::alert::Incident;
use crate::audit::{self, AuditEvent, EventType};
use crate::conflict::{self, FoundConflict, FoundRuling};
use crate::metrics;
use crate::notify::{self, Event, EventKind};
use crate::queue::{self, AttemptEnd, Burial, Claimed, Retry};
use crate::read_sync::{Origin, mirror};

/// How often and how far apart an outcome is recorded again while the database is away: 60 s in all, well
/// within the lease.
const TRIES: u32 = 60;
const BETWEEN_TRIES: Duration = Duration::from_secs(1);
/// So many open dead letters of an organisation are a pile.
const LETTERS_TO_ALERT: i64 = 10;

/// The outcome of an attempt that may have been applied and taken back since.
pub(super) const IN_DOUBT: &str = "settled_in_doubt";

/// What became of an item.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    /// PEMS said yes; this is the record now.
    Confirmed {
        record: PfaRecord,
    },
    /// PEMS's yes was lost; reading back showed that it was one.
    SettledAsApplied {
        record: PfaRecord,
    },
    /// PEMS has every value already: nothing was written.
    AlreadyThere {
        record: PfaRecord,
    },
    /// A person has to decide; what ownership rules have decided already is recorded with it.
    Conflict(Box<FoundConflict>, Option<Box<FoundRuling>>),
    /// PEMS owns every field that was left of the change.
    GivenUp(Box<FoundRuling>),
    Waits(Retry),
    Dead(Burial),
}

impl Outcome {
    /// The status in which the item ends, if it does.
    const fn status(&self) -> Option<&'static str> {
        match self {
            Self::Confirmed { .. } | Self::SettledAsApplied { .. } | Self::AlreadyThere { .. } => {
                Some("completed")
            }
            Self::Conflict(..) | Self::GivenUp(_) => Some("superseded"),
            Self::Dead(_) => Some("failed"),
            Self::Waits(_) => None,
        }
    }
}

/// An item with its outcome.
#[derive(Debug, Clone)]
pub(super) struct Finished {
    pub(super) item: Claimed,
    /// The attempts whose outcome is known with it.
    pub(super) attempts: Vec<AttemptEnd>,
    pub(super) outcome: Outcome,
}

impl Batch<'_> {
    /// Records what became of items. Those whose lease was lost are left to whoever holds them now.
    pub(super) async fn finish(&self, finished: &[Finished]) -> Result<(), sqlx::Error> {
        if finished.is_empty() {
            return Ok(());
        }
        persisted("an outcome", || self.try_finish(finished)).await?;
        // The next look at the queue does this as well: no reason to drop what comes after.
        let ended = match self.worker.pool.acquire().await {
            Ok(mut connection) => jobs::end(&mut connection).await,
            Err(error) => Err(error),
        };
        if let Err(error) = ended {
            tracing::warn!(%error, "finished jobs could not be marked; the next look at the queue does it");
        }
        Ok(())
    }

    async fn try_finish(&self, finished: &[Finished]) -> Result<(), sqlx::Error> {
        let ids: Vec<Uuid> = finished.iter().map(|one| one.item.id).collect();
        let mut tx = self.worker.pool.begin().await?;
        let held = queue::hold(&mut tx, self.token, &ids).await?;
        let mine: Vec<&Finished> = finished.iter().filter(|one| held.contains(&one.item.id)).collect();
        if mine.len() < finished.len() {
            tracing::warn!(lost = finished.len() - mine.len(), "leases were lost; their outcome is not ours");
        }
        let attempts: Vec<AttemptEnd> = mine.iter().flat_map(|one| one.attempts.clone()).collect();
        queue::finish_attempts(&mut tx, &attempts).await?;
        let seconds = self.record(&mut tx, &mine).await?;
        self.announce(&mut tx, mine.iter().map(|one| &one.item)).await?;
        let events: Vec<AuditEvent> = mine.iter().filter_map(|one| audit_event(one)).collect();
        audit::append(&mut tx, self.organisation_id, &events).await?;
        tx.commit().await?;
        mine.iter().filter_map(|one| one.outcome.status()).for_each(metrics::write_ended);
        for seconds in seconds {
            // A clock that was set back in between makes no time negative.
            metrics::write_took(Duration::try_from_secs_f64(seconds).unwrap_or_default());
        }
        Ok(())
    }

    /// Answers with how many seconds each change took that is in PEMS now.
    async fn record(
        &self,
        connection: &mut PgConnection,
        mine: &[&Finished],
    ) -> Result<Vec<f64>, sqlx::Error> {
        let organisation_id = self.organisation_id;
        let (mut done, mut synced, mut ours, mut theirs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (mut conflicts, mut retries, mut burials) = (Vec::new(), Vec::new(), Vec::new());
        let (mut rulings, mut given_up) = (Vec::new(), Vec::new());
        for one in mine {
            match &one.outcome {
                Outcome::Confirmed { record }
                | Outcome::SettledAsApplied { record }
                | Outcome::AlreadyThere { record } => {
                    done.push(one.item.id);
                    synced.push((one.item.modification_id, record.version));
                    let made_it = one.attempts.iter().any(|end| end.new_version == Some(record.version));
                    if made_it { &mut ours } else { &mut theirs }.push(record.clone());
                }
                Outcome::Conflict(found, ruling) => {
                    conflicts.push(FoundConflict::clone(found));
                    rulings.extend(ruling.as_deref().cloned());
                }
                Outcome::GivenUp(ruling) => {
                    given_up.push((one.item.id, one.item.modification_id));
                    rulings.push(FoundRuling::clone(ruling));
                }
                Outcome::Waits(retry) => retries.push(retry.clone()),
                Outcome::Dead(burial) => burials.push(burial.clone()),
            }
        }
        queue::complete(connection, &done).await?;
        let seconds = store::mark_synced(connection, &synced).await?;
        mirror::upsert(connection, organisation_id, &ours, Origin::Vanguard).await?;
        mirror::upsert(connection, organisation_id, &theirs, Origin::Pems).await?;
        let met = conflicts.iter().map(|found| (found.item_id, found.modification_id));
        let (superseded, disputed): (Vec<Uuid>, Vec<Uuid>) = met.chain(given_up.iter().copied()).unzip();
        let given_up: Vec<Uuid> = given_up.into_iter().map(|(_, modification_id)| modification_id).collect();
        self.narrow_disputed(connection, &rulings).await?;
        queue::supersede(connection, &superseded).await?;
        store::mark_conflict(connection, &disputed).await?;
        store::mark_discarded(connection, &given_up).await?;
        conflict::record_conflicts(connection, organisation_id, &conflicts).await?;
        self.record_rulings(connection, &rulings).await?;
        queue::requeue(connection, &retries).await?;
        queue::bury(connection, &burials).await?;
        let buried: Vec<Uuid> = burials.iter().map(|burial| burial.item_id).collect();
        store::notify_failures(connection, organisation_id, &buried).await?;
        if !buried.is_empty() {
            self.alert_if_they_pile_up(connection).await?;
        }
        let someone_is_told = !(conflicts.is_empty() && buried.is_empty());
        for (kind, happened) in
            [(EventKind::Conflict, !superseded.is_empty()), (EventKind::Notification, someone_is_told)]
        {
            if happened {
                notify::publish(connection, &Event::new(organisation_id, kind, Vec::new())).await?;
            }
        }
        Ok(seconds)
    }

    /// A single dead letter is its author's affair; many are the administrators'.
    async fn alert_if_they_pile_up(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let letters = store::open_letters(connection, self.organisation_id).await?;
        let (Some(since), true) = (letters.since, letters.open >= LETTERS_TO_ALERT) else { return Ok(()) };
        let incident = Incident::DeadLetters { open: letters.open, since, today: letters.today };
        self.worker.settings.alerts.raise(connection, self.organisation_id, &incident).await
    }

    /// Tells browsers which records moved.
    pub(super) async fn announce<'i>(
        &self,
        connection: &mut PgConnection,
        items: impl Iterator<Item = &'i Claimed>,
    ) -> Result<(), sqlx::Error> {
        let pfa_ids: Vec<String> = items.map(|item| item.pfa_id.clone()).collect();
        if pfa_ids.is_empty() {
            return Ok(());
        }
        let queue = Event::new(self.organisation_id, EventKind::Queue, pfa_ids.clone());
        notify::publish(connection, &queue).await?;
        notify::publish(connection, &Event::new(self.organisation_id, EventKind::Modification, pfa_ids)).await
    }
}

/// Tries again while the database is away.
pub(super) async fn persisted<T, F: Future<Output = Result<T, sqlx::Error>>>(
    what: &str,
    act: impl Fn() -> F,
) -> Result<T, sqlx::Error> {
    let mut tries = 0;
    loop {
        tries += 1;
        match act().await {
            Err(error) if tries < TRIES => {
                tracing::warn!(%error, tries, "{what} could not be recorded; trying again");
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
            ended => return ended,
        }
    }
}

/// None where what a rule decided is recorded as such.
fn audit_event(one: &Finished) -> Option<AuditEvent> {
    let item = &one.item;
    let event = |event_type| {
        AuditEvent::by_system(event_type)
            .record(&item.pfa_id)
            .modification(item.modification_id)
            .before(item.base_values.to_json())
            .after(item.payload.to_json())
            .response(one.attempts.iter().find_map(|attempt| attempt.response.clone()))
    };
    Some(match &one.outcome {
        Outcome::Confirmed { .. } => event(EventType::WriteConfirmed),
        Outcome::SettledAsApplied { .. } => event(EventType::WriteSettled).outcome("applied"),
        Outcome::AlreadyThere { .. } => event(EventType::WriteSettled).outcome("already_in_pems"),
        Outcome::GivenUp(_) => return None,
        Outcome::Conflict(..) => {
            let in_doubt = one.attempts.iter().any(|attempt| attempt.outcome == IN_DOUBT);
            event(EventType::ConflictFound).outcome(if in_doubt { IN_DOUBT } else { "conflict" })
        }
        Outcome::Waits(retry) => event(EventType::WriteRefused).outcome(retry.error_code),
        Outcome::Dead(burial) => event(EventType::DeadLetterCreated).outcome(burial.error_code),
    })
}
