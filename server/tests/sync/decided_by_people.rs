//! What a person decided is decided over again by a person, whoever owns the field.

use std::time::Duration;

use serde_json::json;

use super::conflicts::{crossed, the_conflict};
use super::ownership::{in_pems, ruled, switch_on, the_merge};
use super::rollback::{approve, asked, undecided, written};
use crate::app::{RIO, TestApp};

#[tokio::test]
async fn what_pems_changed_before_a_rollback_arrives_is_left_alone_whoever_owns_it() {
    let app = TestApp::start().await;
    let (manager, admin) = (app.manager().await, app.user("admin").await);
    let id = app.changeable().remove(0);
    let before = in_pems(&app, &id)["contract"].clone();
    let job = written(&manager, std::slice::from_ref(&id), json!({ "contract": "WRONG" })).await;
    switch_on(&app, json!({ "contract": "vanguard" })).await;
    let rollback = asked(&manager, json!({ "jobId": job }), json!([])).await;
    // Without our knowing: the approval sees the record as the preview has it.
    app.pems.edit(RIO, &id, json!({ "contract": "MEANWHILE" }), "pems.jansen").unwrap();
    approve(&admin, &rollback).await.ok();
    undecided(&manager, &rollback).await;
    let conflict = the_conflict(&manager).await;
    assert_eq!(conflict["localData"], json!({ "contract": before }));
    assert_eq!(conflict["pemsData"], json!({ "contract": "MEANWHILE" }));
    assert_eq!(in_pems(&app, &id)["contract"], "MEANWHILE");
    assert!(ruled(&manager).await.is_empty());
    app.check_invariants().await;
}

#[tokio::test]
async fn undoing_a_ruling_does_not_overwrite_what_pems_set_since() {
    let app = TestApp::start().await;
    switch_on(&app, json!({ "contract": "vanguard" })).await;
    let (manager, id) = crossed(&app, json!({ "contract": "OURS" }), json!({ "contract": "X" })).await;
    manager.wait_for(&id, "synced").await;
    app.pems.edit(RIO, &id, json!({ "contract": "Y" }), "pems.jansen").unwrap();
    let path = format!("/api/pems/merges/{}/undo", the_merge(&manager).await["id"].as_str().unwrap());
    manager.post(&path, json!({})).await.ok();
    let conflict = the_conflict(&manager).await;
    assert_eq!(conflict["localData"], json!({ "contract": "X" }));
    assert_eq!(conflict["pemsData"], json!({ "contract": "Y" }));
    assert_eq!(in_pems(&app, &id)["contract"], "Y");
    assert_eq!(ruled(&manager).await.len(), 1, "the first one");
    app.check_invariants().await;
}

#[tokio::test]
async fn a_resolution_stays_a_persons_decision_when_it_is_tried_again() {
    let app = TestApp::setup().setting("WRITE_SYNC_MAX_RETRIES", "0").start().await;
    let (manager, id) = crossed(&app, json!({ "contract": "OURS" }), json!({ "contract": "X" })).await;
    let conflict = the_conflict(&manager).await;
    switch_on(&app, json!({ "contract": "vanguard" })).await;
    app.pems.lock(RIO, &id);
    manager.resolve(&conflict, json!({ "resolution": "use_local" })).await.ok();
    manager.wait_for(&id, "sync_error").await;
    app.pems.unlock(RIO, &id);
    app.pems.edit(RIO, &id, json!({ "contract": "Y" }), "pems.jansen").unwrap();
    manager.post("/api/pems/dead-letters/reprocess", json!({ "filter": {} })).await.ok();
    assert_eq!(the_conflict(&manager).await["pemsData"], json!({ "contract": "Y" }));
    manager.wait_until_idle(Duration::from_secs(20)).await;
    assert_eq!(in_pems(&app, &id)["contract"], "Y");
    assert!(ruled(&manager).await.is_empty());
    app.check_invariants().await;
}
