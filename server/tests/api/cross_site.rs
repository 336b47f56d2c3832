//! Requests that other sites' pages make with our users' cookies.

use serde_json::json;

use super::without_records;
use crate::app::Visitor;

#[tokio::test]
async fn another_sites_page_can_change_nothing() {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    let cookie = visitor.log_in("viewer", "vanguard-demo").await.cookie_to_send();
    let host = app.server.url("");
    let own_origin = host.as_str();
    for (foreign, why) in [
        (vec![("sec-fetch-site", "cross-site")], "told by the browser"),
        (vec![("sec-fetch-site", "same-site")], "another host of the same site"),
        (vec![("origin", "https://evil.example")], "an old browser"),
        (vec![("origin", "null")], "a sandboxed page"),
        (vec![("sec-fetch-site", "cross-site"), ("origin", own_origin)], "contradicting"),
        (vec![], "a cookie without any origin"),
    ] {
        let mut headers = foreign.clone();
        headers.push(("cookie", &cookie));
        visitor.post("/api/auth/logout", &headers, &json!({})).await.problem(403);
        // The pages' server functions are guarded alike, in the format that they read.
        let reply = visitor.post("/fn/session/log-out", &headers, &json!({})).await;
        assert_eq!(reply.status, 403, "{why}: {}", reply.text);
        assert!(reply.json()["invalid"].is_object(), "{why}: {}", reply.text);
    }
    assert_eq!(visitor.get("/api/auth/me", &[("cookie", &cookie)]).await.status, 200, "still logged in");
    let reply =
        visitor.post("/api/auth/logout", &[("cookie", &cookie), ("origin", own_origin)], &json!({})).await;
    assert_eq!(reply.status, 204, "our own page may: {}", reply.text);
}

#[tokio::test]
async fn another_sites_page_cannot_even_log_somebody_in() {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    let login = json!({ "username": "viewer", "password": "vanguard-demo" });
    let headers = [("sec-fetch-site", "cross-site")];
    visitor.post("/api/auth/login", &headers, &login).await.problem(403);
    assert_eq!(visitor.post("/api/auth/login", &[], &login).await.status, 200, "a script may");
}

#[tokio::test]
async fn a_script_with_a_token_needs_no_origin() {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    let login = visitor.log_in("viewer", "vanguard-demo").await.json();
    let token = format!("Bearer {}", login["token"].as_str().unwrap());
    let reply = visitor.post("/api/auth/logout", &[("authorization", &token)], &json!({})).await;
    assert_eq!(reply.status, 204);
}
