//! Many conflicts at once: told by kind, looked at, and given to one side.

use std::time::{Duration, Instant};

use pems_simulator::RateLimit;
use serde_json::{Value, json};

use crate::app::{Client, RIO, TestApp, eventually_within};

const BULK: &str = "/api/pems/conflicts/resolve-bulk";

/// Each record changed here and in PEMS, until all conflicts are found.
async fn conflicts(app: &TestApp, manager: &Client, ids: &[String]) {
    let drafts: Vec<Value> =
        ids.iter().map(|id| json!({ "pfaId": id, "changes": { "contract": "OURS" } })).collect();
    manager.save_drafts(json!(drafts)).await;
    for id in ids {
        app.pems.edit(RIO, id, json!({ "contract": "THEIRS" }), "pems.jansen").unwrap();
    }
    manager.read_sync().await;
    manager.commit().await;
    eventually_within(Duration::from_mins(1), "all conflicts are found", async || {
        let groups = manager.get("/api/pems/conflicts/groups").await.ok();
        (groups["groups"][0]["count"] == json!(ids.len())).then_some(())
    })
    .await;
}

fn seen(preview: &Value) -> Value {
    let results = preview["results"].as_array().unwrap();
    let pairs = results
        .iter()
        .map(|one| (one["conflictId"].as_str().unwrap().to_owned(), one["recordVersion"].clone()));
    Value::Object(pairs.collect())
}

#[tokio::test]
async fn conflicts_are_told_by_field_and_cause_and_chosen_by_both() {
    let app = TestApp::setup().records(40).start().await;
    let manager = app.manager().await;
    conflicts(&app, &manager, &app.changeable()[..3]).await;
    let groups = manager.get("/api/pems/conflicts/groups").await.ok();
    assert_eq!(groups["groups"], json!([{ "field": "contract", "cause": "both_changed", "count": 3 }]));
    let total = async |filter: Value| {
        let body = json!({ "resolution": "use_pems", "filter": filter, "dryRun": true });
        manager.post(BULK, body).await.ok()["total"].clone()
    };
    assert_eq!(total(json!({ "field": "contract", "cause": "both_changed" })).await, 3);
    assert_eq!(total(json!({ "cause": "invalid_together" })).await, 0);
    for (query, found) in [
        ("field=contract", 3),
        ("field=model", 0),
        ("cause=both_changed&status=unresolved", 3),
        ("cause=invalid_together", 0),
        ("status=resolved_auto", 0),
    ] {
        let list = manager.get(&format!("/api/pems/conflicts?{query}")).await.ok();
        assert_eq!(list["total"], found, "{query}: {list}");
    }
}

#[tokio::test]
async fn every_conflict_that_was_asked_for_is_answered_for() {
    let app = TestApp::setup().records(40).start().await;
    let manager = app.manager().await;
    conflicts(&app, &manager, &app.changeable()[..2]).await;
    let open = manager.conflicts().await;
    manager.resolve(&open[0], json!({ "resolution": "use_pems" })).await.ok();
    let ids = json!([open[0]["id"], open[1]["id"]]);
    let outcome = manager.post(BULK, json!({ "resolution": "use_pems", "ids": ids })).await.ok();
    let of = |id: &Value| {
        outcome["results"].as_array().unwrap().iter().find(|one| one["conflictId"] == *id).cloned()
    };
    assert_eq!(of(&open[1]["id"]).unwrap()["success"], true, "{outcome}");
    let decided = of(&open[0]["id"]).unwrap();
    assert_eq!(decided["success"], false);
    assert!(decided["error"].to_string().contains("decided it already"), "{decided}");
}

#[tokio::test]
async fn what_pems_has_changed_since_the_preview_is_reported_not_decided() {
    let app = TestApp::setup().records(40).start().await;
    let manager = app.manager().await;
    let ids = app.changeable()[..3].to_vec();
    conflicts(&app, &manager, &ids).await;
    let body = json!({ "resolution": "use_local", "filter": { "field": "contract" }, "dryRun": true });
    let preview = manager.post(BULK, body).await.ok();
    app.pems.edit(RIO, &ids[1], json!({ "description": "Moved on" }), "pems.silva").unwrap();
    manager.read_sync().await;

    let seen = seen(&preview);
    let chosen: Vec<&String> = seen.as_object().unwrap().keys().collect();
    let body = json!({ "resolution": "use_local", "ids": chosen, "seen": seen });
    let outcome = manager.post(BULK, body).await.ok();
    assert_eq!(outcome["success"], false, "{outcome}");
    for result in outcome["results"].as_array().unwrap() {
        let moved = result["pfaId"] == json!(ids[1]);
        assert_eq!(result["success"], !moved, "{result}");
        assert_eq!(moved, result["error"].to_string().contains("since you looked"), "{result}");
    }
    manager.wait_until_idle(Duration::from_secs(20)).await;
    let open = manager.conflicts().await;
    assert_eq!(open.len(), 1, "{open:?}");
    assert_eq!(app.pems.record(RIO, &ids[0]).unwrap().to_value()["contract"], "OURS");
    assert_eq!(app.pems.record(RIO, &ids[1]).unwrap().to_value()["contract"], "THEIRS");
    app.check_invariants().await;
}

#[tokio::test]
async fn one_that_cannot_be_decided_does_not_stop_the_others() {
    let app = TestApp::setup().records(40).start().await;
    let manager = app.manager().await;
    let ids = app.changeable()[..3].to_vec();
    conflicts(&app, &manager, &ids).await;
    let open = manager.conflicts().await;
    manager.resolve(&open[0], json!({ "resolution": "use_pems" })).await.ok();
    let rates = json!({ "monthlyRate": null });
    sqlx::query(
        "UPDATE pfa_sync_conflict SET local_data = $2, base_data = $2, pems_data = $2 WHERE id::text = $1",
    )
    .bind(open[1]["id"].as_str().unwrap())
    .bind(&rates)
    .execute(app.pool())
    .await
    .unwrap();
    let chosen: Vec<&Value> = open.iter().map(|one| &one["id"]).collect();
    let body = json!({ "resolution": "use_local", "ids": chosen });
    let outcome = manager.post(BULK, body).await.ok();
    assert_eq!(outcome["total"], 2, "what is decided is not asked for again: {outcome}");
    let results = outcome["results"].as_array().unwrap();
    let of = |conflict: &Value| results.iter().find(|one| one["conflictId"] == conflict["id"]).unwrap();
    assert_eq!(of(&open[1])["errors"][0]["field"], "monthlyRate", "a rental has a rate");
    assert_eq!((&of(&open[0])["success"], &of(&open[2])["success"]), (&json!(false), &json!(true)));
    assert_eq!(manager.conflicts().await.len(), 1);
}

#[tokio::test]
async fn five_hundred_are_decided_within_the_time_that_the_rate_limit_allows() {
    // PEMS's real limit, 10 requests a second, and batches of 100.
    let app = TestApp::setup().records(4_000).rate(RateLimit::default()).start().await;
    let manager = app.manager().await;
    let ids: Vec<String> = app.changeable().into_iter().take(500).collect();
    assert_eq!(ids.len(), 500);
    conflicts(&app, &manager, &ids).await;

    let began = Instant::now();
    let filter = json!({ "field": "contract", "cause": "both_changed" });
    let body = json!({ "resolution": "use_local", "filter": filter, "dryRun": true });
    let preview = manager.post(BULK, body).await.ok();
    let looked = began.elapsed();
    assert_eq!(preview["results"].as_array().unwrap().len(), 500);
    assert_eq!(preview["success"], true);
    assert_eq!(manager.conflicts().await.len(), 500, "a preview changes nothing");

    let seen = seen(&preview);
    let chosen: Vec<String> = seen.as_object().unwrap().keys().cloned().collect();
    let began = Instant::now();
    for slice in chosen.chunks(50) {
        let body = json!({ "resolution": "use_local", "ids": slice, "seen": seen });
        assert_eq!(manager.post(BULK, body).await.ok()["success"], true);
    }
    let decided = began.elapsed();
    manager.wait_until_idle(Duration::from_mins(1)).await;
    let synced = began.elapsed();
    eprintln!("500 conflicts: dry run {looked:?}, decided {decided:?}, in PEMS {synced:?}");
    for id in &ids {
        assert_eq!(app.pems.record(RIO, id).unwrap().to_value()["contract"], "OURS");
    }
    app.check_invariants().await;
}
