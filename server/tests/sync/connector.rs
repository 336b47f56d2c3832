//! The connector against the simulator: every row of the contract's table, and whatever can happen to an answer.

use std::time::Duration;

use pems_simulator::{
    ErrorCode, Fault, ItemFailure, Operation, RateLimit, RetryAfter, RunningSimulator, Simulator,
};
use serde_json::json;
use vanguard_domain::delta;
use vanguard_domain::record::{Field, FieldMap, Value};
use vanguard_server::pems::contract::{HttpConnector, Limits, UnusableSettings};
use vanguard_server::pems::{ListRequest, PemsConnector, PemsError, Write, Written};

use super::parts::{connector, settings};
use crate::app::RIO;

const ID: &str = "RIO-TEST";

/// Impatient and narrow-minded, so that tests need not wait for 30 s or send 32 MB.
fn narrow() -> Limits {
    Limits {
        total: Duration::from_millis(600),
        connect: Duration::from_millis(300),
        single_bytes: 100_000,
        list_bytes: 400_000,
    }
}

async fn pems() -> RunningSimulator {
    let record = json!({
        "pfaId": ID, "organization": RIO, "source": "Rental", "monthlyRate": 5500.1, "contract": null,
        "description": "Crane", "version": 3,
    });
    let pems = Simulator::builder().records(30).seed(7).rate(RateLimit::UNLIMITED).record(record);
    pems.start().await.expect("the simulator starts")
}

async fn parts() -> (RunningSimulator, HttpConnector) {
    let pems = pems().await;
    let connector = connector(&pems, narrow());
    (pems, connector)
}

fn write(pfa_id: &str, version: i64, changes: serde_json::Value) -> Write {
    Write {
        pfa_id: pfa_id.into(),
        operation: delta::Operation::Update,
        changes: serde_json::from_value(changes).expect("changes of known fields"),
        version,
        modified_by: "manager".into(),
        reason: "test".into(),
    }
}

fn version_of(pems: &RunningSimulator) -> i64 {
    pems.record(RIO, ID).expect("it is there").to_value()["version"].as_i64().expect("a version")
}

fn code<T>(result: &Result<T, PemsError>) -> &'static str {
    result.as_ref().map_or_else(PemsError::code, |_| "good")
}

#[tokio::test]
async fn a_record_is_read_exactly_and_absent_is_not_null() {
    let (pems, connector) = parts().await;
    let record = connector.get(ID).await.unwrap();
    assert_eq!(record.fields.money(Field::MonthlyRate).unwrap().to_string(), "5500.1");
    assert_eq!(record.fields.get(Field::Contract), Some(&Value::Empty));
    assert_eq!((record.organization.as_str(), record.version), (RIO, version_of(&pems)));
    connector.health().await.unwrap();
}

#[tokio::test]
async fn a_write_is_confirmed_with_the_next_version_and_its_money_arrives_exactly() {
    let (pems, connector) = parts().await;
    let version = version_of(&pems);
    let changes = json!({ "monthlyRate": "9999999999.99", "contract": "C-1", "forecastEnd": "2026-05-31" });
    let written = connector.update(&write(ID, version, changes)).await.unwrap();
    assert_eq!(written.new_version, version + 1);
    let record = connector.get(ID).await.unwrap();
    assert_eq!(record.fields.money(Field::MonthlyRate).unwrap().to_string(), "9999999999.99");
    assert_eq!((record.updated_by.as_str(), record.updated_at), ("manager", written.updated_at));

    let discontinued = connector.discontinue(&write(ID, version + 1, json!({}))).await.unwrap();
    assert_eq!(discontinued.new_version, version + 2);
    assert!(connector.get(ID).await.unwrap().fields.flag(Field::IsDiscontinued));
}

#[tokio::test]
async fn each_refusal_of_the_contract_is_its_own_error() {
    let (pems, connector) = parts().await;
    let version = version_of(&pems);
    let stale = connector.update(&write(ID, version + 7, json!({ "model": "X" }))).await;
    let Err(PemsError::Conflict(answer)) = &stale else { panic!("{stale:?}") };
    assert_eq!(answer.body.as_ref().unwrap()["currentVersion"], version);
    assert_eq!(answer.status, Some(409));

    let locked_plan = connector.update(&write(ID, version, json!({ "originalStart": "2026-01-01" }))).await;
    assert_eq!(code(&locked_plan), "invalid");
    assert_eq!(code(&connector.get("RIO-NONE").await), "not_found");
    assert_eq!(code(&connector.update(&write("RIO-NONE", 1, json!({ "model": "X" }))).await), "not_found");
    pems.lock(RIO, ID);
    assert_eq!(code(&connector.update(&write(ID, version, json!({ "model": "X" }))).await), "locked");
    pems.set_password("vanguard", "changed");
    assert_eq!(code(&connector.get(ID).await), "unauthorized");
    assert_eq!(version_of(&pems), version, "nothing was written");
}

#[tokio::test]
async fn other_statuses_have_their_consequence_too() {
    let (pems, connector) = parts().await;
    let version = version_of(&pems);
    for (status, write_code, read_code) in [
        (302, "invalid", "invalid"),
        (403, "unauthorized", "unauthorized"),
        (500, "unknown", "transient"),
        (502, "unknown", "transient"),
        (503, "unknown", "transient"),
        (504, "unknown", "transient"),
    ] {
        pems.fault(Fault::status_before(status).times(2));
        assert_eq!(
            code(&connector.update(&write(ID, version, json!({ "model": "X" }))).await),
            write_code,
            "{status}"
        );
        assert_eq!(code(&connector.get(ID).await), read_code, "{status}");
    }
}

#[tokio::test]
async fn a_429_says_how_long_to_wait_in_seconds_as_a_date_or_not_at_all() {
    let (pems, connector) = parts().await;
    for (sent, expected) in [
        (RetryAfter::Seconds(7), Some(7..=7)),
        (RetryAfter::Date(30), Some(28..=30)),
        (RetryAfter::Absent, None),
    ] {
        pems.fault(Fault::rate_limited(sent).once());
        let result = connector.update(&write(ID, 1, json!({ "model": "X" }))).await;
        let Err(PemsError::RateLimited { retry_after, .. }) = result else { panic!("{sent:?}: {result:?}") };
        assert_eq!(retry_after.is_some(), expected.is_some(), "{sent:?}");
        if let (Some(wait), Some(expected)) = (retry_after, expected) {
            assert!(expected.contains(&wait.as_secs()), "{sent:?}: {wait:?}");
        }
    }
}

/// Whatever happens to the answer of a write that was applied, it is not taken for a success, and not for a failure.
#[tokio::test]
async fn a_write_whose_answer_cannot_be_read_is_of_unknown_outcome() {
    let (pems, connector) = parts().await;
    for fault in [
        Fault::drop_answer(),
        Fault::half_answer(),
        Fault::html_answer(),
        Fault::empty_answer(),
        Fault::status_after(503),
        Fault::delay_answer(Duration::from_secs(5)),
        Fault::drip_answer(1, Duration::from_millis(50)),
        Fault::oversized_answer(200_000),
    ] {
        let name = fault.effect.kind();
        let version = version_of(&pems);
        pems.fault(fault.on(Operation::Update).once());
        let result = connector.update(&write(ID, version, json!({ "model": name }))).await;
        assert_eq!(code(&result), "unknown", "{name}: {result:?}");
        assert_eq!(version_of(&pems), version + 1, "{name}: PEMS applied it");
    }
}

#[tokio::test]
async fn the_same_happening_to_a_read_can_be_tried_again() {
    let (pems, connector) = parts().await;
    for fault in [
        Fault::drop_answer(),
        Fault::reset_before(),
        Fault::half_answer(),
        Fault::html_answer(),
        Fault::empty_answer(),
        Fault::drip_answer(1, Duration::from_millis(50)),
        Fault::oversized_answer(500_000),
    ] {
        let name = fault.effect.kind();
        pems.fault(fault.times(2));
        assert_eq!(code(&connector.get(ID).await), "transient", "{name}");
        let list = connector.list(&ListRequest { limit: 10, ..ListRequest::default() }).await;
        assert_eq!(code(&list), "transient", "{name}");
    }
}

#[tokio::test]
async fn the_deadline_covers_the_whole_answer_however_steadily_it_drips() {
    let (pems, connector) = parts().await;
    pems.fault(Fault::drip_answer(1, Duration::from_millis(20)).once());
    // The whole answer would be good, and take many times as long as the deadline.
    assert_eq!(code(&connector.get(ID).await), "transient");
}

#[tokio::test]
async fn a_reset_before_applying_leaves_the_outcome_unknown_and_the_record_as_it_was() {
    let (pems, connector) = parts().await;
    let version = version_of(&pems);
    pems.fault(Fault::reset_before().once());
    assert_eq!(code(&connector.update(&write(ID, version, json!({ "model": "X" }))).await), "unknown");
    assert_eq!(version_of(&pems), version);
}

#[tokio::test]
async fn a_refused_connection_is_surely_not_applied() {
    let (pems, connector) = parts().await;
    pems.go_down().await;
    let result = connector.update(&write(ID, 1, json!({ "model": "X" }))).await;
    assert_eq!(code(&result), "transient", "{result:?}");
}

#[tokio::test]
async fn a_failed_tls_handshake_is_surely_not_applied() {
    let pems = pems().await;
    let mut settings = settings(&pems, narrow());
    settings.base_url = settings.base_url.replace("http://", "https://");
    match HttpConnector::new(&settings, vanguard_server::clock::system()) {
        Ok(connector) => {
            let result = connector.update(&write(ID, 1, json!({ "model": "X" }))).await;
            assert_eq!(code(&result), "transient", "{result:?}");
        }
        // A machine without root certificates cannot speak HTTPS at all, and says so at once.
        Err(error) => assert!(matches!(error, UnusableSettings::Tls(_)), "{error}"),
    }
}

fn three() -> Vec<Write> {
    ["RIO-TEST", "RIO-B", "RIO-C"].map(|pfa_id| write(pfa_id, 1, json!({ "model": "batched" }))).to_vec()
}

async fn batch_parts() -> (RunningSimulator, HttpConnector) {
    let mut builder = Simulator::builder().rate(RateLimit::UNLIMITED);
    for write in three() {
        builder = builder.record(json!({ "pfaId": write.pfa_id, "organization": RIO, "source": "Rental" }));
    }
    let pems = builder.start().await.expect("the simulator starts");
    let connector = connector(&pems, narrow());
    (pems, connector)
}

fn codes(results: &[Result<Written, PemsError>]) -> Vec<&'static str> {
    results.iter().map(code).collect()
}

#[tokio::test]
async fn a_batch_with_mixed_results_gives_each_item_its_own() {
    let (pems, connector) = batch_parts().await;
    let fails = [ItemFailure::new(0, ErrorCode::RecordLocked), ItemFailure::new(2, ErrorCode::InternalError)];
    pems.fault(Fault::batch_mixed(fails).once());
    let results = connector.update_many(&three()).await.unwrap();
    assert_eq!(codes(&results), ["locked", "good", "unknown"]);

    let mut writes = three();
    writes[1].version = 9;
    writes[2].operation = delta::Operation::Delete;
    writes[2].changes = FieldMap::new();
    let results = connector.update_many(&writes).await.unwrap();
    assert_eq!(codes(&results), ["good", "conflict", "good"]);
    assert_eq!(pems.record(RIO, "RIO-C").unwrap().to_value()["isDiscontinued"], true);
}

#[tokio::test]
async fn a_batch_whose_answer_is_lost_is_of_unknown_outcome_as_a_whole() {
    let (pems, connector) = batch_parts().await;
    for fault in [Fault::batch_cut(1), Fault::html_answer(), Fault::half_answer(), Fault::status_after(502)] {
        pems.fault(fault.on(Operation::Batch).once());
        assert_eq!(code(&connector.update_many(&three()).await), "unknown");
    }
    let many: Vec<_> = (0..101).map(|_| three().remove(0)).collect();
    assert_eq!(code(&connector.update_many(&many).await), "invalid", "more than the contract allows");
}

#[tokio::test]
async fn a_server_without_batches_is_asked_singly() {
    let pems = pems().await;
    let settings = vanguard_server::pems::contract::ConnectorSettings {
        supports_batch: false,
        ..settings(&pems, narrow())
    };
    let connector = HttpConnector::new(&settings, vanguard_server::clock::system()).unwrap();
    assert_eq!(connector.capabilities().max_batch, 1);
    let write = write(ID, version_of(&pems), json!({ "model": "single" }));
    assert_eq!(codes(&connector.update_many(std::slice::from_ref(&write)).await.unwrap()), ["good"]);
    assert!(pems.journal().requests().iter().all(|request| request.arrival.operation != Operation::Batch));
}

#[tokio::test]
async fn a_key_with_odd_characters_is_one_segment_of_the_address() {
    let odd = "RIO/../%2F ?x#ü";
    let record = json!({ "pfaId": odd, "organization": RIO, "source": "Rental" });
    let pems = Simulator::builder().rate(RateLimit::UNLIMITED).record(record).start().await.unwrap();
    let connector = connector(&pems, narrow());
    assert_eq!(connector.get(odd).await.unwrap().pfa_id, odd);
    for unusable in ["", ".", ".."] {
        assert_eq!(code(&connector.get(unusable).await), "invalid", "{unusable:?}");
    }
}

#[tokio::test]
async fn pages_follow_one_another_to_the_end() {
    let (pems, connector) = parts().await;
    let mut request = ListRequest { limit: 7, ..ListRequest::default() };
    let mut seen = Vec::new();
    loop {
        let page = connector.list(&request).await.unwrap();
        seen.extend(page.records.iter().map(|raw| connector.parse_record(raw).unwrap().pfa_id));
        request.cursor = page.next_cursor;
        if request.cursor.is_none() {
            break;
        }
    }
    let mut expected = pems.pfa_ids(RIO);
    seen.sort();
    expected.sort();
    assert_eq!(seen, expected);
    request.cursor = Some("no cursor of yours".into());
    assert_eq!(code(&connector.list(&request).await), "invalid");
}
