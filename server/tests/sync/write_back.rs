//! A change reaches PEMS once, and it can be seen where it is.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;

use crate::app::{RIO, TestApp, eventually};

#[tokio::test]
async fn a_committed_change_reaches_pems_once_under_its_authors_name() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = &app.changeable()[0];
    manager.change(id, json!({ "description": "Crane, moved to north gate" })).await;
    manager.wait_for(id, "synced").await;

    let record = app.pems.record(RIO, id).unwrap().to_value();
    assert_eq!(record["description"], "Crane, moved to north gate");
    assert_eq!(record["updatedBy"], "manager");
    assert_eq!(app.our_writes().len(), 1);
    let mirrored = manager.record(id).await;
    assert_eq!(mirrored["mirror"]["version"], record["version"], "the mirror has the confirmed version");
    app.check_invariants().await;
}

#[tokio::test]
async fn many_changes_go_out_in_one_batch() {
    let app = TestApp::setup().records(60).start().await;
    let manager = app.manager().await;
    let ids = app.changeable();
    assert!(ids.len() >= 10, "the generator makes enough rentals");
    let drafts: Vec<_> =
        ids.iter().map(|id| json!({ "pfaId": id, "changes": { "contract": "C-2026" } })).collect();
    manager.save_drafts(json!(drafts)).await;
    let committed = manager.commit().await;
    assert_eq!(committed["committed"], ids.len());
    manager.wait_until_idle(Duration::from_secs(20)).await;

    assert_eq!(app.our_writes().len(), ids.len());
    let requests = app.pems.journal().requests();
    let writes = requests.iter().filter(|request| request.arrival.operation.writes()).count();
    assert_eq!(writes, 1, "{} changes fit in one request", ids.len());
    app.check_invariants().await;
}

#[tokio::test]
async fn a_delete_discontinues_the_record_in_pems() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = &app.changeable()[0];
    manager.save_drafts(json!([{ "pfaId": id, "operation": "DELETE", "reason": "no longer needed" }])).await;
    manager.commit().await;
    manager.wait_for(id, "synced").await;
    assert_eq!(app.pems.record(RIO, id).unwrap().to_value()["isDiscontinued"], true);
    app.check_invariants().await;
}

#[tokio::test]
async fn two_changes_of_one_record_arrive_in_commit_order() {
    let app = TestApp::start().await;
    let (manager, other) = (app.manager().await, app.user("manager2").await);
    let id = &app.changeable()[0];
    manager.draft(id, json!({ "contract": "FIRST" })).await;
    manager.commit().await;
    other.draft(id, json!({ "contract": "SECOND" })).await;
    other.commit().await;
    manager.wait_until_idle(Duration::from_secs(20)).await;

    let contracts: Vec<_> =
        app.our_writes().iter().map(|write| write.changes["contract"].after.clone()).collect();
    assert_eq!(contracts, [json!("FIRST"), json!("SECOND")]);
    assert!(manager.conflicts().await.is_empty(), "following one another is no conflict");
    app.check_invariants().await;
}

#[tokio::test]
async fn the_same_key_commits_once() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = &app.changeable()[0];
    manager.draft(id, json!({ "contract": "ONCE" })).await;
    let body = json!({ "idempotencyKey": "click-1" });
    let (first, second) = tokio::join!(
        manager.post("/api/pfa-data/commit-drafts", body.clone()),
        manager.post("/api/pfa-data/commit-drafts", body.clone())
    );
    let (first, second) = (first.ok(), second.ok());
    assert_eq!(first["committed"], 1, "{first}");
    assert_eq!(first["modificationIds"], second["modificationIds"]);
    manager.wait_until_idle(Duration::from_secs(20)).await;
    let third = manager.post("/api/pfa-data/commit-drafts", body).await.ok();
    assert_eq!(third["modificationIds"], first["modificationIds"], "a lost reply is said again");
    assert_eq!(app.our_writes().len(), 1);
    app.check_invariants().await;
}

#[tokio::test]
async fn a_draft_is_seen_by_its_author_alone_and_a_commit_by_everybody() {
    let app = TestApp::start().await;
    app.pems.lock(RIO, &app.changeable()[0]);
    let (manager, other) = (app.manager().await, app.user("manager2").await);
    let id = &app.changeable()[0];
    manager.draft(id, json!({ "contract": "MINE" })).await;
    assert_eq!(manager.record(id).await["merged"]["contract"], "MINE");
    assert_ne!(other.record(id).await["merged"]["contract"], "MINE");
    manager.commit().await;
    assert_eq!(other.record(id).await["merged"]["contract"], "MINE");
}

#[tokio::test]
async fn good_drafts_are_saved_even_when_others_are_refused() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let ids = app.changeable();
    let saved = manager
        .save_drafts(json!([
            { "pfaId": ids[0], "changes": { "contract": "GOOD" } },
            { "pfaId": ids[1], "changes": { "forecastStart": "2026-06-01", "forecastEnd": "2026-01-01", "colour": "red" } },
            { "pfaId": ids[2], "changes": { "forecastStart": "2026-06-01", "forecastEnd": "2026-01-01" } },
            { "pfaId": "NO-SUCH", "changes": { "contract": "X" } },
        ]))
        .await;
    assert_eq!(saved["success"], false);
    assert_eq!(saved["modifications"].as_array().unwrap().len(), 1);
    let codes: Vec<_> =
        saved["errors"].as_array().unwrap().iter().map(|one| one["errors"][0]["code"].clone()).collect();
    assert_eq!(codes, [json!("unknownField"), json!("endBeforeStart"), json!("notFound")]);
}

#[tokio::test]
async fn a_waiting_change_can_be_cancelled_and_a_synced_one_cannot() {
    let app = TestApp::setup().setting("WRITE_SYNC_RETRY_DELAY", "60000").start().await;
    let manager = app.manager().await;
    let ids = app.changeable();
    app.pems.lock(RIO, &ids[0]);
    manager.change(&ids[0], json!({ "contract": "NEVER" })).await;
    let item = eventually("the first try is over", async || {
        manager.queue().await.into_iter().find(|item| item["retryCount"] == 1)
    })
    .await;
    let path = format!("/api/pems/queue/{}/cancel", item["id"].as_str().unwrap());
    manager.post(&path, json!({})).await.ok();
    assert_eq!(manager.state_of(&ids[0]).await, "synced", "nothing is open any more");
    let again = manager.post(&path, json!({})).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.body);
    assert!(app.our_writes().is_empty());
    app.check_invariants().await;
}

#[tokio::test]
async fn what_pems_refuses_becomes_a_dead_letter_that_can_be_reprocessed_or_discarded() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let ids = app.changeable();
    for id in &ids[..2] {
        app.pems.lock(RIO, id);
        manager.draft(id, json!({ "contract": "C-9" })).await;
    }
    manager.commit().await;
    let letters = eventually("both are given up", async || {
        let letters = manager.get("/api/pems/dead-letters?status=open").await.ok();
        let letters = letters["deadLetters"].as_array().cloned().unwrap_or_default();
        (letters.len() == 2).then_some(letters)
    })
    .await;
    assert_eq!(letters[0]["errorCode"], "locked");
    assert_eq!(letters[0]["attempts"].as_array().unwrap().len(), 4, "one try and three retries");
    assert_eq!(manager.state_of(&ids[0]).await, "sync_error");

    let dry =
        manager.post("/api/pems/dead-letters/reprocess", json!({ "filter": {}, "dryRun": true })).await.ok();
    assert_eq!((&dry["matched"], &dry["done"]), (&json!(2), &json!(0)));
    app.pems.unlock(RIO, &ids[0]);
    let of = |pfa_id: &str| letters.iter().find(|letter| letter["pfaId"] == pfa_id).unwrap()["id"].clone();
    manager.post("/api/pems/dead-letters/reprocess", json!({ "ids": [of(&ids[0])] })).await.ok();
    manager.post("/api/pems/dead-letters/discard", json!({ "ids": [of(&ids[1])] })).await.ok();
    manager.wait_for(&ids[0], "synced").await;
    assert_eq!(app.pems.record(RIO, &ids[0]).unwrap().to_value()["contract"], "C-9");
    assert_eq!(manager.state_of(&ids[1]).await, "synced", "the discarded change is gone from the view");
    assert_eq!(app.our_writes().len(), 1);
    app.check_invariants().await;
}
