//! Several copies on one database.

use std::time::Duration;

use pems_simulator::Fault;
use serde_json::json;

use crate::app::{RIO, TestApp};

#[tokio::test]
async fn two_replicas_share_the_work_and_the_rate_budget() {
    let app = TestApp::setup().records(600).setting("PEMS_WRITE_SYNC_BATCH_SIZE", "10").start().await;
    let second = app.replica().await;
    let manager = app.manager().await;
    let ids = app.changeable();
    let drafts: Vec<_> =
        ids.iter().map(|id| json!({ "pfaId": id, "changes": { "contract": "BOTH" } })).collect();
    manager.save_drafts(json!(drafts)).await;
    manager.commit().await;
    // The second asks as well: both replicas serve the same queue.
    manager.at(&second).wait_until_idle(Duration::from_mins(1)).await;
    assert_eq!(app.our_writes().len(), ids.len());
    let limited = app.pems.journal().requests().iter().filter(|request| request.arrival.rate_limited).count();
    assert_eq!(limited, 0, "no request met PEMS's limit");
    let burst = app.pems.journal().smallest_burst(&app.pems.credentials().user, 10.0);
    assert!(burst <= 10.0, "I5: a burst of {burst} over both replicas");
    app.check_invariants().await;
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_changes_nothing() {
    let mut app = TestApp::start().await;
    let id = app.changeable()[0].clone();
    let held = app.pems.fault(Fault::hold_answer().on_writes().once());
    let manager = app.manager().await;
    manager.change(&id, json!({ "contract": "LEASE" })).await;
    held.wait_until_met(1).await;
    let stolen = sqlx::query(
        "UPDATE pfa_write_queue SET lease_token = gen_random_uuid(), lease_expires_at = now() + interval '1 hour'
         WHERE status = 'processing'",
    )
    .execute(app.pool())
    .await
    .unwrap();
    assert_eq!(stolen.rows_affected(), 1);
    held.release();
    // A server that is asked to stop finishes what is in flight: by its end, the answer has been dealt with.
    app.server.terminate().await;
    let state: String =
        sqlx::query_scalar("SELECT status FROM pfa_write_queue").fetch_one(app.pool()).await.unwrap();
    assert_eq!(state, "processing", "I6: the answer of a worker without the lease was not recorded");
    // Whoever claims it next reads back and finds it applied.
    sqlx::query("UPDATE pfa_write_queue SET lease_expires_at = now()").execute(app.pool()).await.unwrap();
    app.restart().await;
    let manager = manager.at(&app.server);
    manager.wait_for(&id, "synced").await;
    assert_eq!(app.our_writes().len(), 1);
    assert_eq!(app.pems.record(RIO, &id).unwrap().to_value()["contract"], "LEASE");
    app.check_invariants().await;
}
