//! Trying a connection, before it is saved or later.
//!
//! The address may be anything that an administrator can type, and what answers there may be a service of ours that is
//! not meant to be read from outside. So only what speaks PEMS's contract is quoted.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use tokio_util::sync::CancellationToken;
use vanguard_app::backend::ConnectionTest;

use crate::clock::Clock;
use crate::pems::contract::{ConnectorSettings, HttpConnector, Limits};
use crate::pems::limiter::{Limiter, NoSlot};
use crate::pems::{Answer, ListRequest, PemsConnector, PemsError};

/// How long a test waits for its share of the rate budget, which the worker may be using up.
const PATIENCE: Duration = Duration::from_secs(10);

/// PEMS's codes for what a test can meet. Source: the table of statuses in the PEMS contract.
const CODES: [&str; 5] = ["INVALID_REQUEST", "BUSINESS_RULE", "UNAUTHORIZED", "NOT_FOUND", "RATE_LIMITED"];

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

/// Why a connection cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("{}", in_words(.0))]
    Pems(#[from] PemsError),
    #[error("Other requests use up the rate limit of this user. Try again in a moment.")]
    NoTurn,
    #[error("the rate budget could not be read")]
    Database(#[from] sqlx::Error),
}

/// Asks PEMS whether it would let us in.
#[async_trait]
pub trait Probe: Debug + Send + Sync {
    /// Takes what it sends from `budget`.
    async fn probe(&self, target: &Target, budget: &Limiter) -> Result<(), Refused>;
}

/// Asks over the PEMS contract.
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
    async fn probe(&self, target: &Target, budget: &Limiter) -> Result<(), Refused> {
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
        turn(budget).await?;
        obeyed(budget, connector.health().await).await?;
        // That it is well does not say that it lets us in.
        turn(budget).await?;
        let page = connector.list(&ListRequest { limit: 1, ..ListRequest::default() }).await;
        obeyed(budget, page.map(drop)).await
    }
}

async fn turn(budget: &Limiter) -> Result<(), Refused> {
    let never = CancellationToken::new();
    match tokio::time::timeout(PATIENCE, budget.acquire_within(PATIENCE, &never)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(NoSlot::Database(error))) => Err(error.into()),
        Ok(Err(NoSlot::Cancelled | NoSlot::NoBudget | NoSlot::TooFar)) | Err(_) => Err(Refused::NoTurn),
    }
}

/// A 429 stops everybody who uses the budget, whoever met it.
async fn obeyed(budget: &Limiter, answer: Result<(), PemsError>) -> Result<(), Refused> {
    if let Err(PemsError::RateLimited { retry_after, .. }) = &answer {
        budget.penalise(*retry_after).await?;
    }
    Ok(answer?)
}

/// That a test fails is an answer, not an error.
pub(super) async fn test(
    probe: &dyn Probe,
    target: &Target,
    budget: &Limiter,
) -> Result<ConnectionTest, sqlx::Error> {
    let refused = match probe.probe(target, budget).await {
        Ok(()) => {
            let message = "PEMS answers and lets us in.".to_owned();
            return Ok(ConnectionTest { success: true, status: Some(200), message });
        }
        Err(Refused::Database(error)) => return Err(error),
        Err(refused) => refused,
    };
    let status = match &refused {
        Refused::Pems(error) => error.answer().status,
        _ => None,
    };
    Ok(ConnectionTest { success: false, status, message: refused.to_string() })
}

fn in_words(error: &PemsError) -> String {
    let Answer { status, body, .. } = error.answer();
    match (status, body) {
        // No answer at all: what our own end of the connection says.
        (None, None) => error.to_string(),
        (_, Some(body)) if is_of_the_contract(body) => error.to_string(),
        (Some(401 | 403), _) => "PEMS refused user name, password or tenant.".to_owned(),
        (Some(status), _) => {
            format!("Something answers there with HTTP {status}, but not as PEMS does. Check the address.")
        }
        (None, Some(_)) => "Something answers there, but not as PEMS does. Check the address.".to_owned(),
    }
}

fn is_of_the_contract(body: &serde_json::Value) -> bool {
    body["success"] == false && body["error"].as_str().is_some_and(|code| CODES.contains(&code))
}
