//! Everything that changes while the simulator runs, behind one lock: a request sees and leaves it whole.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::bucket::{RateLimit, TokenBucket};
use crate::fault::Registry;
use crate::generator::Random;
use crate::journal::{Journal, Write};
use crate::latency::Latency;
use crate::refusal::Refusal;
use crate::store::{Store, WriteOrder};

/// How PEMS is set up. Passwords are not shown.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Settings {
    #[serde(skip)]
    pub passwords: BTreeMap<String, String>,
    pub tenant: String,
    pub rate: RateLimit,
    pub latency: Latency,
}

#[derive(Debug)]
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) journal: Journal,
    pub(crate) faults: Registry,
    pub(crate) settings: Settings,
    pub(crate) rng: Random,
    buckets: HashMap<String, TokenBucket>,
}

impl World {
    pub(crate) fn new(store: Store, settings: Settings, rng: Random) -> Self {
        Self {
            store,
            journal: Journal::default(),
            faults: Registry::default(),
            settings,
            rng,
            buckets: HashMap::new(),
        }
    }

    /// Writes to the store and to the journal, or to neither.
    pub(crate) fn write(&mut self, order: WriteOrder, now: DateTime<Utc>) -> Result<Write, Refusal> {
        let write = self.store.write(order, now)?;
        self.journal.record(write.clone());
        Ok(write)
    }

    /// Takes a token of this credential's, or tells how long until there is one.
    pub(crate) fn take_token(&mut self, credential: &str, now: Duration) -> Result<(), Duration> {
        let limit = self.settings.rate;
        let full = || TokenBucket::full(limit, now);
        self.buckets.entry(credential.to_owned()).or_insert_with(full).take(limit, now)
    }

    /// A new limit starts with full buckets.
    pub(crate) fn limit_rate(&mut self, rate: RateLimit) {
        self.settings.rate = rate;
        self.buckets.clear();
    }
}
