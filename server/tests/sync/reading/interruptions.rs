//! Runs that are cut off: killed, overtaken, stopped.

use std::sync::Arc;
use std::time::Duration;

use pems_simulator::{Fault, Operation, RetryAfter};
use sqlx::{Connection, PgConnection, PgPool};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use vanguard_server::clock;
use vanguard_server::read_sync::{ReadRunSettings, ReadSync};

use super::super::parts::{Parts, quick_runs, read_sync, servers};
use super::{Replica, hold_after, lists, taken_over};
use crate::app::eventually;

/// A replica that can be stopped, and whose runs can be waited for.
fn watched(parts: &Parts, runs: ReadRunSettings) -> (CancellationToken, TaskTracker, ReadSync) {
    let (stop, tracker) = (CancellationToken::new(), TaskTracker::new());
    let servers = Arc::new(servers(&parts.pool));
    let sync =
        ReadSync::new(parts.pool.clone(), servers, clock::system(), runs, stop.clone(), tracker.clone());
    (stop, tracker, sync)
}

/// At each page in turn: killed with the request for the next page under way.
#[sqlx::test(migrations = "../migrations")]
async fn a_run_that_is_killed_at_any_page_goes_on_from_there(pool: PgPool) {
    let parts = Parts::start(pool, 60).await;
    for pages in 0..4 {
        parts.pems.journal().clear();
        let held = hold_after(&parts, pages);
        let replica = Replica::start(&parts);
        let job_id = replica.begin(&parts).await;
        held.wait_until_met(1).await;
        replica.kill();
        parts.pems.clear_faults();
        let cut = parts.run(job_id).await;
        assert_eq!((cut.state.as_str(), cut.pages), ("running", i32::try_from(pages).unwrap()));
        let run = taken_over(&parts, job_id).await;
        assert_eq!(
            (run.state.as_str(), run.pages, run.records_read),
            ("completed", 4, 36),
            "killed after {pages}"
        );
        assert_eq!(lists(&parts), 4 + 1, "only the page that was under way was asked for twice");
        parts.assert_mirror_equals_pems().await;
    }
    let pages = "SELECT count(*) FROM (SELECT DISTINCT job_id, page FROM bronze_pages) p";
    assert_eq!(parts.number(pages).await, 16);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_run_that_is_killed_within_the_transaction_of_a_page_reads_that_page_again(pool: PgPool) {
    let parts = Parts::start(pool, 60).await;
    let held = hold_after(&parts, 1);
    let replica = Replica::start(&parts);
    let job_id = replica.begin(&parts).await;
    held.wait_until_met(1).await;
    let mut connection = PgConnection::connect_with(&parts.pool.connect_options()).await.unwrap();
    let mut blocking = connection.begin().await.unwrap();
    sqlx::query("LOCK TABLE pfa_mirror IN ACCESS EXCLUSIVE MODE").execute(&mut *blocking).await.unwrap();
    held.release();
    let waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    eventually("the page's transaction is stopped half-way", async || {
        (parts.number(waiting).await > 0).then_some(())
    })
    .await;
    replica.kill();
    blocking.rollback().await.unwrap();
    let run = taken_over(&parts, job_id).await;
    assert_eq!(
        (run.state.as_str(), run.pages, run.records_read, run.records_changed),
        ("completed", 4, 36, 36)
    );
    parts.assert_mirror_equals_pems().await;
}

#[sqlx::test(migrations = "../migrations")]
async fn two_replicas_that_start_together_make_one_run(pool: PgPool) {
    let parts = Parts::start(pool, 60).await;
    let other = read_sync(&parts.pool, quick_runs());
    // The run of the one must not be over before the other one starts.
    let held = parts.pems.fault(Fault::hold_answer().on(Operation::List).once());
    let (one, two) = tokio::join!(
        parts.sync.start_run(parts.organisation_id, None, true),
        other.start_run(parts.organisation_id, None, true)
    );
    held.release();
    let job_id = one.unwrap();
    assert_eq!(job_id, two.unwrap());
    tokio::join!(parts.sync.resume_abandoned(), other.resume_abandoned());
    parts.ended(job_id).await;
    assert_eq!(lists(&parts), 4, "each page was asked for once");
    assert_eq!(parts.number("SELECT count(*) FROM sync_jobs").await, 1);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_cursor_that_pems_forgot_is_begun_anew_once(pool: PgPool) {
    let parts = Parts::start(pool, 60).await;
    let held = hold_after(&parts, 2);
    let replica = Replica::start(&parts);
    let job_id = replica.begin(&parts).await;
    held.wait_until_met(1).await;
    replica.kill();
    parts.pems.clear_faults();
    parts.execute("UPDATE sync_jobs SET cursor = 'forgotten'").await;
    let run = taken_over(&parts, job_id).await;
    assert_eq!((run.state.as_str(), run.pages), ("completed", 2 + 4));
    parts.assert_mirror_equals_pems().await;
}

/// I6: whoever lost the lease changes nothing, however late it comes.
#[sqlx::test(migrations = "../migrations")]
async fn a_replica_that_lost_its_lease_takes_nothing_in(pool: PgPool) {
    let parts = Parts::start(pool, 60).await;
    let held = parts.pems.fault(Fault::hold_answer().on(Operation::List).once());
    let (_stop, tracker, loser) = watched(&parts, quick_runs());
    let job_id = loser.start_run(parts.organisation_id, None, true).await.unwrap();
    held.wait_until_met(1).await;
    // As if the replica had not been able to renew its lease for long enough.
    parts
        .execute(
            "UPDATE sync_jobs SET lease_token = gen_random_uuid(), lease_expires_at = now() + interval '1 hour'",
        )
        .await;
    held.release();
    tracker.close();
    tracker.wait().await;
    assert_eq!(parts.run(job_id).await.pages, 0);
    assert_eq!(parts.number("SELECT count(*) FROM pfa_mirror").await, 0);
    assert_eq!(parts.number("SELECT count(*) FROM bronze_pages").await, 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_process_that_is_to_stop_gives_its_run_back_at_once(pool: PgPool) {
    let parts = Parts::start(pool, 60).await;
    parts.pems.fault(Fault::rate_limited(RetryAfter::Seconds(60)).on(Operation::List));
    let (stop, tracker, stopping) =
        watched(&parts, ReadRunSettings { lease: Duration::from_mins(10), ..quick_runs() });
    let job_id = stopping.start_run(parts.organisation_id, None, true).await.unwrap();
    eventually("it is under way", async || (lists(&parts) > 0).then_some(())).await;
    stop.cancel();
    tracker.close();
    tracker.wait().await;
    parts.pems.clear_faults();
    parts.execute("UPDATE rate_limiters SET arrival_at = '-infinity', slowdown = 1, slowed_at = NULL").await;
    let run = taken_over(&parts, job_id).await;
    assert_eq!((run.state.as_str(), run.records_read), ("completed", 36));
}
