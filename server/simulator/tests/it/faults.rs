//! Every fault, as the client meets it and as the records bear it.

use std::time::{Duration, Instant};

use pems_simulator::{
    Effect, ErrorCode, Fault, ItemFailure, Operation, RetryAfter, RunningSimulator, StatusBody, When,
};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::client::{Client, RECORD, builder, item, read, rental, simulator};

const SOON: Duration = Duration::from_secs(5);

fn version(pems: &RunningSimulator) -> u64 {
    pems.record("RIO", RECORD).unwrap().version
}

fn change() -> Value {
    json!({ "model": "changed" })
}

#[tokio::test]
async fn a_dropped_answer_leaves_the_write_applied() {
    let pems = simulator().await;
    let fault = pems.fault(Fault::drop_answer().on(Operation::Update).once());
    let error = Client::of(&pems).update(RECORD, 1, change()).await.unwrap_err();
    assert!(error.is_request() && !error.is_timeout(), "{error:?}");
    assert_eq!((version(&pems), fault.met()), (2, 1));
    let request = pems.journal().requests().pop().unwrap();
    assert_eq!((request.status, request.fault.unwrap().kind), (None, "dropAnswer"));
    assert!(request.answered_at.is_some());
    // Used up: the next one is answered.
    assert_eq!(read(Client::of(&pems).update(RECORD, 2, json!({ "model": "y" })).await).await.0, 200);
}

#[tokio::test]
async fn a_reset_comes_before_anything_is_applied() {
    let pems = simulator().await;
    pems.fault(Fault::reset_before().on_writes().once());
    let error = Client::of(&pems).update(RECORD, 1, change()).await.unwrap_err();
    assert!(format!("{error:?}").contains("ConnectionReset"), "{error:?}");
    assert_eq!(version(&pems), 1);
}

#[tokio::test]
async fn a_cut_sends_not_a_byte_of_answer() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let pems = simulator().await;
    pems.fault(Fault::drop_answer());
    let address = pems.base_url().replace("http://", "").replace("/api/pems", "");
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    socket.write_all(b"GET /api/pems/health HTTP/1.1\r\nHost: pems\r\n\r\n").await.unwrap();
    let mut received = Vec::new();
    let end = timeout(SOON, socket.read_to_end(&mut received)).await.unwrap();
    assert_eq!((end.unwrap(), received.len()), (0, 0), "an orderly end with nothing before it");
}

#[tokio::test]
async fn a_delay_can_come_on_either_side_of_the_change() {
    let pems = simulator().await;
    let impatient = Client::of(&pems).giving_up_after(Duration::from_millis(200));
    let before = pems.fault(Fault::delay_before(Duration::from_millis(600)).once());
    assert!(impatient.update(RECORD, 1, change()).await.unwrap_err().is_timeout());
    assert_eq!((version(&pems), before.met()), (1, 1), "not applied yet");
    // The client has hung up; PEMS goes on all the same.
    timeout(SOON, async {
        while version(&pems) == 1 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await
    .unwrap();
    let request = pems.journal().requests().pop().unwrap();
    assert!(
        request.client_gone_at.unwrap()
            < request.answered_at.unwrap_or(chrono::DateTime::<chrono::Utc>::MAX_UTC)
    );

    pems.fault(Fault::delay_answer(Duration::from_millis(600)).once());
    assert!(impatient.update(RECORD, 2, json!({ "model": "again" })).await.unwrap_err().is_timeout());
    assert_eq!(version(&pems), 3, "applied, though not answered");
}

#[tokio::test]
async fn a_held_request_waits_until_it_is_released() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    let fault = pems.fault(Fault::hold_before().record(RECORD));
    let held = tokio::spawn(async move { client.update(RECORD, 1, change()).await });
    timeout(SOON, fault.wait_until_met(1)).await.unwrap();
    assert_eq!((version(&pems), pems.journal().in_flight().len()), (1, 1));
    fault.release();
    assert_eq!(read(timeout(SOON, held).await.unwrap().unwrap()).await.0, 200);
    assert_eq!((version(&pems), pems.journal().in_flight().len()), (2, 0));
}

#[tokio::test]
async fn clearing_the_faults_lets_go_what_they_hold() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    let fault = pems.fault(Fault::hold_answer());
    let held = tokio::spawn(async move { client.update(RECORD, 1, change()).await });
    timeout(SOON, fault.wait_until_met(1)).await.unwrap();
    pems.clear_faults();
    assert_eq!(read(timeout(SOON, held).await.unwrap().unwrap()).await.0, 200);
    assert!(pems.faults().is_empty());
}

#[tokio::test]
async fn a_429_can_say_when_to_come_back_in_seconds_as_a_date_or_not_at_all() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    for retry_after in [RetryAfter::Absent, RetryAfter::Seconds(7), RetryAfter::Date(30)] {
        pems.fault(Fault::rate_limited(retry_after).once());
    }
    let mut seen = Vec::new();
    for _ in 0..3 {
        let answer = client.update(RECORD, 1, change()).await.unwrap();
        assert_eq!(answer.status(), 429);
        seen.push(answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned()));
    }
    assert_eq!(seen[..2], [None, Some("7".to_owned())]);
    let date = chrono::DateTime::parse_from_rfc2822(seen[2].as_deref().unwrap()).unwrap();
    let ahead = date.timestamp() - pems.journal().requests().pop().unwrap().arrival.received_at.timestamp();
    assert!((28..=31).contains(&ahead), "{ahead}");
    assert_eq!(version(&pems), 1);
}

#[tokio::test]
async fn a_5xx_strikes_before_or_after_the_write() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    for (n, code) in [500, 502, 503, 504].into_iter().enumerate() {
        pems.fault(Fault::status_before(code).once());
        let before = 1 + n as u64;
        assert_eq!(client.update(RECORD, before, change()).await.unwrap().status(), code);
        assert_eq!(version(&pems), before);
        pems.fault(Fault::status_after(code).once());
        let changes = json!({ "model": format!("after {code}") });
        assert_eq!(client.update(RECORD, before, changes).await.unwrap().status(), code);
        assert_eq!(version(&pems), before + 1);
    }
}

#[tokio::test]
async fn an_outage_answers_html_for_a_while() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    pems.fault(Fault::outage(Duration::from_millis(400)));
    let answer = client.update(RECORD, 1, change()).await.unwrap();
    assert_eq!(answer.status(), 503);
    assert!(answer.text().await.unwrap().starts_with("<!DOCTYPE html>"));
    assert_eq!(client.get("health").await.unwrap().status(), 503);
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(read(client.update(RECORD, 1, change()).await).await.0, 200);
}

#[tokio::test]
async fn an_unreadable_200_leaves_the_write_applied() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    pems.fault(Fault::html_answer().once());
    let html = client.update(RECORD, 1, change()).await.unwrap();
    assert_eq!(html.status(), 200);
    assert!(html.text().await.unwrap().contains("<html>"));

    pems.fault(Fault::empty_answer().once());
    let empty = client.update(RECORD, 2, json!({ "model": "b" })).await.unwrap();
    assert_eq!((empty.status().as_u16(), empty.bytes().await.unwrap().len()), (200, 0));

    pems.fault(Fault::half_answer().once());
    let half = client.update(RECORD, 3, json!({ "model": "c" })).await.unwrap();
    assert_eq!(half.status(), 200);
    half.bytes().await.unwrap_err();
    assert_eq!(version(&pems), 4);
}

#[tokio::test]
async fn half_an_answer_arrives_and_then_the_connection_ends() {
    let pems = simulator().await;
    pems.fault(Fault::half_answer().once());
    let mut answer = Client::of(&pems).update(RECORD, 1, change()).await.unwrap();
    let announced = usize::try_from(answer.content_length().unwrap()).unwrap();
    let mut received = Vec::new();
    let ended = loop {
        match answer.chunk().await {
            Ok(Some(chunk)) => received.extend_from_slice(&chunk),
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
    };
    assert!(ended.is_err());
    assert_eq!(received.len(), announced / 2);
    assert!(serde_json::from_slice::<Value>(&received).is_err());
}

#[tokio::test]
async fn a_dripping_answer_outlasts_an_impatient_client() {
    let pems = simulator().await;
    pems.fault(Fault::drip_answer(1, Duration::from_millis(50)));
    let client = Client::of(&pems).giving_up_after(Duration::from_millis(500));
    let began = Instant::now();
    let answer = client.update(RECORD, 1, change()).await.unwrap();
    assert!(answer.bytes().await.unwrap_err().is_timeout());
    assert!(began.elapsed() < SOON);
    assert_eq!(version(&pems), 2);
    pems.clear_faults();
    pems.fault(Fault::drip_answer(40, Duration::from_millis(1)).once());
    assert_eq!(read(Client::of(&pems).get("pfa/RIO-000001").await).await.0, 200, "whole in the end");
}

#[tokio::test]
async fn an_oversized_answer_is_valid_and_long() {
    let pems = simulator().await;
    pems.fault(Fault::oversized_answer(3_000_000).once());
    let text = Client::of(&pems).get("pfa/RIO-000001").await.unwrap().text().await.unwrap();
    assert!(text.len() > 3_000_000);
    assert_eq!(serde_json::from_str::<Value>(&text).unwrap()["pfaId"], RECORD);
}

#[tokio::test]
async fn a_batch_that_is_cut_has_applied_its_first_items() {
    let pems = builder().record(rental("RIO-000002")).record(rental("RIO-000003")).start().await.unwrap();
    pems.fault(Fault::batch_cut(2).on(Operation::Batch).once());
    let ids = [RECORD, "RIO-000002", "RIO-000003"];
    assert!(Client::of(&pems).batch(ids.map(|id| item(id, 1, change()))).await.is_err());
    assert_eq!(ids.map(|id| pems.record("RIO", id).unwrap().version), [2, 2, 1]);
}

#[tokio::test]
async fn the_results_of_a_batch_can_be_mixed() {
    let pems = builder().record(rental("RIO-000002")).record(rental("RIO-000003")).start().await.unwrap();
    let failures =
        [ItemFailure::new(0, ErrorCode::RecordLocked), ItemFailure::new(2, ErrorCode::InternalError)];
    pems.fault(Fault::batch_mixed(failures).once());
    let ids = [RECORD, "RIO-000002", "RIO-000003"];
    let (status, body) = read(Client::of(&pems).batch(ids.map(|id| item(id, 1, change()))).await).await;
    assert_eq!(status, 200);
    let errors: Vec<&Value> = body["results"].as_array().unwrap().iter().map(|r| &r["error"]).collect();
    assert_eq!(errors, [&json!("RECORD_LOCKED"), &Value::Null, &json!("INTERNAL_ERROR")]);
    assert_eq!(ids.map(|id| pems.record("RIO", id).unwrap().version), [1, 2, 1]);
}

#[tokio::test]
async fn an_expired_password_is_refused_until_the_fault_is_cleared() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    let fault = pems.fault(Fault::unauthorized());
    for _ in 0..3 {
        assert_eq!(read(client.update(RECORD, 1, change()).await).await.0, 401);
    }
    fault.clear();
    assert_eq!(read(client.update(RECORD, 1, change()).await).await.0, 200);
}

#[tokio::test]
async fn a_fault_meets_only_the_requests_it_names() {
    let pems = builder().record(rental("RIO-000002")).start().await.unwrap();
    let client = Client::of(&pems);
    pems.fault(Fault::status_before(500).on_writes().record("RIO-000002"));
    assert_eq!(read(client.update(RECORD, 1, change()).await).await.0, 200);
    assert_eq!(client.get("pfa/RIO-000002").await.unwrap().status(), 200);
    assert_eq!(client.update("RIO-000002", 1, change()).await.unwrap().status(), 500);
    let batch = [item(RECORD, 2, json!({ "model": "z" })), item("RIO-000002", 1, change())];
    assert_eq!(client.batch(batch).await.unwrap().status(), 500, "a batch names each of its items");
}

#[tokio::test]
async fn a_fault_can_begin_later() {
    let pems = simulator().await;
    let client = Client::of(&pems);
    pems.fault(Fault::status_before(500).starting_in(Duration::from_millis(300)));
    assert_eq!(client.get("pfa/RIO-000001").await.unwrap().status(), 200);
    tokio::time::sleep(Duration::from_millis(350)).await;
    assert_eq!(client.get("pfa/RIO-000001").await.unwrap().status(), 500);
}

#[tokio::test]
async fn a_likely_fault_strikes_the_same_requests_for_the_same_seed() {
    let mut runs = Vec::new();
    for seed in [1, 1, 2] {
        let pems = builder().seed(seed).start().await.unwrap();
        let client = Client::of(&pems);
        pems.fault(Fault::status_before(500).with_probability(0.5));
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(client.get("pfa/RIO-000001").await.unwrap().status().as_u16());
        }
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
    let struck = runs[0].iter().filter(|status| **status == 500).count();
    assert!((8..=32).contains(&struck), "{struck}");
}

#[tokio::test]
async fn a_request_that_is_turned_away_uses_up_no_fault() {
    let pems = simulator().await;
    let fault = pems.fault(Effect::Status { code: 503, when: When::Before, body: StatusBody::Empty });
    let stranger = Client::of(&pems).bare(reqwest::Method::GET, "pfa/RIO-000001").send().await.unwrap();
    assert_eq!((stranger.status().as_u16(), fault.met()), (401, 0));
}
