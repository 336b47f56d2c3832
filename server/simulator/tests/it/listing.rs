//! Reading all records, and those that changed.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use pems_simulator::{RateLimit, RunningSimulator, Simulator};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::client::{Client, RECORD, builder, read, simulator};

/// Every record of every page, in the order received, with what `between` does after each page.
async fn pages(client: &Client, limit: usize, mut between: impl FnMut()) -> Vec<Value> {
    let limit = limit.to_string();
    let mut all = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let mut query = vec![("limit", limit.as_str())];
        query.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
        let (status, page) = read(Ok(client.list(&query).await)).await;
        assert_eq!(status, 200, "{page}");
        all.extend(page["records"].as_array().unwrap().iter().cloned());
        assert!(all.len() < 1000, "the paging does not end");
        between();
        match page["nextCursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return all,
        }
    }
}

fn ids(records: &[Value]) -> Vec<String> {
    records.iter().map(|record| record["pfaId"].as_str().unwrap().to_owned()).collect()
}

async fn generated(records: usize, seed: u64) -> RunningSimulator {
    Simulator::builder().records(records).seed(seed).rate(RateLimit::UNLIMITED).start().await.unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 12, ..ProptestConfig::default() })]

    #[test]
    fn paging_yields_every_record_exactly_once_in_order(
        records in 0_usize..400, limit in 1_usize..90, seed in any::<u64>()
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let pems = generated(records, seed).await;
            for organization in ["RIO", "HOL"] {
                let client = Client::of(&pems).for_organization(organization);
                let received = pages(&client, limit, || ()).await;
                let key = |r: &Value| (r["updatedAt"].as_str().unwrap().to_owned(), r["pfaId"].as_str().unwrap().to_owned());
                prop_assert!(received.is_sorted_by_key(key));
                let mut received = ids(&received);
                received.sort_unstable();
                prop_assert_eq!(received, pems.pfa_ids(organization));
            }
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn a_record_that_changes_during_the_paging_is_met_again_and_none_is_missed() {
    let pems = generated(300, 5).await;
    let client = Client::of(&pems);
    let all = pems.pfa_ids("RIO");
    let mut turn = 0;
    let received = pages(&client, 20, || {
        if turn < all.len() / 20 {
            let _ = pems.edit(
                "RIO",
                &all[turn * 7 % all.len()],
                json!({ "model": format!("m{turn}") }),
                "pems.costa",
            );
        }
        turn += 1;
    })
    .await;
    let latest: BTreeMap<&str, &Value> =
        received.iter().map(|record| (record["pfaId"].as_str().unwrap(), record)).collect();
    assert_eq!(latest.len(), all.len());
    for (id, record) in latest {
        assert_eq!(record["version"], json!(pems.record("RIO", id).unwrap().version), "{id}");
    }
}

#[tokio::test]
async fn asking_again_from_as_of_meets_every_change_made_since() {
    let pems = generated(100, 5).await;
    let client = Client::of(&pems);
    let (_, first) = read(Ok(client.list(&[]).await)).await;
    let write = pems.edit("RIO", RECORD, json!({ "model": "changed" }), "pems.costa").unwrap();
    let since = first["asOf"].as_str().unwrap();
    let (_, second) = read(Ok(client.list(&[("updatedSince", since)]).await)).await;
    assert_eq!(ids(second["records"].as_array().unwrap()), [RECORD]);
    // Inclusive: a change at exactly this moment is among them.
    let at = write.at.to_rfc3339();
    let (_, third) = read(Ok(client.list(&[("updatedSince", &at)]).await)).await;
    assert_eq!(ids(third["records"].as_array().unwrap()), [RECORD]);
}

#[tokio::test]
async fn as_of_stays_the_same_over_the_pages_of_one_reading() {
    let pems = generated(100, 5).await;
    let client = Client::of(&pems);
    let (_, first) = read(Ok(client.list(&[("limit", "10")]).await)).await;
    let cursor = first["nextCursor"].as_str().unwrap();
    let (_, second) = read(Ok(client.list(&[("limit", "10"), ("cursor", cursor)]).await)).await;
    assert_eq!(first["asOf"], second["asOf"]);
}

#[tokio::test]
async fn changes_never_share_a_moment() {
    let pems = simulator().await;
    for n in 0..50 {
        pems.edit("RIO", RECORD, json!({ "model": format!("m{n}") }), "pems.costa").unwrap();
    }
    let writes = pems.journal().writes();
    assert!(writes.windows(2).all(|pair| pair[0].at < pair[1].at));
}

#[tokio::test]
async fn a_bad_limit_cursor_or_date_is_refused() {
    let pems = generated(20, 5).await;
    let client = Client::of(&pems);
    let (_, page) = read(Ok(client.list(&[("limit", "2")]).await)).await;
    let anothers = page["nextCursor"].as_str().unwrap();
    for query in [
        ("limit", "0"),
        ("limit", "1001"),
        ("limit", "many"),
        ("cursor", "nonsense"),
        ("cursor", "bm9uc2Vuc2U"),
        ("updatedSince", "yesterday"),
    ] {
        let (status, body) = read(Ok(client.list(&[query]).await)).await;
        assert_eq!((status, &body["error"]), (400, &json!("INVALID_REQUEST")), "{query:?}");
    }
    let (status, _) = read(Ok(client.for_organization("HOL").list(&[("cursor", anothers)]).await)).await;
    assert_eq!(status, 400, "a cursor of another organisation's list");
    let (status, _) = read(client.get("pfa").await).await;
    assert_eq!(status, 400, "no organizationCode");
}

#[tokio::test]
async fn without_a_limit_there_are_five_hundred_a_page() {
    let pems = generated(1000, 5).await;
    let (_, page) = read(Ok(Client::of(&pems).list(&[]).await)).await;
    assert_eq!(page["records"].as_array().unwrap().len(), 500);
    assert!(page["nextCursor"].is_string());
}

#[tokio::test]
async fn a_malformed_record_is_listed_as_it_is_until_a_write_puts_it_right() {
    let pems = builder().start().await.unwrap();
    let client = Client::of(&pems);
    pems.put_malformed("RIO", RECORD, json!({ "pfaId": RECORD, "monthlyRate": "a lot" }));
    let (_, page) = read(Ok(client.list(&[]).await)).await;
    assert_eq!(page["records"], json!([{ "pfaId": RECORD, "monthlyRate": "a lot" }]));
    assert_eq!(read(client.update(RECORD, 1, json!({ "model": "x" })).await).await.0, 200);
    let (_, record) = read(client.get("pfa/RIO-000001").await).await;
    assert_eq!(record["monthlyRate"], json!(5500.1));
}

#[tokio::test]
async fn a_page_of_many_records_is_quick() {
    let pems = generated(30_000, 5).await;
    let client = Client::of(&pems);
    let (_, page) = read(Ok(client.list(&[("limit", "1000")]).await)).await;
    let since = page["records"][999]["updatedAt"].as_str().unwrap().to_owned();
    let began = Instant::now();
    let (status, _) = read(Ok(client.list(&[("limit", "1000"), ("updatedSince", &since)]).await)).await;
    assert_eq!(status, 200);
    // Generous: a debug build on a busy machine. A scan of everything takes longer than that.
    assert!(began.elapsed() < Duration::from_secs(1), "{:?}", began.elapsed());
}
