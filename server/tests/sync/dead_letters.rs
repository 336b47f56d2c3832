//! Deciding about what did not reach PEMS.

use std::time::Duration;

use pems_simulator::Fault;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::ownership::{in_pems, switch_on};
use crate::app::{Client, RIO, TestApp, eventually};

/// A change of the editor that PEMS has locked, given up by the first try; PEMS would take it now.
async fn given_up(app: &TestApp, id: &str, changes: Value) -> Value {
    let (editor, manager) = (app.user("editor").await, app.manager().await);
    app.pems.lock(RIO, id);
    let draft = editor.draft(id, changes).await;
    manager.post("/api/pfa-data/commit-drafts", json!({ "modificationIds": [draft] })).await.ok();
    let letter = eventually("it is given up", async || {
        let letters = manager.get("/api/pems/dead-letters?status=open").await.ok();
        let letters = letters["deadLetters"].as_array().cloned().unwrap_or_default();
        letters.into_iter().find(|letter| letter["pfaId"] == id)
    })
    .await;
    app.pems.unlock(RIO, id);
    letter
}

async fn detail(client: &Client, letter: &Value) -> Value {
    client.get(&format!("/api/pems/dead-letters/{}", letter["id"].as_str().unwrap())).await.ok()
}

async fn correct(client: &Client, letter: &Value, correction: Value) -> crate::app::Answer {
    client
        .post(&format!("/api/pems/dead-letters/{}/correct", letter["id"].as_str().unwrap()), correction)
        .await
}

fn without_retries() -> crate::app::Setup {
    TestApp::setup().setting("WRITE_SYNC_MAX_RETRIES", "0")
}

#[tokio::test]
async fn a_corrected_change_reaches_pems_once_with_the_values_that_it_was_given() {
    let app = without_retries().start().await;
    let manager = app.manager().await;
    let id = app.changeable().remove(0);
    let letter = given_up(&app, &id, json!({ "contract": "C-WRONG", "model": "X-1" })).await;
    let seen = detail(&manager, &letter).await["recordVersion"].clone();
    let correction =
        json!({ "changes": { "contract": "C-RIGHT", "description": "Mended" }, "seenVersion": seen });
    let corrected = correct(&manager, &letter, correction.clone()).await.ok();
    let again = correct(&manager, &letter, correction).await;
    assert_eq!(again.status, StatusCode::CONFLICT, "{}", again.body);
    manager.wait_until_idle(Duration::from_secs(20)).await;

    let record = in_pems(&app, &id);
    assert_eq!((&record["contract"], &record["description"]), (&json!("C-RIGHT"), &json!("Mended")));
    assert_ne!(record["model"], "X-1", "what the correction does not name is left as PEMS has it");
    let writes = app.our_writes();
    assert_eq!(writes.len(), 1, "{writes:?}");
    assert_eq!(writes[0].modified_by, "editor", "it is still its author's change");
    let after = detail(&manager, &letter).await;
    assert_eq!(
        (&after["letter"]["status"], &after["letter"]["decidedBy"], &after["nextItemId"]),
        (&json!("reprocessed"), &json!("manager"), &corrected["queueItemId"])
    );
    let job =
        manager.get(&format!("/api/pems/sync-jobs/{}", corrected["jobId"].as_str().unwrap())).await.ok();
    assert_eq!((&job["job"]["trigger"], &job["job"]["itemsCompleted"]), (&json!("correction"), &json!(1)));
    let log = app.user("admin").await.get("/api/audit?eventType=dead_letter.corrected").await.ok();
    let entry = &log["entries"][0];
    assert_eq!(entry["before"]["changes"]["contract"], "C-WRONG", "{log}");
    assert_eq!(entry["after"]["changes"]["contract"], "C-RIGHT", "{log}");
    let inbox = app.user("editor").await.get("/api/notifications").await.ok();
    assert!(inbox.to_string().contains("manager corrected your failed change"), "{inbox}");
    app.check_invariants().await;
}

#[tokio::test]
async fn a_correction_is_checked_like_an_edit_and_against_what_was_seen() {
    let app = without_retries().start().await;
    let manager = app.manager().await;
    let id = app.changeable().remove(0);
    let letter = given_up(&app, &id, json!({ "contract": "C-1" })).await;
    let before = detail(&manager, &letter).await;
    let (start, seen) = (before["record"]["forecastStart"].clone(), before["recordVersion"].clone());
    assert!(start.is_string(), "{before}");

    let backwards = json!({ "changes": { "forecastEnd": "1999-01-01" }, "seenVersion": seen });
    let refused = correct(&manager, &letter, backwards).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert_eq!(refused.body["errors"][0]["field"], "forecastEnd", "{}", refused.body);
    let nothing =
        correct(&manager, &letter, json!({ "changes": { "contract": before["record"]["contract"] } })).await;
    assert_eq!(nothing.body["errors"][0]["code"], "nothingToChange", "{}", nothing.body);
    let nonsense = correct(&manager, &letter, json!({ "changes": { "colour": "red" } })).await;
    assert_eq!(nonsense.body["errors"][0]["code"], "unknownField", "{}", nonsense.body);

    app.pems.edit(RIO, &id, json!({ "contract": "THEIRS" }), "pems.jansen").unwrap();
    manager.read_sync().await;
    let late =
        correct(&manager, &letter, json!({ "changes": { "contract": "C-2" }, "seenVersion": seen })).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
    assert!(app.our_writes().is_empty());
    assert_eq!(detail(&manager, &letter).await["letter"]["status"], "open");

    // Whoever has seen it may.
    let now = detail(&manager, &letter).await;
    assert_eq!(now["record"]["contract"], "THEIRS");
    let seen = now["recordVersion"].clone();
    correct(&manager, &letter, json!({ "changes": { "contract": "C-2" }, "seenVersion": seen })).await.ok();
    manager.wait_for(&id, "synced").await;
    assert_eq!(in_pems(&app, &id)["contract"], "C-2");
    app.check_invariants().await;
}

#[tokio::test]
async fn what_pems_changes_after_a_correction_is_asked_about_and_no_rule_decides_it() {
    let app = without_retries().start().await;
    let manager = app.manager().await;
    let id = app.changeable().remove(0);
    let letter = given_up(&app, &id, json!({ "contract": "C-1" })).await;
    switch_on(&app, json!({ "contract": "vanguard" })).await;
    // Not yet read: whoever corrects has not seen it.
    app.pems.edit(RIO, &id, json!({ "contract": "THEIRS" }), "pems.jansen").unwrap();
    correct(&manager, &letter, json!({ "changes": { "contract": "C-2" } })).await.ok();
    manager.wait_until_idle(Duration::from_secs(20)).await;
    assert_eq!(manager.state_of(&id).await, "conflict", "a person's decision is not decided over again");
    assert_eq!(in_pems(&app, &id)["contract"], "THEIRS");
    app.check_invariants().await;
}

#[tokio::test]
async fn what_may_be_in_pems_is_neither_corrected_nor_discarded() {
    let app = without_retries().start().await;
    let manager = app.manager().await;
    let id = app.changeable().remove(0);
    let letter = given_up(&app, &id, json!({ "contract": "C-1" })).await;
    sqlx::query("UPDATE write_attempts SET outcome = 'unknown'").execute(app.pool()).await.unwrap();
    assert_eq!(detail(&manager, &letter).await["letter"]["answerIsLost"], true);
    let refused = correct(&manager, &letter, json!({ "changes": { "contract": "C-2" } })).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    let discarded = manager.post("/api/pems/dead-letters/discard", json!({ "filter": {} })).await.ok();
    assert_eq!(
        (&discarded["done"], &discarded["refused"][0]["pfaId"]),
        (&json!(0), &json!(id)),
        "{discarded}"
    );
    // It is read back before it is sent again.
    manager.post("/api/pems/dead-letters/reprocess", json!({ "filter": {} })).await.ok();
    manager.wait_for(&id, "synced").await;
    assert_eq!(app.our_writes().len(), 1);
    app.check_invariants().await;
}

#[tokio::test]
async fn failures_are_counted_and_decided_by_their_cause() {
    let app = without_retries().start().await;
    let manager = app.manager().await;
    let ids: Vec<String> = app.changeable().into_iter().take(3).collect();
    app.pems.lock(RIO, &ids[0]);
    manager.change(&ids[0], json!({ "contract": "C-1" })).await;
    manager.wait_for(&ids[0], "sync_error").await;
    app.pems.fault(Fault::status_before(400).on_writes());
    for id in &ids[1..] {
        manager.draft(id, json!({ "contract": "C-1" })).await;
    }
    manager.commit().await;
    for id in &ids[1..] {
        manager.wait_for(id, "sync_error").await;
    }
    let expected = json!([{ "errorCode": "invalid", "count": 2 }, { "errorCode": "locked", "count": 1 }]);
    for path in ["/api/pems/dead-letters/causes", "/api/pems/queue/causes"] {
        assert_eq!(manager.get(path).await.ok()["causes"], expected, "{path}");
    }
    let found = manager.get("/api/pems/queue?status=failed&errorCode=invalid").await.ok();
    assert_eq!(found["total"], 2, "{found}");

    let filter = json!({ "filter": { "errorCode": "invalid" }, "dryRun": true });
    let counted = manager.post("/api/pems/dead-letters/discard", filter).await.ok();
    assert_eq!((&counted["matched"], &counted["done"]), (&json!(2), &json!(0)));
    assert_eq!(counted["ids"].as_array().map(Vec::len), Some(2));
    manager
        .post("/api/pems/dead-letters/discard", json!({ "filter": { "errorCode": "invalid" } }))
        .await
        .ok();
    let left = manager.get("/api/pems/dead-letters?status=open").await.ok();
    assert_eq!((&left["total"], &left["deadLetters"][0]["pfaId"]), (&json!(1), &json!(ids[0])));
    app.check_invariants().await;
}

#[tokio::test]
async fn what_is_tried_again_is_checked_against_the_record_as_pems_has_it() {
    let app = TestApp::setup().setting("WRITE_SYNC_MAX_RETRIES", "0").start().await;
    let manager = app.manager().await;
    let id = app.changeable().remove(0);
    app.pems.lock(RIO, &id);
    manager.change(&id, json!({ "source": "Purchase", "purchasePrice": "100.00" })).await;
    manager.wait_for(&id, "sync_error").await;
    app.pems.unlock(RIO, &id);
    app.pems.edit(RIO, &id, json!({ "isActualized": true }), "pems.jansen").unwrap();
    manager.read_sync().await;

    // In the view that people see, the record is a purchase already, and its source would not change.
    let tried = manager.post("/api/pems/dead-letters/reprocess", json!({ "filter": {} })).await.ok();
    assert_eq!((&tried["matched"], &tried["done"]), (&json!(1), &json!(0)), "{tried}");
    assert!(tried["refused"][0]["reason"].as_str().unwrap().contains("Source is fixed"), "{tried}");
    manager.wait_until_idle(Duration::from_secs(20)).await;
    assert!(app.our_writes().is_empty());
    assert_eq!(manager.state_of(&id).await, "sync_error", "it is still there to be decided");
    app.check_invariants().await;
}
