//! kill -9 and SIGTERM at every moment of a write.

use std::time::Duration;

use pems_simulator::{Fault, Operation};
use serde_json::json;

use crate::app::{RIO, TestApp, eventually};

#[tokio::test]
async fn killed_before_the_request_is_sent_it_is_sent_later_once() {
    // Without the worker, a commit only reaches the queue: the moment before the request.
    let mut app = TestApp::setup().setting("ENABLE_PEMS_WRITE_SYNC", "false").start().await;
    let id = app.changeable()[0].clone();
    app.manager().await.change(&id, json!({ "contract": "KEPT" })).await;
    app.kill().await;
    assert!(app.our_writes().is_empty());

    app.set("ENABLE_PEMS_WRITE_SYNC", "true");
    app.restart().await;
    app.manager().await.wait_for(&id, "synced").await;
    assert_eq!(app.our_writes().len(), 1);
    app.check_invariants().await;
}

#[tokio::test]
async fn killed_while_the_request_is_in_flight_it_is_read_back_first() {
    let mut app = TestApp::start().await;
    let id = app.changeable()[0].clone();
    let held = app.pems.fault(Fault::hold_before().on(Operation::Update).once());
    app.manager().await.change(&id, json!({ "contract": "HELD" })).await;
    held.wait_until_met(1).await;
    app.kill().await;
    // PEMS carries the request out although nobody waits for its answer.
    held.release();
    eventually("PEMS applies it", async || (app.our_writes().len() == 1).then_some(())).await;

    app.restart().await;
    app.manager().await.wait_for(&id, "synced").await;
    assert_eq!(app.our_writes().len(), 1, "what had been applied was not written again");
    app.check_invariants().await;
}

#[tokio::test]
async fn killed_in_flight_and_never_applied_it_is_sent_again() {
    let mut app = TestApp::start().await;
    let id = app.changeable()[0].clone();
    let reset = app.pems.fault(Fault::reset_before().on(Operation::Update).times(1));
    app.manager().await.change(&id, json!({ "contract": "AGAIN" })).await;
    reset.wait_until_met(1).await;
    app.kill().await;
    assert!(app.our_writes().is_empty());

    app.restart().await;
    app.manager().await.wait_for(&id, "synced").await;
    assert_eq!(app.our_writes().len(), 1);
    app.check_invariants().await;
}

#[tokio::test]
async fn killed_after_pems_said_yes_it_is_synced_with_one_version() {
    let mut app = TestApp::start().await;
    let id = app.changeable()[0].clone();
    let before = app.pems.record(RIO, &id).unwrap().to_value()["version"].as_i64().unwrap();
    let held = app.pems.fault(Fault::hold_answer().on(Operation::Update).once());
    app.manager().await.change(&id, json!({ "contract": "YES" })).await;
    held.wait_until_met(1).await;
    eventually("PEMS has applied it", async || (app.our_writes().len() == 1).then_some(())).await;
    app.kill().await;
    held.release();

    app.restart().await;
    let manager = app.manager().await;
    manager.wait_for(&id, "synced").await;
    assert_eq!(manager.record(&id).await["mirror"]["version"], before + 1);
    assert_eq!(app.our_writes().len(), 1);
    app.check_invariants().await;
}

#[tokio::test]
async fn killed_again_and_again_under_load_it_loses_nothing_and_writes_nothing_twice() {
    let mut app = TestApp::setup().records(200).start().await;
    let ids = app.changeable();
    let manager = app.manager().await;
    let drafts: Vec<_> =
        ids.iter().map(|id| json!({ "pfaId": id, "changes": { "contract": "LOAD" } })).collect();
    manager.save_drafts(json!(drafts)).await;
    app.pems.fault(Fault::delay_answer(Duration::from_millis(300)).on_writes());
    manager.post("/api/pfa-data/commit-drafts", json!({ "idempotencyKey": "load" })).await.ok();
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(250)).await;
        app.kill().await;
        app.restart().await;
    }
    app.pems.clear_faults();
    let manager = app.manager().await;
    manager.wait_until_idle(Duration::from_mins(1)).await;
    for id in &ids {
        assert_eq!(app.pems.record(RIO, id).unwrap().to_value()["contract"], "LOAD", "{id}");
    }
    assert_eq!(app.our_writes().len(), ids.len());
    app.check_invariants().await;
}

#[tokio::test]
async fn asked_to_stop_under_load_it_finishes_what_is_in_flight_and_uses_up_no_retry() {
    let mut app = TestApp::setup().records(200).start().await;
    let ids = app.changeable();
    let manager = app.manager().await;
    app.pems.fault(Fault::delay_answer(Duration::from_millis(500)).on_writes());
    let drafts: Vec<_> =
        ids.iter().map(|id| json!({ "pfaId": id, "changes": { "contract": "STOP" } })).collect();
    manager.save_drafts(json!(drafts)).await;
    manager.commit().await;
    eventually("a request is in flight", async || (!app.pems.journal().in_flight().is_empty()).then_some(()))
        .await;
    app.server.terminate().await;
    assert!(app.pems.journal().in_flight().is_empty(), "no answer was abandoned");

    app.restart().await;
    let manager = app.manager().await;
    manager.wait_until_idle(Duration::from_mins(1)).await;
    for item in manager.queue().await {
        assert_eq!((&item["status"], &item["retryCount"]), (&json!("completed"), &json!(0)), "{item}");
    }
    assert_eq!(app.our_writes().len(), ids.len());
    app.check_invariants().await;
}
