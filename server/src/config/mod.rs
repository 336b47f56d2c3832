//! The settings: read from the environment once, checked all together, then passed around as values.
//!
//! [`table`] names every setting; [`Config::from_env`] reads them. A wrong value stops the start, and every wrong
//! value is reported at once.

mod alerts;
mod pems_url;
mod problem;
mod reader;
mod schedule;
pub mod table;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use sqlx::postgres::PgConnectOptions;
use tracing_subscriber::EnvFilter;

use vanguard_domain::retry::RetryPolicy;

use crate::credentials::{Cipher, EncryptionKey};
pub use alerts::{AlertSettings, EmailSettings, SmtpSecurity, SmtpServer};
pub use pems_url::{InvalidPemsUrl, PemsUrl};
pub use problem::{ConfigError, Problem};
use reader::{Reader, flag, plain, secret};
pub use schedule::{InvalidSchedule, Schedule};

/// All settings.
#[derive(Debug, Clone)]
pub struct Config {
    pub database: DatabaseSettings,
    pub cipher: Cipher,
    pub http: HttpSettings,
    pub write_sync: WriteSyncSettings,
    pub read_sync: ReadSyncSettings,
    pub pems: PemsSettings,
    pub alerts: AlertSettings,
    /// Password of the demonstration users, if there shall be any.
    pub demo: Option<SecretString>,
}

#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    pub connect: PgConnectOptions,
    pub max_connections: u32,
}

#[derive(Debug, Clone)]
pub struct HttpSettings {
    pub address: SocketAddr,
    /// The folder of the browser's files.
    pub site_root: PathBuf,
    pub jwt_secret: SecretString,
    pub cookie_secure: bool,
    /// Reverse proxies in front of us.
    pub trusted_proxies: u32,
}

#[derive(Debug, Clone)]
pub struct WriteSyncSettings {
    /// Whether this replica writes to PEMS at all.
    pub enabled: bool,
    /// Unless nothing runs by schedule here.
    pub schedule: Option<Schedule>,
    pub batch_size: u32,
    pub retry: RetryPolicy,
    /// How long a claim holds its items.
    pub lease: Duration,
}

#[derive(Debug, Clone)]
pub struct ReadSyncSettings {
    /// Unless nothing runs by schedule here.
    pub schedule: Option<Schedule>,
}

#[derive(Debug, Clone)]
pub struct PemsSettings {
    /// Requests per second and credential.
    pub rate_limit: f64,
    /// For one request altogether.
    pub timeout: Duration,
    pub fallback: Option<PemsFallback>,
}

/// PEMS for organisations without an API server of their own.
#[derive(Debug, Clone)]
pub struct PemsFallback {
    pub endpoint: PemsUrl,
    pub username: String,
    pub password: SecretString,
    pub tenant: String,
}

impl Config {
    /// Reads the environment of this process.
    pub fn from_env() -> Result<Self, ConfigError> {
        Self::read(&|name| std::env::var(name).ok())
    }

    /// Reads whatever `lookup` knows.
    pub fn read(lookup: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(lookup);
        let database = database(&mut reader);
        let cipher = cipher(&mut reader);
        let address = reader.required(&table::LEPTOS_SITE_ADDR, |text| text.trim().parse::<SocketAddr>());
        let http = http(&mut reader, address);
        let cron = reader.flag(&table::ENABLE_CRON_JOBS);
        let read_schedule = reader.required(&table::PEMS_READ_SYNC_SCHEDULE, Schedule::from_str);
        let pems = pems(&mut reader);
        let write_sync = write_sync(&mut reader, cron, pems.as_ref().map(|pems| pems.timeout));
        let alerts = alerts::read(&mut reader);
        let demo = demo(&mut reader, address);
        let config = (|| {
            Some(Self {
                database: database?,
                cipher: cipher?,
                http: http?,
                write_sync: write_sync?,
                read_sync: ReadSyncSettings { schedule: Some(read_schedule?).filter(|_| cron == Some(true)) },
                pems: pems?,
                alerts: alerts?,
                demo: demo?,
            })
        })();
        reader.finish(config)
    }
}

/// What is logged, and how.
#[derive(Debug, Clone)]
pub struct LogSettings {
    pub filter: String,
    pub json: bool,
}

impl LogSettings {
    /// Read before everything else, so that everything else can be logged.
    pub fn from_env() -> Result<Self, ConfigError> {
        let lookup = |name: &str| std::env::var(name).ok();
        let mut reader = Reader::new(&lookup);
        let filter = reader.required(&table::RUST_LOG, |text| {
            EnvFilter::try_new(text).map(|_| text.to_owned()).map_err(|_| "it cannot be read")
        });
        let json = reader.required(&table::LOG_FORMAT, |text| match text {
            "text" => Ok(false),
            "json" => Ok(true),
            _ => Err("it is neither"),
        });
        let settings = (|| Some(Self { filter: filter?, json: json? }))();
        reader.finish(settings)
    }
}

impl DatabaseSettings {
    /// For commands that need the database and nothing else.
    pub fn from_env() -> Result<Self, ConfigError> {
        let lookup = |name: &str| std::env::var(name).ok();
        let mut reader = Reader::new(&lookup);
        let settings = database(&mut reader);
        reader.finish(settings)
    }
}

fn database(reader: &mut Reader<'_>) -> Option<DatabaseSettings> {
    // The parser's message may quote the address, password and all.
    let connect = reader.required(&table::DATABASE_URL, |text| {
        PgConnectOptions::from_str(text).map_err(|_| "it is no PostgreSQL address")
    });
    let max_connections = reader.number(&table::DATABASE_MAX_CONNECTIONS, 4, 200);
    Some(DatabaseSettings { connect: connect?, max_connections: max_connections? })
}

fn cipher(reader: &mut Reader<'_>) -> Option<Cipher> {
    let current = reader.required(&table::ENCRYPTION_KEY, EncryptionKey::from_hex);
    let old = reader.optional(&table::ENCRYPTION_KEY_OLD, |text| {
        text.split(',').map(EncryptionKey::from_hex).collect::<Result<Vec<_>, _>>()
    });
    Some(Cipher::new(current?, old?.unwrap_or_default()))
}

fn http(reader: &mut Reader<'_>, address: Option<SocketAddr>) -> Option<HttpSettings> {
    let site_root = reader.required(&table::LEPTOS_SITE_ROOT, plain);
    let jwt_secret = reader.required(&table::JWT_SECRET, secret(32));
    let cookie_secure = reader.optional(&table::COOKIE_SECURE, flag);
    let trusted_proxies = reader.number(&table::TRUSTED_PROXIES, 0, 10);
    let address = address?;
    let trusted_proxies = trusted_proxies?;
    Some(HttpSettings {
        address,
        site_root: site_root?.into(),
        jwt_secret: jwt_secret?,
        cookie_secure: cookie_secure?.unwrap_or(!address.ip().is_loopback() || trusted_proxies > 0),
        trusted_proxies,
    })
}

fn write_sync(
    reader: &mut Reader<'_>,
    cron: Option<bool>,
    request: Option<Duration>,
) -> Option<WriteSyncSettings> {
    let enabled = reader.flag(&table::ENABLE_PEMS_WRITE_SYNC);
    let schedule = reader.required(&table::PEMS_WRITE_SYNC_SCHEDULE, Schedule::from_str);
    let batch_size = reader.number(&table::PEMS_WRITE_SYNC_BATCH_SIZE, 1, 1000);
    let max_retries = reader.number(&table::WRITE_SYNC_MAX_RETRIES, 0, 20);
    let retry_delay = reader.number(&table::WRITE_SYNC_RETRY_DELAY, 1, 3_600_000);
    let lease = reader.required(&table::WRITE_SYNC_LEASE_SECONDS, |text| match text.trim().parse() {
        // A lease that ends while its request is under way would let another worker send the same write.
        Ok(seconds) if seconds <= 3600 && request.is_none_or(|request| seconds > request.as_secs()) => {
            Ok(Duration::from_secs(seconds))
        }
        _ => Err("it is not such a number"),
    });
    let max_retries = max_retries.and_then(|retries| u16::try_from(retries).ok());
    Some(WriteSyncSettings {
        enabled: enabled?,
        schedule: Some(schedule?).filter(|_| cron == Some(true)),
        batch_size: batch_size?,
        retry: RetryPolicy { max_retries: max_retries?, base: Duration::from_millis(retry_delay?.into()) },
        lease: lease?,
    })
}

fn pems(reader: &mut Reader<'_>) -> Option<PemsSettings> {
    let rate_limit = reader.required(&table::PEMS_API_RATE_LIMIT, |text| match text.trim().parse::<f64>() {
        Ok(rate) if rate > 0.0 && rate <= 1000.0 => Ok(rate),
        _ => Err("it is not such a number"),
    });
    let timeout = reader.number(&table::PEMS_REQUEST_TIMEOUT_SECONDS, 1, 300);
    let endpoint = reader.optional(&table::PEMS_WRITE_ENDPOINT, PemsUrl::from_str);
    let username = reader.optional(&table::PEMS_WRITE_USERNAME, plain);
    let password = reader.optional(&table::PEMS_WRITE_PASSWORD, secret(1));
    let tenant = reader.optional(&table::PEMS_WRITE_TENANT, plain);
    let fallback = match (endpoint?, username?, password?, tenant?) {
        (Some(endpoint), Some(username), Some(password), Some(tenant)) => {
            Some(PemsFallback { endpoint, username, password, tenant })
        }
        (None, None, None, None) => None,
        _ => {
            reader.complain(
                &table::PEMS_WRITE_ENDPOINT,
                None,
                "only some of the PEMS_WRITE_ settings are set",
            );
            return None;
        }
    };
    Some(PemsSettings { rate_limit: rate_limit?, timeout: Duration::from_secs(timeout?.into()), fallback })
}

#[expect(clippy::option_option, reason = "no demonstration and an unreadable setting are different things")]
fn demo(reader: &mut Reader<'_>, address: Option<SocketAddr>) -> Option<Option<SecretString>> {
    let wanted = reader.flag(&table::VANGUARD_DEMO);
    let password = reader.required(&table::DEMO_PASSWORD, secret(8));
    if !wanted? {
        return Some(None);
    }
    if address.is_some_and(|address| !address.ip().is_loopback()) {
        reader.complain(
            &table::VANGUARD_DEMO,
            Some("true"),
            "its passwords are public, and others could reach this server",
        );
        return None;
    }
    if password.as_ref().is_some_and(|password| password.expose_secret().len() > 200) {
        reader.complain(&table::DEMO_PASSWORD, None, "it has more than 200 characters");
    }
    Some(Some(password?))
}
