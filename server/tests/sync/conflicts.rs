//! What PEMS users change meanwhile is merged or stopped, never overwritten.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{Client, RIO, TestApp, eventually};

/// A draft whose record PEMS changes before the commit, without our knowing.
pub(super) async fn crossed(app: &TestApp, ours: Value, theirs: Value) -> (Client, String) {
    let manager = app.manager().await;
    let id = app.changeable()[0].clone();
    manager.draft(&id, ours).await;
    app.pems.edit(RIO, &id, theirs, "pems.jansen").expect("PEMS takes the edit");
    manager.commit().await;
    (manager, id)
}

pub(super) async fn the_conflict(manager: &Client) -> Value {
    eventually("the conflict is found", async || manager.conflicts().await.pop()).await
}

#[tokio::test]
async fn a_change_of_another_field_in_pems_is_merged_and_journaled() {
    let app = TestApp::start().await;
    let (manager, id) =
        crossed(&app, json!({ "contract": "OURS" }), json!({ "description": "Theirs" })).await;
    manager.wait_for(&id, "synced").await;
    let record = app.pems.record(RIO, &id).unwrap().to_value();
    assert_eq!((&record["contract"], &record["description"]), (&json!("OURS"), &json!("Theirs")));

    let merges = manager.get("/api/pems/merges").await.ok();
    let merge = &merges["merges"][0];
    assert_eq!(merge["ours"], json!({ "contract": "OURS" }));
    assert_eq!(merge["theirs"], json!({ "description": "Theirs" }));
    assert_eq!(merge["pemsUpdatedBy"], "pems.jansen");
    app.check_invariants().await;
}

#[tokio::test]
async fn an_undone_merge_takes_only_our_side_back() {
    let app = TestApp::start().await;
    let before = app.pems.record(RIO, &app.changeable()[0]).unwrap().to_value()["contract"].clone();
    let (manager, id) =
        crossed(&app, json!({ "contract": "OURS" }), json!({ "description": "Theirs" })).await;
    manager.wait_for(&id, "synced").await;
    let merges = manager.get("/api/pems/merges").await.ok();
    let path = format!("/api/pems/merges/{}/undo", merges["merges"][0]["id"].as_str().unwrap());
    manager.post(&path, json!({})).await.ok();
    manager.wait_until_idle(Duration::from_secs(20)).await;
    let record = app.pems.record(RIO, &id).unwrap().to_value();
    assert_eq!((&record["contract"], &record["description"]), (&before, &json!("Theirs")));
    let again = manager.post(&path, json!({})).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    app.check_invariants().await;
}

#[tokio::test]
async fn the_same_change_in_pems_needs_no_write() {
    let app = TestApp::start().await;
    let (manager, id) = crossed(&app, json!({ "contract": "SAME" }), json!({ "contract": "SAME" })).await;
    manager.wait_for(&id, "synced").await;
    assert!(app.our_writes().is_empty());
    app.check_invariants().await;
}

#[tokio::test]
async fn a_change_of_the_same_field_in_pems_is_a_conflict_about_exactly_that_field() {
    let app = TestApp::start().await;
    let (manager, id) =
        crossed(&app, json!({ "contract": "OURS", "model": "X-1" }), json!({ "contract": "THEIRS" })).await;
    let conflict = the_conflict(&manager).await;
    assert_eq!(conflict["conflictFields"], json!(["contract"]));
    assert_eq!(conflict["localData"], json!({ "contract": "OURS" }));
    assert_eq!(conflict["pemsData"], json!({ "contract": "THEIRS" }));
    assert_eq!(conflict["undisputed"], json!({ "model": "X-1" }));
    assert_eq!(manager.state_of(&id).await, "conflict");
    assert!(app.our_writes().is_empty(), "nothing is sent before somebody decides");
    app.check_invariants().await;
}

#[tokio::test]
async fn use_local_sends_ours_over_what_the_user_has_seen() {
    let app = TestApp::start().await;
    let (manager, id) = crossed(&app, json!({ "contract": "OURS" }), json!({ "contract": "THEIRS" })).await;
    let conflict = the_conflict(&manager).await;
    manager.resolve(&conflict, json!({ "resolution": "use_local" })).await.ok();
    manager.wait_for(&id, "synced").await;
    assert_eq!(app.pems.record(RIO, &id).unwrap().to_value()["contract"], "OURS");
    app.check_invariants().await;
}

#[tokio::test]
async fn use_pems_gives_way_and_writes_nothing() {
    let app = TestApp::start().await;
    let (manager, id) = crossed(&app, json!({ "contract": "OURS" }), json!({ "contract": "THEIRS" })).await;
    let conflict = the_conflict(&manager).await;
    let applied = manager.resolve(&conflict, json!({ "resolution": "use_pems" })).await.ok();
    assert_eq!(applied["appliedChanges"], json!({}));
    assert_eq!(manager.state_of(&id).await, "synced");
    assert!(app.our_writes().is_empty());
    app.check_invariants().await;
}

#[tokio::test]
async fn a_merge_is_validated_like_any_edit_and_then_sent() {
    let app = TestApp::start().await;
    let (manager, id) = crossed(&app, json!({ "contract": "OURS" }), json!({ "contract": "THEIRS" })).await;
    let conflict = the_conflict(&manager).await;
    let long = json!({ "resolution": "merge", "mergedData": { "contract": "x".repeat(31) } });
    let refused = manager.resolve(&conflict, long).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.body["errors"][0]["code"], "tooLong");
    let undecided = manager.resolve(&conflict, json!({ "resolution": "merge", "mergedData": {} })).await;
    assert_eq!(undecided.status, StatusCode::UNPROCESSABLE_ENTITY);
    let both = json!({ "resolution": "merge", "mergedData": { "contract": "BOTH" } });
    manager.resolve(&conflict, both.clone()).await.ok();
    manager.wait_for(&id, "synced").await;
    assert_eq!(app.pems.record(RIO, &id).unwrap().to_value()["contract"], "BOTH");
    let again = manager.resolve(&conflict, both).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "a conflict is resolved once");
    app.check_invariants().await;
}

#[tokio::test]
async fn a_resolution_is_checked_again_when_pems_has_moved_again() {
    let app = TestApp::start().await;
    let (manager, id) = crossed(&app, json!({ "contract": "OURS" }), json!({ "contract": "THEIRS" })).await;
    let conflict = the_conflict(&manager).await;
    app.pems.edit(RIO, &id, json!({ "contract": "THEIRS AGAIN" }), "pems.silva").unwrap();
    manager.resolve(&conflict, json!({ "resolution": "use_local" })).await.ok();
    let second = the_conflict(&manager).await;
    assert_ne!(second["id"], conflict["id"]);
    assert_eq!(second["baseData"], json!({ "contract": "THEIRS" }), "what the user saw when he decided");
    assert_eq!(second["pemsData"], json!({ "contract": "THEIRS AGAIN" }));
    assert_eq!(app.pems.record(RIO, &id).unwrap().to_value()["contract"], "THEIRS AGAIN");
    app.check_invariants().await;
}

#[tokio::test]
async fn an_open_conflict_follows_pems_and_nothing_unseen_is_decided() {
    let app = TestApp::start().await;
    let (manager, id) = crossed(&app, json!({ "contract": "OURS" }), json!({ "contract": "THEIRS" })).await;
    let first = the_conflict(&manager).await;
    app.pems.edit(RIO, &id, json!({ "contract": "THEIRS AGAIN" }), "pems.silva").unwrap();
    manager.read_sync().await;
    let now = the_conflict(&manager).await;
    assert_eq!(now["id"], first["id"]);
    assert_eq!(now["pemsData"], json!({ "contract": "THEIRS AGAIN" }));
    assert_eq!((&now["changedAgain"], &now["pemsUpdatedBy"]), (&json!(["contract"]), &json!("pems.silva")));

    let unseen = json!({ "resolution": "use_pems", "seenVersion": first["pemsVersion"] });
    let refused = manager.resolve(&first, unseen).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    let typed = json!({
        "resolution": "merge", "mergedData": { "contract": "THEIRS" }, "seenVersion": now["pemsVersion"],
    });
    manager.resolve(&now, typed).await.ok();
    manager.wait_for(&id, "synced").await;
    let contract = app.pems.record(RIO, &id).unwrap().to_value()["contract"].clone();
    assert_eq!(contract, "THEIRS", "PEMS held it once, but not any more");
    app.check_invariants().await;
}

#[tokio::test]
async fn pems_side_can_be_taken_even_where_our_other_changes_became_unsound() {
    let app = TestApp::start().await;
    let id = &app.changeable()[0];
    let dates = json!({ "forecastStart": "2026-01-01T00:00:00Z", "forecastEnd": "2026-06-30T00:00:00Z" });
    app.pems.edit(RIO, id, dates, "pems.silva").unwrap();
    app.read_from_pems().await;
    let ours = json!({ "model": "Ours", "forecastEnd": "2026-03-31" });
    let theirs = json!({ "model": "Theirs", "forecastStart": "2026-05-01T00:00:00Z" });
    let (manager, id) = crossed(&app, ours, theirs).await;
    let conflict = the_conflict(&manager).await;
    assert_eq!(conflict["conflictFields"], json!(["forecastEnd", "model"]));
    manager.resolve(&conflict, json!({ "resolution": "use_pems" })).await.ok();
    assert_eq!(manager.state_of(&id).await, "synced");
    assert!(app.our_writes().is_empty());
    app.check_invariants().await;
}

#[tokio::test]
async fn an_author_hears_what_somebody_else_decided() {
    let app = TestApp::start().await;
    let (manager, id) = crossed(&app, json!({ "contract": "OURS" }), json!({ "contract": "THEIRS" })).await;
    let conflict = the_conflict(&manager).await;
    app.user("admin").await.resolve(&conflict, json!({ "resolution": "use_pems" })).await.ok();
    let inbox = manager.get("/api/notifications").await.ok();
    let title = format!("admin decided your conflict about {id}");
    let told = inbox["notifications"].as_array().unwrap().iter().filter(|one| one["title"] == title);
    assert_eq!(told.count(), 1, "{inbox}");
}

#[tokio::test]
async fn two_harmless_halves_that_break_a_rule_together_are_stopped() {
    let app = TestApp::start().await;
    let id = &app.changeable()[0];
    app.pems
        .edit(
            RIO,
            id,
            json!({ "forecastStart": "2026-01-01T00:00:00Z", "forecastEnd": "2026-06-30T00:00:00Z" }),
            "pems.silva",
        )
        .unwrap();
    app.read_from_pems().await;
    let (manager, _) = crossed(
        &app,
        json!({ "forecastEnd": "2026-03-31" }),
        json!({ "forecastStart": "2026-05-01T00:00:00Z" }),
    )
    .await;
    let conflict = the_conflict(&manager).await;
    assert_eq!(conflict["cause"], "invalid_together");
    assert_eq!(conflict["brokenRules"][0]["code"], "endBeforeStart");
    let refused = manager.resolve(&conflict, json!({ "resolution": "use_local" })).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert!(app.our_writes().is_empty());
}

#[tokio::test]
async fn many_conflicts_are_previewed_and_then_given_to_one_side() {
    let app = TestApp::setup().records(40).start().await;
    let manager = app.manager().await;
    let ids: Vec<String> = app.changeable().into_iter().take(5).collect();
    for id in &ids {
        manager.draft(id, json!({ "contract": "OURS" })).await;
        app.pems.edit(RIO, id, json!({ "contract": "THEIRS" }), "pems.jansen").unwrap();
    }
    manager.commit().await;
    eventually("all conflicts are found", async || {
        (manager.conflicts().await.len() == ids.len()).then_some(())
    })
    .await;
    let body = json!({ "resolution": "use_local", "filter": { "field": "contract" }, "dryRun": true });
    let preview = manager.post("/api/pems/conflicts/resolve-bulk", body).await.ok();
    assert_eq!(preview["results"].as_array().unwrap().len(), ids.len());
    assert_eq!(manager.conflicts().await.len(), ids.len(), "a preview changes nothing");
    let body = json!({ "resolution": "use_local", "filter": { "field": "contract" } });
    manager.post("/api/pems/conflicts/resolve-bulk", body).await.ok();
    manager.wait_until_idle(Duration::from_secs(20)).await;
    for id in &ids {
        assert_eq!(app.pems.record(RIO, id).unwrap().to_value()["contract"], "OURS");
    }
    app.check_invariants().await;
}
