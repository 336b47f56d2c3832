//! Server-sent events.

use std::time::Duration;

use futures::StreamExt;
use reqwest::Method;
use serde_json::json;
use tokio::time::timeout;

use super::without_records;
use crate::app::{Client, RIO, TestApp, Visitor};

/// What a live page has been told so far; ends when the stream does.
struct Page {
    response: std::pin::Pin<Box<dyn futures::Stream<Item = String> + Send>>,
    text: String,
}

impl Page {
    async fn open(app: &TestApp, client: &Client) -> Self {
        let path = format!("/api/events?organizationId={}", client.organization_id);
        let response = Visitor::of(&app.server)
            .request(Method::GET, &path)
            .bearer_auth(client.token())
            .send()
            .await
            .expect("the server answers");
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let stream = response
            .bytes_stream()
            .filter_map(async |part| part.ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
        Self { response: Box::pin(stream), text: String::new() }
    }

    async fn hears(&mut self, what: &str, within: Duration) {
        let heard = timeout(within, async {
            while !self.text.contains(what) {
                let Some(part) = self.response.next().await else { return };
                self.text.push_str(&part);
            }
        });
        heard.await.ok();
        assert!(self.text.contains(what), "{what:?} was not heard in {:?}", self.text);
    }

    async fn ends(&mut self, within: Duration) {
        let ended = timeout(within, async { while self.response.next().await.is_some() {} }).await;
        assert!(ended.is_ok(), "the stream goes on");
    }
}

#[tokio::test]
async fn live_pages_hear_of_their_own_organisation_only() {
    let app = without_records().start().await;
    let admin = app.user("admin").await;
    let elsewhere = Client::log_in(&app.server, "admin", "HOL").await;
    let mut here = Page::open(&app, &admin).await;
    let mut there = Page::open(&app, &elsewhere).await;
    here.hears("still here", Duration::from_secs(5)).await;
    there.hears("still here", Duration::from_secs(5)).await;
    let settings = format!("/api/admin/organizations/{}/settings", admin.organization_id);
    admin.send(Method::PUT, &settings, Some(&json!({ "writeSyncEnabled": false }))).await.ok();
    here.hears("event: sync", Duration::from_secs(5)).await;
    assert!(here.text.contains(&admin.organization_id), "{}", here.text);
    // Events come in the order of their changes: with the other's own, this one would have come before it.
    let settings = format!("/api/admin/organizations/{}/settings", elsewhere.organization_id);
    elsewhere.send(Method::PUT, &settings, Some(&json!({ "writeSyncEnabled": false }))).await.ok();
    there.hears("event: sync", Duration::from_secs(5)).await;
    assert!(there.text.contains(&elsewhere.organization_id), "{}", there.text);
    assert!(!there.text.contains(&admin.organization_id), "the other organisation heard: {}", there.text);
}

#[tokio::test]
async fn whoever_is_told_of_a_conflict_or_of_a_rules_decision_hears_it_at_once() {
    let app = TestApp::start().await;
    let (manager, admin) = (app.manager().await, app.user("admin").await);
    for rules in [json!({}), json!({ "contract": "pems" })] {
        let path = format!("/api/admin/organizations/{}/ownership-rules", admin.organization_id);
        let look =
            admin.send(Method::POST, &format!("{path}/what-if"), Some(&json!({ "rules": rules }))).await.ok();
        let change = json!({ "rules": rules, "seen": look["seen"] });
        admin.send(Method::PUT, &path, Some(&change)).await.ok();
        let id = &app.changeable()[usize::from(rules != json!({}))];
        manager.draft(id, json!({ "contract": "OURS" })).await;
        app.pems.edit(RIO, id, json!({ "contract": "THEIRS" }), "pems.jansen").unwrap();
        let mut page = Page::open(&app, &manager).await;
        page.hears("still here", Duration::from_secs(5)).await;
        manager.commit().await;
        page.hears("event: notification", Duration::from_secs(10)).await;
    }
}

#[tokio::test]
async fn a_live_page_ends_with_its_session_and_with_the_server() {
    let mut app = without_records().start().await;
    let viewer = app.user("viewer").await;
    let editor = app.user("editor").await;
    let mut revoked = Page::open(&app, &viewer).await;
    let mut other = Page::open(&app, &editor).await;
    sqlx::query(
        "UPDATE sessions SET revoked_at = now() WHERE user_id = (SELECT id FROM users WHERE username = 'viewer')",
    )
    .execute(app.pool())
    .await
    .unwrap();
    // The session is looked at with every heartbeat.
    revoked.ends(Duration::from_secs(20)).await;
    other.hears("still here", Duration::from_secs(20)).await;
    app.server.terminate().await;
    other.ends(Duration::from_secs(20)).await;
}

#[tokio::test]
async fn strangers_hear_nothing() {
    let app = without_records().start().await;
    let viewer = app.user("viewer").await;
    let visitor = Visitor::of(&app.server);
    let path = format!("/api/events?organizationId={}", viewer.organization_id);
    visitor.get(&path, &[]).await.problem(401);
    let token = format!("Bearer {}", viewer.token());
    let other = format!("/api/events?organizationId={}", uuid::Uuid::new_v4());
    visitor.get(&other, &[("authorization", &token)]).await.problem(404);
}
