//! PEMS is not there at all.

use std::time::Duration;

use pems_simulator::Fault;
use serde_json::json;

use crate::client::{Client, RECORD, read, simulator};

#[tokio::test]
async fn while_it_is_down_connections_are_refused_and_afterwards_nothing_is_lost() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    assert_eq!(read(client.update(RECORD, 1, json!({ "model": "x" })).await).await.0, 200);
    let base = pems.base_url();
    pems.go_down().await;
    assert!(client.get("pfa/RIO-000001").await.unwrap_err().is_connect());
    pems.come_up().await.unwrap();
    assert_eq!(pems.base_url(), base);
    assert_eq!(read(client.update(RECORD, 2, json!({ "model": "y" })).await).await.0, 200);
    pems.come_up().await.unwrap();
    assert_eq!(pems.journal().writes().len(), 2);
}

#[tokio::test]
async fn going_down_cuts_the_requests_in_flight() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    let fault = pems.fault(Fault::hold_before());
    let held = tokio::spawn(async move { client.update(RECORD, 1, json!({ "model": "x" })).await });
    fault.wait_until_met(1).await;
    pems.go_down().await;
    let answer = tokio::time::timeout(Duration::from_secs(5), held).await.unwrap().unwrap();
    assert!(answer.is_err());
    assert_eq!(pems.record("RIO", RECORD).unwrap().version, 1);
}

#[tokio::test]
async fn a_simulator_that_is_stopped_leaves_its_port() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    pems.stop().await.unwrap();
    assert!(client.get("health").await.unwrap_err().is_connect());
}
