//! Conflicts that resolve themselves, as an administrator has said beforehand.

use std::time::Duration;

use pems_simulator::{Fault, Operation};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::conflicts::{crossed, the_conflict};
use super::rollback::{approve, asked, undecided, written};
use crate::app::{Client, RIO, TestApp, eventually};

/// Looks at what the rules would have done, and switches them on.
pub(super) async fn switch_on(app: &TestApp, rules: Value) -> Value {
    let admin = app.user("admin").await;
    let path = format!("/api/admin/organizations/{}/ownership-rules", admin.organization_id);
    let look = json!({ "rules": rules });
    let report = admin.send(Method::POST, &format!("{path}/what-if"), Some(&look)).await.ok();
    let change = json!({ "rules": rules, "seen": report["seen"] });
    admin.send(Method::PUT, &path, Some(&change)).await.ok();
    report
}

pub(super) fn in_pems(app: &TestApp, id: &str) -> Value {
    app.pems.record(RIO, id).unwrap().to_value()
}

/// The conflicts that rules decided.
pub(super) async fn ruled(client: &Client) -> Vec<Value> {
    let list = client.get("/api/pems/conflicts?status=resolved_auto").await.ok();
    list["conflicts"].as_array().unwrap().clone()
}

pub(super) async fn the_merge(client: &Client) -> Value {
    let merges = client.get("/api/pems/merges").await.ok();
    assert_eq!(merges["total"], 1, "{merges}");
    merges["merges"][0].clone()
}

pub(super) async fn undo(client: &Client, merge: &Value) {
    let path = format!("/api/pems/merges/{}/undo", merge["id"].as_str().unwrap());
    client.post(&path, json!({})).await.ok();
    client.wait_until_idle(Duration::from_secs(20)).await;
}

async fn audited(app: &TestApp, event: &str) -> Vec<Value> {
    let admin = app.user("admin").await;
    let log = admin.get(&format!("/api/audit?eventType={event}")).await.ok();
    log["entries"].as_array().unwrap().clone()
}

#[tokio::test]
async fn what_pems_owns_stays_and_the_rest_is_sent() {
    let app = TestApp::start().await;
    switch_on(&app, json!({ "contract": "pems" })).await;
    let (manager, id) =
        crossed(&app, json!({ "contract": "OURS", "model": "X-1" }), json!({ "contract": "THEIRS" })).await;
    manager.wait_for(&id, "synced").await;
    let record = in_pems(&app, &id);
    assert_eq!((&record["contract"], &record["model"]), (&json!("THEIRS"), &json!("X-1")));

    let conflicts = ruled(&manager).await;
    assert_eq!(conflicts.len(), 1, "{conflicts:?}");
    assert_eq!(conflicts[0]["rule"], "PEMS owns Contract");
    assert_eq!(conflicts[0]["resolution"], "use_pems");
    assert_eq!(conflicts[0]["localData"], json!({ "contract": "OURS" }));
    let merge = the_merge(&manager).await;
    assert_eq!(merge["givenUp"], json!({ "contract": "OURS" }));
    assert_eq!(merge["ours"], json!({ "model": "X-1" }));
    assert_eq!(merge["rule"], "PEMS owns Contract");
    let events = audited(&app, "conflict.ruled").await;
    assert_eq!(events.len(), 1, "{events:?}");
    assert_eq!(events[0]["after"]["rule"], "PEMS owns Contract");
    let inbox = manager.get("/api/notifications").await.ok();
    assert!(inbox.to_string().contains("PEMS's values stay"), "{inbox}");
    app.check_invariants().await;
}

#[tokio::test]
async fn what_vanguard_owns_is_sent_over_what_pems_has() {
    let app = TestApp::start().await;
    switch_on(&app, json!({ "contract": "vanguard" })).await;
    let (manager, id) = crossed(&app, json!({ "contract": "OURS" }), json!({ "contract": "THEIRS" })).await;
    manager.wait_for(&id, "synced").await;
    assert_eq!(in_pems(&app, &id)["contract"], "OURS");
    let conflicts = ruled(&manager).await;
    assert_eq!(conflicts[0]["rule"], "Vanguard owns Contract");
    assert_eq!(conflicts[0]["pemsData"], json!({ "contract": "THEIRS" }));
    let merge = the_merge(&manager).await;
    assert_eq!(merge["oursBefore"], json!({ "contract": "THEIRS" }), "so that it can be undone");
    assert_eq!(audited(&app, "conflict.ruled").await.len(), 1);
    app.check_invariants().await;

    undo(&manager, &merge).await;
    assert_eq!(in_pems(&app, &id)["contract"], "THEIRS");
    app.check_invariants().await;
}

#[tokio::test]
async fn a_change_of_which_nothing_is_left_ends_without_a_write_and_can_be_undone() {
    let app = TestApp::start().await;
    switch_on(&app, json!({ "contract": "pems" })).await;
    let (manager, id) = crossed(&app, json!({ "contract": "OURS" }), json!({ "contract": "THEIRS" })).await;
    eventually("the rule decides", async || (!ruled(&manager).await.is_empty()).then_some(())).await;
    manager.wait_until_idle(Duration::from_secs(20)).await;
    assert_eq!(in_pems(&app, &id)["contract"], "THEIRS");
    assert!(app.our_writes().is_empty());
    let states: Vec<String> =
        sqlx::query_scalar("SELECT state FROM pfa_modification").fetch_all(app.pool()).await.unwrap();
    assert_eq!(states, ["discarded"]);
    app.check_invariants().await;

    undo(&manager, &the_merge(&manager).await).await;
    assert_eq!(in_pems(&app, &id)["contract"], "OURS", "the value that was given up is sent after all");
    app.check_invariants().await;
}

#[tokio::test]
async fn what_has_no_rule_is_left_to_a_person_and_what_has_one_is_decided() {
    let app = TestApp::start().await;
    switch_on(&app, json!({ "contract": "vanguard", "manufacturer": "pems" })).await;
    let ours = json!({ "contract": "OURS", "model": "OURS", "manufacturer": "OURS" });
    let theirs = json!({ "contract": "THEIRS", "model": "THEIRS", "manufacturer": "THEIRS" });
    let (manager, id) = crossed(&app, ours, theirs).await;
    let conflict = the_conflict(&manager).await;
    assert_eq!(conflict["conflictFields"], json!(["model"]));
    assert_eq!(conflict["undisputed"], json!({ "contract": "OURS" }), "goes with the decision");
    assert_eq!(conflict["rule"], "PEMS owns Manufacturer; Vanguard owns Contract");
    assert!(app.our_writes().is_empty(), "nothing is sent before somebody decides");
    let decided = ruled(&manager).await;
    assert_eq!(decided.len(), 1, "{decided:?}");
    assert_eq!(decided[0]["conflictFields"], json!(["manufacturer", "contract"]));
    app.check_invariants().await;

    manager.resolve(&conflict, json!({ "resolution": "use_pems" })).await.ok();
    manager.wait_for(&id, "synced").await;
    let record = in_pems(&app, &id);
    let held = (&record["contract"], &record["model"], &record["manufacturer"]);
    assert_eq!(held, (&json!("OURS"), &json!("THEIRS"), &json!("THEIRS")));
    undo(&manager, &the_merge(&manager).await).await;
    let record = in_pems(&app, &id);
    let held = (&record["contract"], &record["model"], &record["manufacturer"]);
    assert_eq!(held, (&json!("THEIRS"), &json!("THEIRS"), &json!("OURS")), "the other side's values");
    app.check_invariants().await;
}

#[tokio::test]
async fn a_result_that_breaks_a_rule_of_validation_is_for_a_person() {
    let app = TestApp::start().await;
    switch_on(&app, json!({ "forecastStart": "vanguard", "forecastEnd": "vanguard" })).await;
    let id = &app.changeable()[0];
    let planned = json!({ "forecastStart": "2026-01-01T00:00:00Z", "forecastEnd": "2026-06-30T00:00:00Z" });
    app.pems.edit(RIO, id, planned, "pems.silva").unwrap();
    app.read_from_pems().await;
    let theirs = json!({ "forecastStart": "2026-05-01T00:00:00Z", "forecastEnd": "2026-07-31T00:00:00Z" });
    let (manager, _) = crossed(&app, json!({ "forecastEnd": "2026-03-31" }), theirs).await;
    let conflict = the_conflict(&manager).await;
    assert_eq!(conflict["conflictFields"], json!(["forecastEnd"]));
    assert_eq!(conflict["rule"], Value::Null);
    assert!(ruled(&manager).await.is_empty() && app.our_writes().is_empty());
    app.check_invariants().await;
}

#[tokio::test]
async fn rules_are_off_by_default_and_about_their_own_fields_only() {
    let app = TestApp::start().await;
    let admin = app.user("admin").await;
    let path = format!("/api/admin/organizations/{}/ownership-rules", admin.organization_id);
    assert_eq!(admin.send(Method::GET, &path, None).await.ok(), json!({ "rules": [] }));
    switch_on(&app, json!({ "model": "pems" })).await;
    let (manager, _) = crossed(&app, json!({ "contract": "OURS" }), json!({ "contract": "THEIRS" })).await;
    assert_eq!(the_conflict(&manager).await["rule"], Value::Null);
    app.check_invariants().await;
}

#[tokio::test]
async fn what_a_colleague_changed_through_here_is_not_pems_s() {
    let app = TestApp::start().await;
    switch_on(&app, json!({ "contract": "vanguard" })).await;
    let id = app.changeable()[0].clone();
    let (first, second) = (app.manager().await, app.user("manager2").await);
    second.draft(&id, json!({ "contract": "SECOND" })).await;
    first.change(&id, json!({ "contract": "FIRST" })).await;
    first.wait_for(&id, "synced").await;
    second.commit().await;
    let conflict = the_conflict(&second).await;
    assert_eq!(conflict["pemsData"], json!({ "contract": "FIRST" }), "a person decides between colleagues");
    assert_eq!(in_pems(&app, &id)["contract"], "FIRST");
    app.check_invariants().await;
}

#[tokio::test]
async fn found_in_the_mirror_before_anything_is_sent_it_is_decided_the_same() {
    let app = TestApp::start().await;
    switch_on(&app, json!({ "contract": "vanguard", "model": "pems" })).await;
    let id = app.changeable()[0].clone();
    let manager = app.manager().await;
    manager.draft(&id, json!({ "contract": "OURS", "model": "OURS" })).await;
    app.pems.edit(RIO, &id, json!({ "contract": "THEIRS", "model": "THEIRS" }), "pems.jansen").unwrap();
    app.read_from_pems().await;
    manager.commit().await;
    manager.wait_for(&id, "synced").await;
    let record = in_pems(&app, &id);
    assert_eq!((&record["contract"], &record["model"]), (&json!("OURS"), &json!("THEIRS")));
    assert_eq!(ruled(&manager).await[0]["resolution"], "merge");
    app.check_invariants().await;
}

#[tokio::test]
async fn killed_after_the_rule_decided_it_is_decided_once() {
    let mut app = TestApp::start().await;
    switch_on(&app, json!({ "contract": "vanguard" })).await;
    let id = app.changeable()[0].clone();
    let manager = app.manager().await;
    manager.draft(&id, json!({ "contract": "OURS" })).await;
    app.pems.edit(RIO, &id, json!({ "contract": "THEIRS" }), "pems.jansen").unwrap();
    app.read_from_pems().await;
    let reset = app.pems.fault(Fault::reset_before().on(Operation::Update).times(1));
    manager.commit().await;
    reset.wait_until_met(1).await;
    app.kill().await;
    app.restart().await;
    let manager = app.manager().await;
    manager.wait_for(&id, "synced").await;
    assert_eq!(in_pems(&app, &id)["contract"], "OURS");
    assert_eq!((ruled(&manager).await.len(), app.our_writes().len()), (1, 1));
    the_merge(&manager).await;
    app.check_invariants().await;
}

#[tokio::test]
async fn a_rule_is_asked_again_when_pems_moves_again() {
    let app = TestApp::start().await;
    switch_on(&app, json!({ "contract": "vanguard" })).await;
    let id = app.changeable()[0].clone();
    let manager = app.manager().await;
    manager.draft(&id, json!({ "contract": "OURS" })).await;
    app.pems.edit(RIO, &id, json!({ "contract": "THEIRS" }), "pems.jansen").unwrap();
    let held = app.pems.fault(Fault::hold_before().on(Operation::Update).once());
    app.read_from_pems().await;
    manager.commit().await;
    held.wait_until_met(1).await;
    app.pems.edit(RIO, &id, json!({ "contract": "THEIRS AGAIN" }), "pems.silva").unwrap();
    held.release();
    manager.wait_for(&id, "synced").await;
    assert_eq!(in_pems(&app, &id)["contract"], "OURS");
    let mut overruled: Vec<_> =
        ruled(&manager).await.iter().map(|one| one["pemsData"]["contract"].to_string()).collect();
    overruled.sort();
    assert_eq!(overruled, ["\"THEIRS AGAIN\"", "\"THEIRS\""], "each value that was replaced is told");
    app.check_invariants().await;
}

#[tokio::test]
async fn the_what_if_counts_what_people_decided_and_what_the_rules_would_have() {
    let app = TestApp::setup().records(40).start().await;
    let manager = app.manager().await;
    let ids: Vec<String> = app.changeable().into_iter().take(4).collect();
    for (n, id) in ids.iter().enumerate() {
        let ours = if n == 3 { json!({ "model": "OURS" }) } else { json!({ "contract": "OURS" }) };
        let theirs = if n == 3 { json!({ "model": "THEIRS" }) } else { json!({ "contract": "THEIRS" }) };
        manager.draft(id, ours).await;
        app.pems.edit(RIO, id, theirs, "pems.jansen").unwrap();
    }
    manager.commit().await;
    let conflicts = eventually("all conflicts are found", async || {
        let found = manager.conflicts().await;
        (found.len() == ids.len()).then_some(found)
    })
    .await;
    for (n, side) in [(0, "use_pems"), (1, "use_local")] {
        let conflict = conflicts.iter().find(|one| one["pfaId"] == json!(ids[n])).unwrap();
        manager.resolve(conflict, json!({ "resolution": side })).await.ok();
    }
    manager.wait_until_idle(Duration::from_secs(20)).await;
    let report = switch_on(&app, json!({ "contract": "pems" })).await;
    let tally = &report["tally"];
    assert_eq!((&tally["conflicts"], &tally["wholly"]), (&json!(4), &json!(3)), "{report}");
    assert_eq!((&tally["notAtAll"], &tally["same"], &tally["different"]), (&json!(1), &json!(1), &json!(1)));
    let examples = report["examples"].as_array().unwrap();
    assert_eq!(examples.len(), 3);
    assert_eq!(examples[0]["pfaId"], json!(ids[1]), "what people decided otherwise comes first");
    assert_eq!(examples[0]["byPerson"], json!({ "contract": "OURS" }));
    assert_eq!(examples[0]["byRule"], json!({ "contract": "THEIRS" }));
    assert_eq!(manager.conflicts().await.len(), 2, "open conflicts stay with people");
    app.check_invariants().await;
}

#[tokio::test]
async fn the_what_if_leaves_to_people_what_the_worker_leaves_to_them() {
    let app = TestApp::setup().records(40).setting("WRITE_SYNC_RETRY_DELAY", "2000").start().await;
    let (manager, other, admin) = (app.manager().await, app.user("manager2").await, app.user("admin").await);
    let ids: Vec<String> = app.changeable().into_iter().take(3).collect();
    // A colleague's change.
    other.draft(&ids[0], json!({ "contract": "OURS" })).await;
    manager.change(&ids[0], json!({ "contract": "COLLEAGUE" })).await;
    manager.wait_for(&ids[0], "synced").await;
    other.commit().await;
    eventually("colleagues conflict", async || (manager.conflicts().await.len() == 1).then_some(())).await;
    // A write that may have been applied and taken back.
    let before = in_pems(&app, &ids[1])["contract"].clone();
    let lost = app.pems.fault(Fault::drop_answer().on(Operation::Update).once());
    manager.change(&ids[1], json!({ "contract": "LOST" })).await;
    lost.wait_until_met(1).await;
    app.pems.edit(RIO, &ids[1], json!({ "contract": before }), "pems.jansen").unwrap();
    eventually("the lost answer is asked about", async || {
        (manager.conflicts().await.len() == 2).then_some(())
    })
    .await;
    // A rollback that PEMS crossed.
    let run = written(&manager, &ids[2..], json!({ "contract": "WRONG" })).await;
    let rollback = asked(&manager, json!({ "jobId": run }), json!([])).await;
    app.pems.edit(RIO, &ids[2], json!({ "contract": "MEANWHILE" }), "pems.jansen").unwrap();
    approve(&admin, &rollback).await.ok();
    undecided(&manager, &rollback).await;

    let report = switch_on(&app, json!({ "contract": "pems" })).await;
    let tally = &report["tally"];
    assert_eq!((&tally["conflicts"], &tally["notAtAll"]), (&json!(3), &json!(3)), "{report}");
    assert_eq!(report["examples"], json!([]));
}

#[tokio::test]
async fn the_what_if_counts_a_conflict_once_of_which_rules_decided_a_part() {
    let app = TestApp::start().await;
    switch_on(&app, json!({ "contract": "vanguard" })).await;
    let ours = json!({ "contract": "OURS", "model": "OURS" });
    let (manager, _) = crossed(&app, ours, json!({ "contract": "THEIRS", "model": "THEIRS" })).await;
    let conflict = the_conflict(&manager).await;
    manager.resolve(&conflict, json!({ "resolution": "use_local" })).await.ok();
    manager.wait_until_idle(Duration::from_secs(20)).await;
    let report = switch_on(&app, json!({ "contract": "pems", "model": "vanguard" })).await;
    let tally = &report["tally"];
    assert_eq!((&tally["conflicts"], &tally["wholly"]), (&json!(1), &json!(1)), "{report}");
    assert_eq!(
        (&tally["same"], &tally["different"]),
        (&json!(1), &json!(0)),
        "a person was asked about the model only"
    );
    let example = &report["examples"][0];
    assert_eq!(example["conflictId"], conflict["id"]);
    assert_eq!(example["byRule"], json!({ "contract": "THEIRS", "model": "OURS" }));
    assert_eq!(example["byPerson"], json!({ "model": "OURS" }));
}

#[tokio::test]
async fn what_pems_never_had_and_never_changed_is_not_pems_s() {
    let app = TestApp::setup().setting("WRITE_SYNC_MAX_RETRIES", "0").start().await;
    switch_on(&app, json!({ "model": "vanguard" })).await;
    let id = app.changeable()[0].clone();
    let before = in_pems(&app, &id)["model"].clone();
    let (first, second) = (app.manager().await, app.user("manager2").await);
    app.pems.lock(RIO, &id);
    first.change(&id, json!({ "model": "FIRST" })).await;
    first.wait_for(&id, "sync_error").await;
    app.pems.unlock(RIO, &id);
    second.draft(&id, json!({ "model": "SECOND" })).await;
    app.pems.edit(RIO, &id, json!({ "contract": "THEIRS" }), "pems.jansen").unwrap();
    second.commit().await;
    let conflict = the_conflict(&second).await;
    let sides = (&conflict["baseData"]["model"], &conflict["pemsData"]["model"], &conflict["rule"]);
    assert_eq!(sides, (&json!("FIRST"), &before, &Value::Null), "{conflict}");
    assert!(ruled(&second).await.is_empty());
    assert_eq!(in_pems(&app, &id)["model"], before);
}

#[tokio::test]
async fn rules_are_switched_on_only_after_looking_at_exactly_them() {
    let app = TestApp::start().await;
    let admin = app.user("admin").await;
    let path = format!("/api/admin/organizations/{}/ownership-rules", admin.organization_id);
    let put = async |body: Value| admin.send(Method::PUT, &path, Some(&body)).await;
    let look = async |rules: Value| {
        let body = json!({ "rules": rules });
        admin.send(Method::POST, &format!("{path}/what-if"), Some(&body)).await.ok()["seen"].clone()
    };
    let seen = look(json!({ "contract": "pems" })).await;
    for body in [
        json!({ "rules": { "contract": "pems" } }),
        json!({ "rules": { "contract": "vanguard" }, "seen": seen }),
        json!({ "rules": { "contract": "pems", "model": "pems" }, "seen": seen }),
    ] {
        let refused = put(body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        assert_eq!(refused.body["errors"][0]["field"], "seen");
    }
    let held = put(json!({ "rules": { "contract": "pems" }, "seen": seen })).await.ok();
    assert_eq!((&held["rules"][0]["owner"], &held["rules"][0]["setBy"]), (&json!("pems"), &json!("admin")));
    let events = audited(&app, "setting.changed").await;
    assert_eq!(events[0]["after"], json!({ "ownershipRules": { "contract": "pems" } }), "{events:?}");

    let since = held["rules"][0]["since"].clone();
    let both = json!({ "contract": "pems", "model": "vanguard" });
    let seen = look(both.clone()).await;
    let held = put(json!({ "rules": both, "seen": seen })).await.ok();
    assert_eq!(held["rules"][1]["since"], since, "what stays as it is keeps since when it holds: {held}");
    let held = put(json!({ "rules": {} })).await.ok();
    assert_eq!(held, json!({ "rules": [] }), "switching off needs no look");
}
