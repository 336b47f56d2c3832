//! One run, from where it stands to its end.

use uuid::Uuid;

use super::ReadSync;
use super::job::{self, Job, Lease, LeaseLost};
use super::request::{self, NoPage};
use super::{bronze, page};
use crate::pems::{ListRequest, NoServer, PemsError, PemsServer};

/// Why a run did not come to its end.
#[derive(Debug, thiserror::Error)]
enum Cut {
    /// For good: the run has failed.
    #[error("{0}")]
    Failed(String),
    /// Another replica carries it out by now.
    #[error("another replica took the run over")]
    LeaseLost,
    /// For now: it goes on from its cursor, here or elsewhere.
    #[error("the process is to stop")]
    Stopping,
    #[error("the database failed")]
    Database(#[from] sqlx::Error),
}

impl From<LeaseLost> for Cut {
    fn from(_: LeaseLost) -> Self {
        Self::LeaseLost
    }
}

impl From<NoPage> for Cut {
    fn from(no_page: NoPage) -> Self {
        match no_page {
            NoPage::Stopping => Self::Stopping,
            NoPage::Database(error) => Self::Database(error),
            other => Self::Failed(other.to_string()),
        }
    }
}

/// Carries a run out, unless somebody does already.
pub(super) async fn carry_out(sync: &ReadSync, job_id: Uuid) {
    let (job, lease) = match job::take_up(&sync.pool, job_id, sync.settings.lease).await {
        Ok(Some(taken)) => taken,
        Ok(None) => return,
        Err(error) => {
            tracing::warn!(%job_id, %error, "a read run could not be taken up; trying again later");
            return;
        }
    };
    let organisation_id = job.organisation_id;
    tracing::info!(%job_id, %organisation_id, pages = job.pages, since = ?job.updated_since, "reading from PEMS");
    let ended = tokio::select! {
        ended = read(sync, job, &lease) => ended,
        () = lease.keep_alive(&sync.pool) => Err(Cut::LeaseLost),
    };
    if let Err(error) = settle(sync, organisation_id, &lease, ended).await {
        // The lease runs out, and the run is taken over.
        tracing::warn!(%job_id, %error, "the end of a read run could not be recorded");
    }
}

async fn settle(
    sync: &ReadSync,
    organisation_id: Uuid,
    lease: &Lease,
    ended: Result<(), Cut>,
) -> Result<(), sqlx::Error> {
    let job_id = lease.job_id;
    match ended {
        Ok(()) => {
            tracing::info!(%job_id, "read to the end");
            let mut connection = sync.pool.acquire().await?;
            bronze::remove_old(&mut connection, organisation_id, sync.settings.keep_raw_for).await
        }
        Err(Cut::Failed(error)) => {
            tracing::warn!(%job_id, error, "reading from PEMS failed");
            lease.fail(&sync.pool, &error, sync.settings.alerts).await
        }
        Err(Cut::LeaseLost) => {
            tracing::info!(%job_id, "another replica took the run over");
            Ok(())
        }
        Err(cut @ (Cut::Stopping | Cut::Database(_))) => {
            tracing::info!(%job_id, %cut, "the run will go on from its cursor");
            lease.release(&sync.pool).await
        }
    }
}

async fn read(sync: &ReadSync, mut job: Job, lease: &Lease) -> Result<(), Cut> {
    let server = server(sync, job.organisation_id).await?;
    let mut rewound = false;
    loop {
        let request = ListRequest {
            updated_since: job.updated_since,
            limit: sync.settings.page_size,
            cursor: job.cursor.clone(),
        };
        let asked =
            request::page(&server, &request, sync.settings.persistence(), &*sync.clock, &sync.shutdown).await;
        let page = match asked {
            // PEMS no longer knows the cursor: what was read so far is kept, and read again.
            Err(NoPage::Pems(PemsError::Invalid(answer))) if job.cursor.is_some() && !rewound => {
                tracing::warn!(job_id = %job.id, message = answer.message, "the cursor was refused; beginning anew");
                lease.rewind(&sync.pool).await??;
                (job.cursor, rewound) = (None, true);
                continue;
            }
            asked => asked?,
        };
        if page.next_cursor.is_some() && page.next_cursor == job.cursor {
            return Err(Cut::Failed("PEMS answers with the same page again and again".to_owned()));
        }
        let next_cursor = page.next_cursor.clone();
        page::take_in(&sync.pool, &job, lease, &*server.connector, page).await??;
        if next_cursor.is_none() {
            return Ok(());
        }
        job.cursor = next_cursor;
        job.pages += 1;
    }
}

async fn server(sync: &ReadSync, organisation_id: Uuid) -> Result<PemsServer, Cut> {
    sync.servers.for_organisation(organisation_id).await.map_err(|error| match error {
        NoServer::Database(error) => Cut::Database(error),
        other => Cut::Failed(other.to_string()),
    })
}
