//! What stands around every answer: headers, files, health, metrics, the end.

use super::without_records;
use crate::app::{Visitor, eventually};

#[tokio::test]
async fn pages_run_only_what_they_were_made_with() {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    let page = visitor.get("/login", &[]).await;
    assert_eq!(page.status, 200);
    let policy = page.header("content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap();
    assert!(!policy.split("style-src-attr").next().unwrap().contains("unsafe-inline"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
    for script in page.text.split("<script").skip(1) {
        let head = script.split('>').next().unwrap();
        let is_theme = script.contains("localStorage.getItem('theme')");
        assert!(
            is_theme || head.contains(&format!("nonce=\"{nonce}\"")),
            "a script without the nonce: {head}"
        );
    }
    let again = visitor.get("/login", &[]).await;
    assert_ne!(again.header("content-security-policy"), policy, "each answer has a nonce of its own");
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_it() {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    for path in ["/login", "/api/health", "/api/nothing", "/metrics", "/no/such/page", "/api/auth/me"] {
        let reply = visitor.get(path, &[]).await;
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(reply.header("x-frame-options"), "DENY", "{path}");
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        assert!(reply.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert!(!reply.header("x-request-id").is_empty(), "{path}");
    }
}

#[tokio::test]
async fn files_are_served_compressed_and_checked_for_changes() {
    let folder = std::env::temp_dir().join(format!("vanguard-site-{}", uuid::Uuid::new_v4()));
    let pkg = folder.join("pkg");
    std::fs::create_dir_all(&pkg).unwrap();
    std::fs::write(pkg.join("vanguard.js"), "export default 1;").unwrap();
    std::fs::write(pkg.join("vanguard.js.br"), "as compressed").unwrap();
    std::fs::write(folder.join("favicon.svg"), "<svg/>").unwrap();
    let app = without_records().setting("LEPTOS_SITE_ROOT", folder.to_str().unwrap()).start().await;
    let visitor = Visitor::of(&app.server);

    let plain = visitor.get("/pkg/vanguard.js", &[]).await;
    assert_eq!((plain.status.as_u16(), plain.text.as_str()), (200, "export default 1;"));
    assert_eq!(plain.header("cache-control"), "no-cache");
    let small = visitor.get("/pkg/vanguard.js", &[("accept-encoding", "br")]).await;
    assert_eq!((small.text.as_str(), small.header("content-encoding")), ("as compressed", "br"));
    let page = visitor.get("/login", &[]).await.text;
    let kept = page.split('"').find(|text| text.ends_with("/pkg/vanguard.css")).unwrap().replace("css", "js");
    assert!(kept.starts_with("/assets/"), "{kept}");
    let of_this_version = visitor.get(&kept, &[("accept-encoding", "br")]).await;
    assert_eq!(of_this_version.text, "as compressed");
    assert!(of_this_version.header("cache-control").contains("immutable"));
    let of_another = visitor.get("/assets/0123456789ab/pkg/vanguard.js", &[]).await;
    assert_eq!(
        (of_another.status.as_u16(), of_another.header("cache-control")),
        (404, "no-store"),
        "never a file of another version"
    );
    let missing = visitor.get(&kept.replace("vanguard.js", "nothing.js"), &[]).await;
    assert_eq!((missing.status.as_u16(), missing.header("cache-control")), (404, "no-store"));
    let changed = plain.header("last-modified").to_owned();
    let same = visitor.get("/pkg/vanguard.js", &[("if-modified-since", &changed)]).await;
    assert_eq!(same.status, 304);
    assert_eq!(visitor.get("/favicon.svg", &[]).await.status, 200);

    for outside in
        ["/pkg/../../etc/passwd", "/pkg/%2e%2e/%2e%2e/etc/passwd", "/..%2fetc/passwd", "/pkg/none.js"]
    {
        assert_eq!(visitor.get(outside, &[]).await.status, 404, "{outside}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn an_unknown_page_is_a_page() {
    let app = without_records().start().await;
    let reply = Visitor::of(&app.server).get("/no/such/page", &[]).await;
    assert_eq!(reply.status, 404);
    assert!(reply.header("content-type").starts_with("text/html"), "{}", reply.text);
}

#[tokio::test]
async fn health_and_metrics_are_for_everybody_and_hold_no_data() {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    for path in ["/api/health", "/api/health/sync-worker"] {
        let health = visitor.get(path, &[]).await;
        assert_eq!(health.status, 200, "{}", health.text);
        let body = health.json();
        let names: Vec<_> = body.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(names, ["failedRecords", "lastSync", "nextScheduledRun", "pendingRecords", "status"]);
        assert_eq!(body["pendingRecords"], 0);
    }
    visitor.get("/api/health", &[]).await;
    let metrics = visitor.get("/metrics", &[]).await.text;
    for line in [
        "vanguard_http_requests_total{method=\"GET\",route=\"/api/health\",status=\"200\"}",
        "vanguard_http_request_duration_seconds_bucket",
        "vanguard_queue_items{status=\"pending\"} 0",
        "vanguard_conflicts_unresolved 0",
    ] {
        assert!(metrics.contains(line), "{line} is missing: {metrics}");
    }
}

#[tokio::test]
async fn a_paused_pems_shows_in_the_workers_health_and_not_in_the_servers() {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    sqlx::query("UPDATE api_servers SET status = 'paused', pause_reason = 'unauthorized'")
        .execute(app.pool())
        .await
        .unwrap();
    assert_eq!(visitor.get("/api/health/sync-worker", &[]).await.json()["status"], "paused");
    assert_eq!(visitor.get("/api/health", &[]).await.json()["status"], "healthy");
    sqlx::query("UPDATE api_servers SET status = 'active', pause_reason = NULL, breaker_until = now() + interval '1 minute'")
        .execute(app.pool())
        .await
        .unwrap();
    let down = visitor.get("/api/health/sync-worker", &[]).await;
    assert_eq!((down.status.as_u16(), down.json()["status"].as_str()), (503, Some("down")));
}

#[tokio::test]
async fn asked_to_stop_the_server_ends_well() {
    let mut app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    app.server.terminate().await;
    let gone = visitor.request(reqwest::Method::GET, "/api/health").send().await;
    assert!(gone.is_err());
    app.restart().await;
    let visitor = Visitor::of(&app.server);
    eventually("it serves again", async || {
        (visitor.get("/api/health", &[]).await.status == 200).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_slash_too_many_leads_to_the_page() {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    for (asked, found) in [("/login/", "/login"), ("/o/RIO/records/?search=a", "/o/RIO/records?search=a")] {
        let reply = visitor.get(asked, &[]).await;
        assert_eq!((reply.status.as_u16(), reply.header("location")), (308, found));
    }
    assert_eq!(visitor.get("//elsewhere.example/", &[]).await.status.as_u16(), 404);
}
