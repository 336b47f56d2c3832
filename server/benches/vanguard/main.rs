//! The benchmarks: what the product must reach, measured on the real server process, PostgreSQL and the simulator
//! over HTTP. `cargo xtask bench` runs them and prints the table. `VANGUARD_BENCH_RUNS` sets the runs that a
//! median is taken of (default 3).
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

#[allow(dead_code, unused_imports, reason = "the tests use the rest of it")]
#[path = "../../tests/app/mod.rs"]
mod app;
mod table;

use std::time::{Duration, Instant};

use serde_json::json;

use app::{Client, TestApp, eventually_within};
use table::{Table, median, percentile, runs};

/// Long enough for the slowest of them on a slow machine; a benchmark that waits longer has failed.
const PATIENCE: Duration = Duration::from_mins(5);

#[tokio::main]
async fn main() {
    // `cargo test --benches` and `cargo bench -- --list` ask for tests; there are none.
    if std::env::args().any(|argument| argument == "--list" || argument == "--test") {
        return;
    }
    let mut table = Table::default();
    first_read(&mut table).await;
    drafts_and_batches(&mut table).await;
    commit_to_confirmed(&mut table).await;
    ten_thousand_in_batches(&mut table).await;
    sync_status(&mut table).await;
    singly(&mut table).await;
    table.wasm();
    println!("{table}");
}

/// Ids of records whose contract can be changed, in the organisation RIO.
fn ids(app: &TestApp, count: usize) -> Vec<String> {
    let mut ids = app.pems.pfa_ids(app::RIO);
    ids.truncate(count);
    assert_eq!(ids.len(), count, "the simulator has enough records");
    ids
}

/// Saves in calls of 1,000 drafts each.
async fn save(manager: &Client, ids: &[String], text: &str) -> Duration {
    let start = Instant::now();
    for ids in ids.chunks(1_000) {
        let drafts: Vec<_> =
            ids.iter().map(|id| json!({ "pfaId": id, "changes": { "contract": text } })).collect();
        let saved = manager.save_drafts(json!(drafts)).await;
        assert_eq!(saved["success"], true, "{}", saved["errors"]);
    }
    start.elapsed()
}

async fn commit(manager: &Client, expected: usize) -> Duration {
    let start = Instant::now();
    let committed = manager.commit().await;
    assert_eq!(committed["committed"], expected);
    start.elapsed()
}

/// Waits until PEMS has `writes` writes of ours, all confirmed.
async fn confirmed(app: &TestApp, manager: &Client, writes: usize) {
    eventually_within(PATIENCE, "PEMS has them all", async || {
        (app.our_writes().len() >= writes).then_some(())
    })
    .await;
    manager.wait_until_idle(PATIENCE).await;
}

async fn first_read(table: &mut Table) {
    let mut seconds = Vec::new();
    for _ in 0..runs() {
        let app = TestApp::setup()
            .records(10_000)
            .without_first_read()
            .setting("ENABLE_CRON_JOBS", "false")
            .start()
            .await;
        let start = Instant::now();
        app.read_from_pems().await;
        seconds.push(start.elapsed().as_secs_f64());
        table.memory(&app).await;
    }
    table.seconds("first read sync of 10,000 records", median(&seconds), 10.0);
}

async fn drafts_and_batches(table: &mut Table) {
    let (mut saving, mut committing, mut sending) = (Vec::new(), Vec::new(), Vec::new());
    for run in 0..runs() {
        let app = TestApp::setup().records(2_000).start().await;
        let manager = app.manager().await;
        let ids = ids(&app, 1_000);
        saving.push(save(&manager, &ids, &format!("B-{run}")).await.as_secs_f64());
        let start = Instant::now();
        committing.push(commit(&manager, ids.len()).await.as_secs_f64());
        confirmed(&app, &manager, ids.len()).await;
        sending.push(start.elapsed().as_secs_f64());
        table.memory(&app).await;
        app.check_invariants().await;
    }
    table.seconds("save 1,000 drafts in one call", median(&saving), 0.5);
    table.seconds("commit 1,000 drafts", median(&committing), 0.5);
    table.seconds("1,000 changes to PEMS by batches", median(&sending), 3.0);
}

async fn ten_thousand_in_batches(table: &mut Table) {
    let mut seconds = Vec::new();
    for _ in 0..runs() {
        let app = TestApp::setup().records(20_000).start().await;
        let manager = app.manager().await;
        let ids = ids(&app, 10_000);
        save(&manager, &ids, "TEN").await;
        let start = Instant::now();
        commit(&manager, ids.len()).await;
        confirmed(&app, &manager, ids.len()).await;
        seconds.push(start.elapsed().as_secs_f64());
        table.memory(&app).await;
        app.check_invariants().await;
    }
    table.seconds("10,000 changes to PEMS by batches", median(&seconds), 15.0);
}

async fn commit_to_confirmed(table: &mut Table) {
    let app = TestApp::setup().records(200).start().await;
    let manager = app.manager().await;
    let mut seconds = Vec::new();
    for id in ids(&app, 60) {
        manager.draft(&id, json!({ "contract": "IDLE" })).await;
        let start = Instant::now();
        manager.commit().await;
        eventually_within(PATIENCE, "it is confirmed", async || {
            (manager.state_of(&id).await == "synced").then_some(())
        })
        .await;
        seconds.push(start.elapsed().as_secs_f64());
        // An idle system has its whole rate budget.
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    table.seconds("commit to confirmed in PEMS, idle, p95", percentile(&mut seconds, 0.95), 1.0);
}

async fn sync_status(table: &mut Table) {
    let app = TestApp::setup().records(200).start().await;
    let manager = app.manager().await;
    let id = ids(&app, 1).remove(0);
    manager.change(&id, json!({ "contract": "ROWS" })).await;
    manager.wait_until_idle(PATIENCE).await;
    sqlx::query(
        "INSERT INTO pfa_write_queue (organisation_id, modification_id, job_id, pfa_id, operation, payload,
             base_values, base_version, modified_by, status, completed_at, created_at)
         SELECT organisation_id, modification_id, job_id, pfa_id, operation, payload, base_values, base_version,
                modified_by, 'completed', now() - make_interval(secs => n), now() - make_interval(secs => n + 1)
         FROM pfa_write_queue, generate_series(1, 100000) AS n",
    )
    .execute(app.pool())
    .await
    .expect("rows can be added");
    // What autovacuum does within a minute: so many rows do not come at once.
    sqlx::query("VACUUM (ANALYZE) pfa_write_queue").execute(app.pool()).await.expect("it can be vacuumed");
    let mut seconds = Vec::new();
    for _ in 0..300 {
        let start = Instant::now();
        manager.status().await;
        seconds.push(start.elapsed().as_secs_f64());
    }
    table.seconds("sync-status with 100,000 queue rows, p99", percentile(&mut seconds, 0.99), 0.05);
}

async fn singly(table: &mut Table) {
    let (mut seconds, mut limited) = (Vec::new(), 0);
    for _ in 0..runs() {
        let app = TestApp::setup().records(2_000).start().await;
        sqlx::query("UPDATE api_servers SET supports_batch = false, updated_at = now()")
            .execute(app.pool())
            .await
            .expect("the setting can be changed");
        let manager = app.manager().await;
        let ids = ids(&app, 1_000);
        save(&manager, &ids, "ONE").await;
        let start = Instant::now();
        commit(&manager, ids.len()).await;
        confirmed(&app, &manager, ids.len()).await;
        seconds.push(start.elapsed().as_secs_f64());
        limited +=
            app.pems.journal().requests().iter().filter(|request| request.arrival.rate_limited).count();
        table.memory(&app).await;
        app.check_invariants().await;
    }
    table.ratio("1,000 changes by single requests / the limit's 100 s", median(&seconds) / 100.0, 1.05);
    table.count("429 received meanwhile", limited, 0);
}
