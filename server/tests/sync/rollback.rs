//! What was written can be taken back, by two people, and never over what somebody changed since unseen.

use std::time::Duration;

use pems_simulator::{Fault, Operation};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{Answer, Client, RIO, TestApp, eventually};

const ROLLBACKS: &str = "/api/pems/rollbacks";

fn in_pems(app: &TestApp, pfa_id: &str) -> Value {
    app.pems.record(RIO, pfa_id).unwrap().to_value()
}

/// Commits a change of each of `ids`, and waits until PEMS has them; answers with the write run.
pub(super) async fn written(manager: &Client, ids: &[String], changes: Value) -> String {
    let drafts: Vec<Value> = ids.iter().map(|id| json!({ "pfaId": id, "changes": changes })).collect();
    manager.save_drafts(json!(drafts)).await;
    let job = manager.commit().await["jobId"].as_str().unwrap().to_owned();
    ended(manager, &job).await;
    job
}

async fn ended(client: &Client, job: &str) {
    eventually("the run ends", async || {
        let job = client.get(&format!("/api/pems/sync-jobs/{job}")).await.ok();
        (job["job"]["state"] != "running").then_some(())
    })
    .await;
}

async fn ask(client: &Client, target: Value, overwrite: Value) -> Answer {
    let body = json!({ "target": target, "reason": "entered by mistake", "overwrite": overwrite });
    client.post(ROLLBACKS, body).await
}

/// Asks, and answers with the rollback's page.
pub(super) async fn asked(client: &Client, target: Value, overwrite: Value) -> Value {
    let answer = ask(client, target, overwrite).await.ok();
    assert_eq!(answer["status"], "requested", "{answer}");
    detail(client, &answer["rollbackId"]).await
}

async fn detail(client: &Client, id: &Value) -> Value {
    client.get(&format!("{ROLLBACKS}/{}", id.as_str().unwrap())).await.ok()
}

async fn decide(client: &Client, rollback: &Value, decision: &str, body: Value) -> Answer {
    let id = rollback["rollback"]["id"].as_str().unwrap();
    client.post(&format!("{ROLLBACKS}/{id}/{decision}"), body).await
}

pub(super) async fn approve(client: &Client, rollback: &Value) -> Answer {
    decide(client, rollback, "approve", json!({ "previewHash": rollback["previewHash"] })).await
}

/// Waits for the result.
pub(super) async fn result(client: &Client, rollback: &Value) -> Value {
    let id = &rollback["rollback"]["id"];
    eventually("the rollback ends", async || {
        let now = detail(client, id).await;
        (now["rollback"]["status"] != "running").then_some(now)
    })
    .await
}

/// Waits until nothing of it is on its way any more, and a person has to decide about a part.
pub(super) async fn undecided(client: &Client, rollback: &Value) -> Value {
    let id = &rollback["rollback"]["id"];
    eventually("a part of the rollback waits for a decision", async || {
        let now = detail(client, id).await;
        let it = &now["rollback"];
        (it["underWay"] == 0 && it["undecided"] != 0).then_some(now)
    })
    .await
}

/// Where nothing is to be sent the worker looks only once a minute.
async fn wake(manager: &Client) {
    manager.post("/api/pems/write-sync", json!({})).await.ok();
}

fn field<'r>(rollback: &'r Value, pfa_id: &str, name: &str) -> &'r Value {
    let fields = rollback["preview"].as_array().unwrap();
    fields
        .iter()
        .find(|one| one["pfaId"] == pfa_id && one["field"] == name)
        .unwrap_or_else(|| panic!("{name} of {pfa_id} is not in {rollback}"))
}

fn outcomes(rollback: &Value) -> (Value, Value, Value) {
    let it = &rollback["rollback"];
    (it["status"].clone(), it["changes"].clone(), it["restored"].clone())
}

#[tokio::test]
async fn a_record_is_brought_back_to_a_version_by_two_people() {
    let app = TestApp::start().await;
    let (manager, admin) = (app.manager().await, app.user("admin").await);
    let id = app.changeable().remove(0);
    let before = in_pems(&app, &id);
    written(&manager, std::slice::from_ref(&id), json!({ "contract": "WRONG", "model": "WRONG" })).await;

    let target = json!({ "pfaId": id, "toVersion": before["version"] });
    let rollback = asked(&manager, target, json!([])).await;
    let contract = field(&rollback, &id, "contract");
    assert_eq!((&contract["current"], &contract["restored"]), (&json!("WRONG"), &before["contract"]));
    assert_eq!((&contract["changedSince"], &contract["included"]), (&json!(false), &json!(true)));
    let inbox = admin.get("/api/notifications").await.ok();
    let told = &inbox["notifications"][0];
    assert_eq!(told["kind"], "rollback", "{inbox}");
    assert!(told["link"].as_str().unwrap().ends_with(rollback["rollback"]["id"].as_str().unwrap()));
    assert_eq!(app.our_writes().len(), 1, "nothing is sent before somebody approves");

    approve(&admin, &rollback).await.ok();
    let done = result(&manager, &rollback).await;
    assert_eq!(outcomes(&done), (json!("completed"), json!(1), json!(1)));
    let after = in_pems(&app, &id);
    assert_eq!((&after["contract"], &after["model"]), (&before["contract"], &before["model"]));
    assert_eq!(after["updatedBy"], "manager", "whoever asked is the author");
    let job = done["rollback"]["jobId"].as_str().unwrap();
    let job = manager.get(&format!("/api/pems/sync-jobs/{job}")).await.ok();
    assert_eq!(job["job"]["trigger"], "rollback");
    app.check_invariants().await;
}

#[tokio::test]
async fn a_whole_run_is_taken_back_and_what_was_changed_since_is_left_alone() {
    let app = TestApp::setup().records(40).start().await;
    let (manager, admin) = (app.manager().await, app.user("admin").await);
    let ids: Vec<String> = app.changeable().into_iter().take(4).collect();
    let before: Vec<Value> = ids.iter().map(|id| in_pems(&app, id)["contract"].clone()).collect();
    let job = written(&manager, &ids, json!({ "contract": "WRONG" })).await;
    app.pems.edit(RIO, &ids[0], json!({ "contract": "SINCE" }), "pems.jansen").unwrap();
    app.pems.edit(RIO, &ids[1], json!({ "description": "Since" }), "pems.jansen").unwrap();
    app.read_from_pems().await;

    let rollback = asked(&manager, json!({ "jobId": job }), json!([])).await;
    let since = field(&rollback, &ids[0], "contract");
    assert_eq!((&since["current"], &since["changedSince"]), (&json!("SINCE"), &json!(true)));
    assert_eq!((&since["included"], &since["changedBy"]), (&json!(false), &json!("pems.jansen")));
    assert_eq!(since["changedAt"], in_pems(&app, &ids[0])["updatedAt"]);
    let other = field(&rollback, &ids[1], "contract");
    assert_eq!(other["changedSince"], false, "another field was changed");
    assert_eq!(other["changedBy"], "manager", "whose change is taken back");
    approve(&admin, &rollback).await.ok();
    let done = result(&manager, &rollback).await;
    assert_eq!(outcomes(&done), (json!("completed"), json!(3), json!(3)));
    assert_eq!(in_pems(&app, &ids[0])["contract"], "SINCE");
    assert_eq!(in_pems(&app, &ids[1])["description"], "Since");
    for (id, contract) in ids.iter().zip(&before).skip(1) {
        assert_eq!(&in_pems(&app, id)["contract"], contract);
    }
    app.check_invariants().await;
}

#[tokio::test]
async fn what_was_changed_since_is_overwritten_only_if_it_was_chosen() {
    let app = TestApp::start().await;
    let (manager, admin) = (app.manager().await, app.user("admin").await);
    let id = app.changeable().remove(0);
    let before = in_pems(&app, &id);
    let job =
        written(&manager, std::slice::from_ref(&id), json!({ "contract": "WRONG", "model": "WRONG" })).await;
    app.pems.edit(RIO, &id, json!({ "contract": "SINCE", "model": "SINCE" }), "pems.jansen").unwrap();
    app.read_from_pems().await;

    let refused = ask(&manager, json!({ "jobId": job }), json!([])).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    let chosen = json!([{ "pfaId": id, "fields": ["contract"] }]);
    let rollback = asked(&manager, json!({ "jobId": job }), chosen).await;
    assert_eq!(field(&rollback, &id, "contract")["chosen"], true);
    assert_eq!(field(&rollback, &id, "model")["included"], false);
    approve(&admin, &rollback).await.ok();
    result(&manager, &rollback).await;
    let after = in_pems(&app, &id);
    assert_eq!((&after["contract"], &after["model"]), (&before["contract"], &json!("SINCE")));
    app.check_invariants().await;
}

#[tokio::test]
async fn what_a_colleague_wrote_after_the_write_that_is_undone_is_left_alone_and_says_whose_it_is() {
    let app = TestApp::start().await;
    let (manager, other, admin) = (app.manager().await, app.user("manager2").await, app.user("admin").await);
    let id = app.changeable().remove(0);
    let before = in_pems(&app, &id);
    written(&manager, std::slice::from_ref(&id), json!({ "contract": "WRONG" })).await;
    written(&other, std::slice::from_ref(&id), json!({ "model": "RIGHT" })).await;

    let target = json!({ "pfaId": id, "toVersion": before["version"] });
    let rollback = asked(&manager, target, json!([])).await;
    let (contract, model) = (field(&rollback, &id, "contract"), field(&rollback, &id, "model"));
    assert_eq!((&contract["changedSince"], &contract["changedBy"]), (&json!(false), &json!("manager")));
    assert_eq!((&model["changedSince"], &model["changedBy"]), (&json!(true), &json!("manager2")));
    assert_eq!(model["included"], false);
    assert_eq!(model["changedAt"], in_pems(&app, &id)["updatedAt"]);
    approve(&admin, &rollback).await.ok();
    result(&manager, &rollback).await;
    let after = in_pems(&app, &id);
    assert_eq!((&after["contract"], &after["model"]), (&before["contract"], &json!("RIGHT")));
    app.check_invariants().await;
}

#[tokio::test]
async fn a_record_that_moved_before_the_approval_is_shown_again_and_asked_about_again() {
    let app = TestApp::start().await;
    let (manager, admin) = (app.manager().await, app.user("admin").await);
    let id = app.changeable().remove(0);
    let before = in_pems(&app, &id);
    let job =
        written(&manager, std::slice::from_ref(&id), json!({ "contract": "WRONG", "model": "WRONG" })).await;
    let rollback = asked(&manager, json!({ "jobId": job }), json!([])).await;
    app.pems.edit(RIO, &id, json!({ "contract": "MEANWHILE" }), "pems.jansen").unwrap();
    app.read_from_pems().await;

    let refused = approve(&admin, &rollback).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    assert!(refused.body["detail"].as_str().unwrap().contains("moved"), "{}", refused.body);
    let renewed = detail(&admin, &rollback["rollback"]["id"]).await;
    assert_eq!(renewed["rollback"]["status"], "requested");
    assert_ne!(renewed["previewHash"], rollback["previewHash"]);
    assert_eq!(renewed["records"][0]["previousVersion"], rollback["records"][0]["version"]);
    let contract = field(&renewed, &id, "contract");
    assert_eq!((&contract["moved"], &contract["previous"]), (&json!(true), &json!("WRONG")));
    assert_eq!((&contract["changedSince"], &contract["included"]), (&json!(true), &json!(false)));
    let stale = approve(&admin, &rollback).await;
    assert_eq!(stale.status, StatusCode::CONFLICT, "an approval names the preview that it has seen");
    assert_eq!(app.our_writes().len(), 1);

    approve(&admin, &renewed).await.ok();
    assert_eq!(result(&manager, &rollback).await["rollback"]["status"], "completed");
    let after = in_pems(&app, &id);
    assert_eq!((&after["contract"], &after["model"]), (&json!("MEANWHILE"), &before["model"]));
    app.check_invariants().await;
}

#[tokio::test]
async fn nobody_approves_or_refuses_what_he_asked_for_himself() {
    let app = TestApp::start().await;
    let (manager, admin) = (app.manager().await, app.user("admin").await);
    let id = app.changeable().remove(0);
    let job = written(&manager, std::slice::from_ref(&id), json!({ "contract": "WRONG" })).await;
    let rollback = asked(&admin, json!({ "jobId": job }), json!([])).await;
    let own = approve(&admin, &rollback).await;
    assert_eq!(own.status, StatusCode::CONFLICT, "{}", own.body);
    assert_eq!(
        decide(&admin, &rollback, "reject", json!({ "reason": "no" })).await.status,
        StatusCode::CONFLICT
    );
    let database = sqlx::query(
        "UPDATE rollbacks SET status = 'rejected', decided_by = requested_by, decided_at = now(), decision_reason = 'x'",
    )
    .execute(app.pool())
    .await;
    assert!(database.is_err(), "the database refuses it as well");
    assert_eq!(approve(&manager, &rollback).await.status, StatusCode::FORBIDDEN);
    approve(&app.user("admin2").await, &rollback).await.ok();
    result(&manager, &rollback).await;
    app.check_invariants().await;
}

#[tokio::test]
async fn a_refusal_gives_its_reason_and_sends_nothing() {
    let app = TestApp::start().await;
    let (manager, admin) = (app.manager().await, app.user("admin").await);
    let id = app.changeable().remove(0);
    let job = written(&manager, std::slice::from_ref(&id), json!({ "contract": "RIGHT" })).await;
    let rollback = asked(&manager, json!({ "jobId": job }), json!([])).await;
    let unsaid = decide(&admin, &rollback, "reject", json!({ "reason": " " })).await;
    assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY);
    decide(&admin, &rollback, "reject", json!({ "reason": "the contract is right" })).await.ok();
    let refused = detail(&manager, &rollback["rollback"]["id"]).await;
    assert_eq!(refused["rollback"]["status"], "rejected");
    assert_eq!(refused["rollback"]["decisionReason"], "the contract is right");
    let inbox = manager.get("/api/notifications").await.ok();
    assert_eq!(inbox["notifications"][0]["body"], "the contract is right", "{inbox}");
    assert_eq!(approve(&admin, &rollback).await.status, StatusCode::CONFLICT, "it was decided");
    assert_eq!(in_pems(&app, &id)["contract"], "RIGHT");
    app.check_invariants().await;
}

#[tokio::test]
async fn a_request_is_cancelled_by_whoever_asked_or_an_administrator_and_can_be_asked_again() {
    let app = TestApp::start().await;
    let (manager, other, admin) = (app.manager().await, app.user("manager2").await, app.user("admin").await);
    let id = app.changeable().remove(0);
    let job = written(&manager, std::slice::from_ref(&id), json!({ "contract": "WRONG" })).await;
    let rollback = asked(&manager, json!({ "jobId": job }), json!([])).await;
    let twice = ask(&other, json!({ "jobId": job }), json!([])).await;
    assert_eq!(twice.status, StatusCode::CONFLICT, "asking twice is asking once: {}", twice.body);
    assert_eq!(decide(&other, &rollback, "cancel", json!({})).await.status, StatusCode::FORBIDDEN);
    decide(&manager, &rollback, "cancel", json!({})).await.ok();
    assert_eq!(decide(&manager, &rollback, "cancel", json!({})).await.status, StatusCode::CONFLICT);
    let again = asked(&other, json!({ "jobId": job }), json!([])).await;
    let cancelled = decide(&admin, &again, "cancel", json!({})).await.ok();
    assert_eq!(cancelled["rollback"]["status"], "cancelled");
    assert_eq!(app.our_writes().len(), 1);
    app.check_invariants().await;
}

#[tokio::test]
async fn a_rollback_is_rolled_back_like_any_other_run() {
    let app = TestApp::start().await;
    let (manager, admin) = (app.manager().await, app.user("admin").await);
    let id = app.changeable().remove(0);
    let before = in_pems(&app, &id)["contract"].clone();
    let job = written(&manager, std::slice::from_ref(&id), json!({ "contract": "OURS" })).await;
    let first = asked(&manager, json!({ "jobId": job }), json!([])).await;
    approve(&admin, &first).await.ok();
    let first = result(&manager, &first).await;
    assert_eq!(in_pems(&app, &id)["contract"], before);

    let second = asked(&manager, json!({ "jobId": first["rollback"]["jobId"] }), json!([])).await;
    approve(&admin, &second).await.ok();
    assert_eq!(result(&manager, &second).await["rollback"]["status"], "completed");
    assert_eq!(in_pems(&app, &id)["contract"], "OURS");
    app.check_invariants().await;
}

#[tokio::test]
async fn what_pems_changes_during_a_rollback_is_a_conflict_and_the_rest_goes_on() {
    let app = TestApp::setup().records(40).start().await;
    let (manager, admin) = (app.manager().await, app.user("admin").await);
    let ids: Vec<String> = app.changeable().into_iter().take(2).collect();
    let before = in_pems(&app, &ids[1])["contract"].clone();
    let job = written(&manager, &ids, json!({ "contract": "WRONG" })).await;
    let rollback = asked(&manager, json!({ "jobId": job }), json!([])).await;
    // Without our knowing: the approval sees the records as the preview has them.
    app.pems.edit(RIO, &ids[0], json!({ "contract": "MEANWHILE" }), "pems.jansen").unwrap();
    approve(&admin, &rollback).await.ok();
    let waits = undecided(&manager, &rollback).await;
    assert_eq!(outcomes(&waits), (json!("running"), json!(2), json!(1)));
    let conflict = manager.conflicts().await.remove(0);
    assert_eq!(
        (&conflict["pfaId"], &conflict["pemsData"]),
        (&json!(ids[0]), &json!({ "contract": "MEANWHILE" }))
    );
    let record = waits["records"].as_array().unwrap().iter().find(|one| one["pfaId"] == *ids[0]).unwrap();
    assert_eq!((&record["state"], &record["conflictId"]), (&json!("conflict"), &conflict["id"]));
    assert_eq!(in_pems(&app, &ids[0])["contract"], "MEANWHILE");
    assert_eq!(in_pems(&app, &ids[1])["contract"], before);
    app.check_invariants().await;

    manager.resolve(&conflict, json!({ "resolution": "use_pems" })).await.ok();
    wake(&manager).await;
    assert_eq!(outcomes(&result(&manager, &rollback).await), (json!("partly"), json!(2), json!(1)));
}

#[tokio::test]
async fn a_rollback_ends_when_its_conflict_is_decided_and_is_taken_back_as_a_whole() {
    let app = TestApp::setup().records(40).start().await;
    let (manager, admin) = (app.manager().await, app.user("admin").await);
    let ids: Vec<String> = app.changeable().into_iter().take(2).collect();
    let before: Vec<Value> = ids.iter().map(|id| in_pems(&app, id)["contract"].clone()).collect();
    let job = written(&manager, &ids, json!({ "contract": "WRONG" })).await;
    let rollback = asked(&manager, json!({ "jobId": job }), json!([])).await;
    app.pems.edit(RIO, &ids[0], json!({ "contract": "MEANWHILE" }), "pems.jansen").unwrap();
    approve(&admin, &rollback).await.ok();
    undecided(&manager, &rollback).await;
    let inbox = manager.get("/api/notifications").await.ok().to_string();
    assert!(!inbox.contains("partly done"), "no result is told that is none yet: {inbox}");

    let conflict = manager.conflicts().await.remove(0);
    manager.resolve(&conflict, json!({ "resolution": "use_local" })).await.ok();
    let done = result(&manager, &rollback).await;
    assert_eq!(outcomes(&done), (json!("completed"), json!(2), json!(2)));
    let inbox = manager.get("/api/notifications").await.ok().to_string();
    assert!(inbox.contains("is done") && !inbox.contains("partly done"), "{inbox}");
    for (id, contract) in ids.iter().zip(&before) {
        assert_eq!(&in_pems(&app, id)["contract"], contract);
    }

    let again = asked(&manager, json!({ "jobId": done["rollback"]["jobId"] }), json!([])).await;
    for (id, contract) in [(&ids[0], "MEANWHILE"), (&ids[1], "WRONG")] {
        assert_eq!(
            field(&again, id, "contract")["restored"],
            contract,
            "what was written later is part of it"
        );
    }
    app.check_invariants().await;
}

#[tokio::test]
async fn what_a_run_wrote_after_a_conflict_or_a_failure_is_taken_back_with_it() {
    let app = TestApp::setup().records(40).setting("WRITE_SYNC_MAX_RETRIES", "0").start().await;
    let manager = app.manager().await;
    let ids: Vec<String> = app.changeable().into_iter().take(3).collect();
    let before = in_pems(&app, &ids[1])["contract"].clone();
    app.pems.edit(RIO, &ids[0], json!({ "contract": "THEIRS" }), "pems.jansen").unwrap();
    app.pems.lock(RIO, &ids[1]);
    let job = written(&manager, &ids, json!({ "contract": "WRONG" })).await;
    let rollback = json!({ "target": { "jobId": job }, "dryRun": true });
    let preview = manager.post(ROLLBACKS, rollback.clone()).await.ok();
    assert_eq!(preview["records"].as_array().unwrap().len(), 1, "{preview}");

    app.pems.unlock(RIO, &ids[1]);
    let held = app.pems.fault(Fault::hold_answer().on(Operation::Update).once());
    manager.post("/api/pems/dead-letters/reprocess", json!({ "filter": {} })).await.ok();
    held.wait_until_met(1).await;
    let early = manager.post(ROLLBACKS, rollback.clone()).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "a part of the run is under way again: {}", early.body);
    held.release();
    let conflict = manager.conflicts().await.remove(0);
    manager.resolve(&conflict, json!({ "resolution": "use_local" })).await.ok();
    manager.wait_until_idle(Duration::from_secs(20)).await;
    let preview = manager.post(ROLLBACKS, rollback).await.ok();
    for (id, contract) in [(&ids[0], &json!("THEIRS")), (&ids[1], &before)] {
        assert_eq!(&field(&preview, id, "contract")["restored"], contract);
    }
    app.check_invariants().await;
}

#[tokio::test]
async fn a_rollback_none_of_which_reaches_pems_has_failed() {
    let app = TestApp::setup().setting("WRITE_SYNC_MAX_RETRIES", "0").start().await;
    let (manager, admin) = (app.manager().await, app.user("admin").await);
    let id = app.changeable().remove(0);
    let job = written(&manager, std::slice::from_ref(&id), json!({ "contract": "WRONG" })).await;
    let rollback = asked(&manager, json!({ "jobId": job }), json!([])).await;
    app.pems.lock(RIO, &id);
    approve(&admin, &rollback).await.ok();
    let waits = undecided(&manager, &rollback).await;
    assert_eq!(outcomes(&waits), (json!("running"), json!(1), json!(0)));
    assert_eq!(waits["records"][0]["state"], "sync_error");
    assert!(waits["records"][0]["error"].as_str().is_some_and(|why| !why.is_empty()), "{waits}");
    manager.post("/api/pems/dead-letters/discard", json!({ "filter": {} })).await.ok();
    wake(&manager).await;
    assert_eq!(outcomes(&result(&manager, &rollback).await), (json!("failed"), json!(1), json!(0)));
    app.check_invariants().await;
}

#[tokio::test]
async fn what_cannot_be_restored_is_listed_with_its_reason() {
    let app = TestApp::start().await;
    let (manager, admin) = (app.manager().await, app.user("admin").await);
    let ids: Vec<String> = app.changeable().into_iter().take(2).collect();
    manager
        .save_drafts(json!([
            { "pfaId": ids[0], "operation": "DELETE" },
            { "pfaId": ids[1], "changes": { "contract": "WRONG" } },
        ]))
        .await;
    let job = manager.commit().await["jobId"].as_str().unwrap().to_owned();
    ended(&manager, &job).await;
    let rollback = asked(&manager, json!({ "jobId": job }), json!([])).await;
    let discontinued = field(&rollback, &ids[0], "isDiscontinued");
    assert_eq!(discontinued["refused"]["code"], "discontinued", "{rollback}");
    approve(&admin, &rollback).await.ok();
    assert_eq!(outcomes(&result(&manager, &rollback).await), (json!("completed"), json!(1), json!(1)));
    assert_eq!(in_pems(&app, &ids[0])["isDiscontinued"], true);
    app.check_invariants().await;
}

#[tokio::test]
async fn a_preview_stores_nothing_and_a_request_can_name_the_one_it_has_seen() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = app.changeable().remove(0);
    let job = written(&manager, std::slice::from_ref(&id), json!({ "contract": "WRONG" })).await;
    let body = json!({ "target": { "jobId": job }, "dryRun": true });
    let preview = manager.post(ROLLBACKS, body).await.ok();
    assert_eq!((&preview["rollbackId"], &preview["dryRun"]), (&json!(null), &json!(true)));
    assert_eq!(manager.get(ROLLBACKS).await.ok()["total"], 0);

    app.pems.edit(RIO, &id, json!({ "description": "Moved" }), "pems.jansen").unwrap();
    app.read_from_pems().await;
    let seen = json!({ "target": { "jobId": job }, "reason": "x", "previewHash": preview["previewHash"] });
    let refused = manager.post(ROLLBACKS, seen).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    assert_eq!(manager.get(ROLLBACKS).await.ok()["total"], 0);
}

#[tokio::test]
async fn a_run_that_has_not_ended_is_not_rolled_back_yet() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = app.changeable().remove(0);
    let held = app.pems.fault(Fault::hold_answer().on(Operation::Update).once());
    manager.draft(&id, json!({ "contract": "WRONG" })).await;
    let job = manager.commit().await["jobId"].clone();
    held.wait_until_met(1).await;
    let early = ask(&manager, json!({ "jobId": job }), json!([])).await;
    assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.body);
    held.release();
    manager.wait_until_idle(Duration::from_secs(20)).await;
}

#[tokio::test]
async fn every_step_is_in_the_audit_log() {
    let app = TestApp::start().await;
    let (manager, admin) = (app.manager().await, app.user("admin").await);
    let id = app.changeable().remove(0);
    let job = written(&manager, std::slice::from_ref(&id), json!({ "contract": "WRONG" })).await;
    let rollback = asked(&manager, json!({ "jobId": job }), json!([])).await;
    app.pems.edit(RIO, &id, json!({ "description": "Moved" }), "pems.jansen").unwrap();
    app.read_from_pems().await;
    approve(&admin, &rollback).await;
    let renewed = detail(&admin, &rollback["rollback"]["id"]).await;
    approve(&admin, &renewed).await.ok();
    result(&manager, &rollback).await;
    let log = admin.get("/api/audit").await.ok();
    let mut steps: Vec<(String, String)> = log["entries"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["eventType"].as_str().unwrap().starts_with("rollback."))
        .map(|entry| {
            let text = |name: &str| entry[name].as_str().unwrap().to_owned();
            (text("eventType"), text("actor"))
        })
        .collect();
    steps.reverse();
    let expected = [
        ("rollback.requested", "manager"),
        ("rollback.renewed", "admin"),
        ("rollback.approved", "admin"),
        ("rollback.queued", "admin"),
        ("rollback.ended", "system"),
    ];
    assert_eq!(steps, expected.map(|(step, actor)| (step.to_owned(), actor.to_owned())));
    app.check_invariants().await;
}
