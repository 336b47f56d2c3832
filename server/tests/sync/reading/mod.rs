//! The read sync: from PEMS to the mirror, whatever comes in between.

mod failures;
mod interruptions;
mod layers;
mod starting;

use std::time::Duration;

use pems_simulator::{Fault, Operation, RequestFilter};
use sqlx::PgPool;
use uuid::Uuid;
use vanguard_server::read_sync::ReadSync;

use super::parts::{Parts, Run, quick_runs, read_sync};
use crate::app::eventually_within;

/// Another server process, as far as the read sync is concerned: it can be killed.
struct Replica {
    runtime: tokio::runtime::Runtime,
    sync: ReadSync,
}

impl Replica {
    fn start(parts: &Parts) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let _inside = runtime.enter();
        let pool = PgPool::connect_lazy_with((*parts.pool.connect_options()).clone());
        let sync = read_sync(&pool, quick_runs());
        Self { runtime, sync }
    }

    async fn begin(&self, parts: &Parts) -> Uuid {
        let (sync, organisation_id) = (self.sync.clone(), parts.organisation_id);
        self.runtime
            .spawn(async move { sync.start_run(organisation_id, None, true).await })
            .await
            .unwrap()
            .unwrap()
    }

    fn kill(self) {
        self.runtime.shutdown_background();
    }
}

fn lists(parts: &Parts) -> usize {
    let filter = RequestFilter { operation: Some(Operation::List), ..RequestFilter::default() };
    parts.pems.journal().requests_where(&filter).len()
}

/// Lets `pages` list requests pass and holds the next one.
fn hold_after(parts: &Parts, pages: u32) -> pems_simulator::FaultHandle {
    if pages > 0 {
        parts.pems.fault(Fault::delay_before(Duration::ZERO).on(Operation::List).times(pages));
    }
    parts.pems.fault(Fault::hold_before().on(Operation::List))
}

async fn taken_over(parts: &Parts, job_id: Uuid) -> Run {
    eventually_within(Duration::from_secs(30), "the run is taken over and ends", async || {
        parts.sync.resume_abandoned().await;
        Some(parts.run(job_id).await).filter(|run| run.state != "running")
    })
    .await
}
