//! A read run as the database has it: one per organisation at a time, carried out by whoever holds its lease.

mod store;

pub(super) use store::{abandoned, readable_organisations, was_read};

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection, PgPool};
use uuid::Uuid;
use vanguard_app::backend::Access;

use crate::alert::{Alerts, Incident};
use crate::audit::{self, AuditEvent, EventType};
use crate::notify::{self, Event, EventKind};

/// What started a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trigger {
    Schedule,
    Manual,
}

impl Trigger {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Schedule => "schedule",
            Self::Manual => "manual",
        }
    }
}

/// A run that was taken up, where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) id: Uuid,
    pub(super) organisation_id: Uuid,
    /// Where the run begins; everything if `None`.
    pub(super) updated_since: Option<DateTime<Utc>>,
    /// The next page; the first if `None`.
    pub(super) cursor: Option<String>,
    /// Taken in so far.
    pub(super) pages: i32,
}

/// A run that was opened, or that was under way already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opened {
    pub(super) job_id: Uuid,
    /// Whether it reads everything.
    pub(super) is_full: bool,
}

/// What a page brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct PageCounts {
    pub(super) read: i32,
    pub(super) changed: i32,
    pub(super) rejected: i32,
}

/// Who carries a run out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lease {
    pub(super) job_id: Uuid,
    token: Uuid,
    duration: Duration,
}

/// So many failed runs in a row are more than a hiccup.
const FAILURES_TO_ALERT: i64 = 3;

/// The runs that failed since one was completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Failures {
    pub(super) runs: i64,
    /// When the first of them ended.
    pub(super) since: Option<DateTime<Utc>>,
    pub(super) last_completed_at: Option<DateTime<Utc>>,
    /// PEMS refused us, or does not answer: of that there is an alert of its own.
    pub(super) server_is_unwell: bool,
}

impl Failures {
    const fn is_news(&self) -> bool {
        self.runs >= FAILURES_TO_ALERT && !self.server_is_unwell
    }
}

/// Somebody else carries the run out by now, or it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LeaseLost;

/// Opens a run, or answers with the one that is under way.
///
/// A run begins where the last completed one began, by PEMS's own time or ours, whichever is earlier, less the
/// overlap; with everything if there was none, or if all is asked for.
pub(super) async fn open(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    requested_by: Option<&Access>,
    full: bool,
    overlap: Duration,
) -> Result<Opened, sqlx::Error> {
    let trigger = if requested_by.is_some() { Trigger::Manual } else { Trigger::Schedule };
    let user_id = requested_by.map(Access::user_id);
    loop {
        let mut transaction = connection.begin().await?;
        let opened = store::open(&mut transaction, organisation_id, trigger, user_id, full, overlap).await?;
        if let Some(opened) = opened {
            notify::publish(&mut transaction, &Event::new(organisation_id, EventKind::Sync, Vec::new()))
                .await?;
            if let Some(access) = requested_by {
                let event = AuditEvent::by(EventType::ReadStarted, access)
                    .after(serde_json::json!({ "jobId": opened.job_id, "full": full }));
                audit::append(&mut transaction, organisation_id, &[event]).await?;
            }
            transaction.commit().await?;
            return Ok(opened);
        }
        if let Some(under_way) = store::running(&mut transaction, organisation_id).await? {
            return Ok(under_way);
        }
        // The run that was in the way has just ended: try once more.
    }
}

/// Takes a run up, unless somebody carries it out.
pub(super) async fn take_up(
    pool: &PgPool,
    job_id: Uuid,
    duration: Duration,
) -> Result<Option<(Job, Lease)>, sqlx::Error> {
    let token = Uuid::new_v4();
    let job = store::lease(&mut *pool.acquire().await?, job_id, token, duration).await?;
    Ok(job.map(|job| (job, Lease { job_id, token, duration })))
}

impl Lease {
    /// Keeps the lease alive for as long as it is awaited; ends when the lease is lost.
    pub(super) async fn keep_alive(&self, pool: &PgPool) {
        loop {
            tokio::time::sleep(self.duration / 3).await;
            let renewed = match pool.acquire().await {
                Ok(mut connection) => {
                    store::renew(&mut connection, self.job_id, self.token, self.duration).await
                }
                Err(error) => Err(error),
            };
            match renewed {
                Ok(true) => {}
                Ok(false) => return,
                // Each page is guarded by the lease anyway; meanwhile the database may come back.
                Err(error) => tracing::warn!(job_id = %self.job_id, %error, "the lease could not be renewed"),
            }
        }
    }

    /// Locks the run until the transaction ends.
    pub(super) async fn hold(
        &self,
        connection: &mut PgConnection,
    ) -> Result<Result<(), LeaseLost>, sqlx::Error> {
        Ok(if store::hold(connection, self.job_id, self.token).await? { Ok(()) } else { Err(LeaseLost) })
    }

    /// Moves a held run on by a page. Without a next cursor it is completed.
    pub(super) async fn advance(
        &self,
        connection: &mut PgConnection,
        next_cursor: Option<&str>,
        as_of: DateTime<Utc>,
        counts: PageCounts,
    ) -> Result<(), sqlx::Error> {
        store::advance(connection, self.job_id, next_cursor, as_of, counts).await
    }

    /// Begins the paging anew.
    pub(super) async fn rewind(&self, pool: &PgPool) -> Result<Result<(), LeaseLost>, sqlx::Error> {
        let rewound = store::rewind(&mut *pool.acquire().await?, self.job_id, self.token).await?;
        Ok(if rewound { Ok(()) } else { Err(LeaseLost) })
    }

    /// Ends the run as failed, and alerts if the runs before it failed as well.
    pub(super) async fn fail(&self, pool: &PgPool, error: &str, alerts: Alerts) -> Result<(), sqlx::Error> {
        let mut transaction = pool.begin().await?;
        if let Some(organisation_id) = store::fail(&mut transaction, self.job_id, self.token, error).await? {
            notify::publish(&mut transaction, &Event::new(organisation_id, EventKind::Sync, Vec::new()))
                .await?;
            let failures = store::failures_in_a_row(&mut transaction, organisation_id).await?;
            if let (Some(since), true) = (failures.since, failures.is_news()) {
                let incident = Incident::ReadFailing {
                    runs: failures.runs,
                    since,
                    last_completed_at: failures.last_completed_at,
                    error: error.to_owned(),
                };
                alerts.raise(&mut transaction, organisation_id, &incident).await?;
            }
        }
        transaction.commit().await
    }

    /// Gives the run back, for another replica or the next start to go on with.
    pub(super) async fn release(&self, pool: &PgPool) -> Result<(), sqlx::Error> {
        store::release(&mut *pool.acquire().await?, self.job_id, self.token).await
    }
}
