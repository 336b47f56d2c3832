//! The business rules, each with a write that keeps it and one that breaks it.

use serde_json::{Value, json};

use crate::client::{Client, RECORD, builder, read, rental};

/// What a write to this record answers: status and error code.
async fn answer(record: Value, changes: Value) -> (u16, Value) {
    let pems = builder().record(record).start().await.unwrap();
    let (status, body) = read(Client::of(&pems).update(RECORD, 1, changes).await).await;
    assert_eq!(pems.record("RIO", RECORD).unwrap().version, if status == 200 { 2 } else { 1 });
    (status, body["error"].clone())
}

fn actualised() -> Value {
    let mut record = rental(RECORD);
    record["isActualized"] = json!(true);
    record["actualStart"] = json!("2026-02-03T00:00:00Z");
    record
}

fn refused() -> (u16, Value) {
    (400, json!("BUSINESS_RULE"))
}

const DONE: (u16, Value) = (200, Value::Null);

#[tokio::test]
async fn a_period_does_not_end_before_it_starts() {
    let early = "2026-01-31T00:00:00Z";
    assert_eq!(answer(rental(RECORD), json!({ "forecastEnd": early })).await, refused());
    assert_eq!(answer(rental(RECORD), json!({ "forecastEnd": early, "forecastStart": early })).await, DONE);
    assert_eq!(answer(actualised(), json!({ "actualEnd": early })).await, refused());
    assert_eq!(answer(actualised(), json!({ "actualEnd": "2026-02-03T00:00:00Z" })).await, DONE);
}

#[tokio::test]
async fn a_rental_needs_a_rate_and_a_purchase_a_price() {
    assert_eq!(answer(rental(RECORD), json!({ "monthlyRate": null })).await, refused());
    assert_eq!(answer(rental(RECORD), json!({ "monthlyRate": -0.01 })).await, refused());
    assert_eq!(answer(rental(RECORD), json!({ "monthlyRate": 0 })).await, DONE);
    assert_eq!(answer(rental(RECORD), json!({ "source": "Purchase" })).await, refused());
    let bought = json!({ "source": "Purchase", "purchasePrice": 120_000, "monthlyRate": null });
    assert_eq!(answer(rental(RECORD), bought).await, DONE);
}

#[tokio::test]
async fn the_locked_plan_is_never_written() {
    let changes = json!({ "originalEnd": "2026-06-01T00:00:00Z" });
    assert_eq!(answer(rental(RECORD), changes).await, refused());
}

#[tokio::test]
async fn an_actualised_record_keeps_its_source_and_does_not_start_later() {
    let bought = json!({ "source": "Purchase", "purchasePrice": 1 });
    assert_eq!(answer(actualised(), bought).await, refused());
    assert_eq!(answer(actualised(), json!({ "actualStart": "2026-02-04T00:00:00Z" })).await, refused());
    assert_eq!(answer(actualised(), json!({ "actualStart": "2026-02-02T00:00:00Z" })).await, DONE);
}

#[tokio::test]
async fn an_actualised_record_is_not_deleted() {
    let pems = builder().record(actualised()).start().await.unwrap();
    let (status, body) = read(Client::of(&pems).delete(RECORD, 1).await).await;
    assert_eq!((status, body["error"].clone()), refused());
    assert_eq!(answer(actualised(), json!({ "isDiscontinued": true })).await, refused());
}

#[tokio::test]
async fn a_discontinued_record_does_not_come_back_by_an_edit() {
    let mut record = rental(RECORD);
    record["isDiscontinued"] = json!(true);
    assert_eq!(answer(record, json!({ "isDiscontinued": false })).await, refused());
}

#[tokio::test]
async fn all_broken_rules_are_told_together() {
    let pems = builder().start().await.unwrap();
    let changes = json!({ "monthlyRate": null, "forecastEnd": "2020-01-01T00:00:00Z" });
    let (_, body) = read(Client::of(&pems).update(RECORD, 1, changes).await).await;
    let message = body["message"].as_str().unwrap();
    assert!(message.contains("monthlyRate") && message.contains("forecastEnd"), "{message}");
}
