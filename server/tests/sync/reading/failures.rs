//! PEMS fails, and so may the run.

use std::time::Duration;

use pems_simulator::{Fault, Operation, RetryAfter};
use sqlx::PgPool;
use vanguard_domain::retry::RetryPolicy;
use vanguard_server::read_sync::ReadRunSettings;

use super::super::parts::{Parts, quick_runs, read_sync};
use super::lists;
use crate::app::eventually;

#[sqlx::test(migrations = "../migrations")]
async fn faults_on_the_way_are_tried_again(pool: PgPool) {
    let parts = Parts::start(pool, 60).await;
    for fault in [
        Fault::drop_answer(),
        Fault::half_answer(),
        Fault::html_answer(),
        Fault::status_before(503),
        Fault::rate_limited(RetryAfter::Seconds(1)),
    ] {
        parts.pems.fault(fault.on(Operation::List).once());
        // Each page meets at most three faults, which is what its retries allow.
        let run = parts.read(true).await;
        assert_eq!((run.state.as_str(), run.records_read), ("completed", 36), "{run:?}");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_run_out_of_retries_fails_with_its_cursor_and_the_next_one_begins_properly(pool: PgPool) {
    let parts = Parts::start(pool, 60).await;
    parts.pems.fault(Fault::delay_before(Duration::ZERO).on(Operation::List).times(2));
    let down = parts.pems.fault(Fault::status_before(500).on(Operation::List));
    let run = parts.read(false).await;
    assert_eq!((run.state.as_str(), run.pages), ("failed", 2));
    assert!(run.cursor.is_some() && run.error.is_some_and(|error| error.contains("PEMS cannot answer now")));
    down.clear();
    let next = parts.read(false).await;
    assert!(next.is_full, "a run that failed is not one to begin from");
    assert_eq!((next.state.as_str(), next.records_read), ("completed", 36));
}

#[sqlx::test(migrations = "../migrations")]
async fn an_outage_opens_the_breaker_and_the_run_waits_for_its_end(pool: PgPool) {
    let mut parts = Parts::start(pool, 60).await;
    let retry = RetryPolicy { max_retries: 9, base: Duration::from_millis(10) };
    parts.sync = read_sync(&parts.pool, ReadRunSettings { retry, ..quick_runs() });
    let down = parts.pems.fault(Fault::status_before(503));
    let job_id = parts.sync.start_run(parts.organisation_id, None, true).await.unwrap();
    let open = "SELECT count(*) FROM api_servers WHERE breaker_until > now()";
    eventually("the breaker opens", async || (parts.number(open).await == 1).then_some(())).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(lists(&parts), 5, "PEMS is left alone");
    assert_eq!(parts.run(job_id).await.state, "running", "its lease is kept");
    down.clear();
    parts.execute("UPDATE api_servers SET breaker_until = now()").await;
    let run = parts.ended(job_id).await;
    assert_eq!((run.state.as_str(), run.records_read), ("completed", 36));
}

#[sqlx::test(migrations = "../migrations")]
async fn a_refused_password_fails_the_run_pauses_the_server_and_stops_the_schedule(pool: PgPool) {
    let parts = Parts::start(pool, 60).await;
    parts.pems.set_password(&parts.pems.credentials().user, "changed");
    let run = parts.read(true).await;
    assert_eq!(run.state, "failed");
    assert!(run.error.as_deref().is_some_and(|error| error.contains("refused our credentials")), "{run:?}");
    assert_eq!(parts.number("SELECT count(*) FROM api_servers WHERE pause_reason = 'unauthorized'").await, 1);
    parts.sync.begin_scheduled().await;
    assert_eq!(parts.number("SELECT count(*) FROM sync_jobs").await, 1);
    let asked = parts.read(true).await;
    assert!(asked.error.is_some_and(|error| error.contains("paused")));
    assert_eq!(lists(&parts), 1);
}
