//! PEMS is away.

use std::time::Duration;

use pems_simulator::Fault;
use serde_json::json;

use crate::app::{RIO, TestApp, eventually};

#[tokio::test]
async fn an_outage_opens_the_breaker_leaves_the_queue_intact_and_drains_afterwards() {
    let app = TestApp::setup().records(60).start().await;
    let manager = app.manager().await;
    let ids = app.changeable();
    app.pems.fault(Fault::status_before(503));
    for id in &ids {
        manager.draft(id, json!({ "contract": "AFTER" })).await;
    }
    manager.commit().await;
    eventually("the breaker opens", async || (manager.status().await["health"] == "down").then_some(()))
        .await;
    let asked = app.pems.journal().requests().len();
    tokio::time::sleep(Duration::from_secs(2)).await;
    let since = app.pems.journal().requests().len() - asked;
    assert!(since <= 2, "PEMS is left alone while it is down, but got {since} requests");
    let status = manager.status().await;
    assert_eq!(status["failed"], 0, "nothing was given up: {status}");

    app.pems.clear_faults();
    manager.wait_until_idle(Duration::from_mins(1)).await;
    for id in &ids {
        assert_eq!(app.pems.record(RIO, id).unwrap().to_value()["contract"], "AFTER");
    }
    assert_eq!(app.our_writes().len(), ids.len());
    app.check_invariants().await;
}

#[tokio::test]
async fn a_refused_connection_changes_nothing_and_is_tried_again() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = &app.changeable()[0];
    app.pems.go_down().await;
    manager.change(id, json!({ "contract": "UP" })).await;
    eventually("it was tried", async || {
        let item = manager.queue().await.remove(0);
        (!item["lastError"].is_null()).then_some(())
    })
    .await;
    app.pems.come_up().await.unwrap();
    manager.wait_for(id, "synced").await;
    assert_eq!(app.our_writes().len(), 1);
    app.check_invariants().await;
}
