//! Whatever can happen to an answer.

use std::time::Duration;

use pems_simulator::{Fault, Operation};
use serde_json::json;
use vanguard_server::pems::contract::{HttpConnector, UnusableSettings};
use vanguard_server::pems::{ListRequest, PemsConnector};

use super::super::parts::settings;
use super::{ID, code, narrow, parts, pems, version_of, write};

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
    // Without one, a record of some hundred bytes would arrive whole after seconds.
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
