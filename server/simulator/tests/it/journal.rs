//! What the simulator remembers.

use std::sync::Arc;
use std::time::Duration;

use chrono::{TimeZone, Utc};
use pems_simulator::{
    Fault, Latency, ManualClock, Operation, Origin, RequestFilter, WriteFilter, WriteOperation,
};
use serde_json::json;

use crate::client::{Client, RECORD, builder, item, read, rental, simulator};

#[tokio::test]
async fn an_applied_write_is_journalled_with_its_values_before_and_after() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    client.update(RECORD, 1, json!({ "monthlyRate": 6000, "model": "" })).await.unwrap();
    let writes = pems.journal().writes();
    let [write] = writes.as_slice() else { panic!("one write, not {}", writes.len()) };
    assert_eq!((write.sequence, write.from_version, write.new_version), (1, 1, 2));
    assert_eq!((write.operation, write.modified_by.as_str()), (WriteOperation::Update, "anna"));
    assert_eq!(write.change_reason.as_deref(), Some("agreed with the site"));
    assert_eq!(write.changes.len(), 1, "only what really changed");
    let rate = &write.changes["monthlyRate"];
    assert_eq!((&rate.before, &rate.after), (&json!(5500.1), &json!(6000)));
    let request = pems.journal().requests().pop().unwrap();
    assert_eq!(write.origin, Origin::Request(request.id));
    assert_eq!(pems.history("RIO", RECORD), writes);
}

#[tokio::test]
async fn every_request_is_journalled_with_its_answer() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    client.update(RECORD, 9, json!({ "model": "x" })).await.unwrap();
    client.get("nothing").await.unwrap();
    let requests = pems.journal().requests();
    let [update, unknown] = requests.as_slice() else { panic!("two requests, not {}", requests.len()) };
    assert_eq!((update.arrival.operation, update.status), (Operation::Update, Some(409)));
    assert_eq!(
        (update.arrival.method.as_str(), update.arrival.path.as_str()),
        ("PUT", "/api/pems/pfa/RIO-000001")
    );
    assert_eq!(update.arrival.credential.as_deref(), Some("vanguard"));
    assert_eq!(update.arrival.organization.as_deref(), Some("RIO"));
    assert_eq!(update.body.as_ref().unwrap()["changes"], json!({ "model": "x" }));
    assert!(update.latency_micros.is_some() && update.answered_at.is_some());
    assert_eq!((unknown.arrival.operation, unknown.status), (Operation::Unknown, Some(404)));
    assert!(pems.journal().writes().is_empty());
}

#[tokio::test]
async fn a_part_of_the_journal_can_be_asked_for() {
    let pems = builder().record(rental("RIO-000002")).start().await.unwrap();
    let client = Client::of(&pems);
    client
        .batch([item(RECORD, 1, json!({ "model": "a" })), item("RIO-000002", 1, json!({ "model": "a" }))])
        .await
        .unwrap();
    pems.edit("RIO", RECORD, json!({ "model": "b" }), "pems.costa").unwrap();
    let journal = pems.journal();
    let count = |filter: WriteFilter| journal.writes_where(&filter).len();
    assert_eq!(count(WriteFilter { pfa_id: Some(RECORD.into()), ..WriteFilter::default() }), 2);
    assert_eq!(count(WriteFilter { modified_by: Some("anna".into()), ..WriteFilter::default() }), 2);
    assert_eq!(count(WriteFilter { since: Some(2), ..WriteFilter::default() }), 1);
    assert_eq!(count(WriteFilter { organization: Some("HOL".into()), ..WriteFilter::default() }), 0);
    assert_eq!(count(WriteFilter { limit: Some(1), ..WriteFilter::default() }), 1);
    let naming = RequestFilter { pfa_id: Some("RIO-000002".into()), ..RequestFilter::default() };
    assert_eq!(journal.requests_where(&naming).len(), 1, "a batch names each of its items");
    journal.clear();
    assert!(journal.requests().is_empty() && journal.writes().is_empty());
}

#[tokio::test]
async fn two_writes_in_flight_for_one_record_are_told() {
    let pems = builder().record(rental("RIO-000002")).start().await.unwrap();
    let client = Client::of(&pems);
    let fault = pems.fault(Fault::hold_before().on_writes());
    let spawn = |pfa_id: &'static str| {
        let client = client.clone();
        tokio::spawn(async move { client.update(pfa_id, 1, json!({ "model": "x" })).await })
    };
    let other = spawn("RIO-000002");
    let first = spawn(RECORD);
    fault.wait_until_met(2).await;
    assert!(pems.journal().concurrent_writes().is_empty(), "two records may be written at once");
    let second = spawn(RECORD);
    fault.wait_until_met(3).await;
    let overlaps = pems.journal().concurrent_writes();
    assert_eq!(overlaps.len(), 1);
    assert_eq!((overlaps[0].organization.as_str(), overlaps[0].pfa_id.as_str()), ("RIO", RECORD));
    fault.release();
    for task in [other, first, second] {
        task.await.unwrap().unwrap();
    }
    assert_eq!(pems.journal().concurrent_writes(), overlaps, "told afterwards just the same");
}

#[tokio::test]
async fn writes_one_after_the_other_do_not_overlap() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    for version in 1..20 {
        client.update(RECORD, version, json!({ "model": format!("m{version}") })).await.unwrap();
    }
    assert_eq!(pems.journal().concurrent_writes(), []);
}

#[tokio::test]
async fn a_client_that_hung_up_is_no_longer_in_flight() {
    let pems = simulator().await;
    let fault = pems.fault(Fault::hold_before().once());
    let impatient = Client::of(&pems).giving_up_after(Duration::from_millis(100));
    assert!(impatient.update(RECORD, 1, json!({ "model": "x" })).await.unwrap_err().is_timeout());
    while !pems.journal().in_flight().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(read(Client::of(&pems).update(RECORD, 1, json!({ "model": "y" })).await).await.0, 200);
    assert_eq!(pems.journal().concurrent_writes(), []);
    fault.release();
}

#[tokio::test]
async fn the_rate_of_a_credential_can_be_judged_afterwards() {
    let clock = Arc::new(ManualClock::at(Utc.with_ymd_and_hms(2026, 3, 1, 12, 0, 0).unwrap()));
    let pems = builder().clock(clock.clone()).start().await.unwrap();
    let client = Client::of(&pems);
    for gap in [0, 0, 0, 400, 400, 400, 2000] {
        clock.advance(Duration::from_millis(gap));
        client.get("pfa/RIO-000001").await.unwrap();
    }
    let journal = pems.journal();
    assert_eq!(journal.most_requests_within("vanguard", Duration::from_secs(1)), 5);
    assert_eq!(journal.most_requests_within("nobody", Duration::from_secs(1)), 0);
    assert!((journal.smallest_burst("vanguard", 10.0) - 3.0).abs() < 1e-9);
    assert!((journal.smallest_burst("vanguard", 1.0) - 4.8).abs() < 1e-9);
}

#[tokio::test]
async fn latency_is_journalled() {
    let pems = builder().latency(Latency::Fixed { ms: 60 }).start().await.unwrap();
    Client::of(&pems).get("pfa/RIO-000001").await.unwrap();
    let request = pems.journal().requests().pop().unwrap();
    assert!(request.latency_micros.unwrap() >= 60_000);
}
