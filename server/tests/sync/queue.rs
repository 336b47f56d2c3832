//! What people see of the queue and do with it, one write or many.

use std::time::Duration;

use pems_simulator::Fault;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use super::ownership::in_pems;
use crate::app::{Client, RIO, TestApp, eventually, eventually_within};

/// Stops writing to PEMS, or lets it go on: what is committed waits meanwhile.
async fn set_server(app: &TestApp, what: &str) {
    let admin = app.user("admin").await;
    let server = admin.status().await["servers"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/admin/api-servers/{server}/{what}?organizationId={}", admin.organization_id);
    admin.send(Method::POST, &path, None).await.ok();
}

/// Waiting writes of so many records.
async fn waiting(app: &TestApp, manager: &Client, count: usize) -> Vec<String> {
    set_server(app, "pause").await;
    let ids: Vec<String> = app.changeable().into_iter().take(count).collect();
    for id in &ids {
        manager.draft(id, json!({ "contract": "C-9" })).await;
    }
    manager.commit().await;
    ids
}

fn item_of<'a>(items: &'a [Value], pfa_id: &str) -> &'a Value {
    items.iter().find(|item| item["pfaId"] == pfa_id).unwrap()
}

#[tokio::test]
async fn what_waits_is_taken_back_by_a_filter_after_it_was_counted_and_nothing_else() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let ids = waiting(&app, &manager, 3).await;
    let filter = json!({ "filter": { "status": "pending", "search": ids[0] }, "dryRun": true });
    let counted = manager.post("/api/pems/queue/cancel-bulk", filter.clone()).await.ok();
    assert_eq!((&counted["matched"], &counted["done"]), (&json!(1), &json!(0)), "{counted}");
    assert_eq!(counted["ids"].as_array().map(Vec::len), Some(1));

    let cancelled = manager.post("/api/pems/queue/cancel-bulk", json!({ "ids": counted["ids"] })).await.ok();
    assert_eq!((&cancelled["success"], &cancelled["done"]), (&json!(true), &json!(1)), "{cancelled}");
    let again = manager.post("/api/pems/queue/cancel-bulk", json!({ "ids": counted["ids"] })).await.ok();
    assert_eq!((&again["success"], &again["done"]), (&json!(false), &json!(0)), "{again}");
    assert!(again["refused"][0]["reason"].as_str().unwrap().contains("this one is cancelled"), "{again}");
    assert_eq!(manager.post("/api/pems/queue/cancel-bulk", filter).await.ok()["matched"], 0);

    set_server(&app, "resume").await;
    manager.wait_until_idle(Duration::from_secs(20)).await;
    assert_ne!(in_pems(&app, &ids[0])["contract"], "C-9");
    for id in &ids[1..] {
        assert_eq!(in_pems(&app, id)["contract"], "C-9");
    }
    let log = app.user("admin").await.get("/api/audit?eventType=write.cancelled").await.ok();
    assert_eq!(log["entries"].as_array().map(Vec::len), Some(1), "{log}");
    app.check_invariants().await;
}

#[tokio::test]
async fn many_are_retried_each_by_its_state_and_what_is_refused_says_why() {
    let app = TestApp::setup().setting("WRITE_SYNC_MAX_RETRIES", "0").start().await;
    let manager = app.manager().await;
    let ids: Vec<String> = app.changeable().into_iter().take(2).collect();
    manager.change(&ids[0], json!({ "contract": "C-1" })).await;
    manager.wait_for(&ids[0], "synced").await;
    app.pems.lock(RIO, &ids[1]);
    manager.change(&ids[1], json!({ "contract": "C-2" })).await;
    manager.wait_for(&ids[1], "sync_error").await;
    app.pems.unlock(RIO, &ids[1]);

    let retried = manager.post("/api/pems/queue/retry-bulk", json!({ "filter": {} })).await.ok();
    assert_eq!((&retried["matched"], &retried["done"]), (&json!(2), &json!(1)), "{retried}");
    assert_eq!(retried["refused"][0]["pfaId"], ids[0], "{retried}");
    assert!(retried["refused"][0]["reason"].as_str().unwrap().contains("this one is completed"), "{retried}");
    manager.wait_for(&ids[1], "synced").await;

    let items = manager.queue().await;
    let done = items.iter().find(|item| item["pfaId"] == ids[1] && item["status"] == "completed").unwrap();
    let detail = manager.get(&format!("/api/pems/queue/{}", done["id"].as_str().unwrap())).await.ok();
    assert_eq!(detail["siblings"][0]["trigger"], "commit", "{detail}");
    assert_eq!(detail["siblings"][0]["status"], "failed", "{detail}");
    assert_eq!(detail["attempts"][0]["outcome"], "confirmed", "{detail}");
    let failed = detail["siblings"][0]["id"].as_str().unwrap();
    let failed = manager.get(&format!("/api/pems/queue/{failed}")).await.ok();
    assert!(failed["deadLetterId"].is_string() && failed["item"]["openLetterId"].is_null(), "{failed}");
    app.check_invariants().await;
}

#[tokio::test]
async fn what_is_being_sent_is_not_taken_back() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = app.changeable().remove(0);
    let held = app.pems.fault(Fault::hold_before().on_writes());
    manager.change(&id, json!({ "contract": "C-1" })).await;
    eventually("it is being sent", async || {
        (item_of(&manager.queue().await, &id)["status"] == "processing").then_some(())
    })
    .await;
    let refused =
        manager.post("/api/pems/queue/cancel-bulk", json!({ "filter": { "pfaId": id } })).await.ok();
    assert_eq!((&refused["matched"], &refused["done"]), (&json!(1), &json!(0)), "{refused}");
    held.release();
    manager.wait_for(&id, "synced").await;
    app.check_invariants().await;
}

#[tokio::test]
async fn an_unknown_write_failure_or_run_is_not_found() {
    let app = TestApp::setup().records(2).without_first_read().start().await;
    let manager = app.manager().await;
    let id = Uuid::new_v4();
    for path in [
        format!("/api/pems/queue/{id}"),
        format!("/api/pems/dead-letters/{id}"),
        format!("/api/pems/sync-jobs/{id}"),
        format!("/api/pems/sync-jobs/{id}/items"),
        format!("/api/pems/sync-jobs/{id}/rejected"),
    ] {
        assert_eq!(manager.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let correct = format!("/api/pems/dead-letters/{id}/correct");
    let answer = manager.post(&correct, json!({ "changes": { "model": "A" } })).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.body);
}

#[tokio::test]
async fn runs_are_found_by_kind_state_trigger_and_day() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = app.changeable().remove(0);
    manager.change(&id, json!({ "contract": "C-1" })).await;
    manager.wait_for(&id, "synced").await;
    sqlx::query(
        "INSERT INTO sync_jobs (organisation_id, kind, trigger, state, started_at, finished_at, error)
         SELECT id, 'read', 'schedule', 'failed', '2020-02-29T23:00:00Z', '2020-02-29T23:00:01Z', 'long ago'
         FROM organisations WHERE code = 'RIO'",
    )
    .execute(app.pool())
    .await
    .unwrap();
    let total =
        async |query: &str| manager.get(&format!("/api/pems/sync-jobs?{query}")).await.ok()["total"].clone();
    assert_eq!(total("kind=write&trigger=commit&state=completed").await, 1);
    assert_eq!(total("kind=read&state=failed").await, 1);
    assert_eq!(total("before=2020-02-29T23:00:00Z").await, 0);
    assert_eq!(total("before=2020-03-01T00:00:00Z").await, 1);
    assert_eq!(manager.get("/api/pems/sync-jobs?trigger=nonsense").await.status, 422);
    let run = manager.get("/api/pems/sync-jobs?kind=write&limit=1").await.ok()["jobs"][0].clone();
    let items = manager.get(&format!("/api/pems/sync-jobs/{}/items", run["id"].as_str().unwrap())).await.ok();
    assert_eq!((&items["total"], &items["items"][0]["pfaId"]), (&json!(1), &json!(id)), "{items}");
}

#[tokio::test]
async fn the_rate_budget_in_use_is_what_was_asked_of_pems() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    // Long enough that the first reads do not count any more.
    let used = eventually_within(Duration::from_secs(20), "nothing was asked of late", async || {
        let budget = manager.status().await["rateBudget"].clone();
        (budget["requests"] == 0).then_some(budget)
    })
    .await;
    assert_eq!((&used["windowSeconds"], &used["ratePerSecond"]), (&json!(10), &json!(10.0)), "{used}");
    let before = app.pems.journal().requests().len();
    manager.read_sync().await;
    let asked = app.pems.journal().requests().len() - before;
    assert!(asked > 0);
    assert_eq!(manager.status().await["rateBudget"]["requests"], asked);
}
