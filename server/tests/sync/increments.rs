//! Where a read run begins.

use pems_simulator::{Fault, Operation};
use reqwest::StatusCode;
use serde_json::json;
use sqlx::PgPool;

use super::parts::Parts;
use crate::app::{RIO, TestApp};

#[sqlx::test(migrations = "../migrations")]
async fn a_time_of_pems_that_lies_ahead_hides_no_change(pool: PgPool) {
    let parts = Parts::start(pool, 20).await;
    parts.read(false).await;
    parts.execute("UPDATE sync_jobs SET as_of = now() + interval '10 years'").await;
    let id = parts.pems.pfa_ids(RIO).remove(0);
    for model in ["just after it", "after a run that went well"] {
        parts.pems.edit(RIO, &id, json!({ "model": model }), "pems.jansen").unwrap();
        let run = parts.read(false).await;
        assert!(run.state == "completed" && !run.is_full, "{run:?}");
        parts.assert_mirror_equals_pems().await;
    }
}

#[tokio::test]
async fn who_asks_for_everything_while_only_changes_are_read_is_told_so() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let held = app.pems.fault(Fault::hold_answer().on(Operation::List).once());
    let ask = async |full: bool| manager.post("/api/pems/read-sync", json!({ "full": full })).await;
    let under_way = ask(false).await.ok();
    held.wait_until_met(1).await;
    let refused = ask(true).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    assert!(refused.body["detail"].as_str().unwrap().contains("only what changed"), "{}", refused.body);
    assert_eq!(ask(false).await.ok()["jobId"], under_way["jobId"], "that one is under way");
    held.release();
}

#[tokio::test]
async fn everything_that_is_being_read_is_everything_asked_for() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let held = app.pems.fault(Fault::hold_answer().on(Operation::List).once());
    let ask = async |full: bool| manager.post("/api/pems/read-sync", json!({ "full": full })).await.ok();
    let under_way = ask(true).await;
    held.wait_until_met(1).await;
    for full in [true, false] {
        assert_eq!(ask(full).await["jobId"], under_way["jobId"]);
    }
    held.release();
}
