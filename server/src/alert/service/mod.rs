//! The alerts port: where alerts go, and what became of the newest ones.

mod store;

use async_trait::async_trait;
use serde_json::json;
use sqlx::PgPool;
use vanguard_app::backend::{Access, AlertChannel, AlertOverview, AlertsPort, BackendError, TestAlert};
use vanguard_domain::permission::Permission;

use super::channel::configured;
use super::{ChannelName, Message};
use crate::audit::{self, AuditEvent, EventType};
use crate::config::AlertSettings;
use crate::internal::OrInternal;

/// Implements the alerts port.
#[derive(Debug, Clone)]
pub struct AlertsService {
    pool: PgPool,
    settings: AlertSettings,
}

impl AlertsService {
    pub const fn new(pool: PgPool, settings: AlertSettings) -> Self {
        Self { pool, settings }
    }

    fn channel(&self, name: ChannelName) -> AlertChannel {
        let (is_configured, recipients) = match name {
            ChannelName::Slack => (self.settings.slack.is_some(), Vec::new()),
            ChannelName::Email => {
                let to = self.settings.email.as_ref().map(|email| email.to.as_slice());
                (to.is_some(), to.unwrap_or_default().iter().map(ToString::to_string).collect())
            }
        };
        AlertChannel { name: name.as_str().to_owned(), is_configured, recipients }
    }
}

#[async_trait]
impl AlertsPort for AlertsService {
    async fn overview(&self, access: &Access) -> Result<AlertOverview, BackendError> {
        access.require(Permission::ConfigureAlerts)?;
        Ok(AlertOverview {
            channels: ChannelName::ALL.into_iter().map(|name| self.channel(name)).collect(),
            deliveries: store::newest(&self.pool, access).await.or_internal()?,
        })
    }

    async fn send_test(&self, access: &Access) -> Result<Vec<TestAlert>, BackendError> {
        access.require(Permission::ConfigureAlerts)?;
        let channels = configured(&self.settings).or_internal()?;
        if channels.is_empty() {
            return Err(BackendError::wrong_state("No channel is set up, so there is nothing to test."));
        }
        let message = Message::test();
        let mut results = Vec::new();
        for channel in channels {
            let error = channel.send(&message).await.err().map(|error| error.to_string());
            results.push(TestAlert { channel: channel.name().as_str().to_owned(), error });
        }
        let outcome = if results.iter().any(|result| result.error.is_some()) { "failed" } else { "success" };
        let event = AuditEvent::by(EventType::AlertTested, access)
            .after(json!({ "channels": results }))
            .outcome(outcome);
        let mut transaction = self.pool.begin().await.or_internal()?;
        audit::append(&mut transaction, access.organization_id(), &[event]).await.or_internal()?;
        transaction.commit().await.or_internal()?;
        Ok(results)
    }
}
