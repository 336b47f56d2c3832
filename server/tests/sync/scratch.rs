use std::time::{Duration, Instant};
use serde_json::json;
use crate::app::TestApp;
#[tokio::test]
async fn scratch_singly() {
    let app = TestApp::setup().records(2_000).start().await;
    sqlx::query("UPDATE api_servers SET supports_batch = false, updated_at = now()").execute(app.pool()).await.unwrap();
    let manager = app.manager().await;
    let mut ids = app.pems.pfa_ids(crate::app::RIO); ids.truncate(200);
    let drafts: Vec<_> = ids.iter().map(|id| json!({ "pfaId": id, "changes": { "contract": "X" } })).collect();
    manager.save_drafts(json!(drafts)).await;
    let start = Instant::now();
    manager.commit().await;
    manager.wait_until_idle(Duration::from_secs(100)).await;
    println!("took {:?}", start.elapsed());
    let mut times: Vec<_> = app.pems.journal().writes().iter().map(|w| w.at).collect();
    times.sort();
    let gaps: Vec<i64> = times.windows(2).map(|w| (w[1]-w[0]).num_milliseconds()).collect();
    println!("{gaps:?}");
}
