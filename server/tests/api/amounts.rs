//! What those who may not see amounts are told.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Client, RIO, TestApp, eventually};

#[tokio::test]
async fn an_editor_learns_nothing_about_an_amount_by_guessing_it() {
    let app = TestApp::start().await;
    let editor = app.user("editor").await;
    let id = app.changeable().remove(0);
    let right = app.pems.record(RIO, &id).unwrap().to_value()["monthlyRate"].clone();
    assert!(right.is_number(), "a rental has a rate: {right}");
    let mut answers = Vec::new();
    for guess in [right, json!("0.01"), json!(null)] {
        let drafts = json!({ "drafts": [{ "pfaId": id, "changes": { "monthlyRate": guess } }] });
        answers.push(editor.post("/api/pfa-data/save-draft", drafts).await.ok());
    }
    assert_eq!(answers[0]["errors"][0]["errors"][0]["code"], "forbidden", "{}", answers[0]);
    answers.dedup();
    assert_eq!(answers.len(), 1, "right, wrong and empty are answered alike: {answers:?}");
}

/// What PEMS says of a write, with an amount in it.
const SAID: &str = "5500.00 is above the budget";

/// An editor's change that PEMS refused, with its words wherever they are kept.
async fn refused_with_words(app: &TestApp) -> (Client, String) {
    let (editor, manager) = (app.user("editor").await, app.manager().await);
    let id = app.changeable().remove(0);
    app.pems.lock(RIO, &id);
    let draft = editor.draft(&id, json!({ "contract": "C-1" })).await;
    manager.post("/api/pfa-data/commit-drafts", json!({ "modificationIds": [draft] })).await.ok();
    eventually("it is given up", async || (editor.state_of(&id).await == "sync_error").then_some(())).await;
    for sql in [
        "UPDATE pfa_write_queue SET last_error = 'PEMS refused it: ' || $1",
        "UPDATE write_attempts SET response = jsonb_build_object('message', $1)",
        "UPDATE pfa_write_queue_dlq
         SET error = 'PEMS refused it: ' || $1,
             attempts = (SELECT jsonb_agg(a || jsonb_build_object('response', $1)) FROM jsonb_array_elements(attempts) a)",
        "UPDATE notifications SET body = 'PEMS refused it: ' || $1",
        "UPDATE api_servers SET last_error = $1, breaker_until = now() + interval '1 hour'",
        "INSERT INTO sync_jobs (organisation_id, kind, trigger, state, finished_at, error)
         SELECT id, 'read', 'manual', 'failed', now(), 'PEMS refused it: ' || $1 FROM organisations",
    ] {
        sqlx::query(sqlx::AssertSqlSafe(sql.replace("$1", &format!("'{SAID}'::text"))))
            .execute(app.pool())
            .await
            .unwrap();
    }
    (editor, id)
}

#[tokio::test]
async fn those_who_may_not_see_amounts_are_not_told_what_pems_said() {
    let app = TestApp::setup().setting("WRITE_SYNC_MAX_RETRIES", "0").start().await;
    let (editor, id) = refused_with_words(&app).await;
    let manager = app.manager().await;
    let item = editor.queue().await.remove(0);
    let item_id = item["id"].as_str().unwrap();
    let jobs = manager.get("/api/pems/sync-jobs?kind=write").await.ok();
    let job_id = jobs["jobs"][0]["id"].as_str().unwrap().to_owned();
    let letters = manager.get("/api/pems/dead-letters").await.ok();
    let letter_id = letters["deadLetters"][0]["id"].as_str().unwrap().to_owned();
    let organization_id = &editor.organization_id;
    for path in [
        "/api/pems/queue".to_owned(),
        format!("/api/pems/queue/{item_id}"),
        format!("/api/pems/queue/{item_id}/attempts"),
        format!("/api/pems/dead-letters/{letter_id}"),
        "/api/pems/dead-letters".to_owned(),
        "/api/pfa-data".to_owned(),
        format!("/api/pfa-data/{id}"),
        "/api/pems/sync-status".to_owned(),
        "/api/pems/sync-jobs".to_owned(),
        format!("/api/pems/sync-jobs/{job_id}"),
        // What the pages ask for.
        format!("/fn/queue/items?organization_id={organization_id}"),
        format!("/fn/queue/item?organization_id={organization_id}&item_id={item_id}"),
        format!("/fn/queue/letters?organization_id={organization_id}"),
        format!("/fn/queue/letter?organization_id={organization_id}&letter_id={letter_id}"),
        format!("/fn/sync/history?organization_id={organization_id}"),
    ] {
        let seen = manager.get(&path).await.ok().to_string();
        assert!(seen.contains(SAID), "whoever may see amounts is told, {path}: {seen}");
        let seen = editor.get(&path).await.ok().to_string();
        assert!(!seen.contains(SAID), "{path}: {seen}");
    }
    let inbox = editor.send(Method::GET, "/api/notifications", None).await.ok();
    assert_eq!(inbox["notifications"].as_array().map(Vec::len), Some(1), "the author was told: {inbox}");
    assert!(!inbox.to_string().contains(SAID), "{inbox}");

    let refusal = editor.queue().await.remove(0)["lastError"].clone();
    assert!(refusal.as_str().is_some_and(|text| text.starts_with("PEMS refused it (")), "{refusal}");
}

#[tokio::test]
async fn a_search_finds_no_words_that_may_not_be_seen() {
    let app = TestApp::setup().setting("WRITE_SYNC_MAX_RETRIES", "0").start().await;
    let (editor, _) = refused_with_words(&app).await;
    let path = "/api/pems/queue?search=above%20the%20budget";
    let found: Value = app.manager().await.get(path).await.ok();
    assert_eq!(found["total"], 1, "{found}");
    let found = editor.get(path).await.ok();
    assert_eq!((&found["total"], &found["items"]), (&json!(0), &json!([])), "{found}");
}
