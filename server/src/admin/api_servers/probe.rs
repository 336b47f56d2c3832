//! Trying a connection, before it is saved or later.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;
use vanguard_app::backend::ConnectionTest;

use crate::clock::Clock;
use crate::pems::contract::{ConnectorSettings, HttpConnector, Limits};
use crate::pems::{Answer, ListRequest, PemsConnector, PemsError};

/// Where to, and as whom.
#[derive(Debug, Clone)]
pub struct Target {
    pub base_url: String,
    pub tenant: String,
    /// Organisation code in PEMS.
    pub organization: String,
    pub username: String,
    pub password: SecretString,
}

/// Asks PEMS whether it would let us in.
#[async_trait]
pub trait Probe: Debug + Send + Sync {
    async fn probe(&self, target: &Target) -> Result<(), PemsError>;
}

/// Asks over the PEMS contract. Two requests past the rate budget: it leaves room for them.
#[derive(Debug, Clone)]
pub struct ContractProbe {
    clock: Arc<dyn Clock>,
    limits: Limits,
}

impl ContractProbe {
    pub fn new(clock: Arc<dyn Clock>, limits: Limits) -> Self {
        Self { clock, limits }
    }
}

#[async_trait]
impl Probe for ContractProbe {
    async fn probe(&self, target: &Target) -> Result<(), PemsError> {
        let settings = ConnectorSettings {
            base_url: target.base_url.clone(),
            tenant: target.tenant.clone(),
            organisation: target.organization.clone(),
            username: target.username.clone(),
            password: target.password.clone(),
            supports_batch: false,
            limits: self.limits,
        };
        let connector = HttpConnector::new(&settings, Arc::clone(&self.clock))
            .map_err(|error| PemsError::Invalid(Answer::none(error.to_string())))?;
        connector.health().await?;
        // That it is well does not say that it lets us in.
        connector.list(&ListRequest { limit: 1, ..ListRequest::default() }).await.map(drop)
    }
}

/// That a test fails is an answer, not an error.
pub(super) async fn test(probe: &dyn Probe, target: &Target) -> ConnectionTest {
    match probe.probe(target).await {
        Ok(()) => ConnectionTest {
            success: true,
            status: Some(200),
            message: "PEMS answers and lets us in.".to_owned(),
        },
        Err(error) => {
            ConnectionTest { success: false, status: error.answer().status, message: error.to_string() }
        }
    }
}
