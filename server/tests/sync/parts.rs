//! The read sync and the connector under test within this process: a database of its own, and a simulator.

use std::sync::Arc;
use std::time::Duration;

use pems_simulator::{Builder, RunningSimulator, Simulator};
use secrecy::SecretString;
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;
use vanguard_app::backend::{Access, Caller, OrganizationRef, UserView};
use vanguard_domain::permission::Role;
use vanguard_domain::retry::RetryPolicy;
use vanguard_server::clock;
use vanguard_server::credentials::{Cipher, EncryptionKey};
use vanguard_server::pems::contract::{ConnectorSettings, HttpConnector, Limits};
use vanguard_server::pems::limiter::{self, Credential};
use vanguard_server::pems::{PemsServer, PemsServers};
use vanguard_server::read_sync::{ReadRunSettings, ReadSync};

use crate::app::{RIO, eventually_within};

/// More than any test sends.
pub const UNHURRIED: f64 = 1000.0;

/// A connector to `pems` for RIO.
pub fn connector(pems: &RunningSimulator, limits: Limits) -> HttpConnector {
    HttpConnector::new(&settings(pems, limits), clock::system()).expect("the simulator's address can be used")
}

pub fn settings(pems: &RunningSimulator, limits: Limits) -> ConnectorSettings {
    let credentials = pems.credentials();
    ConnectorSettings {
        base_url: pems.base_url(),
        tenant: credentials.tenant.clone(),
        organisation: RIO.to_owned(),
        username: credentials.user.clone(),
        password: SecretString::from(credentials.password.clone()),
        supports_batch: true,
        limits,
    }
}

/// Quick enough for tests.
pub fn quick_runs() -> ReadRunSettings {
    ReadRunSettings {
        page_size: 10,
        lease: Duration::from_secs(1),
        retry: RetryPolicy { max_retries: 3, base: Duration::from_millis(20) },
        ..ReadRunSettings::default()
    }
}

/// How a run stands.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Run {
    pub state: String,
    pub error: Option<String>,
    pub cursor: Option<String>,
    pub is_full: bool,
    pub pages: i32,
    pub records_read: i32,
    pub records_changed: i32,
    pub records_rejected: i32,
}

/// A database with the organisation RIO and its API server, which is a simulator.
#[derive(Debug)]
pub struct Parts {
    pub pool: PgPool,
    pub pems: RunningSimulator,
    pub organisation_id: Uuid,
    pub server_id: Uuid,
    pub sync: ReadSync,
}

impl Parts {
    /// RIO gets three fifths of `records`; PEMS's rate limit is off.
    pub async fn start(pool: PgPool, records: usize) -> Self {
        let pems = Simulator::builder().records(records).seed(7).rate(pems_simulator::RateLimit::UNLIMITED);
        Self::with(pool, pems, UNHURRIED).await
    }

    pub async fn with(pool: PgPool, pems: Builder, requests_per_second: f64) -> Self {
        let pems = pems.start().await.expect("the simulator starts");
        let (organisation_id, server_id) = set_up(&pool, &pems, RIO, requests_per_second).await;
        let sync = read_sync(&pool, quick_runs());
        Self { pool, pems, organisation_id, server_id, sync }
    }

    pub async fn server(&self) -> PemsServer {
        servers(&self.pool).for_organisation(self.organisation_id).await.expect("it was set up")
    }

    /// Starts a run and waits for its end.
    pub async fn read(&self, full: bool) -> Run {
        let job_id = self.sync.start_run(self.organisation_id, None, full).await.expect("the database runs");
        self.ended(job_id).await
    }

    pub async fn ended(&self, job_id: Uuid) -> Run {
        eventually_within(Duration::from_mins(1), "the run ends", async || {
            Some(self.run(job_id).await).filter(|run| run.state != "running")
        })
        .await
    }

    pub async fn run(&self, job_id: Uuid) -> Run {
        sqlx::query_as(
            "SELECT state, error, cursor, is_full, pages, records_read, records_changed, records_rejected
             FROM sync_jobs WHERE id = $1",
        )
        .bind(job_id)
        .fetch_one(&self.pool)
        .await
        .expect("the run is there")
    }

    /// A user of the organisation `code`, added now.
    pub async fn access(&self, code: &str, username: &str, role: Role) -> Access {
        let id: Uuid = sqlx::query_scalar(
            "WITH person AS (
               INSERT INTO users (username, email, password_hash, role)
               VALUES ($1, $1 || '@example.com', '$argon2id$none', $2) RETURNING id),
             member AS (
               INSERT INTO organisation_members (organisation_id, user_id)
               SELECT o.id, p.id FROM organisations o, person p WHERE o.code = $3)
             SELECT id FROM person",
        )
        .bind(username)
        .bind(role.as_str())
        .bind(code)
        .fetch_one(&self.pool)
        .await
        .expect("the user is new");
        let organization =
            OrganizationRef { id: self.organisation_id, code: code.to_owned(), name: code.to_owned() };
        let user = UserView {
            id,
            username: username.to_owned(),
            email: String::new(),
            role,
            permissions: role.permissions(),
            organizations: vec![organization],
        };
        let caller = Caller { session_id: Uuid::nil(), expires_at: chrono::DateTime::UNIX_EPOCH, user };
        caller.enter(self.organisation_id).expect("a member")
    }

    /// The one number that a query answers.
    pub async fn number(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.pool).await.expect("the query is right")
    }

    pub async fn execute(&self, sql: &'static str) {
        sqlx::query(sql).execute(&self.pool).await.expect("the statement is right");
    }

    /// Versions and authors of PEMS and mirror, record by record.
    pub async fn assert_mirror_equals_pems(&self) {
        let mirrored: Vec<(String, i64, String)> = sqlx::query_as(
            "SELECT pfa_id, version, updated_by FROM pfa_mirror WHERE organisation_id = $1 ORDER BY pfa_id",
        )
        .bind(self.organisation_id)
        .fetch_all(&self.pool)
        .await
        .expect("the query is right");
        let mut expected: Vec<_> = self
            .pems
            .pfa_ids(RIO)
            .into_iter()
            .map(|pfa_id| {
                let record = self.pems.record(RIO, &pfa_id).expect("it was listed").to_value();
                let version = record["version"].as_i64().expect("a version");
                (pfa_id, version, record["updatedBy"].as_str().expect("an author").to_owned())
            })
            .collect();
        expected.sort();
        assert_eq!(mirrored, expected);
    }
}

pub fn read_sync(pool: &PgPool, runs: ReadRunSettings) -> ReadSync {
    let (shutdown, tracker) = (CancellationToken::new(), TaskTracker::new());
    ReadSync::new(pool.clone(), Arc::new(servers(pool)), clock::system(), runs, shutdown, tracker)
}

pub fn servers(pool: &PgPool) -> PemsServers {
    PemsServers::new(pool.clone(), cipher(), clock::system())
}

fn cipher() -> Cipher {
    Cipher::new(EncryptionKey::from_hex(&"11".repeat(32)).expect("64 digits"), Vec::new())
}

/// An organisation with its API server; answers with the ids of both.
pub async fn set_up(
    pool: &PgPool,
    pems: &RunningSimulator,
    code: &str,
    requests_per_second: f64,
) -> (Uuid, Uuid) {
    let (base_url, credentials) = (pems.base_url(), pems.credentials());
    let organisation_id: Uuid =
        sqlx::query_scalar("INSERT INTO organisations (code, name) VALUES ($1, $1) RETURNING id")
            .bind(code)
            .fetch_one(pool)
            .await
            .expect("the organisation is new");
    let mut connection = pool.acquire().await.expect("the database runs");
    let credential =
        Credential { base_url: &base_url, tenant: &credentials.tenant, username: &credentials.user };
    let budget =
        limiter::budget_of(&mut connection, credential, requests_per_second).await.expect("a budget");
    let server_id = Uuid::new_v4();
    let password = SecretString::from(credentials.password.clone());
    let sealed = cipher().seal(server_id, &password).expect("it can be sealed");
    sqlx::query(
        "INSERT INTO api_servers (id, organisation_id, name, base_url, tenant, username, secret_ciphertext,
                                  secret_nonce, secret_key_id, limiter_id)
         VALUES ($1, $2, 'PEMS', $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(server_id)
    .bind(organisation_id)
    .bind(&base_url)
    .bind(&credentials.tenant)
    .bind(&credentials.user)
    .bind(sealed.ciphertext)
    .bind(sealed.nonce)
    .bind(sealed.key_id)
    .bind(budget)
    .execute(&mut *connection)
    .await
    .expect("the server is new");
    (organisation_id, server_id)
}
