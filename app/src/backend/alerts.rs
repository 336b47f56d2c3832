//! Where alerts go, and what became of them.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Access, BackendError};

/// A way out of Vanguard. Its secrets are in no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertChannel {
    /// `slack` or `email`.
    pub name: String,
    /// Whether this server has the settings for it.
    pub is_configured: bool,
    /// Who gets the e-mails; empty for other channels.
    pub recipients: Vec<String>,
}

/// An alert on its way by one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertDelivery {
    pub id: Uuid,
    /// `slack` or `email`.
    pub channel: String,
    /// What happened, in one line.
    pub title: String,
    /// What it means, and what to do.
    pub body: String,
    /// The page that it leads to: a path, or empty.
    pub link: String,
    /// Since when it is so.
    pub began_at: DateTime<Utc>,
    /// `pending`, `sending`, `sent` or `failed`.
    pub state: String,
    pub tries: i32,
    /// The next try, while it is `pending`.
    pub due_at: DateTime<Utc>,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
    /// Sent or given up.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Channels and the newest alerts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AlertOverview {
    pub channels: Vec<AlertChannel>,
    /// Newest first, at most 100.
    pub deliveries: Vec<AlertDelivery>,
}

/// What became of a test by one channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TestAlert {
    /// `slack` or `email`.
    pub channel: String,
    /// Why it did not go out; none if it did.
    pub error: Option<String>,
}

/// Alerts; every method needs `ConfigureAlerts`.
#[async_trait]
pub trait AlertsPort: Send + Sync {
    async fn overview(&self, access: &Access) -> Result<AlertOverview, BackendError>;
    /// Sends a test by every channel that is configured, and waits for what comes of it: up to 10 s a channel.
    async fn send_test(&self, access: &Access) -> Result<Vec<TestAlert>, BackendError>;
}
