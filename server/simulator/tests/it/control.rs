//! The control interface, as another process uses it.

use std::time::Duration;

use pems_simulator::{Origin, RunningSimulator};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{Client, RECORD, builder, read, simulator};

async fn control(pems: &RunningSimulator, method: Method, path: &str, body: Value) -> (u16, Value) {
    let request = reqwest::Client::new().request(method, format!("{}/{path}", pems.control_url()));
    let request = if body.is_null() { request } else { request.json(&body) };
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

#[tokio::test]
async fn somebody_in_pems_edits_this_record_now() {
    let pems = simulator().await;
    let edit = json!({ "changes": { "model": "theirs" }, "modifiedBy": "pems.silva" });
    let (status, write) = control(&pems, Method::POST, "records/RIO/RIO-000001/edit", edit).await;
    assert_eq!((status, &write["newVersion"], &write["origin"]), (200, &json!(2), &json!("control")));
    let (_, shown) = control(&pems, Method::GET, "records/RIO/RIO-000001", Value::Null).await;
    assert_eq!(
        (&shown["record"]["updatedBy"], &shown["record"]["model"]),
        (&json!("pems.silva"), &json!("theirs"))
    );
    assert_eq!(shown["history"][0]["changes"]["model"], json!({ "before": "", "after": "theirs" }));
    let bad = json!({ "changes": { "monthlyRate": -1 } });
    let (status, refusal) = control(&pems, Method::POST, "records/RIO/RIO-000001/edit", bad).await;
    assert_eq!((status, &refusal["error"]), (400, &json!("BUSINESS_RULE")));
    let (status, _) = control(&pems, Method::GET, "records/RIO/RIO-9", Value::Null).await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn records_are_put_locked_discontinued_and_made_malformed() {
    let pems = simulator().await;
    let put = json!({ "description": "by hand", "version": 7 });
    let (status, record) = control(&pems, Method::PUT, "records/HOL/HOL-1", put).await;
    assert_eq!((status, &record["version"], &record["organization"]), (200, &json!(7), &json!("HOL")));
    assert_eq!(control(&pems, Method::PUT, "records/HOL/HOL-2", json!({ "nonsense": 1 })).await.0, 400);
    assert_eq!(control(&pems, Method::POST, "records/RIO/RIO-000001/lock", Value::Null).await.0, 204);
    let client = Client::of(&pems);
    assert_eq!(
        read(client.update(RECORD, 1, json!({ "model": "x" })).await).await.1["error"],
        "RECORD_LOCKED"
    );
    assert_eq!(control(&pems, Method::POST, "records/RIO/RIO-000001/unlock", Value::Null).await.0, 204);
    assert_eq!(control(&pems, Method::POST, "records/RIO/RIO-9/lock", Value::Null).await.0, 404);
    assert_eq!(control(&pems, Method::POST, "records/HOL/HOL-1/discontinue", json!({})).await.0, 200);
    assert!(pems.record("HOL", "HOL-1").unwrap().is_discontinued);
    assert_eq!(control(&pems, Method::PUT, "records/HOL/HOL-3/malformed", json!("what")).await.0, 204);
    assert_eq!(read(client.for_organization("HOL").get("pfa/HOL-3").await).await, (200, json!("what")));
}

#[tokio::test]
async fn faults_are_added_listed_released_and_cleared() {
    let pems = simulator().await;
    let fault = json!({ "effect": { "kind": "status", "code": 502 }, "operations": ["get"], "times": 1 });
    let (status, added) = control(&pems, Method::POST, "faults", fault).await;
    assert_eq!(status, 201);
    let client = Client::of(&pems);
    assert_eq!(client.get("pfa/RIO-000001").await.unwrap().status(), 502);
    assert_eq!(client.get("pfa/RIO-000001").await.unwrap().status(), 200);
    let (_, rules) = control(&pems, Method::GET, "faults", Value::Null).await;
    assert_eq!(
        (&rules[0]["id"], &rules[0]["met"], &rules[0]["active"]),
        (&added["id"], &json!(1), &json!(false))
    );
    let id = &added["id"];
    assert_eq!(control(&pems, Method::POST, &format!("faults/{id}/release"), Value::Null).await.0, 204);
    assert_eq!(control(&pems, Method::DELETE, &format!("faults/{id}"), Value::Null).await.0, 204);
    assert_eq!(control(&pems, Method::DELETE, &format!("faults/{id}"), Value::Null).await.0, 404);
    let misspelt = json!({ "effect": { "kind": "dropAnswer" }, "tims": 1 });
    assert_eq!(control(&pems, Method::POST, "faults", misspelt).await.0, 422);
    assert_eq!(control(&pems, Method::DELETE, "faults", Value::Null).await.0, 204);
}

#[tokio::test]
async fn the_journal_is_asked_and_checked() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    client.update(RECORD, 1, json!({ "model": "x" })).await.unwrap();
    let (_, writes) =
        control(&pems, Method::GET, "journal/writes?pfaId=RIO-000001&since=0", Value::Null).await;
    assert_eq!((writes.as_array().unwrap().len(), &writes[0]["origin"]), (1, &json!({ "request": 1 })));
    let (_, requests) =
        control(&pems, Method::GET, "journal/requests?modifiedBy=anna&limit=5", Value::Null).await;
    assert_eq!((&requests[0]["operation"], &requests[0]["status"]), (&json!("update"), &json!(200)));
    let (_, checks) = control(&pems, Method::GET, "journal/checks?credential=vanguard", Value::Null).await;
    assert_eq!((&checks["concurrentWrites"], &checks["mostRequestsInOneSecond"]), (&json!([]), &json!(1)));
    assert_eq!(control(&pems, Method::DELETE, "journal", Value::Null).await.0, 204);
    assert!(pems.journal().requests().is_empty());
}

#[tokio::test]
async fn settings_are_changed_while_it_runs() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    let one = json!({ "perSecond": 0.001, "burst": 1 });
    assert_eq!(control(&pems, Method::PUT, "rate", one).await.0, 204);
    assert_eq!(client.get("pfa/RIO-000001").await.unwrap().status(), 200);
    assert_eq!(client.get("pfa/RIO-000001").await.unwrap().status(), 429);
    assert_eq!(control(&pems, Method::PUT, "rate", json!({ "perSecond": 0, "burst": 0 })).await.0, 204);
    assert_eq!(control(&pems, Method::PUT, "latency", json!({ "mode": "fixed", "ms": 50 })).await.0, 204);
    let password = json!({ "user": "vanguard", "password": "new" });
    assert_eq!(control(&pems, Method::PUT, "password", password).await.0, 204);
    assert_eq!(client.get("pfa/RIO-000001").await.unwrap().status(), 401);
    let (_, status) = control(&pems, Method::GET, "status", Value::Null).await;
    assert_eq!(
        (&status["up"], &status["latency"]["ms"], &status["records"]["RIO"]),
        (&json!(true), &json!(50), &json!(1))
    );
    assert_eq!(status["passwords"], Value::Null, "passwords are not shown");
}

#[tokio::test]
async fn a_reset_goes_back_to_the_first_records() {
    let pems = builder().records(20).start().await.unwrap();
    let before = pems.record("RIO", RECORD).unwrap();
    pems.edit("RIO", RECORD, json!({ "model": "x" }), "pems.costa").unwrap();
    pems.put_record(&json!({ "organization": "RIO", "pfaId": "extra" })).unwrap();
    assert_eq!(control(&pems, Method::POST, "reset", Value::Null).await.0, 204);
    assert_eq!(pems.record("RIO", RECORD).unwrap(), before);
    assert_eq!(pems.record("RIO", "extra"), None);
    assert!(pems.journal().writes().is_empty());
}

#[tokio::test]
async fn pems_users_edit_in_the_background_until_they_are_stopped() {
    let pems = builder().records(200).start().await.unwrap();
    assert_eq!(control(&pems, Method::PUT, "background", json!({ "editsPerMinute": 6000.0 })).await.0, 204);
    while pems.journal().writes().len() < 20 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    pems.set_background(0.0);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let writes = pems.journal().writes();
    assert!(
        writes
            .iter()
            .all(|write| write.origin == Origin::Background && write.modified_by.starts_with("pems."))
    );
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(pems.journal().writes().len(), writes.len());
}
