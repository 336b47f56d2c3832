//! The history of a record says who made each version, whatever order the news came in.

use std::time::Duration;

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

#[tokio::test]
async fn a_version_of_ours_is_proved_by_what_was_sent_and_what_pems_answered() {
    let app = TestApp::start().await;
    app.pems.fault(Fault::drop_answer().on(Operation::Update).once());
    let manager = app.manager().await;
    let id = app.changeable()[0].clone();
    manager.change(&id, json!({ "contract": "OURS" })).await;
    manager.wait_for(&id, "synced").await;
    let version = app.pems.record(RIO, &id).unwrap().version;
    app.pems.edit(RIO, &id, json!({ "description": "Theirs" }), "pems.jansen").unwrap();
    manager.read_sync().await;
    let history = manager.get(&format!("/api/pfa-data/{id}/history")).await.ok();
    let [theirs, ours] = &history["versions"].as_array().unwrap()[..2] else { panic!("{history}") };
    assert_eq!((&theirs["write"], &theirs["updatedBy"]), (&Value::Null, &json!("pems.jansen")));
    assert_eq!(ours["comparedWith"], version - 1);
    assert_eq!(
        (&ours["write"]["author"], &ours["write"]["committedBy"]),
        (&json!("manager"), &json!("manager"))
    );
    let last = ours["write"]["attempts"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["outcome"], &last["newVersion"]), (&json!("settled_applied"), &json!(version)));
}

#[tokio::test]
async fn who_finds_his_values_in_pems_already_does_not_take_the_place_of_whoever_wrote_them() {
    let app = TestApp::setup().records(60).start().await;
    let (manager, colleague) = (app.manager().await, app.user("manager2").await);
    let ids = app.changeable()[..4].to_vec();
    for (place, id) in ids.iter().enumerate() {
        // Whoever drafts first, the manager commits first.
        let people = if place % 2 == 0 { [&manager, &colleague] } else { [&colleague, &manager] };
        for person in people {
            person.draft(id, json!({ "contract": "SAME" })).await;
        }
    }
    manager.commit().await;
    colleague.commit().await;
    manager.wait_until_idle(Duration::from_secs(20)).await;
    assert_eq!(app.our_writes().len(), ids.len(), "each is written once");
    for id in &ids {
        let history = manager.get(&format!("/api/pfa-data/{id}/history")).await.ok();
        let write = &history["versions"][0]["write"];
        assert_eq!(write["author"], "manager", "{history}");
        assert_eq!(write["attempts"][0]["newVersion"], history["versions"][0]["version"], "{history}");
    }
    app.check_invariants().await;
}

#[tokio::test]
async fn any_two_versions_can_be_compared_and_one_that_never_came_by_cannot() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = app.changeable()[0].clone();
    let first = app.pems.record(RIO, &id).unwrap().version;
    for (contract, description) in [("ONE", "First"), ("TWO", "Second")] {
        let edit = json!({ "contract": contract, "description": description });
        app.pems.edit(RIO, &id, edit, "pems.jansen").unwrap();
        manager.read_sync().await;
    }
    let compare = async |from: u64, to: u64| {
        manager.get(&format!("/api/pfa-data/{id}/compare?from={from}&to={to}")).await
    };
    let forth = compare(first + 1, first + 2).await.ok();
    let contract = |answer: &Value| {
        let changes = answer["changes"].as_array().unwrap().clone();
        changes.into_iter().find(|change| change["field"] == "contract").unwrap()
    };
    assert_eq!(contract(&forth), json!({ "field": "contract", "before": "ONE", "after": "TWO" }));
    let back = compare(first + 2, first + 1).await.ok();
    assert_eq!(contract(&back), json!({ "field": "contract", "before": "TWO", "after": "ONE" }));
    assert_eq!(compare(first, first + 99).await.status, 422);
}

#[tokio::test]
async fn versions_between_two_reads_are_not_made_up() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = app.changeable()[0].clone();
    let first = app.pems.record(RIO, &id).unwrap().version;
    for contract in ["ONE", "TWO"] {
        app.pems.edit(RIO, &id, json!({ "contract": contract }), "pems.jansen").unwrap();
    }
    manager.read_sync().await;
    let history = manager.get(&format!("/api/pfa-data/{id}/history")).await.ok();
    let newest = &history["versions"][0];
    assert_eq!((&newest["version"], &newest["comparedWith"]), (&json!(first + 2), &json!(first)));
}
