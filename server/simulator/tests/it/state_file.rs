//! Records that outlive the run.

use std::time::Duration;

use pems_simulator::{Origin, StartError};
use serde_json::json;

use crate::client::{Client, RECORD, builder, read};

#[tokio::test]
async fn records_and_histories_are_there_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pems.json");
    let pems = builder().records(50).state_file(&path).start().await.unwrap();
    let client = Client::of(&pems);
    let version = pems.record("RIO", RECORD).unwrap().version;
    assert_eq!(read(client.update(RECORD, version, json!({ "monthlyRate": 1234.56 })).await).await.0, 200);
    pems.lock("RIO", "RIO-000002");
    pems.put_malformed("RIO", "RIO-000003", json!({ "pfaId": 3 }));
    let (record, history) = (pems.record("RIO", RECORD), pems.history("RIO", RECORD));
    let sequence = pems.journal().writes().last().unwrap().sequence;
    pems.stop().await.unwrap();

    let again = builder().records(9999).seed(3).state_file(&path).start().await.unwrap();
    assert_eq!(
        again.pfa_ids("RIO").len() + again.pfa_ids("HOL").len(),
        50,
        "the file is taken, not the seed"
    );
    assert_eq!((again.record("RIO", RECORD), again.history("RIO", RECORD)), (record, history));
    assert_eq!(again.journal().writes().last().unwrap().sequence, sequence);
    let client = Client::of(&again);
    assert_eq!(
        read(client.update("RIO-000002", 1, json!({ "model": "x" })).await).await.1["error"],
        "RECORD_LOCKED"
    );
    assert_eq!(read(client.get("pfa/RIO-000003").await).await.1, json!({ "pfaId": 3 }));
    let next = again.edit("RIO", RECORD, json!({ "model": "later" }), "pems.costa").unwrap();
    assert_eq!((next.sequence, next.origin), (sequence + 1, Origin::Control));
}

#[tokio::test]
async fn a_change_is_saved_soon_without_waiting_for_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pems.json");
    let pems = builder().state_file(&path).start().await.unwrap();
    pems.edit("RIO", RECORD, json!({ "model": "saved at once" }), "pems.costa").unwrap();
    let saved = async {
        loop {
            if std::fs::read_to_string(&path).is_ok_and(|text| text.contains("saved at once")) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(3), saved).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_not_ours_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("precious.json");
    std::fs::write(&path, "precious").unwrap();
    let refused = builder().state_file(&path).start().await.unwrap_err();
    assert!(matches!(refused, StartError::StateFile(_)), "{refused}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
}
