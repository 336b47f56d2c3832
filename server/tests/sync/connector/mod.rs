//! The connector against the simulator: every row of the contract's table, and whatever can happen to an answer.

mod answers;
mod batches;
mod contract;

use std::time::Duration;

use pems_simulator::{RateLimit, RunningSimulator, Simulator};
use serde_json::json;
use vanguard_domain::delta;
use vanguard_server::pems::contract::{HttpConnector, Limits};
use vanguard_server::pems::{PemsError, Write};

use super::parts::connector;
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
