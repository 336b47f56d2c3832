//! Rare orders of events, in which a change could get lost, be written over somebody, or stay for ever.

use std::time::Duration;

use pems_simulator::{Fault, Operation, RetryAfter};
use serde_json::json;

use crate::app::{RIO, TestApp, eventually};

impl TestApp {
    /// Stops or starts the write sync of every organisation.
    async fn write_sync(&self, on: bool) {
        self.sql(&format!("UPDATE organisations SET write_sync_enabled = {on}")).await;
    }

    async fn sql(&self, statement: &str) {
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(self.pool()).await.expect("it is done");
    }
}

#[tokio::test]
async fn an_item_that_a_crash_left_behind_does_not_stop_an_earlier_one_of_its_record() {
    let app = TestApp::start().await;
    app.write_sync(false).await;
    let (manager, other) = (app.manager().await, app.user("manager2").await);
    let id = app.changeable()[0].clone();
    manager.change(&id, json!({ "contract": "EARLIER" })).await;
    other.change(&id, json!({ "description": "Later" })).await;
    // As two overlapping commits could once leave it: the later one claimed, and its worker killed.
    app.sql(
        "UPDATE pfa_write_queue SET status = 'processing', lease_token = gen_random_uuid(), lease_expires_at = now()
         WHERE sequence = (SELECT max(sequence) FROM pfa_write_queue)",
    )
    .await;
    app.write_sync(true).await;
    manager.post("/api/pems/write-sync", json!({})).await.ok();
    manager.wait_until_idle(Duration::from_secs(20)).await;
    let record = app.pems.record(RIO, &id).unwrap().to_value();
    assert_eq!((&record["contract"], &record["description"]), (&json!("EARLIER"), &json!("Later")));
    app.check_invariants().await;
}

#[tokio::test]
async fn a_field_set_back_to_what_it_was_is_not_said_to_be_synced_when_pems_holds_something_else() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = app.changeable()[0].clone();
    let before = app.pems.record(RIO, &id).unwrap().to_value()["contract"].clone();
    manager.draft(&id, json!({ "contract": "MINE" })).await;
    app.pems.edit(RIO, &id, json!({ "contract": "THEIRS" }), "pems.jansen").unwrap();
    manager.read_sync().await;
    manager.draft(&id, json!({ "contract": before })).await;
    manager.commit().await;
    let conflict = eventually("somebody is asked", async || manager.conflicts().await.pop()).await;
    assert_eq!(conflict["conflictFields"], json!(["contract"]));
    assert_eq!(app.pems.record(RIO, &id).unwrap().to_value()["contract"], "THEIRS");
    app.check_invariants().await;
}

#[tokio::test]
async fn the_lost_answer_of_the_last_try_is_read_back_before_anything_is_given_up() {
    let app = TestApp::setup().setting("WRITE_SYNC_MAX_RETRIES", "0").start().await;
    app.pems.fault(Fault::drop_answer().on(Operation::Update).once());
    let manager = app.manager().await;
    let id = app.changeable()[0].clone();
    manager.change(&id, json!({ "contract": "LAST" })).await;
    manager.wait_for(&id, "synced").await;
    assert_eq!(app.our_writes().len(), 1);
    app.check_invariants().await;
}

#[tokio::test]
async fn a_change_that_never_arrives_is_given_up_after_its_retries_and_a_last_look() {
    let app = TestApp::setup().setting("WRITE_SYNC_MAX_RETRIES", "1").start().await;
    app.pems.fault(Fault::reset_before().on(Operation::Update));
    let manager = app.manager().await;
    let id = app.changeable()[0].clone();
    manager.change(&id, json!({ "contract": "NEVER" })).await;
    manager.wait_for(&id, "sync_error").await;
    let letters = manager.get("/api/pems/dead-letters?status=open").await.ok();
    let attempts = letters["deadLetters"][0]["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 2, "one try and one retry");
    assert!(attempts.iter().all(|attempt| attempt["outcome"] == "settled_not_applied"), "{attempts:?}");
    assert!(app.our_writes().is_empty());
    app.check_invariants().await;
}

#[tokio::test]
async fn what_was_applied_and_taken_back_while_its_answer_was_lost_is_for_a_person_to_decide() {
    let app = TestApp::setup().setting("WRITE_SYNC_RETRY_DELAY", "2000").start().await;
    let lost = app.pems.fault(Fault::drop_answer().on(Operation::Update).once());
    let manager = app.manager().await;
    let id = app.changeable()[0].clone();
    let before = app.pems.record(RIO, &id).unwrap().to_value()["contract"].clone();
    manager.change(&id, json!({ "contract": "OURS" })).await;
    lost.wait_until_met(1).await;
    app.pems.edit(RIO, &id, json!({ "contract": before }), "pems.jansen").unwrap();
    let conflict = eventually("somebody is asked", async || manager.conflicts().await.pop()).await;
    assert_eq!(conflict["localData"], json!({ "contract": "OURS" }));
    assert_eq!(app.our_writes().len(), 1, "it is not written again unasked");
    manager.resolve(&conflict, json!({ "resolution": "use_pems" })).await.ok();
    manager.wait_until_idle(Duration::from_secs(20)).await;
    assert_eq!(app.pems.record(RIO, &id).unwrap().to_value()["contract"], before);
    app.check_invariants().await;
}

#[tokio::test]
async fn what_was_applied_and_taken_back_is_known_where_a_read_saw_it() {
    let app = TestApp::setup().setting("WRITE_SYNC_RETRY_DELAY", "2000").start().await;
    let lost = app.pems.fault(Fault::drop_answer().on(Operation::Update).once());
    let manager = app.manager().await;
    let id = app.changeable()[0].clone();
    let before = app.pems.record(RIO, &id).unwrap().to_value()["contract"].clone();
    manager.change(&id, json!({ "contract": "OURS" })).await;
    lost.wait_until_met(1).await;
    manager.read_sync().await;
    app.pems.edit(RIO, &id, json!({ "contract": before }), "pems.jansen").unwrap();
    manager.wait_for(&id, "synced").await;
    assert_eq!(app.our_writes().len(), 1);
    assert!(manager.conflicts().await.is_empty());
    app.check_invariants().await;
}

#[tokio::test]
async fn a_change_based_on_a_colleagues_that_was_cancelled_overwrites_nothing_unseen() {
    let app = TestApp::start().await;
    app.write_sync(false).await;
    let (manager, other) = (app.manager().await, app.user("manager2").await);
    let id = app.changeable()[0].clone();
    manager.change(&id, json!({ "contract": "FIRST" })).await;
    other.change(&id, json!({ "contract": "SECOND" })).await;
    let first = manager.queue().await.into_iter().find(|item| item["modifiedBy"] == "manager").unwrap();
    let path = format!("/api/pems/queue/{}/cancel", first["id"].as_str().unwrap());
    manager.post(&path, json!({})).await.ok();
    app.write_sync(true).await;
    manager.post("/api/pems/write-sync", json!({})).await.ok();
    let conflict = eventually("somebody is asked", async || other.conflicts().await.pop()).await;
    assert_eq!(conflict["baseData"], json!({ "contract": "FIRST" }), "what its author saw");
    assert!(app.our_writes().is_empty());
    app.check_invariants().await;
}

#[tokio::test]
async fn what_is_handed_back_waits_and_is_not_shown_as_being_sent() {
    let app = TestApp::setup().records(40).start().await;
    app.pems.fault(Fault::status_before(400).on(Operation::Batch).once());
    app.pems.fault(Fault::unauthorized().on(Operation::Update).once());
    let manager = app.manager().await;
    let ids: Vec<String> = app.changeable().into_iter().take(12).collect();
    let drafts: Vec<_> =
        ids.iter().map(|id| json!({ "pfaId": id, "changes": { "contract": "BACK" } })).collect();
    manager.save_drafts(json!(drafts)).await;
    manager.commit().await;
    eventually("the server is paused", async || (manager.status().await["health"] == "paused").then_some(()))
        .await;
    let being_sent =
        "SELECT count(*) FROM pfa_modification m JOIN pfa_write_queue q ON q.modification_id = m.id
                      WHERE m.state = 'syncing' AND q.status = 'pending'";
    eventually("nothing is under way", async || {
        let processing: i64 =
            sqlx::query_scalar("SELECT count(*) FROM pfa_write_queue WHERE status = 'processing'")
                .fetch_one(app.pool())
                .await
                .unwrap();
        (processing == 0).then_some(())
    })
    .await;
    let stuck: i64 = sqlx::query_scalar(being_sent).fetch_one(app.pool()).await.unwrap();
    assert_eq!(stuck, 0);
}

#[tokio::test]
async fn during_a_long_retry_after_nothing_is_held() {
    let app = TestApp::start().await;
    // Both may be on their way when the first is refused.
    app.pems.fault(Fault::rate_limited(RetryAfter::Seconds(3_000)).on_writes());
    let manager = app.manager().await;
    let ids = app.changeable();
    manager.change(&ids[0], json!({ "contract": "LATER" })).await;
    manager.change(&ids[1], json!({ "contract": "LATER TOO" })).await;
    eventually("PEMS said when", async || {
        let queue = manager.queue().await;
        let waiting = queue.iter().all(|item| item["status"] == "pending");
        (waiting && queue.iter().any(|item| item["lastError"].is_string())).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_batch_with_many_conflicts_records_its_good_items_first() {
    let app = TestApp::setup().records(60).start().await;
    let manager = app.manager().await;
    let ids: Vec<String> = app.changeable().into_iter().take(10).collect();
    let drafts: Vec<_> =
        ids.iter().map(|id| json!({ "pfaId": id, "changes": { "contract": "MANY" } })).collect();
    manager.save_drafts(json!(drafts)).await;
    for id in &ids[1..] {
        app.pems.edit(RIO, id, json!({ "contract": "THEIRS" }), "pems.jansen").unwrap();
    }
    let held = app.pems.fault(Fault::hold_before().on(Operation::Get));
    manager.commit().await;
    held.wait_until_met(1).await;
    manager.wait_for(&ids[0], "synced").await;
    held.release();
    eventually("all are found", async || (manager.conflicts().await.len() == 9).then_some(())).await;
    app.check_invariants().await;
}

#[tokio::test]
async fn what_can_be_neither_written_nor_read_back_is_for_a_person_and_is_not_simply_discarded() {
    let app = TestApp::setup().setting("WRITE_SYNC_MAX_RETRIES", "0").start().await;
    app.pems.fault(Fault::drop_answer().on(Operation::Update).once());
    let unreadable = app.pems.fault(Fault::html_answer().on(Operation::Get));
    let manager = app.manager().await;
    let id = app.changeable()[0].clone();
    manager.change(&id, json!({ "contract": "DOUBT" })).await;
    manager.wait_for(&id, "sync_error").await;
    let discarded = manager.post("/api/pems/dead-letters/discard", json!({ "filter": {} })).await.ok();
    assert_eq!((&discarded["matched"], &discarded["done"]), (&json!(1), &json!(0)), "it is in PEMS");
    drop(unreadable);
    app.pems.clear_faults();
    manager.post("/api/pems/dead-letters/reprocess", json!({ "filter": {} })).await.ok();
    manager.wait_for(&id, "synced").await;
    assert_eq!(app.our_writes().len(), 1);
    app.check_invariants().await;
}
