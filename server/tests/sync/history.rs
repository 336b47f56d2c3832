//! The history of a record says who made each version, whatever order the news came in.

use pems_simulator::{Fault, Operation};
use serde_json::{Value, json};

use crate::app::{Client, RIO, TestApp};

/// Version and origin of each version, newest first.
async fn origins(manager: &Client, pfa_id: &str) -> Vec<(u64, String)> {
    let history = manager.get(&format!("/api/pfa-data/{pfa_id}/history")).await.ok();
    let entry =
        |entry: &Value| (entry["version"].as_u64().unwrap(), entry["origin"].as_str().unwrap().to_owned());
    history["versions"].as_array().unwrap().iter().map(entry).collect()
}

#[tokio::test]
async fn a_write_of_ours_is_ours_though_a_read_brought_its_version_first() {
    let app = TestApp::start().await;
    let held = app.pems.fault(Fault::hold_answer().on(Operation::Update).once());
    let manager = app.manager().await;
    let id = app.changeable()[0].clone();
    manager.change(&id, json!({ "contract": "OURS" })).await;
    held.wait_until_met(1).await;
    manager.read_sync().await;
    held.release();
    manager.wait_for(&id, "synced").await;
    let version = app.pems.record(RIO, &id).unwrap().version;
    assert_eq!(origins(&manager, &id).await[0], (version, "vanguard".to_owned()));
    app.check_invariants().await;
}

#[tokio::test]
async fn a_write_of_ours_is_in_the_history_though_a_read_brought_a_later_version_first() {
    let app = TestApp::start().await;
    let held = app.pems.fault(Fault::hold_answer().on(Operation::Update).once());
    let manager = app.manager().await;
    let id = app.changeable()[0].clone();
    manager.change(&id, json!({ "contract": "OURS" })).await;
    held.wait_until_met(1).await;
    app.pems.edit(RIO, &id, json!({ "description": "Theirs" }), "pems.jansen").unwrap();
    manager.read_sync().await;
    held.release();
    manager.wait_for(&id, "synced").await;
    let version = app.pems.record(RIO, &id).unwrap().version;
    assert_eq!(
        origins(&manager, &id).await[..2],
        [(version, "pems".to_owned()), (version - 1, "vanguard".to_owned())]
    );
    app.check_invariants().await;
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_ours_once_it_was_read_back() {
    let app = TestApp::start().await;
    app.pems.fault(Fault::drop_answer().on(Operation::Update).once());
    let manager = app.manager().await;
    let id = app.changeable()[0].clone();
    manager.change(&id, json!({ "contract": "OURS" })).await;
    manager.wait_for(&id, "synced").await;
    assert_eq!(origins(&manager, &id).await[0].1, "vanguard");
    app.check_invariants().await;
}
