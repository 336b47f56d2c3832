//! One application under test: a database of its own, a simulator, and server processes to be killed at will.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    unreachable_pub,
    reason = "tests and benchmarks share it; what cannot go on fails"
)]

mod client;
mod database;
mod invariants;
mod mail;
mod postgres;
mod process;
mod slack;
mod visitor;
mod waiting;

use std::collections::BTreeMap;

use pems_simulator::{RateLimit, RunningSimulator, Simulator};
use serde_json::Value;
use sqlx::PgPool;

pub use client::{Answer, Client};
use database::Database;
pub use mail::MailStandIn;
pub use postgres::Postgres;
pub use process::ServerProcess;
pub use slack::SlackStandIn;
pub use visitor::{Reply, Visitor};
pub use waiting::{eventually, eventually_within};

/// The organisation that tests work in.
pub const RIO: &str = "RIO";

/// How an application is set up. Without a word: 12 records, PEMS's real rate limit, batches, quick retries.
#[derive(Debug)]
pub struct Setup {
    records: usize,
    rate: RateLimit,
    settings: BTreeMap<String, String>,
    extra: Vec<Value>,
    reads_first: bool,
    database_server: Option<String>,
}

impl Setup {
    /// Records over both organisations.
    pub fn records(mut self, records: usize) -> Self {
        self.records = records;
        self
    }

    /// A record that the simulator holds besides the generated ones.
    pub fn record(mut self, record: Value) -> Self {
        self.extra.push(record);
        self
    }

    /// Requests a second that PEMS allows, and its burst.
    pub fn rate(mut self, rate: RateLimit) -> Self {
        self.rate = rate;
        self
    }

    /// A setting of the server, as an environment variable.
    pub fn setting(mut self, name: &str, value: &str) -> Self {
        self.settings.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Starts without waiting for a first read from PEMS.
    pub fn without_first_read(mut self) -> Self {
        self.reads_first = false;
        self
    }

    /// Another PostgreSQL server than the one of all tests.
    pub fn on(mut self, postgres: &Postgres) -> Self {
        self.database_server = Some(postgres.url());
        self
    }

    pub async fn start(self) -> TestApp {
        let mut pems = Simulator::builder().records(self.records).seed(7).rate(self.rate);
        for record in self.extra {
            pems = pems.record(record);
        }
        let pems = pems.start().await.expect("the simulator starts");
        let database = Database::create(self.database_server).await;
        let mut settings = default_settings(&database, &pems);
        settings.extend(self.settings);
        let server = ServerProcess::start(settings.clone()).await;
        let app = TestApp { pems, database, settings, server };
        if self.reads_first {
            app.read_from_pems().await;
            if app.settings.get("ENABLE_CRON_JOBS").is_none_or(|enabled| enabled != "false") {
                app.wait_until_every_organisation_was_read().await;
            }
        }
        app
    }
}

fn default_settings(database: &Database, pems: &RunningSimulator) -> BTreeMap<String, String> {
    let credentials = pems.credentials();
    [
        ("DATABASE_URL", database.url().to_owned()),
        ("DATABASE_MAX_CONNECTIONS", "12".to_owned()),
        ("ENCRYPTION_KEY", "11".repeat(32)),
        ("JWT_SECRET", "a secret that only tests use, and long enough".to_owned()),
        ("VANGUARD_DEMO", "true".to_owned()),
        ("PEMS_WRITE_ENDPOINT", pems.base_url()),
        ("PEMS_WRITE_USERNAME", credentials.user.clone()),
        ("PEMS_WRITE_PASSWORD", credentials.password.clone()),
        ("PEMS_WRITE_TENANT", credentials.tenant.clone()),
        ("WRITE_SYNC_RETRY_DELAY", "200".to_owned()),
        ("WRITE_SYNC_LEASE_SECONDS", "5".to_owned()),
        ("PEMS_REQUEST_TIMEOUT_SECONDS", "3".to_owned()),
        // Reads happen when a test asks for them.
        ("PEMS_READ_SYNC_SCHEDULE", "0 0 1 1 *".to_owned()),
        ("RUST_LOG", "warn,vanguard_server=debug".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

/// The application under test.
#[derive(Debug)]
pub struct TestApp {
    pub pems: RunningSimulator,
    database: Database,
    settings: BTreeMap<String, String>,
    pub server: ServerProcess,
}

impl TestApp {
    pub fn setup() -> Setup {
        Setup {
            records: 12,
            rate: RateLimit::default(),
            settings: BTreeMap::new(),
            extra: Vec::new(),
            reads_first: true,
            database_server: None,
        }
    }

    pub async fn start() -> Self {
        Self::setup().start().await
    }

    /// Straight to the database, to look at what no interface shows.
    pub fn pool(&self) -> &PgPool {
        self.database.pool()
    }

    /// A logged-in user of the demonstration data, in the organisation RIO.
    pub async fn user(&self, name: &str) -> Client {
        Client::log_in(&self.server, name, RIO).await
    }

    pub async fn manager(&self) -> Client {
        self.user("manager").await
    }

    /// Reads everything from PEMS, and waits until it is there.
    pub async fn read_from_pems(&self) {
        let manager = self.manager().await;
        manager.read_sync().await;
    }

    /// The first reads begin by themselves: one that is under way would meet the faults of a test.
    async fn wait_until_every_organisation_was_read(&self) {
        eventually("every organisation was read", async || {
            let unread: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM organisations o WHERE NOT EXISTS (
                   SELECT 1 FROM sync_jobs j
                   WHERE j.organisation_id = o.id AND j.kind = 'read' AND j.state = 'completed')
                 OR EXISTS (
                   SELECT 1 FROM sync_jobs j
                   WHERE j.organisation_id = o.id AND j.kind = 'read' AND j.state = 'running')",
            )
            .fetch_one(self.pool())
            .await
            .expect("the database answers");
            (unread == 0).then_some(())
        })
        .await;
    }

    /// Records of RIO that planners can change: rentals, neither actualised nor discontinued.
    pub fn changeable(&self) -> Vec<String> {
        self.pems
            .pfa_ids(RIO)
            .into_iter()
            .filter(|id| {
                let record = self.pems.record(RIO, id).expect("it was listed").to_value();
                record["source"] == "Rental"
                    && record["isActualized"] == false
                    && record["isDiscontinued"] == false
            })
            .collect()
    }

    /// Another server process on the same database.
    pub async fn replica(&self) -> ServerProcess {
        ServerProcess::start(self.settings.clone()).await
    }

    /// Changes a setting for the next start.
    pub fn set(&mut self, name: &str, value: &str) {
        self.settings.insert(name.to_owned(), value.to_owned());
    }

    /// Kills the server without a warning.
    pub async fn kill(&mut self) {
        self.server.kill().await;
    }

    /// Starts the server again after it was killed or stopped.
    pub async fn restart(&mut self) {
        self.server = ServerProcess::start(self.settings.clone()).await;
    }

    /// Cuts every connection to the database.
    pub async fn cut_database_connections(&self) {
        self.database.cut_connections().await;
    }
}
