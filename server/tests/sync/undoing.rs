//! A merge is undone once PEMS has the change that undoes it, and can be undone again where that was given up.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::conflicts::{crossed, the_conflict};
use super::ownership::{in_pems, the_merge};
use crate::app::{Answer, Client, RIO, TestApp, eventually};

/// Our change of the contract, merged with PEMS's of the description; answers with what the contract was.
async fn merged(app: &TestApp) -> (Client, String, Value) {
    let before = in_pems(app, &app.changeable()[0])["contract"].clone();
    let (manager, id) = crossed(app, json!({ "contract": "OURS" }), json!({ "description": "Theirs" })).await;
    manager.wait_for(&id, "synced").await;
    (manager, id, before)
}

async fn undo(manager: &Client) -> Answer {
    let path = format!("/api/pems/merges/{}/undo", the_merge(manager).await["id"].as_str().unwrap());
    manager.post(&path, json!({})).await
}

/// Waits until the journal says so; answers with all that it says about the undoing.
async fn stands(manager: &Client, state: &str) -> Value {
    eventually(&format!("the undoing is {state}"), async || {
        let undo = the_merge(manager).await["undo"].clone();
        (undo["state"] == state).then_some(undo)
    })
    .await
}

async fn refused(manager: &Client, why: &str) {
    let again = undo(manager).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.body);
    assert!(again.body["detail"].as_str().unwrap().contains(why), "{}", again.body);
}

async fn write_sync(app: &TestApp, on: bool) {
    let admin = app.user("admin").await;
    let settings = format!("/api/admin/organizations/{}/settings", admin.organization_id);
    admin.send(Method::PUT, &settings, Some(&json!({ "writeSyncEnabled": on }))).await.ok();
}

#[tokio::test]
async fn an_undoing_that_was_cancelled_on_its_way_leaves_the_merge_to_be_undone_again() {
    let app = TestApp::start().await;
    let (manager, id, before) = merged(&app).await;
    assert_eq!(the_merge(&manager).await["undo"], Value::Null);
    write_sync(&app, false).await;
    undo(&manager).await.ok();
    let undoing = stands(&manager, "on_its_way").await;
    assert_eq!(undoing["askedBy"], "manager");
    refused(&manager, "on its way").await;
    let item = manager.queue().await.remove(0);
    assert_eq!(item["modificationId"], undoing["modificationId"]);
    manager.post(&format!("/api/pems/queue/{}/cancel", item["id"].as_str().unwrap()), json!({})).await;
    stands(&manager, "given_up").await;
    assert_eq!(in_pems(&app, &id)["contract"], "OURS");

    write_sync(&app, true).await;
    undo(&manager).await.ok();
    stands(&manager, "undone").await;
    assert_eq!(in_pems(&app, &id)["contract"], before);
    refused(&manager, "undone already").await;
    app.check_invariants().await;
}

#[tokio::test]
async fn an_undoing_that_lost_its_conflict_leaves_the_merge_to_be_undone_again() {
    let app = TestApp::start().await;
    let (manager, id, _) = merged(&app).await;
    app.pems.edit(RIO, &id, json!({ "contract": "SINCE" }), "pems.jansen").unwrap();
    undo(&manager).await.ok();
    let undoing = stands(&manager, "undecided").await;
    let conflict = the_conflict(&manager).await;
    assert_eq!(undoing["conflictId"], conflict["id"]);
    refused(&manager, "Decide about it first").await;
    manager.resolve(&conflict, json!({ "resolution": "use_pems" })).await.ok();
    stands(&manager, "given_up").await;
    undo(&manager).await.ok();
    let conflict = the_conflict(&manager).await;
    manager.resolve(&conflict, json!({ "resolution": "use_local" })).await.ok();
    assert_eq!(stands(&manager, "undone").await["conflictId"], Value::Null);
    app.check_invariants().await;
}

#[tokio::test]
async fn an_undoing_that_failed_is_decided_about_before_the_merge_is_undone_again() {
    let app = TestApp::setup().setting("WRITE_SYNC_MAX_RETRIES", "0").start().await;
    let (manager, id, before) = merged(&app).await;
    app.pems.lock(RIO, &id);
    undo(&manager).await.ok();
    stands(&manager, "undecided").await;
    refused(&manager, "Decide about it first").await;
    manager.post("/api/pems/dead-letters/discard", json!({ "filter": {} })).await.ok();
    stands(&manager, "given_up").await;
    app.pems.unlock(RIO, &id);
    undo(&manager).await.ok();
    stands(&manager, "undone").await;
    assert_eq!(in_pems(&app, &id)["contract"], before);
    app.check_invariants().await;
}
