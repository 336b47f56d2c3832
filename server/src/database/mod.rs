//! Connecting to PostgreSQL and bringing its schema up to date.

mod column;

use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool};

use crate::config::DatabaseSettings;

pub(crate) use column::{decode, parsed};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// How long the start waits for a database that isn't there yet.
const PATIENCE: Duration = Duration::from_mins(1);
const BETWEEN_TRIES: Duration = Duration::from_secs(2);
/// How long a request waits for a free connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// No query of ours takes this long; one that does holds others up.
const STATEMENT_TIMEOUT: &str = "30s";
/// A transaction that is left open holds locks and keeps dead rows.
const IDLE_IN_TRANSACTION_TIMEOUT: &str = "60s";

/// Why the database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the database could not be reached for {} s; is DATABASE_URL right, and is PostgreSQL running?", PATIENCE.as_secs())]
    Unreachable(#[source] sqlx::Error),
    #[error("the database refuses us; check user, password and database name in DATABASE_URL")]
    Refused(#[source] sqlx::Error),
    #[error("the database could not be migrated")]
    Migration(#[from] MigrateError),
    #[error("the database failed")]
    Failed(#[from] sqlx::Error),
}

/// Waits until the database answers, migrates it, and opens the pool.
pub async fn start(settings: &DatabaseSettings) -> Result<PgPool, StartError> {
    let mut connection = first_connection(&settings.connect).await?;
    // Several copies starting together wait for one another: sqlx takes an advisory lock.
    MIGRATIONS.run(&mut connection).await?;
    connection.close().await?;
    connect(settings).await
}

/// Opens the pool on a database that is up to date already.
pub async fn connect(settings: &DatabaseSettings) -> Result<PgPool, StartError> {
    let options = settings
        .connect
        .clone()
        .application_name("vanguard")
        .options([
            ("statement_timeout", STATEMENT_TIMEOUT),
            ("idle_in_transaction_session_timeout", IDLE_IN_TRANSACTION_TIMEOUT),
        ])
        .log_slow_statements(tracing::log::LevelFilter::Warn, Duration::from_secs(1));
    let pool = PgPoolOptions::new()
        .max_connections(settings.max_connections)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .connect_with(options)
        .await?;
    Ok(pool)
}

/// Migrating may take longer than any query: this connection has no time-outs.
async fn first_connection(options: &PgConnectOptions) -> Result<PgConnection, StartError> {
    let options = options.clone().application_name("vanguard-start");
    let give_up = tokio::time::Instant::now() + PATIENCE;
    loop {
        match PgConnection::connect_with(&options).await {
            Ok(connection) => return Ok(connection),
            Err(error) if is_refusal(&error) => return Err(StartError::Refused(error)),
            Err(error) if tokio::time::Instant::now() >= give_up => {
                return Err(StartError::Unreachable(error));
            }
            Err(error) => {
                tracing::warn!(%error, "the database does not answer yet; trying again");
                tokio::time::sleep(BETWEEN_TRIES).await;
            }
        }
    }
}

/// Waiting won't help: wrong password, unknown role, unknown database.
fn is_refusal(error: &sqlx::Error) -> bool {
    let Some(code) = error.as_database_error().and_then(DatabaseError::code) else { return false };
    code.starts_with("28") || code == "3D000"
}
