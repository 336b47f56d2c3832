//! The API's description of itself.

use std::collections::BTreeSet;

use super::without_records;
use crate::app::Visitor;

/// What http-api.md promises, and what came with it.
const ENDPOINTS: &[&str] = &[
    "get /api/admin/api-servers",
    "get /api/admin/organizations/{id}/ownership-rules",
    "get /api/admin/organizations/{id}/settings",
    "get /api/admin/users",
    "get /api/audit",
    "get /api/audit/export",
    "get /api/audit/verify",
    "get /api/auth/me",
    "get /api/events",
    "get /api/health",
    "get /api/health/sync-worker",
    "get /api/notifications",
    "get /api/pems/conflicts",
    "get /api/pems/conflicts/groups",
    "get /api/pems/conflicts/{id}",
    "get /api/pems/dead-letters",
    "get /api/pems/dead-letters/causes",
    "get /api/pems/dead-letters/{id}",
    "get /api/pems/merges",
    "get /api/pems/queue",
    "get /api/pems/queue/causes",
    "get /api/pems/queue/{id}",
    "get /api/pems/queue/{id}/attempts",
    "get /api/pems/rollbacks",
    "get /api/pems/rollbacks/{id}",
    "get /api/pems/sync-jobs",
    "get /api/pems/sync-jobs/{jobId}",
    "get /api/pems/sync-jobs/{jobId}/items",
    "get /api/pems/sync-jobs/{jobId}/rejected",
    "get /api/pems/sync-status",
    "get /api/pfa-data",
    "get /api/pfa-data/export",
    "get /api/pfa-data/{pfaId}",
    "get /api/pfa-data/{pfaId}/compare",
    "get /api/pfa-data/{pfaId}/history",
    "patch /api/admin/users/{id}",
    "post /api/admin/api-servers",
    "post /api/admin/api-servers/test",
    "post /api/admin/api-servers/{id}/pause",
    "post /api/admin/api-servers/{id}/resume",
    "post /api/admin/api-servers/{id}/test",
    "post /api/admin/organizations/{id}/ownership-rules/what-if",
    "post /api/admin/users",
    "post /api/auth/login",
    "post /api/auth/logout",
    "post /api/notifications/read-all",
    "post /api/notifications/{id}/read",
    "post /api/pems/conflicts/resolve-bulk",
    "post /api/pems/conflicts/{id}/resolve",
    "post /api/pems/dead-letters/discard",
    "post /api/pems/dead-letters/reprocess",
    "post /api/pems/dead-letters/{id}/correct",
    "post /api/pems/merges/{id}/undo",
    "post /api/pems/queue/cancel-bulk",
    "post /api/pems/queue/retry-bulk",
    "post /api/pems/queue/{id}/cancel",
    "post /api/pems/queue/{id}/retry",
    "post /api/pems/read-sync",
    "post /api/pems/rollbacks",
    "post /api/pems/rollbacks/{id}/approve",
    "post /api/pems/rollbacks/{id}/cancel",
    "post /api/pems/rollbacks/{id}/reject",
    "post /api/pems/write-sync",
    "post /api/pfa-data/commit-drafts",
    "post /api/pfa-data/discard-drafts",
    "post /api/pfa-data/rebase-draft",
    "post /api/pfa-data/save-draft",
    "put /api/admin/api-servers/{id}",
    "put /api/admin/organizations/{id}/ownership-rules",
    "put /api/admin/organizations/{id}/settings",
];

#[test]
fn every_endpoint_is_described() {
    let document = serde_json::to_value(vanguard_server::http::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let described: BTreeSet<String> = paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(move |method| format!("{method} {path}"))
        })
        .collect();
    let promised: BTreeSet<String> = ENDPOINTS.iter().map(|&it| it.to_owned()).collect();
    assert_eq!(described, promised);
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{method} {path}");
            assert!(!operation["responses"]["default"].is_null(), "{method} {path} describes its problems");
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = serde_json::to_value(vanguard_server::http::openapi()).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let text = document.to_string();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name} is not described");
    }
}

#[tokio::test]
async fn the_page_about_the_api_loads_nothing_from_elsewhere() {
    let app = without_records().start().await;
    let visitor = Visitor::of(&app.server);
    let page = visitor.get("/api/docs", &[]).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("/api/pfa-data/save-draft"));
    for loading in ["<script", "src=", "@import", "url(", "<link", "<img"] {
        assert!(!page.text.contains(loading), "{loading}");
    }
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    let document = visitor.get("/api/openapi.json", &[]).await.json();
    assert!(document["openapi"].as_str().unwrap().starts_with("3."), "{document}");
    assert!(document["paths"]["/api/pfa-data"].is_object());
}
