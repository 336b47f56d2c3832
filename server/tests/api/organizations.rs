//! Things with an id: found without naming their organisation, but never those of somebody else's.

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::app::{Client, TestApp};

#[tokio::test]
async fn a_queue_item_is_found_by_its_id_alone_and_by_members_only() {
    // Nothing is sent, so the item waits.
    let app = TestApp::setup().records(6).setting("ENABLE_PEMS_WRITE_SYNC", "false").start().await;
    let manager = app.manager().await;
    let pfa_id = app.changeable().remove(0);
    manager.change(&pfa_id, json!({ "contract": "C-1" })).await;
    let item = manager.queue().await.remove(0);
    let id = item["id"].as_str().unwrap();

    let admin = app.user("admin").await;
    let user = json!({
        "username": "stranger", "email": "s@example.com", "role": "Administrator", "password": "a long password"
    });
    let hol = Client::log_in(&app.server, "admin", "HOL").await;
    hol.post("/api/admin/users", json!({ "user": user })).await.ok();
    let stranger = Client::log_in_with(&app.server, "stranger", "a long password", "HOL").await;

    let attempts = format!("/api/pems/queue/{id}/attempts");
    let cancel = format!("/api/pems/queue/{id}/cancel");
    assert_eq!(stranger.send(Method::GET, &attempts, None).await.status, 404);
    assert_eq!(stranger.send(Method::POST, &cancel, None).await.status, 404);
    let job = format!("/api/pems/sync-jobs/{}", Uuid::new_v4());
    assert_eq!(admin.send(Method::GET, &job, None).await.status, 404);

    assert_eq!(manager.send(Method::GET, &attempts, None).await.ok()["attempts"], json!([]));
    // Named, the wrong organisation is the wrong one, even for a member of both.
    let wrong = format!("{cancel}?organizationId={}", hol.organization_id);
    assert_eq!(manager.send(Method::POST, &wrong, None).await.status, 404);
    assert_eq!(manager.send(Method::POST, &cancel, None).await.status, 204);
    assert_eq!(manager.send(Method::POST, &cancel, None).await.status, 409, "only once");
}

#[tokio::test]
async fn pages_of_records_follow_one_another_to_the_end() {
    let app = TestApp::setup().records(25).start().await;
    let viewer = app.user("viewer").await;
    let mut seen = Vec::new();
    let mut path = "/api/pfa-data?limit=5&sort=-pfaId".to_owned();
    loop {
        let page = viewer.get(&path).await.ok();
        let records = page["records"].as_array().unwrap();
        assert!(records.len() <= 5);
        seen.extend(records.iter().map(|record| record["pfaId"].as_str().unwrap().to_owned()));
        assert!(
            records.iter().all(|record| record["monthlyRate"].is_null()),
            "money is for those who may see it"
        );
        let Some(cursor) = page["nextCursor"].as_str() else {
            assert_eq!(page["total"], seen.len());
            break;
        };
        path = format!("/api/pfa-data?limit=5&sort=-pfaId&cursor={cursor}");
    }
    let mut expected = app.pems.pfa_ids(crate::app::RIO);
    expected.sort();
    expected.reverse();
    assert_eq!(seen, expected);
}
