//! What the timeline page asks for besides records.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Client, TestApp};

/// The days that the page begins with, for this user.
async fn span(client: &Client) -> Value {
    let query = json!({ "search": "no such thing", "filter": {}, "syncState": null, "sort": null, "offset": 0, "limit": 1 });
    let asked = json!({ "organization_id": client.organization_id, "query": query, "focus": null });
    let start = client.send(Method::POST, "/fn/timeline/start", Some(&asked)).await.ok();
    assert_eq!(start["records"]["page"]["total"], 0, "the list is narrowed, the ground is not: {start}");
    start["span"].clone()
}

fn last(span: &Value) -> &str {
    span["last"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn the_ground_reaches_over_everybodys_committed_dates_and_ones_own_drafts() {
    let app = TestApp::start().await;
    let (editor, manager) = (app.user("editor").await, app.manager().await);
    let elsewhere = Client::log_in(&app.server, "manager", "HOL").await;
    let before = span(&manager).await;
    assert!(before["first"].as_str() < before["last"].as_str(), "{before}");

    editor.draft(&app.changeable()[0], json!({ "forecastEnd": "2041-05-06" })).await;
    assert_eq!(last(&span(&editor).await), "2041-05-06");
    assert_eq!(span(&manager).await, before, "a draft is its author's alone");

    manager.draft(&app.changeable()[1], json!({ "forecastEnd": "2043-01-02" })).await;
    manager.commit().await;
    assert_eq!(last(&span(&editor).await), "2043-01-02");
    assert!(last(&span(&elsewhere).await) < "2040", "another organisation's ground is its own");
}
