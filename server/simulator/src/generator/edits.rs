//! Edits such as people make in PEMS: a date slips, a rate is renegotiated, a machine moves to another project.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use rand::RngExt;
use rand::seq::IndexedRandom;
use serde_json::{Map, Value, json};

use super::Random;
use super::catalogue::{ORGANIZATIONS, PEMS_USERS, WORKS};
use crate::money::Money;
use crate::record::Record;

/// A change that the rules allow; `None` where nobody would touch the record any more.
pub(crate) fn plausible(record: &Record, rng: &mut Random) -> Option<Map<String, Value>> {
    if record.is_discontinued {
        return None;
    }
    let changes = match rng.random_range(0..10) {
        0..4 => slip(record, rng),
        4..7 => renegotiate(record, rng),
        7 => json!({ "areaSilo": silo(record, rng) }),
        8 => json!({ "contract": format!("C-{}-2026-{:03}", record.organization, rng.random_range(1..400)) }),
        _ => describe(record, rng),
    };
    match changes {
        Value::Object(changes) => Some(changes),
        _ => None,
    }
}

pub(crate) fn user(rng: &mut Random) -> &'static str {
    PEMS_USERS.choose(rng).copied().unwrap_or("pems.jansen")
}

/// Moves the forecast as a whole, or only its end.
fn slip(record: &Record, rng: &mut Random) -> Value {
    let by = TimeDelta::days(rng.random_range(1..42));
    match (record.forecast_start, record.forecast_end) {
        (Some(start), Some(end)) if !record.is_actualized && rng.random_bool(0.5) => {
            json!({ "forecastStart": date(start + by), "forecastEnd": date(end + by) })
        }
        (_, Some(end)) => json!({ "forecastEnd": date(end + by) }),
        (Some(start), None) => json!({ "forecastEnd": date(start + by) }),
        (None, None) => describe(record, rng),
    }
}

/// Up or down by up to eight per cent.
fn renegotiate(record: &Record, rng: &mut Random) -> Value {
    let percent = rng.random_range(92..=108);
    let new = |money: Money| Money::from_cents(money.cents() * percent / 100).map(Money::to_value);
    match (record.monthly_rate.and_then(new), record.purchase_price.and_then(new)) {
        (Some(rate), _) => json!({ "monthlyRate": rate }),
        (None, Some(price)) => json!({ "purchasePrice": price }),
        (None, None) => describe(record, rng),
    }
}

fn silo(record: &Record, rng: &mut Random) -> String {
    let site = ORGANIZATIONS.iter().find(|site| site.code == record.organization);
    site.and_then(|site| site.silos.choose(rng)).map_or_else(|| record.area_silo.clone(), ToString::to_string)
}

fn describe(record: &Record, rng: &mut Random) -> Value {
    let work = WORKS.choose(rng).copied().unwrap_or_default();
    json!({ "description": format!("{} {} for {work}", record.manufacturer, record.model) })
}

fn date(date: DateTime<Utc>) -> String {
    date.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
