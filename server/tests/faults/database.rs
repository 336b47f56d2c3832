//! PostgreSQL goes away and comes back.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::app::{RIO, TestApp, eventually_within};

#[tokio::test]
async fn when_postgresql_restarts_under_load_nothing_acknowledged_is_lost() {
    let app = TestApp::setup().records(200).start().await;
    let manager = app.manager().await;
    let ids = app.changeable();
    let mut acknowledged = Vec::new();
    for (place, id) in ids.iter().take(30).enumerate() {
        if place % 10 == 5 {
            app.cut_database_connections().await;
        }
        let draft = json!({
            "organizationId": manager.organization_id,
            "drafts": [{ "pfaId": id, "changes": { "contract": "KEPT" } }],
        });
        let commit =
            json!({ "organizationId": manager.organization_id, "idempotencyKey": format!("key-{place}") });
        // A user who gets no answer, or an error, tries again: the key makes that safe.
        eventually_within(Duration::from_secs(20), "the commit is acknowledged", async || {
            let saved = manager.try_send(Method::POST, "/api/pfa-data/save-draft", Some(&draft)).await;
            let ready = saved.is_ok_and(|answer| answer.status.is_success());
            if !ready {
                return None;
            }
            let done = manager.try_send(Method::POST, "/api/pfa-data/commit-drafts", Some(&commit)).await;
            done.is_ok_and(|answer| answer.status.is_success()).then_some(())
        })
        .await;
        acknowledged.push(id.clone());
    }
    manager.wait_until_idle(Duration::from_mins(1)).await;
    for id in &acknowledged {
        assert_eq!(app.pems.record(RIO, id).unwrap().to_value()["contract"], "KEPT", "{id}");
    }
    app.check_invariants().await;
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
