//! PEMS changes a record while somebody drafts a change of it: he is told, and decides before he commits.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::app::{Client, RIO, TestApp};

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

async fn rebase(manager: &Client, modification: &str, version: u64, take: Value) -> crate::app::Answer {
    let body = json!({ "modificationId": modification, "seenVersion": version, "take": take });
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
    let rebased = rebase(&manager, &modification, version, json!([])).await.ok();
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
    rebase(&manager, &modification, version, json!(["contract"])).await.ok();
    manager.commit().await;
    manager.wait_for(&id, "synced").await;
    assert_eq!(field(&app, &id, "contract"), "THEIRS");
    assert_eq!(field(&app, &id, "model"), "M-1");
    app.check_invariants().await;
}

#[tokio::test]
async fn a_draft_of_which_nothing_remains_is_discarded() {
    let app = TestApp::start().await;
    let (manager, id, modification, version) =
        crossed(&app, json!({ "contract": "OURS" }), json!({ "contract": "THEIRS" })).await;
    let rebased = rebase(&manager, &modification, version, json!(["contract"])).await.ok();
    assert_eq!(rebased["syncState"], "discarded");
    assert_eq!(manager.state_of(&id).await, "synced");
    let again = rebase(&manager, &modification, version, json!([])).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn what_pems_changed_once_more_nobody_has_decided_about() {
    let app = TestApp::start().await;
    let (manager, id, modification, version) =
        crossed(&app, json!({ "contract": "OURS" }), json!({ "contract": "THEIRS" })).await;
    app.pems.edit(RIO, &id, json!({ "contract": "AGAIN" }), "pems.jansen").unwrap();
    manager.read_sync().await;
    let refused = rebase(&manager, &modification, version, json!([])).await;
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
    let refused = rebase(&manager, &modification, version, json!([])).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{:?}", refused.body);
    assert_eq!(refused.body["errors"][0]["field"], "forecastEnd");
    assert_eq!(manager.state_of(&id).await, "draft");
    rebase(&manager, &modification, version, json!(["forecastEnd"])).await.ok();
}

#[tokio::test]
async fn a_draft_of_somebody_else_is_not_mine_to_rebase() {
    let app = TestApp::start().await;
    let (_, _, modification, version) =
        crossed(&app, json!({ "contract": "OURS" }), json!({ "contract": "THEIRS" })).await;
    let other = app.user("manager2").await;
    assert_eq!(rebase(&other, &modification, version, json!([])).await.status, StatusCode::CONFLICT);
    let unknown = rebase(&other, &modification, version, json!(["colour"])).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY, "{:?}", unknown.body);
}
