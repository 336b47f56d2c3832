//! Who is let in, and how often.

use std::sync::Arc;
use std::time::Duration;

use chrono::{TimeZone, Utc};
use pems_simulator::{ManualClock, RateLimit};
use reqwest::Method;
use serde_json::json;

use crate::client::{Client, RECORD, builder, read, simulator};

#[tokio::test]
async fn health_needs_no_credentials() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    let answer = read(client.bare(Method::GET, "health").send().await).await;
    assert_eq!(answer, (200, json!({ "status": "ok" })));
}

#[tokio::test]
async fn a_wrong_or_missing_credential_tenant_or_organization_is_refused() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    let bare = || client.bare(Method::GET, "pfa/RIO-000001");
    let user = || bare().basic_auth("vanguard", Some("vanguard"));
    for request in [
        bare().header("tenant", "DEMO").header("organization", "RIO"),
        bare().basic_auth("vanguard", Some("wrong")).header("tenant", "DEMO").header("organization", "RIO"),
        bare().basic_auth("nobody", Some("vanguard")).header("tenant", "DEMO").header("organization", "RIO"),
        bare().bearer_auth("vanguard").header("tenant", "DEMO").header("organization", "RIO"),
        user().header("organization", "RIO"),
        user().header("tenant", "OTHER").header("organization", "RIO"),
        user().header("tenant", "DEMO"),
        user().header("tenant", "DEMO").header("organization", "NOWHERE"),
    ] {
        let (status, body) = read(request.send().await).await;
        assert_eq!((status, &body["error"], &body["success"]), (401, &json!("UNAUTHORIZED"), &json!(false)));
    }
}

#[tokio::test]
async fn one_organization_cannot_reach_anothers_records() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    let (status, _) = read(client.for_organization("HOL").get("pfa/RIO-000001").await).await;
    assert_eq!(status, 404);
    let asked = client.request(Method::GET, "pfa?organizationCode=HOL").send().await;
    assert_eq!(read(asked).await.0, 401);
    let body = client.for_organization("HOL").update_body(RECORD, 1, json!({ "model": "x" }));
    let (status, _) = read(client.request(Method::PUT, "pfa/RIO-000001").json(&body).send().await).await;
    assert_eq!(status, 401);
    assert_eq!(pems.record("RIO", RECORD).unwrap().version, 1);
}

#[tokio::test]
async fn a_changed_password_locks_the_old_one_out() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    pems.set_password("vanguard", "renewed");
    assert_eq!(read(client.get("pfa/RIO-000001").await).await.0, 401);
}

#[tokio::test]
async fn unknown_headers_are_ignored() {
    let pems = simulator().await;
    let request = Client::of(&pems).request(Method::GET, "pfa/RIO-000001").header("idempotency-key", "1");
    assert_eq!(read(request.send().await).await.0, 200);
}

#[tokio::test]
async fn beyond_the_burst_requests_are_limited_and_told_when_to_come_back() {
    let clock = Arc::new(ManualClock::at(Utc.with_ymd_and_hms(2026, 3, 1, 12, 0, 0).unwrap()));
    let pems = builder().rate(RateLimit::default()).clock(clock.clone()).start().await.unwrap();
    let client = Client::of(&pems);
    for _ in 0..10 {
        assert_eq!(read(client.get("pfa/RIO-000001").await).await.0, 200);
    }
    let limited = client.get("pfa/RIO-000001").await.unwrap();
    assert_eq!(limited.headers()["retry-after"], "1");
    assert_eq!(read(Ok(limited)).await.1["error"], "RATE_LIMITED");
    clock.advance(Duration::from_millis(100));
    assert_eq!(read(client.get("pfa/RIO-000001").await).await.0, 200);
    assert_eq!(read(client.get("pfa/RIO-000001").await).await.0, 429);
    let limited = pems.journal().requests().iter().filter(|request| request.arrival.rate_limited).count();
    assert_eq!(limited, 2);
}

#[tokio::test]
async fn each_credential_has_a_bucket_of_its_own() {
    let clock = Arc::new(ManualClock::at(Utc.with_ymd_and_hms(2026, 3, 1, 12, 0, 0).unwrap()));
    let one = RateLimit { per_second: 1.0, burst: 1 };
    let pems = builder().rate(one).another_credential("second", "secret").clock(clock).start().await.unwrap();
    let client = Client::of(&pems);
    assert_eq!(read(client.get("pfa/RIO-000001").await).await.0, 200);
    assert_eq!(read(client.get("pfa/RIO-000001").await).await.0, 429);
    let second = client.bare(Method::GET, "pfa/RIO-000001").basic_auth("second", Some("secret"));
    let second = second.header("tenant", "DEMO").header("organization", "RIO").send().await;
    assert_eq!(read(second).await.0, 200);
}
