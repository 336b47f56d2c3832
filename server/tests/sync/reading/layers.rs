//! What a run does to each layer.

use pems_simulator::{RateLimit, Simulator};
use serde_json::json;
use sqlx::PgPool;
use vanguard_domain::record::{FieldMap, PfaRecord};
use vanguard_server::read_sync::{Origin, ReadRunSettings, mirror};

use super::super::parts::{Parts, read_sync, set_up};
use crate::app::RIO;

#[sqlx::test(migrations = "../migrations")]
async fn a_first_read_fills_every_layer(pool: PgPool) {
    let parts = Parts::start(pool, 60).await;
    let run = parts.read(false).await;
    assert_eq!((run.state.as_str(), run.error.as_deref(), run.cursor.as_deref()), ("completed", None, None));
    assert!(run.is_full, "there was nothing to begin from");
    assert_eq!((run.pages, run.records_read, run.records_changed, run.records_rejected), (4, 36, 36, 0));
    parts.assert_mirror_equals_pems().await;
    for layer in ["silver_records", "gold_records", "pfa_mirror"] {
        let sql = sqlx::AssertSqlSafe(format!("SELECT count(*) FROM {layer} WHERE organisation_id = $1"));
        let count: i64 =
            sqlx::query_scalar(sql).bind(parts.organisation_id).fetch_one(&parts.pool).await.unwrap();
        assert_eq!(count, 36, "{layer}");
    }
    let hashes = "SELECT count(*) FROM bronze_pages WHERE body_sha256 = sha256(body)";
    assert_eq!(parts.number(hashes).await, 4);
    let same = "SELECT count(*) FROM silver_records s JOIN pfa_mirror m USING (organisation_id, pfa_id)
                WHERE (s.version, s.fields, s.updated_at, s.updated_by) = (m.version, m.fields, m.updated_at, m.updated_by)";
    assert_eq!(parts.number(same).await, 36);
    let costs = "SELECT count(*) FROM gold_records g JOIN pfa_mirror m USING (organisation_id, pfa_id)
                 WHERE g.source = 'Purchase' AND g.plan_cost = (m.fields ->> 'purchasePrice')::numeric";
    assert!(parts.number(costs).await > 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn what_was_read_before_changes_nothing_when_it_is_read_again(pool: PgPool) {
    let parts = Parts::start(pool, 30).await;
    parts.read(true).await;
    let again = parts.read(true).await;
    assert_eq!((again.records_read, again.records_changed), (18, 0));
    assert_eq!(parts.number("SELECT count(*) FROM pfa_mirror_history").await, 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn an_incremental_read_brings_what_changed_and_archives_what_it_replaces(pool: PgPool) {
    let parts = Parts::start(pool, 30).await;
    parts.read(true).await;
    let id = parts.pems.pfa_ids(RIO).remove(0);
    parts.pems.edit(RIO, &id, json!({ "model": "Newer" }), "pems.jansen").expect("PEMS allows it");
    let run = parts.read(false).await;
    assert!(!run.is_full);
    assert_eq!((run.state.as_str(), run.records_read, run.records_changed), ("completed", 1, 1));
    parts.assert_mirror_equals_pems().await;
    assert_eq!(parts.number("SELECT count(*) FROM pfa_mirror_history").await, 1);
    assert_eq!(parts.number("SELECT count(*) FROM pfa_mirror m JOIN gold_records g USING (organisation_id, pfa_id, version)").await, 18);

    let overlapping = parts.read(false).await;
    assert_eq!(
        (overlapping.records_read, overlapping.records_changed),
        (1, 0),
        "the overlap reads it once more"
    );
}

#[sqlx::test(migrations = "../migrations")]
async fn bad_records_go_into_quarantine_and_hold_up_nobody(pool: PgPool) {
    let parts = Parts::start(pool, 30).await;
    let ids = parts.pems.pfa_ids(RIO);
    let shown = |id: &str, name: &str, value: serde_json::Value| {
        let mut record = parts.pems.record(RIO, id).expect("it was listed").to_value();
        record[name] = value;
        parts.pems.put_malformed(RIO, id, record);
    };
    shown(&ids[0], "monthlyRate", json!("a lot"));
    shown(&ids[1], "organization", json!("HOL"));
    shown(
        &ids[2],
        "description",
        json!("nul \u{0} and five megabytes of it: ".to_owned() + &"x".repeat(5_000_000)),
    );
    parts.pems.put_malformed(RIO, &ids[3], json!(["no record"]));
    let run = parts.read(true).await;
    assert_eq!(
        (run.state.as_str(), run.records_read, run.records_rejected, run.records_changed),
        ("completed", 18, 4, 14)
    );
    let reasons: Vec<(Option<String>, String)> =
        sqlx::query_as("SELECT pfa_id, reason FROM silver_quarantine ORDER BY reason")
            .fetch_all(&parts.pool)
            .await
            .unwrap();
    let named = |id: &str, word: &str| {
        assert!(
            reasons.iter().any(|(pfa_id, reason)| pfa_id.as_deref() == Some(id) && reason.starts_with(word)),
            "{reasons:?}"
        );
    };
    named(&ids[0], "monthlyRate must be an amount");
    named(&ids[1], "organization must be RIO");
    named(&ids[2], "description has");
    assert!(reasons.iter().any(|(pfa_id, _)| pfa_id.is_none()), "{reasons:?}");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_version_never_goes_down_and_a_wrong_copy_is_healed(pool: PgPool) {
    let parts = Parts::start(pool, 30).await;
    parts.read(true).await;
    let ids = parts.pems.pfa_ids(RIO);
    let ahead = PfaRecord {
        pfa_id: ids[0].clone(),
        organization: RIO.into(),
        version: 99,
        updated_at: chrono::DateTime::UNIX_EPOCH,
        updated_by: "manager".into(),
        fields: FieldMap::new(),
    };
    let mut connection = parts.pool.acquire().await.unwrap();
    let change =
        mirror::upsert(&mut connection, parts.organisation_id, &[ahead], Origin::Vanguard).await.unwrap();
    assert_eq!(change.changed, [ids[0].clone()]);
    sqlx::query("UPDATE pfa_mirror SET fields = fields || '{\"model\": \"wrong\"}' WHERE pfa_id = $1")
        .bind(&ids[1])
        .execute(&mut *connection)
        .await
        .unwrap();
    let run = parts.read(true).await;
    assert_eq!((run.state.as_str(), run.records_changed), ("completed", 1), "the wrong copy only");
    assert_eq!(parts.number("SELECT max(version) FROM pfa_mirror").await, 99);
    assert_eq!(parts.number("SELECT count(*) FROM pfa_mirror WHERE fields ->> 'model' = 'wrong'").await, 0);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_confirmed_write_that_comes_back_changes_nothing(pool: PgPool) {
    let parts = Parts::start(pool, 30).await;
    parts.read(true).await;
    let server = parts.server().await;
    let id = parts.pems.pfa_ids(RIO).remove(1);
    parts.pems.edit(RIO, &id, json!({ "contract": "C-9" }), "manager").expect("PEMS allows it");
    let record = server.connector.get(&id).await.unwrap();
    let mut connection = parts.pool.acquire().await.unwrap();
    mirror::upsert(&mut connection, parts.organisation_id, &[record], Origin::Vanguard).await.unwrap();
    let run = parts.read(false).await;
    assert_eq!((run.records_read, run.records_changed), (1, 0));
    assert_eq!(parts.number("SELECT count(*) FROM pfa_mirror WHERE origin = 'vanguard'").await, 1);
}

/// The first load of a new installation: both organisations, PEMS's own rate limit. How long it takes is measured by
/// the benchmarks.
#[sqlx::test(migrations = "../migrations")]
async fn the_ten_thousand_records_of_two_organisations_are_read_side_by_side(pool: PgPool) {
    let pems = Simulator::builder().records(10_000).seed(7).rate(RateLimit::default());
    let mut parts = Parts::with(pool, pems, 10.0).await;
    let (hol, _) = set_up(&parts.pool, &parts.pems, "HOL", 10.0).await;
    parts.sync = read_sync(&parts.pool, ReadRunSettings::default());
    let rio = parts.sync.start_run(parts.organisation_id, None, true).await.unwrap();
    let hol = parts.sync.start_run(hol, None, true).await.unwrap();
    let (rio, hol) = (parts.ended(rio).await, parts.ended(hol).await);
    assert_eq!((rio.records_changed, hol.records_changed), (6000, 4000), "{rio:?} {hol:?}");
    assert_eq!(parts.read(true).await.records_changed, 0);
    parts.assert_mirror_equals_pems().await;
}
