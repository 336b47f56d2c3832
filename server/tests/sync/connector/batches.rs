//! Several writes in one request.

use pems_simulator::{ErrorCode, Fault, ItemFailure, Operation, RateLimit, RunningSimulator, Simulator};
use serde_json::json;
use vanguard_domain::delta;
use vanguard_domain::record::FieldMap;
use vanguard_server::pems::contract::HttpConnector;
use vanguard_server::pems::{PemsConnector, PemsError, Write, Written};

use super::super::parts::{connector, settings};
use super::{ID, code, narrow, pems, version_of, write};
use crate::app::RIO;

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
