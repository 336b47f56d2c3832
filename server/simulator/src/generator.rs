//! Realistic records, the same ones for the same seed.
//!
//! Each record has a random stream of its own, from the seed and its key: asking for more records leaves the first
//! ones as they were. Later versions come from [`edits`], so a record's history is one that PEMS would have allowed.

mod catalogue;
pub(crate) mod edits;
mod record;

use chrono::{DateTime, TimeDelta, Utc};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

use crate::journal::{Origin, WriteOperation};
use crate::store::{Entry, WriteOrder};
use catalogue::{ORGANIZATIONS, Site};

/// The generator of choice: its output is fixed by its definition, not by the version of a library.
pub(crate) type Random = Xoshiro256PlusPlus;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Over both organisations: three fifths for RIO, the rest for HOL.
    pub records: usize,
    pub seed: u64,
    /// "Today" for the records: plans lie around it, and no change is later.
    pub anchor: DateTime<Utc>,
}

pub(crate) fn random(seed: u64) -> Random {
    Random::seed_from_u64(seed)
}

/// The codes of the organisations that the generator knows.
pub(crate) fn organizations() -> impl Iterator<Item = &'static str> {
    ORGANIZATIONS.iter().map(|site| site.code)
}

pub(crate) fn generate(plan: &Plan) -> Vec<Entry> {
    let rio = (plan.records * 3).div_ceil(5);
    let counts = [rio, plan.records - rio];
    let per_site = ORGANIZATIONS.iter().zip(counts).zip(1_u64..);
    per_site
        .flat_map(|((site, count), nth)| (1..=count).map(move |number| one(plan, site, nth, number)))
        .collect()
}

fn one(plan: &Plan, site: &Site, nth: u64, number: usize) -> Entry {
    let stream = nth << 48 | number as u64;
    let mut rng = random(plan.seed ^ stream.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut entry = Entry::new(record::new(site, number, plan.anchor, &mut rng));
    // Three in five are as they were imported; the rest have been worked on since.
    let edits = if rng.random_bool(0.6) { 0 } else { rng.random_range(1..=4) };
    for _ in 0..edits {
        edit(&mut entry, plan.anchor, &mut rng);
    }
    entry
}

/// One more version, some time between the last one and the anchor.
fn edit(entry: &mut Entry, anchor: DateTime<Utc>, rng: &mut Random) {
    let room = (anchor - entry.record.updated_at).num_seconds();
    if room < 2 {
        return;
    }
    let at = entry.record.updated_at + TimeDelta::seconds(rng.random_range(1..room));
    let Some(changes) = edits::plausible(&entry.record, rng) else { return };
    let order = WriteOrder {
        organization: entry.record.organization.clone(),
        pfa_id: entry.record.pfa_id.clone(),
        operation: WriteOperation::Update,
        changes,
        version: None,
        modified_by: edits::user(rng).to_owned(),
        change_reason: None,
        origin: Origin::Generated,
    };
    if let Ok(judged) = entry.judge(&order) {
        entry.apply(order, judged, at, 0);
    }
}
