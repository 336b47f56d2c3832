//! Ownership rules that cannot be.

use reqwest::Method;
use serde_json::json;

use super::without_records;

#[tokio::test]
async fn what_is_no_rule_is_refused_with_the_field_at_fault() {
    let app = without_records().start().await;
    let admin = app.user("admin").await;
    let path = format!("/api/admin/organizations/{}/ownership-rules", admin.organization_id);
    for (rules, field, code) in [
        (json!({ "originalStart": "pems" }), "originalStart", "readOnly"),
        (json!({ "model": "everybody" }), "rules.model", "wrongType"),
        (json!("pems"), "rules", "wrongType"),
    ] {
        let body = json!({ "rules": rules });
        for (method, path) in [(Method::PUT, path.clone()), (Method::POST, format!("{path}/what-if"))] {
            let answer = admin.send(method, &path, Some(&body)).await;
            assert_eq!(answer.status, 422, "{rules}: {}", answer.body);
            assert_eq!(answer.body["errors"][0]["field"], field, "{}", answer.body);
            assert_eq!(answer.body["errors"][0]["code"], code, "{}", answer.body);
        }
    }
    let unknown = json!({ "rules": { "colour": "pems" } });
    let answer = admin.send(Method::PUT, &path, Some(&unknown)).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.body["detail"].as_str().unwrap().contains("colour"), "{}", answer.body);
    let held = admin.send(Method::GET, &path, None).await.ok();
    assert_eq!(held, json!({ "rules": [] }), "nothing was changed");
}
