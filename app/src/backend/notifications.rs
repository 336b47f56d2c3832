//! A user's inbox.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BackendError, Caller};

/// Something that a user was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NotificationView {
    pub id: Uuid,
    pub organization_id: Uuid,
    /// `conflict`, `failure` or `paused`.
    pub kind: String,
    pub title: String,
    pub body: String,
    /// The page that it leads to.
    pub link: String,
    pub created_at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
}

/// The newest notifications.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct Inbox {
    /// At most 200, newest first.
    pub notifications: Vec<NotificationView>,
    pub unread: i64,
}

/// The inbox.
#[async_trait]
pub trait NotificationsPort: Send + Sync {
    async fn inbox(&self, caller: &Caller) -> Result<Inbox, BackendError>;
    /// How many wait to be read.
    async fn unread(&self, caller: &Caller) -> Result<i64, BackendError>;
    async fn mark_read(&self, caller: &Caller, id: Uuid) -> Result<(), BackendError>;
    async fn mark_all_read(&self, caller: &Caller) -> Result<(), BackendError>;
}
