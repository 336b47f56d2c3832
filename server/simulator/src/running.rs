//! A simulator that serves: what a test, or the program, does with it.

use std::io;
use std::sync::Arc;

use serde_json::Value;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::bucket::RateLimit;
use crate::contract;
use crate::fault::{Fault, FaultHandle, RuleState};
use crate::journal::{JournalView, Origin, Write, WriteOperation};
use crate::latency::Latency;
use crate::port::Port;
use crate::record::{BadRecord, Record};
use crate::refusal::Refusal;
use crate::shared::Shared;
use crate::state_file::StateFileError;

/// What a client needs to be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    pub user: String,
    pub password: String,
    pub tenant: String,
}

/// Serves until it is stopped or dropped.
#[derive(Debug)]
pub struct RunningSimulator {
    shared: Arc<Shared>,
    control_port: Port,
    credentials: Credentials,
    stopping: CancellationToken,
    keeper: Option<JoinHandle<Result<(), StateFileError>>>,
}

impl RunningSimulator {
    pub(crate) fn new(
        shared: Arc<Shared>,
        control_port: Port,
        credentials: Credentials,
        stopping: CancellationToken,
        keeper: Option<JoinHandle<Result<(), StateFileError>>>,
    ) -> Self {
        Self { shared, control_port, credentials, stopping, keeper }
    }

    /// Where the contract is served, without a trailing slash.
    pub fn base_url(&self) -> String {
        format!("http://{}{}", self.shared.contract_port.address(), self.shared.base_path)
    }

    /// Where the control interface is served, without a trailing slash.
    pub fn control_url(&self) -> String {
        format!("http://{}", self.control_port.address())
    }

    /// As they were set up; [`Self::set_password`] does not change them.
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    pub fn record(&self, organization: &str, pfa_id: &str) -> Option<Record> {
        self.shared.with(|world| world.store.entry(organization, pfa_id).map(|entry| entry.record.clone()))
    }

    /// Its versions after the first, oldest first.
    pub fn history(&self, organization: &str, pfa_id: &str) -> Vec<Write> {
        self.shared.with(|world| {
            world.store.entry(organization, pfa_id).map(|entry| entry.history.clone()).unwrap_or_default()
        })
    }

    /// The records of an organisation, by their id.
    pub fn pfa_ids(&self, organization: &str) -> Vec<String> {
        self.shared.with(|world| world.store.ids(organization).map(str::to_owned).collect())
    }

    /// Somebody in PEMS changes the record now, whatever its version and lock, but within the rules.
    pub fn edit(
        &self,
        organization: &str,
        pfa_id: &str,
        changes: Value,
        modified_by: &str,
    ) -> Result<Write, Refusal> {
        let Value::Object(changes) = changes else {
            return Err(Refusal::InvalidRequest("changes are a JSON object".to_owned()));
        };
        let record = (organization, pfa_id);
        self.shared.edit(record, WriteOperation::Update, changes, modified_by, Origin::Control)
    }

    /// Somebody in PEMS discontinues the record now.
    pub fn discontinue(&self, organization: &str, pfa_id: &str, modified_by: &str) -> Result<Write, Refusal> {
        let record = (organization, pfa_id);
        self.shared.edit(record, WriteOperation::Delete, serde_json::Map::new(), modified_by, Origin::Control)
    }

    /// Somebody opens the record in PEMS. `false` if there is no such record.
    pub fn lock(&self, organization: &str, pfa_id: &str) -> bool {
        self.shared.with(|world| world.store.alter(organization, pfa_id, |entry| entry.locked = true))
    }

    pub fn unlock(&self, organization: &str, pfa_id: &str) -> bool {
        self.shared.with(|world| world.store.alter(organization, pfa_id, |entry| entry.locked = false))
    }

    /// Puts a record as given (`pfaId`, `organization` and whatever else matters), replacing any that has its key.
    /// `updatedAt` is now unless given; its history begins anew.
    pub fn put_record(&self, record: &Value) -> Result<Record, BadRecord> {
        self.shared.put(record)
    }

    /// Answers this JSON, however malformed, in place of the record, until the next write puts it right. It counts as
    /// changed now, so that an incremental read meets it.
    pub fn put_malformed(&self, organization: &str, pfa_id: &str, shown: Value) {
        self.shared.put_malformed(organization, pfa_id, shown);
    }

    pub fn fault(&self, fault: impl Into<Fault>) -> FaultHandle {
        let now = self.shared.clock.elapsed();
        let (id, met) = self.shared.with(|world| world.faults.add(fault.into(), now));
        FaultHandle::new(Arc::clone(&self.shared), id, met)
    }

    pub fn faults(&self) -> Vec<RuleState> {
        let now = self.shared.clock.elapsed();
        self.shared.with(|world| world.faults.list(now))
    }

    /// Takes all rules away and lets go what they hold.
    pub fn clear_faults(&self) {
        self.shared.with(|world| world.faults.clear_all());
    }

    pub fn journal(&self) -> JournalView {
        JournalView::new(Arc::clone(&self.shared))
    }

    /// Changes what PEMS takes as this user's password; a new user is added.
    pub fn set_password(&self, user: &str, password: &str) {
        self.shared.with(|world| world.settings.passwords.insert(user.to_owned(), password.to_owned()));
    }

    pub fn set_rate(&self, rate: RateLimit) {
        self.shared.with(|world| world.limit_rate(rate));
    }

    pub fn set_latency(&self, latency: Latency) {
        self.shared.with(|world| world.settings.latency = latency);
    }

    /// Edits a minute by simulated PEMS users; 0 stops them.
    pub fn set_background(&self, per_minute: f64) {
        self.shared.background.send_replace(per_minute);
    }

    /// An outage: connections are cut, new ones refused. The control interface stays.
    pub async fn go_down(&self) {
        self.shared.contract_port.close().await;
    }

    /// Serves again, on the same port and with the same records.
    pub async fn come_up(&self) -> io::Result<()> {
        self.shared.contract_port.open(contract::router(Arc::clone(&self.shared))).await
    }

    /// Back to the first records, with an empty journal and no faults.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// Stops serving and saves the records if a state file was named.
    pub async fn stop(mut self) -> Result<(), StateFileError> {
        self.clear_faults();
        self.shared.contract_port.close().await;
        self.control_port.close().await;
        self.stopping.cancel();
        match self.keeper.take() {
            // It cannot have been cancelled, and a panic in it has been reported by the runtime.
            Some(keeper) => keeper.await.unwrap_or(Ok(())),
            None => Ok(()),
        }
    }
}

impl Drop for RunningSimulator {
    fn drop(&mut self) {
        self.stopping.cancel();
    }
}
