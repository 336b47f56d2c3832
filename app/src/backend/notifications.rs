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

/// What a notification is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NotificationKind {
    Conflict,
    Failure,
    /// An API server stopped.
    Paused,
    Rollback,
}

impl NotificationKind {
    pub const ALL: [Self; 4] = [Self::Conflict, Self::Failure, Self::Rollback, Self::Paused];

    /// The name in the database and in forms.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Conflict => "conflict",
            Self::Failure => "failure",
            Self::Paused => "paused",
            Self::Rollback => "rollback",
        }
    }
}

/// A name that is no kind of notification.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no kind of notification {0:?}")]
pub struct UnknownKind(pub String);

impl std::str::FromStr for NotificationKind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == name)
            .ok_or_else(|| UnknownKind(name.chars().take(60).collect()))
    }
}

/// How a user wants to be told of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationChoice {
    pub kind: NotificationKind,
    /// The inbox shows and counts it.
    pub in_app: bool,
    /// What he has not read within a minute is mailed to him.
    pub by_mail: bool,
}

/// All of a user's choices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NotificationChoices {
    /// One for each kind.
    pub choices: Vec<NotificationChoice>,
    /// Whether this server can send mail at all.
    pub sends_mail: bool,
    /// Where mail to the user goes.
    pub address: String,
}

/// The inbox.
#[async_trait]
pub trait NotificationsPort: Send + Sync {
    async fn inbox(&self, caller: &Caller) -> Result<Inbox, BackendError>;
    /// How many wait to be read.
    async fn unread(&self, caller: &Caller) -> Result<i64, BackendError>;
    async fn mark_read(&self, caller: &Caller, id: Uuid) -> Result<(), BackendError>;
    async fn mark_all_read(&self, caller: &Caller) -> Result<(), BackendError>;
    async fn choices(&self, caller: &Caller) -> Result<NotificationChoices, BackendError>;
    /// Conflicts cannot be silenced altogether.
    async fn choose(&self, caller: &Caller, choices: Vec<NotificationChoice>) -> Result<(), BackendError>;
}
