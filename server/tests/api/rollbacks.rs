//! Rollbacks over the API: what cannot be asked for, who sees what, whose they are.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Client, RIO, TestApp, eventually};

const ROLLBACKS: &str = "/api/pems/rollbacks";

/// A request for the rollback of one change, and the record.
async fn asked(app: &TestApp, changes: Value) -> (Client, String, String) {
    let manager = app.manager().await;
    let pfa_id = app.changeable().remove(0);
    let version = app.pems.record(RIO, &pfa_id).unwrap().version;
    manager.change(&pfa_id, changes).await;
    manager.wait_for(&pfa_id, "synced").await;
    let target = json!({ "pfaId": pfa_id, "toVersion": version });
    let answer = manager.post(ROLLBACKS, json!({ "target": target, "reason": "by mistake" })).await.ok();
    (manager, pfa_id, answer["rollbackId"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_the_field_at_fault() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = &app.changeable()[0];
    let now = app.pems.record(RIO, id).unwrap().version;
    let read_run = manager.get("/api/pems/sync-jobs?kind=read").await.ok()["jobs"][0]["id"].clone();
    let unwritten = json!({ "pfaId": id, "toVersion": now });
    for (body, field, code) in [
        (json!({ "target": {}, "reason": "x" }), "target", "wrongType"),
        (json!({ "target": { "pfaId": id }, "reason": "x" }), "target", "wrongType"),
        (json!({ "target": unwritten }), "reason", "required"),
        (json!({ "target": unwritten, "reason": "x".repeat(501) }), "reason", "tooLong"),
        (
            json!({ "target": { "pfaId": id, "toVersion": 999 }, "reason": "x" }),
            "target.toVersion",
            "unknownVersion",
        ),
        (json!({ "target": { "jobId": read_run }, "reason": "x" }), "target.jobId", "notAWriteRun"),
        (
            json!({ "target": unwritten, "reason": "x", "overwrite": [{ "pfaId": id, "fields": ["colour"] }] }),
            "overwrite[0].fields[0]",
            "wrongType",
        ),
        (
            json!({ "target": unwritten, "reason": "x", "overwrite": [
                { "pfaId": id, "fields": [] }, { "pfaId": id, "fields": [] },
            ] }),
            "overwrite[1].pfaId",
            "twice",
        ),
    ] {
        let refused = manager.post(ROLLBACKS, body.clone()).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {}", refused.body);
        let error = &refused.body["errors"][0];
        assert_eq!(
            (&error["field"], &error["code"]),
            (&json!(field), &json!(code)),
            "{body}: {}",
            refused.body
        );
    }
    let nothing = manager.post(ROLLBACKS, json!({ "target": unwritten, "reason": "x" })).await;
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", nothing.body);
    assert_eq!(nothing.body["detail"], "There is nothing to restore.");
    for unknown in [json!({ "jobId": Uuid::new_v4() }), json!({ "pfaId": "NONE", "toVersion": 1 })] {
        let answer = manager.post(ROLLBACKS, json!({ "target": unknown, "reason": "x" })).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.body);
    }
    assert_eq!(manager.get(ROLLBACKS).await.ok()["total"], 0);
}

#[tokio::test]
async fn rollbacks_are_listed_by_status_and_found_by_their_id_alone() {
    let app = TestApp::start().await;
    let (manager, pfa_id, id) = asked(&app, json!({ "contract": "WRONG" })).await;
    let list = manager.get(&format!("{ROLLBACKS}?status=requested")).await.ok();
    assert_eq!((&list["total"], &list["nextCursor"]), (&json!(1), &Value::Null));
    let rollback = &list["rollbacks"][0];
    assert_eq!(rollback["target"]["pfaId"], pfa_id.as_str());
    assert_eq!((&rollback["requestedBy"], &rollback["records"]), (&json!("manager"), &json!(1)));
    assert_eq!(manager.get(&format!("{ROLLBACKS}?status=completed")).await.ok()["total"], 0);
    assert_eq!(manager.get(&format!("{ROLLBACKS}?status=nonsense")).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(manager.get(&format!("{ROLLBACKS}?limit=0")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let found = manager.send(Method::GET, &format!("{ROLLBACKS}/{id}"), None).await.ok();
    assert_eq!(found["rollback"]["id"], id.as_str());
}

#[tokio::test]
async fn another_organisations_rollback_is_not_there() {
    let app = TestApp::start().await;
    let (_, _, id) = asked(&app, json!({ "contract": "WRONG" })).await;
    let hol = Client::log_in(&app.server, "admin", "HOL").await;
    let user = json!({
        "username": "stranger", "email": "s@example.com", "role": "Administrator", "password": "a long password"
    });
    hol.post("/api/admin/users", json!({ "user": user })).await.ok();
    let stranger = Client::log_in_with(&app.server, "stranger", "a long password", "HOL").await;
    let path = format!("{ROLLBACKS}/{id}");
    assert_eq!(stranger.send(Method::GET, &path, None).await.status, StatusCode::NOT_FOUND);
    for (decision, body) in [
        ("approve", json!({ "previewHash": "x" })),
        ("reject", json!({ "reason": "x" })),
        ("cancel", json!({})),
    ] {
        let answer = stranger.send(Method::POST, &format!("{path}/{decision}"), Some(&body)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{decision}: {}", answer.body);
    }
    // Named, the wrong organisation is the wrong one, even for a member of both.
    assert_eq!(hol.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(hol.get(ROLLBACKS).await.ok()["total"], 0);
    let run = app.manager().await.get("/api/pems/sync-jobs?kind=write").await.ok()["jobs"][0]["id"].clone();
    let foreign = hol.post(ROLLBACKS, json!({ "target": { "jobId": run }, "reason": "x" })).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND, "{}", foreign.body);
}

#[tokio::test]
async fn those_who_may_not_see_amounts_do_not_see_them_in_a_preview() {
    let app = TestApp::start().await;
    let (manager, _, id) = asked(&app, json!({ "monthlyRate": "7654.32", "contract": "WRONG" })).await;
    let path = format!("{ROLLBACKS}/{id}");
    assert!(manager.get(&path).await.ok().to_string().contains("7654.32"));
    let viewer = app.user("viewer").await;
    let seen = viewer.get(&path).await.ok();
    assert!(!seen.to_string().contains("7654.32"), "{seen}");
    assert_eq!(seen["previewHash"], Value::Null, "the name of a preview depends on its amounts");
    let fields = seen["preview"].as_array().unwrap();
    let rate = fields.iter().find(|field| field["field"] == "monthlyRate").unwrap();
    assert_eq!((&rate["current"], &rate["restored"]), (&Value::Null, &Value::Null));
    let contract = fields.iter().find(|field| field["field"] == "contract").unwrap();
    assert_eq!(contract["current"], "WRONG");
}

#[tokio::test]
async fn an_approval_that_arrives_twice_sends_once() {
    let app = TestApp::start().await;
    let (manager, pfa_id, id) = asked(&app, json!({ "contract": "WRONG" })).await;
    let admin = app.user("admin").await;
    let path = format!("{ROLLBACKS}/{id}");
    let hash = admin.get(&path).await.ok()["previewHash"].clone();
    let approve = format!("{path}/approve");
    let (one, two) = tokio::join!(
        admin.post(&approve, json!({ "previewHash": hash })),
        admin.post(&approve, json!({ "previewHash": hash })),
    );
    let mut statuses = [one.status, two.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::CONFLICT], "{} {}", one.body, two.body);
    eventually("it ends", async || {
        (admin.get(&path).await.ok()["rollback"]["status"] == "completed").then_some(())
    })
    .await;
    let writes = app.our_writes();
    assert_eq!(writes.iter().filter(|write| write.pfa_id == pfa_id).count(), 2);
    manager.wait_for(&pfa_id, "synced").await;
    app.check_invariants().await;
}
