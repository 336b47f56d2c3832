//! Answers that are lost, late, broken, or mixed.

use std::time::Duration;

use pems_simulator::{ErrorCode, Fault, ItemFailure, Operation, RetryAfter};
use serde_json::json;

use crate::app::{Client, RIO, TestApp, eventually};

/// One change, while `fault` strikes the write.
async fn one_change_under(fault: Fault) -> (TestApp, Client, String) {
    let app = TestApp::start().await;
    app.pems.fault(fault);
    let manager = app.manager().await;
    let id = app.changeable()[0].clone();
    manager.change(&id, json!({ "contract": "FAULT" })).await;
    (app, manager, id)
}

/// However the answer was lost: the change is in PEMS once, and nobody is bothered with a conflict.
async fn applied_once_in_spite_of(fault: Fault) {
    let (app, manager, id) = one_change_under(fault).await;
    manager.wait_for(&id, "synced").await;
    assert_eq!(app.our_writes().len(), 1);
    assert_eq!(app.pems.record(RIO, &id).unwrap().to_value()["contract"], "FAULT");
    app.check_invariants().await;
}

#[tokio::test]
async fn a_lost_answer_is_not_written_twice() {
    applied_once_in_spite_of(Fault::drop_answer().on(Operation::Update).once()).await;
}

#[tokio::test]
async fn html_in_a_200_is_no_success_and_not_written_twice() {
    applied_once_in_spite_of(Fault::html_answer().on(Operation::Update).once()).await;
}

#[tokio::test]
async fn half_a_json_is_no_success_and_not_written_twice() {
    applied_once_in_spite_of(Fault::half_answer().on(Operation::Update).once()).await;
}

#[tokio::test]
async fn an_empty_200_is_no_success_and_not_written_twice() {
    applied_once_in_spite_of(Fault::empty_answer().on(Operation::Update).once()).await;
}

#[tokio::test]
async fn a_503_after_applying_is_not_written_twice() {
    applied_once_in_spite_of(Fault::status_after(503).on(Operation::Update).once()).await;
}

#[tokio::test]
async fn a_request_that_never_arrived_is_sent_again() {
    applied_once_in_spite_of(Fault::reset_before().on(Operation::Update).once()).await;
}

#[tokio::test]
async fn an_answer_that_drips_in_is_ended_by_the_deadline_and_not_written_twice() {
    let drip = Fault::drip_answer(1, Duration::from_millis(500)).on(Operation::Update).once();
    applied_once_in_spite_of(drip).await;
}

#[tokio::test]
async fn an_oversized_answer_is_cut_off_and_not_written_twice() {
    applied_once_in_spite_of(Fault::oversized_answer(20_000_000).on(Operation::Update).once()).await;
}

#[tokio::test]
async fn after_a_lost_answer_a_later_change_in_pems_is_kept() {
    let app = TestApp::start().await;
    let lost = app.pems.fault(Fault::drop_answer().on(Operation::Update).once());
    let manager = app.manager().await;
    let id = app.changeable()[0].clone();
    manager.change(&id, json!({ "contract": "OURS" })).await;
    lost.wait_until_met(1).await;
    app.pems.edit(RIO, &id, json!({ "description": "Theirs" }), "pems.jansen").unwrap();
    manager.wait_for(&id, "synced").await;
    let record = app.pems.record(RIO, &id).unwrap().to_value();
    assert_eq!((&record["contract"], &record["description"]), (&json!("OURS"), &json!("Theirs")));
    assert_eq!(app.our_writes().len(), 1);
    app.check_invariants().await;
}

/// Changes of several records, committed together.
async fn batch_under(fault: Fault) -> (TestApp, Client, Vec<String>) {
    let app = TestApp::setup().records(40).start().await;
    app.pems.fault(fault.on(Operation::Batch));
    let manager = app.manager().await;
    let ids: Vec<String> = app.changeable().into_iter().take(6).collect();
    let drafts: Vec<_> =
        ids.iter().map(|id| json!({ "pfaId": id, "changes": { "contract": "BATCH" } })).collect();
    manager.save_drafts(json!(drafts)).await;
    manager.commit().await;
    (app, manager, ids)
}

#[tokio::test]
async fn a_batch_that_was_half_applied_is_settled_item_by_item() {
    let (app, manager, ids) = batch_under(Fault::batch_cut(3).once()).await;
    manager.wait_until_idle(Duration::from_secs(30)).await;
    for id in &ids {
        assert_eq!(manager.state_of(id).await, "synced");
        assert_eq!(app.pems.record(RIO, id).unwrap().to_value()["contract"], "BATCH");
    }
    assert_eq!(app.our_writes().len(), ids.len());
    app.check_invariants().await;
}

#[tokio::test]
async fn of_mixed_results_the_good_are_done_and_each_other_takes_its_own_path() {
    let failures = [
        ItemFailure::new(0, ErrorCode::RecordLocked),
        ItemFailure::new(1, ErrorCode::BusinessRule),
        ItemFailure::new(2, ErrorCode::InternalError),
    ];
    let (app, manager, ids) = batch_under(Fault::batch_mixed(failures).once()).await;
    manager.wait_until_idle(Duration::from_secs(30)).await;
    let mut states = Vec::new();
    for id in &ids {
        states.push(manager.state_of(id).await);
    }
    assert_eq!(states, ["synced", "sync_error", "synced", "synced", "synced", "synced"]);
    assert_eq!(app.our_writes().len(), ids.len() - 1);
    app.check_invariants().await;
}

#[tokio::test]
async fn a_poison_record_is_given_up_and_the_rest_flow() {
    let app = TestApp::setup().records(40).start().await;
    let ids: Vec<String> = app.changeable().into_iter().take(6).collect();
    app.pems.lock(RIO, &ids[2]);
    let manager = app.manager().await;
    let drafts: Vec<_> =
        ids.iter().map(|id| json!({ "pfaId": id, "changes": { "contract": "FLOW" } })).collect();
    manager.save_drafts(json!(drafts)).await;
    manager.commit().await;
    manager.wait_until_idle(Duration::from_secs(30)).await;
    assert_eq!(manager.state_of(&ids[2]).await, "sync_error");
    assert_eq!(app.our_writes().len(), ids.len() - 1);
    app.check_invariants().await;
}

#[tokio::test]
async fn a_429_storm_is_obeyed_and_uses_up_no_retry() {
    for retry_after in [RetryAfter::Absent, RetryAfter::Seconds(1)] {
        let storm = Fault::rate_limited(retry_after).on_writes().times(5);
        let (app, manager, id) = one_change_under(storm).await;
        manager.wait_for(&id, "synced").await;
        let item = manager.queue().await.remove(0);
        assert_eq!(item["retryCount"], 0, "{item}");
        app.check_invariants().await;
    }
}

#[tokio::test]
async fn an_expired_password_pauses_once_alerts_once_and_buries_nothing() {
    let app = TestApp::setup().records(40).start().await;
    let ids: Vec<String> = app.changeable().into_iter().take(6).collect();
    app.pems.set_password(&app.pems.credentials().user.clone(), "another");
    let manager = app.manager().await;
    for id in &ids {
        manager.change(id, json!({ "contract": "LATER" })).await;
    }
    eventually("the server is paused", async || (manager.status().await["health"] == "paused").then_some(()))
        .await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let status = manager.status().await;
    assert_eq!((&status["totalQueued"], &status["failed"]), (&json!(ids.len()), &json!(0)), "{status}");
    let inbox = app.user("admin").await.get("/api/notifications").await.ok();
    let alerts: Vec<_> =
        inbox["notifications"].as_array().unwrap().iter().filter(|one| one["kind"] == "paused").collect();
    assert_eq!(alerts.len(), 1, "{inbox}");

    app.pems.set_password(&app.pems.credentials().user.clone(), &app.pems.credentials().password.clone());
    let admin = app.user("admin").await;
    let servers = admin.get("/api/admin/api-servers").await.ok();
    let server = servers["apiServers"][0]["id"].as_str().expect("there is one").to_owned();
    admin.post(&format!("/api/admin/api-servers/{server}/resume"), json!({})).await.ok();
    manager.wait_until_idle(Duration::from_secs(20)).await;
    assert_eq!(app.our_writes().len(), ids.len());
    app.check_invariants().await;
}
