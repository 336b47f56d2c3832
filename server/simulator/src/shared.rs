//! What contract, control interface, background users and library all hold on to.

use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};
use tokio::sync::{Notify, watch};

use crate::clock::Clock;
use crate::generator::{self, Plan};
use crate::journal::{Origin, Write, WriteOperation};
use crate::port::Port;
use crate::record::{BadRecord, Record};
use crate::refusal::Refusal;
use crate::store::{Entry, Store, WriteOrder};
use crate::world::World;

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) base_path: String,
    /// Where the contract is served; closed during an outage.
    pub(crate) contract_port: Port,
    /// Edits a minute by simulated PEMS users; 0 is none.
    pub(crate) background: watch::Sender<f64>,
    /// Told whenever a record changed, for the state file.
    pub(crate) changed: Notify,
    /// What [`Shared::reset`] goes back to.
    pub(crate) beginning: Beginning,
    pub(crate) world: Mutex<World>,
}

/// The records that a simulator starts with when it has no state file.
#[derive(Clone, Debug)]
pub(crate) struct Beginning {
    pub(crate) plan: Plan,
    pub(crate) organizations: Vec<String>,
    pub(crate) extra: Vec<Entry>,
}

impl Beginning {
    pub(crate) fn store(&self) -> Store {
        let mut store = Store::default();
        for code in &self.organizations {
            store.add_organization(code);
        }
        for entry in generator::generate(&self.plan).into_iter().chain(self.extra.iter().cloned()) {
            store.put(entry);
        }
        store
    }
}

impl Shared {
    /// Looks at the world, or changes it, while nobody else does. Never holds the lock over an await.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut World) -> T) -> T {
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        let before = world.store.revision();
        let outcome = act(&mut world);
        if world.store.revision() != before {
            self.changed.notify_one();
        }
        outcome
    }

    /// An edit by somebody inside PEMS: whatever the version, but within the rules.
    pub(crate) fn edit(
        &self,
        (organization, pfa_id): (&str, &str),
        operation: WriteOperation,
        changes: Map<String, Value>,
        modified_by: &str,
        origin: Origin,
    ) -> Result<Write, Refusal> {
        let order = WriteOrder {
            organization: organization.to_owned(),
            pfa_id: pfa_id.to_owned(),
            operation,
            changes,
            version: None,
            modified_by: modified_by.to_owned(),
            change_reason: None,
            origin,
        };
        let now = self.clock.now();
        self.with(|world| world.write(order, now))
    }

    /// Puts a record as it is given, in place of any that has its key. Its history begins anew; `updatedAt` is now
    /// unless given.
    pub(crate) fn put(&self, given: &Value) -> Result<Record, BadRecord> {
        let now = self.clock.now();
        self.with(|world| {
            let record = Record::from_partial(given, world.store.stamp(now))?;
            world.store.put(Entry::new(record.clone()));
            Ok(record)
        })
    }

    /// Shows this JSON, however malformed, instead of the record, which is made if need be and counts as changed now.
    pub(crate) fn put_malformed(&self, organization: &str, pfa_id: &str, shown: Value) {
        let now = self.clock.now();
        self.with(|world| {
            let at = world.store.stamp(now);
            let known = world.store.entry(organization, pfa_id).cloned();
            let mut entry = known.unwrap_or_else(|| Entry::new(Record::blank(organization, pfa_id, at)));
            entry.record.updated_at = at;
            entry.shown = Some(shown);
            world.store.put(entry);
        });
    }

    /// Back to the first records, with an empty journal and no faults. Settings stay.
    pub(crate) fn reset(&self) {
        let mut store = self.beginning.store();
        self.with(|world| {
            store.succeed(&world.store);
            world.store = store;
            world.journal.clear();
            world.faults.clear_all();
        });
        self.background.send_replace(0.0);
    }
}
