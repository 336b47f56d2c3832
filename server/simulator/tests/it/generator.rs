//! The generated records: always the same, and such as PEMS would hold.

use pems_simulator::{Record, RunningSimulator, Simulator, Source, default_anchor};

async fn generate(records: usize, seed: u64) -> RunningSimulator {
    Simulator::builder().records(records).seed(seed).start().await.unwrap()
}

fn all(pems: &RunningSimulator) -> Vec<Record> {
    ["RIO", "HOL"]
        .into_iter()
        .flat_map(|organization| {
            pems.pfa_ids(organization).into_iter().map(move |id| pems.record(organization, &id).unwrap())
        })
        .collect()
}

fn share(records: &[Record], is: impl Fn(&Record) -> bool) -> usize {
    records.iter().filter(|record| is(record)).count() * 100 / records.len()
}

#[tokio::test]
async fn the_same_seed_gives_the_same_records() {
    let (first, again, other) = (generate(500, 7).await, generate(500, 7).await, generate(500, 8).await);
    assert_eq!(all(&first), all(&again));
    assert_ne!(all(&first), all(&other));
}

#[tokio::test]
async fn asking_for_more_leaves_the_first_ones_as_they_were() {
    let (few, many) = (generate(50, 7).await, generate(500, 7).await);
    for record in all(&few) {
        assert_eq!(many.record(&record.organization, &record.pfa_id), Some(record));
    }
}

#[tokio::test]
async fn ten_thousand_records_look_like_two_projects() {
    let pems = generate(10_000, 42).await;
    assert_eq!((pems.pfa_ids("RIO").len(), pems.pfa_ids("HOL").len()), (6000, 4000));
    let records = all(&pems);
    assert!((66..=74).contains(&share(&records, |r| r.source == Source::Rental)));
    assert!((31..=39).contains(&share(&records, |r| r.is_actualized)));
    assert!((1..=5).contains(&share(&records, |r| r.is_discontinued)));
    assert!(records.iter().any(|r| r.forecast_start.is_none()));
    assert!(records.iter().any(|r| r.forecast_start.is_some() && r.forecast_end.is_none()));
    assert!(records.iter().any(|r| r.actual_start.is_some() && r.actual_end.is_none()));
    let distinct =
        |of: fn(&Record) -> &String| records.iter().map(of).collect::<std::collections::BTreeSet<_>>().len();
    assert!(distinct(|r| &r.category) >= 8 && distinct(|r| &r.area_silo) >= 8);
    assert!(distinct(|r| &r.manufacturer) >= 12 && distinct(|r| &r.class) >= 4);
}

#[tokio::test]
async fn every_generated_record_keeps_the_rules_of_pems() {
    let pems = generate(10_000, 42).await;
    for record in all(&pems) {
        let id = &record.pfa_id;
        assert!(record.updated_at <= default_anchor(), "{id} is from the future");
        let periods = [
            (record.forecast_start, record.forecast_end),
            (record.actual_start, record.actual_end),
            (record.original_start, record.original_end),
        ];
        assert!(periods.iter().all(|(start, end)| start.zip(*end).is_none_or(|(s, e)| s <= e)), "{id}");
        let dates = periods.iter().flat_map(|(start, end)| [start, end]).flatten();
        assert!(dates.into_iter().all(|date| date.timestamp() % 86_400 == 0), "{id} is not at midnight");
        match record.source {
            Source::Rental => assert!(record.monthly_rate.is_some_and(|rate| !rate.is_negative()), "{id}"),
            Source::Purchase => {
                assert!(record.purchase_price.is_some_and(|price| !price.is_negative()), "{id}");
            }
        }
        assert_eq!(record.is_actualized, record.actual_start.is_some(), "{id}");
        assert!(!(record.is_actualized && record.is_discontinued), "{id}");
        let texts = [&record.description, &record.area_silo, &record.category_description, &record.model];
        assert!(texts.iter().all(|text| text.chars().count() <= 80 && !text.is_empty()), "{id}");
        let history = pems.history(&record.organization, id);
        assert_eq!(record.version, 1 + history.len() as u64, "{id}");
        assert!(history.windows(2).all(|pair| pair[0].at < pair[1].at), "{id}");
    }
    assert!(pems.journal().writes().is_empty(), "how records came about is no write of this run");
}
