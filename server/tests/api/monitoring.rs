//! What is told to whoever watches the server.

use super::without_records;
use crate::app::{TestApp, Visitor};

/// The value of one line of the metrics; nothing was counted if there is none.
async fn counted(app: &TestApp, series: &str) -> u64 {
    let metrics = Visitor::of(&app.server).get("/metrics", &[]).await.text;
    let line = metrics.lines().find_map(|line| line.strip_prefix(series));
    line.map_or(0, |value| value.trim().parse().unwrap())
}

#[tokio::test]
async fn requests_to_pems_are_counted_by_what_came_of_them() {
    let app = without_records().start().await;
    let good = "vanguard_pems_requests_total{outcome=\"200\"}";
    let unsent = "vanguard_pems_requests_total{outcome=\"not_sent\"}";
    assert_eq!((counted(&app, good).await, counted(&app, unsent).await), (0, 0));
    app.read_from_pems().await;
    let read = counted(&app, good).await;
    assert!(read >= 1, "{read}");
    app.pems.go_down().await;
    let admin = app.user("admin").await;
    let servers = admin.get("/api/admin/api-servers").await.ok();
    let path = format!("/api/admin/api-servers/{}/test", servers["apiServers"][0]["id"].as_str().unwrap());
    let tested = admin.send(reqwest::Method::POST, &path, None).await.ok();
    assert_eq!(tested["success"], false, "{tested}");
    assert_eq!((counted(&app, good).await, counted(&app, unsent).await), (read, 1));
}
