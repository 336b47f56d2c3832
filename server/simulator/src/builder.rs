//! Setting a simulator up and starting it.

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde_json::Value;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::bucket::RateLimit;
use crate::clock::{Clock, SystemClock};
use crate::generator::{self, Plan};
use crate::latency::Latency;
use crate::port::Port;
use crate::record::{BadRecord, Record};
use crate::running::{Credentials, RunningSimulator};
use crate::shared::{Beginning, Shared};
use crate::state_file::{self, StateFileError};
use crate::store::Entry;
use crate::world::{Settings, World};
use crate::{background, contract, control};

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot listen on {address}: {source}")]
    Listen { address: SocketAddr, source: io::Error },
    #[error(transparent)]
    StateFile(#[from] StateFileError),
    #[error("a record that was given is not one: {0}")]
    Record(#[from] BadRecord),
}

/// How the simulator is to be. Without a word: no records, ports chosen by the system, 10 requests/s, no latency.
#[derive(Debug)]
pub struct Builder {
    address: IpAddr,
    port: u16,
    control_port: u16,
    base_path: String,
    credentials: Credentials,
    settings: Settings,
    plan: Plan,
    organizations: Vec<String>,
    given: Vec<Value>,
    background: f64,
    state_file: Option<PathBuf>,
    clock: Arc<dyn Clock>,
}

impl Default for Builder {
    fn default() -> Self {
        let credentials = Credentials {
            user: "vanguard".to_owned(),
            password: "vanguard".to_owned(),
            tenant: "DEMO".to_owned(),
        };
        Self {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            control_port: 0,
            base_path: "/api/pems".to_owned(),
            settings: Settings {
                passwords: BTreeMap::from([(credentials.user.clone(), credentials.password.clone())]),
                tenant: credentials.tenant.clone(),
                rate: RateLimit::default(),
                latency: Latency::Off,
            },
            credentials,
            plan: Plan { records: 0, seed: 42, anchor: default_anchor() },
            organizations: generator::organizations().map(str::to_owned).collect(),
            given: Vec::new(),
            background: 0.0,
            state_file: None,
            clock: Arc::new(SystemClock::new()),
        }
    }
}

/// The day around which plans are generated unless another is named: fixed, so that a seed means the same every day.
pub fn default_anchor() -> DateTime<Utc> {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default().and_time(NaiveTime::MIN).and_utc()
}

impl Builder {
    /// Where to listen; loopback unless said otherwise.
    #[must_use]
    pub fn address(mut self, address: IpAddr) -> Self {
        self.address = address;
        self
    }

    /// The ports of contract and control interface; 0 lets the system choose.
    #[must_use]
    pub fn ports(mut self, contract: u16, control: u16) -> Self {
        (self.port, self.control_port) = (contract, control);
        self
    }

    /// The path before every address of the contract, `/api/pems` unless said otherwise.
    #[must_use]
    pub fn base_path(mut self, path: impl Into<String>) -> Self {
        path.into().trim_end_matches('/').clone_into(&mut self.base_path);
        self
    }

    /// The credential that [`RunningSimulator::credentials`] gives; it replaces the default one.
    #[must_use]
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.settings.passwords.remove(&self.credentials.user);
        (self.credentials.user, self.credentials.password) = (user.into(), password.into());
        let Credentials { user, password, .. } = self.credentials.clone();
        self.another_credential(user, password)
    }

    /// One more credential, with a rate limit of its own.
    #[must_use]
    pub fn another_credential(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.settings.passwords.insert(user.into(), password.into());
        self
    }

    #[must_use]
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.credentials.tenant = tenant.into();
        self.settings.tenant.clone_from(&self.credentials.tenant);
        self
    }

    /// How many records to generate over RIO and HOL.
    #[must_use]
    pub fn records(mut self, records: usize) -> Self {
        self.plan.records = records;
        self
    }

    /// Seeds records, latency, likely faults and background edits.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.plan.seed = seed;
        self
    }

    /// "Today" for generated records; no later than the clock's today in any case.
    #[must_use]
    pub fn anchor(mut self, anchor: DateTime<Utc>) -> Self {
        self.plan.anchor = anchor;
        self
    }

    /// An organisation besides RIO and HOL.
    #[must_use]
    pub fn organization(mut self, code: impl Into<String>) -> Self {
        self.organizations.push(code.into());
        self
    }

    /// A record besides those generated: `pfaId`, `organization` and whatever else matters.
    #[must_use]
    pub fn record(mut self, record: Value) -> Self {
        self.given.push(record);
        self
    }

    #[must_use]
    pub fn rate(mut self, rate: RateLimit) -> Self {
        self.settings.rate = rate;
        self
    }

    #[must_use]
    pub fn latency(mut self, latency: Latency) -> Self {
        self.settings.latency = latency;
        self
    }

    /// Edits a minute by simulated PEMS users.
    #[must_use]
    pub fn background(mut self, per_minute: f64) -> Self {
        self.background = per_minute;
        self
    }

    /// Where records are kept between runs. Records found there are taken instead of generated ones.
    #[must_use]
    pub fn state_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.state_file = Some(path.into());
        self
    }

    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Generates or loads the records and begins to serve.
    pub async fn start(self) -> Result<RunningSimulator, StartError> {
        let now = self.clock.now();
        let plan = Plan { anchor: self.plan.anchor.min(now), ..self.plan };
        let extra: Result<Vec<_>, _> =
            self.given.iter().map(|given| Record::from_partial(given, plan.anchor).map(Entry::new)).collect();
        let beginning = Beginning { plan, organizations: self.organizations, extra: extra? };
        let (store, writes) = match self.state_file.as_deref().map(state_file::load).transpose()?.flatten() {
            Some(loaded) => loaded,
            None => (beginning.store(), Vec::new()),
        };
        let mut world = World::new(store, self.settings, generator::random(plan.seed));
        world.journal.resume(writes);

        let stopping = CancellationToken::new();
        let (contract_port, listener) = bind(self.address, self.port, &stopping).await?;
        let (control_port, control_listener) = bind(self.address, self.control_port, &stopping).await?;
        let shared = Arc::new(Shared {
            clock: self.clock,
            base_path: self.base_path,
            contract_port,
            background: watch::Sender::new(self.background),
            changed: Notify::new(),
            beginning,
            world: Mutex::new(world),
        });
        shared.contract_port.serve(listener, contract::router(Arc::clone(&shared))).await;
        control_port.serve(control_listener, control::router(Arc::clone(&shared))).await;
        let users = generator::random(plan.seed.wrapping_add(1));
        tokio::spawn(background::run(Arc::clone(&shared), users, stopping.clone()));
        let keeper = self.state_file.map(|path| keep(&shared, path, &stopping));
        Ok(RunningSimulator::new(shared, control_port, self.credentials, stopping, keeper))
    }
}

async fn bind(
    address: IpAddr,
    port: u16,
    stopping: &CancellationToken,
) -> Result<(Port, tokio::net::TcpListener), StartError> {
    let address = SocketAddr::new(address, port);
    Port::bind(address, stopping.clone()).await.map_err(|source| StartError::Listen { address, source })
}

fn keep(
    shared: &Arc<Shared>,
    path: PathBuf,
    stopping: &CancellationToken,
) -> JoinHandle<Result<(), StateFileError>> {
    tokio::spawn(state_file::keep(Arc::clone(shared), path, stopping.clone()))
}
