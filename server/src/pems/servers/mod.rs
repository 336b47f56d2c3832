//! The API servers of all organisations, ready to be used.

mod observation;
mod server;
mod store;

pub use observation::{Observation, item_counts_as_retry};
pub use server::{Gate, PemsServer};

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use super::PemsConnector;
use super::contract::{ConnectorSettings, HttpConnector, Limits, UnusableSettings};
use super::limiter::Limiter;
use crate::alert::Alerts;
use crate::clock::Clock;
use crate::credentials::{Cipher, SealError};
use store::ServerRow;

/// Why an organisation's PEMS cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NoServer {
    #[error("no API server is set up for this organisation")]
    NotSetUp,
    #[error("the password of the API server cannot be read")]
    Secret(#[from] SealError),
    #[error("the settings of the API server cannot be used")]
    Settings(#[from] UnusableSettings),
    #[error("the API servers could not be read")]
    Database(#[from] sqlx::Error),
}

/// What a connector was built from; it is built anew when any of it changes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct BuiltFrom {
    updated_at: DateTime<Utc>,
    key_id: String,
}

type Connectors = HashMap<Uuid, (BuiltFrom, Arc<dyn PemsConnector>)>;

/// Finds the API server of an organisation. Connectors, with their open connections, are kept between calls.
#[derive(Debug, Clone)]
pub struct PemsServers {
    pool: PgPool,
    cipher: Cipher,
    clock: Arc<dyn Clock>,
    limits: Limits,
    alerts: Alerts,
    connectors: Arc<Mutex<Connectors>>,
}

impl PemsServers {
    pub fn new(pool: PgPool, cipher: Cipher, clock: Arc<dyn Clock>) -> Self {
        Self {
            pool,
            cipher,
            clock,
            limits: Limits::default(),
            alerts: Alerts::default(),
            connectors: Arc::default(),
        }
    }

    /// Other limits of time and size than the contract's.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Alerts by these channels too, not only into the inbox.
    #[must_use]
    pub fn with_alerts(mut self, alerts: Alerts) -> Self {
        self.alerts = alerts;
        self
    }

    /// The organisation's own server, otherwise the one from the settings; as it is configured now.
    pub async fn for_organisation(&self, organisation_id: Uuid) -> Result<PemsServer, NoServer> {
        let row = store::of_organisation(&self.pool, organisation_id).await?.ok_or(NoServer::NotSetUp)?;
        Ok(PemsServer {
            id: row.id,
            organisation_id,
            name: row.name.clone(),
            connector: self.connector(&row)?,
            limiter: Limiter::new(self.pool.clone(), row.limiter_id),
            configured_at: row.updated_at,
            pool: self.pool.clone(),
            alerts: self.alerts,
        })
    }

    fn connector(&self, row: &ServerRow) -> Result<Arc<dyn PemsConnector>, NoServer> {
        let built_from = BuiltFrom { updated_at: row.updated_at, key_id: row.secret.key_id.clone() };
        let mut connectors = self.connectors.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((from, connector)) = connectors.get(&row.id)
            && *from == built_from
        {
            return Ok(Arc::clone(connector));
        }
        let settings = ConnectorSettings {
            base_url: row.base_url.clone(),
            tenant: row.tenant.clone(),
            organisation: row.organisation_code.clone(),
            username: row.username.clone(),
            password: self.cipher.open(row.id, &row.secret)?,
            supports_batch: row.supports_batch,
            limits: self.limits,
        };
        let connector: Arc<dyn PemsConnector> =
            Arc::new(HttpConnector::new(&settings, Arc::clone(&self.clock))?);
        connectors.insert(row.id, (built_from, Arc::clone(&connector)));
        Ok(connector)
    }
}
