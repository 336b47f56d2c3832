//! What cannot be: a clear answer, and nothing changed.

use reqwest::Method;
use serde_json::{Value, json};
use vanguard_app::backend::MOST_DRAFTS;

use super::without_records;
use crate::app::{Client, TestApp, Visitor};

async fn drafts(app: &TestApp) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM pfa_modification").fetch_one(app.pool()).await.unwrap()
}

struct Script {
    visitor: Visitor,
    authorization: String,
    organization_id: String,
}

impl Script {
    async fn log_in(app: &TestApp) -> Self {
        let manager = app.manager().await;
        Self {
            visitor: Visitor::of(&app.server),
            authorization: format!("Bearer {}", manager.token()),
            organization_id: manager.organization_id,
        }
    }

    /// The problem that a raw body of this type is answered with.
    async fn problem_of(&self, path: &str, kind: &str, body: String, status: u16) -> Value {
        let request = self.visitor.request(Method::POST, path).header("authorization", &self.authorization);
        Visitor::send(request.header("content-type", kind).body(body)).await.problem(status)
    }

    async fn problem_of_json(&self, path: &str, body: &Value, status: u16) -> Value {
        self.problem_of(path, "application/json", body.to_string(), status).await
    }

    async fn problem_of_get(&self, path: &str, status: u16) -> Value {
        self.visitor.get(path, &[("authorization", &self.authorization)]).await.problem(status)
    }
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_refused_with_the_reason() {
    let app = without_records().start().await;
    let script = Script::log_in(&app).await;
    let save = "/api/pfa-data/save-draft";
    let json = "application/json";
    script.problem_of(save, json, "{".into(), 400).await;
    script.problem_of(save, json, String::new(), 400).await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let deep = format!("{{\"drafts\":[{{\"pfaId\":\"x\",\"changes\":{{\"contract\":{deep}}}}}]}}");
    script.problem_of(save, json, deep, 400).await;
    script.problem_of(save, json, "{} {}".into(), 422).await;
    script.problem_of(save, "text/plain", "{}".into(), 415).await;
    script.problem_of(save, "application/x-www-form-urlencoded", "a=b".into(), 415).await;

    let id = &script.organization_id;
    let wrong_type = json!({ "organizationId": id, "drafts": [{ "pfaId": 7 }] });
    let problem = script.problem_of_json(save, &wrong_type, 422).await;
    assert_eq!(problem["errors"][0]["field"], "drafts[0].pfaId", "{problem}");
    let unknown = json!({ "organizationId": id, "drafts": [], "colour": "red" });
    let problem = script.problem_of_json(save, &unknown, 422).await;
    assert!(problem["detail"].as_str().unwrap().contains("colour"), "{problem}");
    for priority in [json!(11), json!("urgent"), json!(1.5), json!([])] {
        let body = json!({ "organizationId": id, "priority": priority });
        let problem = script.problem_of_json("/api/pfa-data/commit-drafts", &body, 422).await;
        assert_eq!(problem["errors"][0]["field"], "priority", "{problem}");
    }
    assert_eq!(drafts(&app).await, 0);
}

#[tokio::test]
async fn what_is_too_large_is_refused_whole() {
    let app = TestApp::setup().records(4).start().await;
    let script = Script::log_in(&app).await;
    let id = &script.organization_id;
    let pfa_id = app.changeable().remove(0);
    let save = "/api/pfa-data/save-draft";
    let good = json!({ "pfaId": pfa_id, "changes": { "contract": "C-1" } });

    let long = json!({ "pfaId": pfa_id, "changes": { "description": "x".repeat(5_000_000) } });
    let problem =
        script.problem_of_json(save, &json!({ "organizationId": id, "drafts": [good, long] }), 413).await;
    assert_eq!(problem["errors"][0]["field"], "drafts[1].changes.description", "{}", problem["title"]);

    let many = vec![good.clone(); MOST_DRAFTS + 1];
    let problem = script.problem_of_json(save, &json!({ "organizationId": id, "drafts": many }), 422).await;
    assert_eq!(problem["errors"][0]["code"], "tooMany");
    let description = script.visitor.get("/api/openapi.json", &[]).await.json();
    let told = &description["components"]["schemas"]["SaveDrafts"]["properties"]["drafts"]["maxItems"];
    assert_eq!(told, MOST_DRAFTS, "the description tells the same limit");

    script.problem_of(save, "application/json", " ".repeat(17 << 20), 413).await;
    script.problem_of("/api/pems/write-sync", "application/json", " ".repeat(2 << 20), 413).await;
    assert_eq!(drafts(&app).await, 0);
}

#[tokio::test]
async fn queries_that_make_no_sense_are_named() {
    let app = without_records().start().await;
    let script = Script::log_in(&app).await;
    let id = &script.organization_id;
    let records = format!("/api/pfa-data?organizationId={id}");
    let problem = script.problem_of_get(&format!("{records}&colour=red&category=Crane&size=3"), 400).await;
    let named: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|error| error["field"].clone()).collect();
    assert_eq!(named, ["colour", "size"]);
    for (wrong, field) in [
        ("&cursor=bm9uc2Vuc2U", "cursor"),
        ("&limit=many", "limit"),
        ("&limit=-1", "limit"),
        ("&syncState=lost", "syncState"),
        ("&search=a&search=b", "search"),
    ] {
        let problem = script.problem_of_get(&format!("{records}{wrong}"), 400).await;
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    for (wrong, field) in [("&limit=0", "limit"), ("&limit=1001", "limit"), ("&sort=colour", "sort")] {
        let problem = script.problem_of_get(&format!("{records}{wrong}"), 422).await;
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    script.problem_of_get("/api/pfa-data", 400).await;
    script.problem_of_get("/api/pfa-data?organizationId=RIO", 400).await;
    script.problem_of_get(&format!("/api/pems/queue?organizationId={id}&colour=red"), 400).await;
    script
        .problem_of_get(&format!("/api/pems/sync-status?organizationId={id}&startDate=yesterday"), 400)
        .await;
    for cursor in ["nonsense", "-1", "9999999999999999999999", "1;DROP TABLE users"] {
        let path = format!("/api/pems/queue?organizationId={id}&cursor={cursor}");
        let answer = script.visitor.get(&path, &[("authorization", &script.authorization)]).await;
        assert!(answer.status.is_client_error() || answer.status.is_success(), "{cursor}: {}", answer.text);
    }
    script.problem_of_get("/api/pems/queue/7/attempts", 400).await;
}

#[tokio::test]
async fn addresses_and_methods_that_do_not_exist_are_problems_too() {
    let app = without_records().start().await;
    let script = Script::log_in(&app).await;
    script.problem_of_get("/api/nothing/here", 404).await;
    script.problem_of_get("/api", 404).await;
    script.problem_of_get("/api/auth/login", 405).await;
    script.problem_of_json("/api/pfa-data", &json!({}), 405).await;
    script
        .problem_of_get(&format!("/api/pfa-data/NO-SUCH?organizationId={}", script.organization_id), 404)
        .await;
}

#[tokio::test]
async fn text_that_the_database_cannot_hold_is_no_fault_of_ours() {
    let app = without_records().start().await;
    let manager: Client = app.manager().await;
    for path in [
        "/api/pfa-data?search=a%00b",
        "/api/pfa-data?category=a%00b",
        "/api/pems/queue?search=%00",
        "/api/pems/queue?pfaId=%00",
        "/api/pfa-data/%00",
    ] {
        let answer = manager.get(path).await;
        assert!(!answer.status.is_server_error(), "{path}: {} {}", answer.status, answer.body);
    }
    let draft = json!({ "drafts": [{ "pfaId": "a\0b", "changes": {}, "reason": "\0" }] });
    let answer = manager.post("/api/pfa-data/save-draft", draft).await;
    assert!(!answer.status.is_server_error(), "{} {}", answer.status, answer.body);
    let key = json!({ "idempotencyKey": "\0" });
    let answer = manager.post("/api/pfa-data/commit-drafts", key).await;
    assert!(!answer.status.is_server_error(), "{} {}", answer.status, answer.body);
}
