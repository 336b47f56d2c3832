//! PEMS changes a record while somebody drafts a change of it: he is told, and decides before he commits.

use pems_simulator::{Fault, FaultHandle};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{Answer, Client, RIO, TestApp, eventually};

/// A draft whose record PEMS has changed, as we know; the PEMS version by now.
async fn crossed(app: &TestApp, ours: Value, theirs: Value) -> (Client, String, String, u64) {
    let manager = app.manager().await;
    let id = app.changeable()[0].clone();
    let modification = manager.draft(&id, ours).await;
    app.pems.edit(RIO, &id, theirs, "pems.jansen").expect("PEMS takes the edit");
    manager.read_sync().await;
    let version = app.pems.record(RIO, &id).unwrap().version;
    (manager, id, modification, version)
}

async fn rebase(manager: &Client, modification: &str, version: u64, choices: Value) -> Answer {
    let body = json!({ "modificationId": modification, "seenVersion": version, "choices": choices });
    manager.post("/api/pfa-data/rebase-draft", body).await
}

fn field(app: &TestApp, id: &str, name: &str) -> Value {
    app.pems.record(RIO, id).unwrap().to_value()[name].clone()
}

#[tokio::test]
async fn the_row_says_what_pems_changed_under_a_draft() {
    let app = TestApp::start().await;
    let (manager, id, ..) = crossed(
        &app,
        json!({ "contract": "OURS" }),
        json!({ "contract": "THEIRS", "description": "Theirs too" }),
    )
    .await;
    let record = manager.record(&id).await;
    assert_eq!(record["merged"]["changedInPems"], json!(["description", "contract"]));
    let contract =
        record["changedInPems"].as_array().unwrap().iter().find(|change| change["field"] == "contract");
    assert_eq!(contract.unwrap()["after"], "THEIRS");
}

#[tokio::test]
async fn what_was_kept_knowingly_is_no_conflict_any_more() {
    let app = TestApp::start().await;
    let (manager, id, modification, version) =
        crossed(&app, json!({ "contract": "OURS" }), json!({ "contract": "THEIRS" })).await;
    let rebased = rebase(&manager, &modification, version, json!({ "contract": "mine" })).await.ok();
    assert_eq!(rebased["baseVersion"], version);
    assert_eq!(manager.record(&id).await["merged"]["changedInPems"], json!([]));
    manager.commit().await;
    manager.wait_for(&id, "synced").await;
    assert_eq!(field(&app, &id, "contract"), "OURS");
    app.check_invariants().await;
}

#[tokio::test]
async fn what_gives_way_leaves_the_draft_and_the_rest_goes() {
    let app = TestApp::start().await;
    let (manager, id, modification, version) =
        crossed(&app, json!({ "contract": "OURS", "model": "M-1" }), json!({ "contract": "THEIRS" })).await;
    rebase(&manager, &modification, version, json!({ "contract": "pems" })).await.ok();
    manager.commit().await;
    manager.wait_for(&id, "synced").await;
    assert_eq!(field(&app, &id, "contract"), "THEIRS");
    assert_eq!(field(&app, &id, "model"), "M-1");
    app.check_invariants().await;
}

#[tokio::test]
async fn each_field_that_both_changed_needs_a_choice_and_no_other_takes_one() {
    let app = TestApp::start().await;
    let (manager, id, modification, version) = crossed(
        &app,
        json!({ "contract": "OURS", "model": "M-1", "description": "Agreed" }),
        json!({ "contract": "THEIRS", "description": "Agreed" }),
    )
    .await;
    let undecided = rebase(&manager, &modification, version, json!({})).await;
    assert_eq!(undecided.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", undecided.body);
    assert_eq!(undecided.body["errors"].as_array().map(Vec::len), Some(1), "{}", undecided.body);
    let error = &undecided.body["errors"][0];
    assert_eq!((&error["field"], &error["code"]), (&json!("choices.contract"), &json!("undecided")));
    for undisputed in ["model", "description", "equipment"] {
        let choices = json!({ "contract": "mine", undisputed: "mine" });
        let refused = rebase(&manager, &modification, version, choices).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{undisputed}: {}", refused.body);
        assert_eq!(refused.body["errors"][0]["field"], format!("choices.{undisputed}"));
    }
    rebase(&manager, &modification, version, json!({ "contract": "mine" })).await.ok();
    let fields = &manager.record(&id).await["modification"]["fields"];
    assert_eq!(*fields, json!(["model", "contract"]), "what both set to the same is done");
}

/// A request that a fault holds stays on its way for as long as a test takes.
async fn slow_to_time_out() -> TestApp {
    let setup = TestApp::setup().setting("PEMS_REQUEST_TIMEOUT_SECONDS", "30");
    setup.setting("WRITE_SYNC_LEASE_SECONDS", "60").start().await
}

/// A draft of the model, brought up to date with PEMS's change of the contract while a colleague's change of the model to
/// `theirs` is on its way.
async fn under_a_colleagues_change(app: &TestApp, theirs: &str) -> (Client, String, String, FaultHandle) {
    let (manager, colleague) = (app.manager().await, app.user("manager2").await);
    let id = app.changeable()[0].clone();
    let modification = manager.draft(&id, json!({ "model": "MINE" })).await;
    let held = app.pems.fault(Fault::hold_before().on_writes());
    colleague.change(&id, json!({ "model": theirs })).await;
    app.pems.edit(RIO, &id, json!({ "contract": "THEIRS" }), "pems.jansen").expect("PEMS takes the edit");
    manager.read_sync().await;
    let record = manager.record(&id).await;
    assert_eq!(record["merged"]["changedInPems"], json!(["contract"]), "his change is not in PEMS");
    let version = app.pems.record(RIO, &id).unwrap().version;
    rebase(&manager, &modification, version, json!({})).await.ok();
    (manager, id, modification, held)
}

#[tokio::test]
async fn a_colleagues_change_that_was_never_shown_is_not_overwritten_by_a_rebased_draft() {
    let app = slow_to_time_out().await;
    let (manager, id, _, held) = under_a_colleagues_change(&app, "HIS").await;
    held.release();
    manager.commit().await;
    manager.wait_for(&id, "conflict").await;
    assert_eq!(field(&app, &id, "model"), "HIS");
    let conflict = &manager.conflicts().await[0];
    assert_eq!(
        (&conflict["localData"]["model"], &conflict["pemsData"]["model"]),
        (&json!("MINE"), &json!("HIS")),
        "{conflict}"
    );
    app.check_invariants().await;
}

#[tokio::test]
async fn a_rebased_draft_outlives_a_colleagues_same_change_that_never_arrives() {
    let app = slow_to_time_out().await;
    let (manager, id, modification, _held) = under_a_colleagues_change(&app, "MINE").await;
    let record = manager.record(&id).await;
    assert_eq!(record["modification"]["modificationId"], modification.as_str(), "{record}");
    assert_eq!(record["modification"]["fields"], json!(["model"]));
}

#[tokio::test]
async fn what_i_saw_committed_is_no_news_of_pems_when_it_arrives() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = app.changeable()[0].clone();
    let held = app.pems.fault(Fault::hold_before().on_writes());
    manager.change(&id, json!({ "contract": "FIRST", "model": "M-1" })).await;
    manager.draft(&id, json!({ "contract": "SECOND" })).await;
    held.wait_until_met(1).await;
    held.release();
    let arrived = app.pems.record(RIO, &id).unwrap().version + 1;
    eventually("the first change is confirmed", async || {
        let record = manager.record(&id).await;
        (record["mirror"]["version"] == arrived).then_some(())
    })
    .await;
    let record = manager.record(&id).await;
    assert_eq!((&record["merged"]["changedInPems"], &record["changedInPems"]), (&json!([]), &json!([])));
    app.pems.edit(RIO, &id, json!({ "contract": "THEIRS" }), "pems.jansen").expect("PEMS takes the edit");
    manager.read_sync().await;
    let change = &manager.record(&id).await["changedInPems"];
    assert_eq!(*change, json!([{ "field": "contract", "before": "FIRST", "after": "THEIRS" }]));
}

#[tokio::test]
async fn a_colleagues_confirmed_change_is_shown_only_where_it_meets_my_draft() {
    let app = TestApp::start().await;
    let (manager, colleague) = (app.manager().await, app.user("manager2").await);
    let id = app.changeable()[0].clone();
    manager.draft(&id, json!({ "contract": "MINE" })).await;
    colleague.change(&id, json!({ "contract": "HIS", "model": "M-1" })).await;
    eventually("his change is confirmed", async || {
        (manager.record(&id).await["mirror"]["fields"]["contract"] == "HIS").then_some(())
    })
    .await;
    assert_eq!(manager.record(&id).await["merged"]["changedInPems"], json!(["contract"]));
}

#[tokio::test]
async fn a_draft_of_which_nothing_remains_is_discarded() {
    let app = TestApp::start().await;
    let (manager, id, modification, version) =
        crossed(&app, json!({ "contract": "OURS" }), json!({ "contract": "THEIRS" })).await;
    let rebased = rebase(&manager, &modification, version, json!({ "contract": "pems" })).await.ok();
    assert_eq!(rebased["syncState"], "discarded");
    assert_eq!(manager.state_of(&id).await, "synced");
    let again = rebase(&manager, &modification, version, json!({})).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn what_pems_changed_once_more_nobody_has_decided_about() {
    let app = TestApp::start().await;
    let (manager, id, modification, version) =
        crossed(&app, json!({ "contract": "OURS" }), json!({ "contract": "THEIRS" })).await;
    app.pems.edit(RIO, &id, json!({ "contract": "AGAIN" }), "pems.jansen").unwrap();
    manager.read_sync().await;
    let refused = rebase(&manager, &modification, version, json!({ "contract": "mine" })).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{:?}", refused.body);
    assert_eq!(manager.record(&id).await["merged"]["changedInPems"], json!(["contract"]), "left as it was");
}

#[tokio::test]
async fn a_draft_that_pemss_values_make_invalid_is_left_as_it_is() {
    let app = TestApp::start().await;
    let (manager, id, modification, version) = crossed(
        &app,
        json!({ "forecastEnd": "2040-03-01" }),
        json!({ "forecastStart": "2040-06-01T00:00:00Z", "forecastEnd": "2041-01-01T00:00:00Z" }),
    )
    .await;
    let refused = rebase(&manager, &modification, version, json!({ "forecastEnd": "mine" })).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{:?}", refused.body);
    assert_eq!(refused.body["errors"][0]["field"], "forecastEnd");
    assert_eq!(manager.state_of(&id).await, "draft");
    rebase(&manager, &modification, version, json!({ "forecastEnd": "pems" })).await.ok();
}

#[tokio::test]
async fn a_draft_of_somebody_else_is_not_mine_to_rebase() {
    let app = TestApp::start().await;
    let (_, _, modification, version) =
        crossed(&app, json!({ "contract": "OURS" }), json!({ "contract": "THEIRS" })).await;
    let other = app.user("manager2").await;
    assert_eq!(rebase(&other, &modification, version, json!({})).await.status, StatusCode::CONFLICT);
    let unknown = rebase(&other, &modification, version, json!({ "colour": "pems" })).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY, "{:?}", unknown.body);
}
