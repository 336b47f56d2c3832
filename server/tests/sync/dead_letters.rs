//! Deciding about what did not reach PEMS.

use std::time::Duration;

use serde_json::json;

use crate::app::{RIO, TestApp};

#[tokio::test]
async fn what_is_tried_again_is_checked_against_the_record_as_pems_has_it() {
    let app = TestApp::setup().setting("WRITE_SYNC_MAX_RETRIES", "0").start().await;
    let manager = app.manager().await;
    let id = app.changeable().remove(0);
    app.pems.lock(RIO, &id);
    manager.change(&id, json!({ "source": "Purchase", "purchasePrice": "100.00" })).await;
    manager.wait_for(&id, "sync_error").await;
    app.pems.unlock(RIO, &id);
    app.pems.edit(RIO, &id, json!({ "isActualized": true }), "pems.jansen").unwrap();
    manager.read_sync().await;

    // In the view that people see, the record is a purchase already, and its source would not change.
    let tried = manager.post("/api/pems/dead-letters/reprocess", json!({ "filter": {} })).await.ok();
    assert_eq!((&tried["matched"], &tried["done"]), (&json!(1), &json!(0)), "{tried}");
    assert!(tried["refused"][0].as_str().unwrap().contains("Source is fixed"), "{tried}");
    manager.wait_until_idle(Duration::from_secs(20)).await;
    assert!(app.our_writes().is_empty());
    assert_eq!(manager.state_of(&id).await, "sync_error", "it is still there to be decided");
    app.check_invariants().await;
}
