//! PostgreSQL goes away and comes back.

use std::cell::Cell;
use std::time::Duration;

use pems_simulator::Fault;
use reqwest::Method;
use serde_json::json;

use crate::app::{Client, Postgres, RIO, TestApp, eventually_within};

/// How long PostgreSQL is away. Shorter than the lease: an answer of PEMS that comes meanwhile can still be recorded.
const OUTAGE: Duration = Duration::from_secs(3);

#[tokio::test]
async fn when_postgresql_restarts_under_load_nothing_acknowledged_is_lost() {
    let mut postgres = Postgres::start().await;
    let app = TestApp::setup().records(200).on(&postgres).start().await;
    let manager = app.manager().await;
    let ids: Vec<String> = app.changeable().into_iter().take(30).collect();
    let acknowledged = Cell::new(0);
    let held = app.pems.fault(Fault::hold_answer().on_writes().once());
    let load = async {
        for (place, id) in ids.iter().enumerate() {
            commit_until_acknowledged(&manager, id, &format!("key-{place}")).await;
            acknowledged.set(place + 1);
        }
    };
    let outage = async {
        // PEMS has applied a write, and its answer comes while there is no database to record it in.
        held.wait_until_met(1).await;
        postgres.stop_at_once();
        let before = acknowledged.get();
        held.release();
        tokio::time::sleep(OUTAGE).await;
        let health = reqwest::get(app.server.url("/api/health")).await.expect("the server itself goes on");
        assert_eq!(health.status(), 503, "the database is away");
        assert!(acknowledged.get() <= before + 1, "nothing is acknowledged without a database");
        assert!(acknowledged.get() < ids.len(), "there is load left");
        postgres.start_again().await;
    };
    tokio::join!(load, outage);
    manager.wait_until_idle(Duration::from_mins(1)).await;
    for id in &ids {
        assert_eq!(app.pems.record(RIO, id).unwrap().to_value()["contract"], "KEPT", "{id}");
    }
    assert_eq!(app.our_writes().len(), ids.len());
    app.check_invariants().await;
}

/// A user who gets no answer, or an error, tries again: the key makes that safe.
async fn commit_until_acknowledged(manager: &Client, pfa_id: &str, key: &str) {
    let draft = json!({
        "organizationId": manager.organization_id,
        "drafts": [{ "pfaId": pfa_id, "changes": { "contract": "KEPT" } }],
    });
    let commit = json!({ "organizationId": manager.organization_id, "idempotencyKey": key });
    eventually_within(Duration::from_mins(1), "the commit is acknowledged", async || {
        let saved = manager.try_send(Method::POST, "/api/pfa-data/save-draft", Some(&draft)).await;
        let ready = saved.is_ok_and(|answer| answer.status.is_success());
        if !ready {
            return None;
        }
        let done = manager.try_send(Method::POST, "/api/pfa-data/commit-drafts", Some(&commit)).await;
        done.is_ok_and(|answer| answer.status.is_success()).then_some(())
    })
    .await;
}

#[tokio::test]
async fn when_the_listen_connection_is_cut_the_worker_is_woken_again() {
    let app = TestApp::setup().setting("PEMS_WRITE_SYNC_SCHEDULE", "*/2 * * * * *").start().await;
    let manager = app.manager().await;
    let id = &app.changeable()[0];
    app.cut_database_connections().await;
    eventually_within(Duration::from_secs(20), "the server has connections again", async || {
        let me = manager.try_send(Method::GET, "/api/auth/me", None).await;
        me.is_ok_and(|answer| answer.status.is_success()).then_some(())
    })
    .await;
    manager.change(id, json!({ "contract": "HEARD" })).await;
    manager.wait_for(id, "synced").await;
    app.check_invariants().await;
}
