//! Which role may use which endpoint.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;
use vanguard_domain::permission::{Permission, Role};

use super::without_records;
use crate::app::{Client, Visitor};

/// An endpoint, what it is asked, and what that needs.
struct Endpoint {
    method: Method,
    path: String,
    body: Option<Value>,
    needs: &'static [Permission],
}

fn get(path: impl Into<String>, needs: &'static [Permission]) -> Endpoint {
    Endpoint { method: Method::GET, path: path.into(), body: None, needs }
}

fn send(method: Method, path: impl Into<String>, body: Value, needs: &'static [Permission]) -> Endpoint {
    Endpoint { method, path: path.into(), body: Some(body), needs }
}

fn post(path: impl Into<String>, body: Value, needs: &'static [Permission]) -> Endpoint {
    send(Method::POST, path, body, needs)
}

/// Every endpoint about an organisation, asked about things that are not there, so that nothing changes.
#[expect(clippy::too_many_lines, reason = "it is a table")]
fn endpoints(organization_id: &str) -> Vec<Endpoint> {
    use Permission::{Export, ManageSettings, ManageUsers, Read, RefreshData, SaveDraft, Sync};
    let id = Uuid::new_v4();
    let in_query = |path: &str| {
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{path}{joint}organizationId={organization_id}")
    };
    let in_body = |mut body: Value| {
        body["organizationId"] = json!(organization_id);
        body
    };
    let server =
        json!({ "name": "x", "baseUrl": "nowhere", "tenant": "x", "username": "x", "password": "x" });
    let user = json!({ "username": "!", "email": "x", "role": "Viewer", "password": "x" });
    vec![
        get(in_query("/api/pfa-data"), &[Read]),
        get(in_query("/api/pfa-data/NONE"), &[Read]),
        get(in_query("/api/pfa-data/NONE/history"), &[Read]),
        get(in_query("/api/pfa-data/NONE/compare?from=1&to=2"), &[Read]),
        post("/api/pfa-data/save-draft", in_body(json!({ "drafts": [] })), &[SaveDraft]),
        post(
            "/api/pfa-data/rebase-draft",
            in_body(json!({ "modificationId": id, "seenVersion": 1 })),
            &[SaveDraft],
        ),
        post("/api/pfa-data/commit-drafts", in_body(json!({ "modificationIds": [id] })), &[Sync]),
        post("/api/pfa-data/discard-drafts", in_body(json!({ "modificationIds": [id] })), &[SaveDraft]),
        post("/api/pems/write-sync", in_body(json!({ "modificationIds": [id] })), &[Sync]),
        post("/api/pems/read-sync", in_body(json!({})), &[RefreshData]),
        get(in_query("/api/pems/sync-status"), &[Read]),
        get(in_query("/api/pems/sync-jobs"), &[Read]),
        get(in_query(&format!("/api/pems/sync-jobs/{id}")), &[Read]),
        get(in_query(&format!("/api/pems/sync-jobs/{id}/items")), &[Read]),
        get(in_query(&format!("/api/pems/sync-jobs/{id}/rejected")), &[Read]),
        get(in_query("/api/pems/queue"), &[Read]),
        get(in_query("/api/pems/queue/causes"), &[Read]),
        get(in_query(&format!("/api/pems/queue/{id}")), &[Read]),
        post("/api/pems/queue/cancel-bulk", in_body(json!({ "ids": [id], "dryRun": true })), &[Sync]),
        post("/api/pems/queue/retry-bulk", in_body(json!({ "ids": [id], "dryRun": true })), &[Sync]),
        get(in_query(&format!("/api/pems/queue/{id}/attempts")), &[Read]),
        post(in_query(&format!("/api/pems/queue/{id}/cancel")), json!({}), &[Sync]),
        post(in_query(&format!("/api/pems/queue/{id}/retry")), json!({}), &[Sync]),
        get(in_query("/api/pems/dead-letters"), &[Read]),
        get(in_query("/api/pems/dead-letters/causes"), &[Read]),
        get(in_query(&format!("/api/pems/dead-letters/{id}")), &[Read]),
        post(format!("/api/pems/dead-letters/{id}/correct"), in_body(json!({ "changes": {} })), &[Sync]),
        post("/api/pems/dead-letters/reprocess", in_body(json!({ "ids": [id], "dryRun": true })), &[Sync]),
        post("/api/pems/dead-letters/discard", in_body(json!({ "ids": [id], "dryRun": true })), &[Sync]),
        get(in_query("/api/pems/conflicts"), &[Read]),
        get(in_query("/api/pems/conflicts/groups"), &[Read]),
        get(in_query(&format!("/api/pems/conflicts/{id}")), &[Read]),
        post(
            format!("/api/pems/conflicts/{id}/resolve"),
            in_body(json!({ "resolution": "use_pems" })),
            &[Sync],
        ),
        post(
            "/api/pems/conflicts/resolve-bulk",
            in_body(json!({ "ids": [id], "resolution": "use_pems", "dryRun": true })),
            &[Sync],
        ),
        get(in_query("/api/pems/merges"), &[Read]),
        post(in_query(&format!("/api/pems/merges/{id}/undo")), json!({}), &[Sync]),
        get(in_query("/api/pems/rollbacks"), &[Read]),
        get(in_query(&format!("/api/pems/rollbacks/{id}")), &[Read]),
        post(
            "/api/pems/rollbacks",
            in_body(json!({ "target": { "jobId": id }, "reason": "x", "dryRun": true })),
            &[Sync],
        ),
        post("/api/pems/rollbacks", in_body(json!({ "target": { "jobId": id }, "reason": "x" })), &[Sync]),
        post(
            format!("/api/pems/rollbacks/{id}/approve"),
            in_body(json!({ "previewHash": "x" })),
            &[ManageSettings],
        ),
        post(
            format!("/api/pems/rollbacks/{id}/reject"),
            in_body(json!({ "reason": "x" })),
            &[ManageSettings],
        ),
        post(in_query(&format!("/api/pems/rollbacks/{id}/cancel")), json!({}), &[Sync]),
        get(in_query("/api/audit"), &[ManageSettings]),
        get(in_query("/api/audit/export?format=csv"), &[ManageSettings, Export]),
        get(in_query("/api/audit/verify"), &[ManageSettings]),
        get(in_query("/api/admin/api-servers"), &[ManageSettings]),
        post("/api/admin/api-servers", in_body(json!({ "server": server })), &[ManageSettings]),
        post("/api/admin/api-servers/test", in_body(json!({ "server": server })), &[ManageSettings]),
        send(
            Method::PUT,
            in_query(&format!("/api/admin/api-servers/{id}")),
            server.clone(),
            &[ManageSettings],
        ),
        post(in_query(&format!("/api/admin/api-servers/{id}/test")), server, &[ManageSettings]),
        post(in_query(&format!("/api/admin/api-servers/{id}/pause")), json!({}), &[ManageSettings]),
        post(in_query(&format!("/api/admin/api-servers/{id}/resume")), json!({}), &[ManageSettings]),
        get(format!("/api/admin/organizations/{organization_id}/settings"), &[ManageSettings]),
        send(
            Method::PUT,
            format!("/api/admin/organizations/{organization_id}/settings"),
            json!({ "writeSyncEnabled": true }),
            &[ManageSettings],
        ),
        get(format!("/api/admin/organizations/{organization_id}/ownership-rules"), &[ManageSettings]),
        send(
            Method::PUT,
            format!("/api/admin/organizations/{organization_id}/ownership-rules"),
            json!({ "rules": {} }),
            &[ManageSettings],
        ),
        post(
            format!("/api/admin/organizations/{organization_id}/ownership-rules/what-if"),
            json!({ "rules": { "model": "pems" } }),
            &[ManageSettings],
        ),
        get(in_query("/api/admin/users"), &[ManageUsers]),
        post("/api/admin/users", in_body(json!({ "user": user })), &[ManageUsers]),
        send(Method::PATCH, in_query(&format!("/api/admin/users/{id}")), json!({}), &[ManageUsers]),
    ]
}

async fn ask(client: &Client, endpoint: &Endpoint) -> (StatusCode, Value) {
    let answer = client.send(endpoint.method.clone(), &endpoint.path, endpoint.body.as_ref()).await;
    (answer.status, answer.body)
}

#[tokio::test]
async fn each_role_may_do_what_its_permissions_say_and_nothing_else() {
    let app = without_records().start().await;
    for (name, role) in [
        ("viewer", Role::Viewer),
        ("editor", Role::Editor),
        ("manager", Role::PortfolioManager),
        ("admin", Role::Administrator),
    ] {
        let client = app.user(name).await;
        for endpoint in endpoints(&client.organization_id) {
            let (status, body) = ask(&client, &endpoint).await;
            let what = format!("{name}: {} {} → {status} {body}", endpoint.method, endpoint.path);
            if endpoint.needs.iter().all(|permission| role.grants(*permission)) {
                assert_ne!(status, 403, "{what}");
                assert!(!status.is_server_error(), "{what}");
            } else {
                assert_eq!(status, 403, "{what}");
                assert_eq!(body["type"], "/api/docs#problem-forbidden", "{what}");
            }
        }
    }
}

#[tokio::test]
async fn whoever_is_not_logged_in_may_do_nothing() {
    /// A stranger who sends more at once is stopped before he is told who he is not.
    const AT_ONCE: usize = 25;
    let organization_id = Uuid::new_v4();
    let mut all = endpoints(&organization_id.to_string());
    let id = Uuid::new_v4();
    all.push(get("/api/auth/me", &[]));
    all.push(get("/api/notifications", &[]));
    all.push(get(format!("/api/events?organizationId={organization_id}"), &[]));
    all.push(post(format!("/api/notifications/{id}/read"), json!({}), &[]));
    all.push(post("/api/auth/logout", json!({}), &[]));
    for some in all.chunks(AT_ONCE) {
        let app = without_records().start().await;
        let visitor = Visitor::of(&app.server);
        for endpoint in some {
            let mut request = visitor.request(endpoint.method.clone(), &endpoint.path);
            if let Some(body) = &endpoint.body {
                request = request.json(body);
            }
            Visitor::send(request).await.problem(401);
        }
    }
}

#[tokio::test]
async fn another_organisation_is_not_even_there() {
    let app = without_records().start().await;
    let admin = app.user("admin").await;
    // Somebody who may do everything, but in RIO only.
    let user = json!({
        "username": "riomanager", "email": "r@example.com", "role": "Administrator", "password": "a long password"
    });
    admin.post("/api/admin/users", json!({ "user": user })).await.ok();
    let rio_only = Client::log_in_with(&app.server, "riomanager", "a long password", "RIO").await;
    let hol = Client::log_in(&app.server, "admin", "HOL").await.organization_id;
    for foreign in [hol, Uuid::new_v4().to_string()] {
        for endpoint in endpoints(&foreign) {
            let (status, body) = ask(&rio_only, &endpoint).await;
            assert_eq!(status, 404, "{} {}: {body}", endpoint.method, endpoint.path);
        }
    }
}
