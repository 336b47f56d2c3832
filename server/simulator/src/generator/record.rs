//! A record as it is first imported into PEMS.

use chrono::{DateTime, Days, TimeDelta, Utc};
use rand::RngExt;
use rand::seq::IndexedRandom;

use super::Random;
use super::catalogue::{CATEGORIES, Category, Site, WORKS};
use crate::money::Money;
use crate::record::{Dor, Record, Source};

type Date = Option<DateTime<Utc>>;

pub(super) fn new(site: &Site, number: usize, anchor: DateTime<Utc>, rng: &mut Random) -> Record {
    let category = CATEGORIES.choose_weighted(rng, |c| c.weight).expect("every weight is positive");
    let (manufacturer, model) = category.models.choose(rng).copied().unwrap_or_default();
    let silo = site.silos.choose(rng).copied().unwrap_or_default();
    let work = WORKS.choose(rng).copied().unwrap_or_default();
    let imported = imported_at(anchor, rng);
    let today = anchor - TimeDelta::seconds(anchor.timestamp().rem_euclid(86_400));

    let is_actualized = rng.random_bool(0.35);
    // What has started lies behind the anchor, what has not mostly ahead of it.
    let offset = if is_actualized { rng.random_range(-420..-14) } else { rng.random_range(-60..330) };
    let length = rng.random_range(30..540);
    let day = |offset| Some(today + TimeDelta::days(offset));
    let plan = (day(offset), day(offset + length));
    let forecast = forecast(plan, rng);
    let actual = if is_actualized { actual(plan, today, rng) } else { (None, None) };
    let source = if rng.random_bool(0.7) { Source::Rental } else { Source::Purchase };
    let year = 2024 + rng.random_range(0..3);

    Record {
        pfa_id: format!("{}-{number:06}", site.code),
        organization: site.code.to_owned(),
        description: format!("{manufacturer} {model} for {work}"),
        area_silo: silo.to_owned(),
        class: category.class.to_owned(),
        category: category.code.to_owned(),
        category_description: category.description.to_owned(),
        source,
        dor: if rng.random_bool(0.25) { Dor::Beo } else { Dor::Project },
        is_actualized,
        is_discontinued: !is_actualized && rng.random_bool(0.04),
        is_funds_transferable: rng.random_bool(0.3),
        original_start: plan.0,
        original_end: plan.1,
        forecast_start: forecast.0,
        forecast_end: forecast.1,
        actual_start: actual.0,
        actual_end: actual.1,
        monthly_rate: (source == Source::Rental).then(|| rate(category, rng)).flatten(),
        purchase_price: (source == Source::Purchase).then(|| price(category, rng)).flatten(),
        manufacturer: manufacturer.to_owned(),
        model: model.to_owned(),
        contract: rng
            .random_bool(0.6)
            .then(|| format!("C-{}-{year}-{:03}", site.code, rng.random_range(1..400))),
        equipment: (is_actualized && rng.random_bool(0.85))
            .then(|| format!("EQ-{:06}", rng.random_range(100_000..999_999))),
        version: 1,
        updated_at: imported,
        updated_by: "pems.import".to_owned(),
    }
}

/// Records come in by a nightly import: many share one timestamp to the microsecond, which paging has to live with.
fn imported_at(anchor: DateTime<Utc>, rng: &mut Random) -> DateTime<Utc> {
    anchor - Days::new(rng.random_range(30..400)) - TimeDelta::hours(22)
}

/// The plan, slipped a little; a few are not forecast at all or open-ended.
fn forecast((start, end): (Date, Date), rng: &mut Random) -> (Date, Date) {
    match rng.random_range(0..100) {
        0..4 => (None, None),
        4..8 => (start, None),
        8..50 => (start, end),
        _ => {
            let slip = TimeDelta::days(rng.random_range(-10..45));
            let stretch = TimeDelta::days(rng.random_range(0..30));
            (start.map(|d| d + slip), end.map(|d| d + slip + stretch))
        }
    }
}

/// Started near the plan; ended too, if that lies behind us.
fn actual((start, end): (Date, Date), today: DateTime<Utc>, rng: &mut Random) -> (Date, Date) {
    let start = start.map(|d| d + TimeDelta::days(rng.random_range(-7..14)));
    let end = end.map(|d| d + TimeDelta::days(rng.random_range(-5..25)));
    (start, end.filter(|end| *end <= today && start.is_some_and(|start| start <= *end)))
}

/// Most rates are round; every fourth has cents.
fn rate(category: &Category, rng: &mut Random) -> Option<Money> {
    let whole = rng.random_range(category.rate.clone()) / 10 * 10;
    let cents = if rng.random_bool(0.25) { rng.random_range(1..100) } else { 0 };
    Money::from_cents(whole * 100 + cents)
}

fn price(category: &Category, rng: &mut Random) -> Option<Money> {
    let whole = rng.random_range(category.price.clone()) / 50 * 50;
    let cents = if rng.random_bool(0.25) { rng.random_range(1..100) } else { 0 };
    Money::from_cents(whole * 100 + cents)
}
