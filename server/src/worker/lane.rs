//! One lane: waits for work, claims it, has it processed.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use uuid::Uuid;

use super::{Worker, batch, jobs};
use crate::pems::limiter::NoSlot;
use crate::pems::{Gate, PemsServer};
use crate::queue;

/// How long a lane rests when nothing is due soon. The cron schedule and NOTIFY wake it earlier.
const LONGEST_REST: Duration = Duration::from_mins(1);
/// How long it rests at least while something is due that it cannot claim.
const SHORTEST_REST: Duration = Duration::from_millis(200);
/// How long it rests while an API server is closed.
const GATED_REST: Duration = Duration::from_secs(1);
/// How long it rests when the database cannot be reached.
const BROKEN_REST: Duration = Duration::from_secs(1);

pub(super) async fn run(worker: Worker, lane: usize) {
    let wake = worker.hub.wake();
    while !worker.shutdown.is_cancelled() {
        // Registered before looking: a wake-up while looking is not lost.
        let woken = wake.notified();
        tokio::pin!(woken);
        woken.as_mut().enable();
        let rest = match drain(&worker).await {
            Ok(rest) => rest,
            Err(error) => {
                tracing::warn!(lane, %error, "the queue could not be read; trying again");
                BROKEN_REST
            }
        };
        tokio::select! {
            () = worker.shutdown.cancelled() => {}
            () = &mut woken => {}
            () = tokio::time::sleep(rest) => {}
        }
    }
}

/// Works until nothing can be claimed; answers with how long to rest.
async fn drain(worker: &Worker) -> Result<Duration, sqlx::Error> {
    loop {
        let organisations = queue::organisations_with_work(&mut *worker.pool.acquire().await?).await?;
        let (mut progressed, mut gated) = (false, false);
        for organisation_id in organisations {
            if worker.shutdown.is_cancelled() {
                return Ok(Duration::ZERO);
            }
            match open_server(worker, organisation_id).await? {
                None => gated = true,
                Some(server) => progressed |= claim_and_process(worker, &server, organisation_id).await?,
            }
        }
        if progressed {
            continue;
        }
        let mut connection = worker.pool.acquire().await?;
        // What another replica ended, or ended here just before a crash, may have left its job open.
        jobs::end(&mut connection).await?;
        let due = queue::next_due(&mut connection).await?.unwrap_or(LONGEST_REST);
        let shortest = if gated { GATED_REST } else { SHORTEST_REST };
        return Ok(due.clamp(shortest, LONGEST_REST));
    }
}

/// The organisation's server, if requests may be sent to it now.
async fn open_server(worker: &Worker, organisation_id: Uuid) -> Result<Option<PemsServer>, sqlx::Error> {
    let server = match worker.servers.for_organisation(organisation_id).await {
        Ok(server) => server,
        Err(error) => {
            tracing::warn!(%organisation_id, %error, "changes wait: the API server cannot be used");
            return Ok(None);
        }
    };
    if server.gate(&worker.shutdown).await? != Gate::Open {
        return Ok(None);
    }
    // After a long Retry-After the lanes are for the other organisations.
    match server.limiter.next_slot().await {
        Ok(wait) => Ok((wait <= worker.patience()).then_some(server)),
        Err(NoSlot::Database(error)) => Err(error),
        Err(_) => Ok(None),
    }
}

async fn claim_and_process(
    worker: &Worker,
    server: &PemsServer,
    organisation_id: Uuid,
) -> Result<bool, sqlx::Error> {
    let token = Uuid::new_v4();
    let limit = batch::claim_limit(worker, server);
    let mut tx = worker.pool.begin().await?;
    let claimed = queue::claim(&mut tx, organisation_id, token, limit, worker.settings.lease).await?;
    tx.commit().await?;
    if claimed.is_empty() {
        return Ok(false);
    }
    let closed = AtomicBool::new(false);
    batch::Batch { worker, server, organisation_id, token, closed: &closed }.process(claimed).await?;
    Ok(true)
}
