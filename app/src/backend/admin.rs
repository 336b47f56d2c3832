//! What administrators set up: API servers, the organisation's settings, users.

use std::fmt;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vanguard_domain::permission::Role;

use super::{Access, BackendError, OrganizationRef};

/// A password on its way in. No answer holds one, and it is never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewSecret(pub String);

impl fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewSecret")
    }
}

/// An API server as administrators see it: everything but the password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ApiServerView {
    pub id: Uuid,
    pub name: String,
    pub base_url: String,
    pub tenant: String,
    pub username: String,
    /// Whether `POST pfa/batch` may be used.
    pub supports_batch: bool,
    /// It comes from the server's settings (`PEMS_WRITE_*`) and cannot be changed here.
    pub is_managed: bool,
    /// `active` or `paused`.
    pub status: String,
    /// `unauthorized` or `administrator`.
    pub pause_reason: Option<String>,
    /// Nothing is sent before this time.
    pub breaker_until: Option<DateTime<Utc>>,
    pub last_success_at: Option<DateTime<Utc>>,
    pub last_error: Option<String>,
    pub last_error_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// An API server as it shall be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ApiServerInput {
    pub name: String,
    /// HTTPS, or plain HTTP to a loopback address.
    pub base_url: String,
    pub tenant: String,
    pub username: String,
    /// Left out, the password stays as it is; needed when address, tenant or user name change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>))]
    pub password: Option<NewSecret>,
    #[serde(default = "yes")]
    pub supports_batch: bool,
}

const fn yes() -> bool {
    true
}

/// What trying the connection came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ConnectionTest {
    pub success: bool,
    /// PEMS's HTTP status, if it answered.
    pub status: Option<u16>,
    pub message: String,
}

/// An organisation's settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct OrganizationSettings {
    /// Whether the worker sends this organisation's queue to PEMS.
    pub write_sync_enabled: bool,
}

/// What whoever runs the server has set for all organisations, in its environment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InstallationSettings {
    /// Whether this server writes to PEMS at all.
    pub writes: bool,
    /// Cron, in UTC; `None` if nothing runs by schedule here.
    pub write_schedule: Option<String>,
    /// Cron, in UTC; `None` if nothing runs by schedule here.
    pub read_schedule: Option<String>,
    /// Changes in one request, where PEMS takes several.
    pub batch_size: u32,
    /// Tries after the first one.
    pub max_retries: u16,
    /// Before the first retry, in milliseconds; each further wait is twice as long.
    pub retry_delay: u64,
    /// Requests per second and PEMS user.
    pub rate_limit: f64,
}

/// A user as administrators see him.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct ManagedUser {
    pub id: Uuid,
    pub username: String,
    pub email: String,
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub role: Role,
    pub is_active: bool,
    /// Those of his organisations that the asker belongs to as well.
    pub organizations: Vec<OrganizationRef>,
    pub last_login_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// A user to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct NewUser {
    pub username: String,
    pub email: String,
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub role: Role,
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub password: NewSecret,
    /// Default: the organisation in which he is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_ids: Option<Vec<Uuid>>,
}

/// What shall change of a user; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct UserChange {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>))]
    pub role: Option<Role>,
    /// Deactivating ends his sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
    /// A new password ends his sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "ssr", schema(value_type = Option<String>))]
    pub password: Option<NewSecret>,
    /// His memberships among the asker's organisations; others are not touched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_ids: Option<Vec<Uuid>>,
}

/// API servers; every method needs `ManageSettings`.
#[async_trait]
pub trait ApiServersPort: Send + Sync {
    async fn list(&self, access: &Access) -> Result<Vec<ApiServerView>, BackendError>;
    async fn create(&self, access: &Access, input: ApiServerInput) -> Result<ApiServerView, BackendError>;
    async fn update(
        &self,
        access: &Access,
        id: Uuid,
        input: ApiServerInput,
    ) -> Result<ApiServerView, BackendError>;
    /// Tries what has not been saved yet.
    async fn test_new(&self, access: &Access, input: ApiServerInput) -> Result<ConnectionTest, BackendError>;
    /// Tries a server as it is, or as `input` would make it.
    async fn test(
        &self,
        access: &Access,
        id: Uuid,
        input: Option<ApiServerInput>,
    ) -> Result<ConnectionTest, BackendError>;
    /// Nothing is sent or read until it is resumed. Pausing twice is pausing.
    async fn pause(&self, access: &Access, id: Uuid) -> Result<ApiServerView, BackendError>;
    async fn resume(&self, access: &Access, id: Uuid) -> Result<ApiServerView, BackendError>;
}

/// An organisation's settings; every method needs `ManageSettings`.
#[async_trait]
pub trait SettingsPort: Send + Sync {
    async fn get(&self, access: &Access) -> Result<OrganizationSettings, BackendError>;
    /// What cannot be changed here.
    async fn installation(&self, access: &Access) -> Result<InstallationSettings, BackendError>;
    async fn update(
        &self,
        access: &Access,
        settings: OrganizationSettings,
    ) -> Result<OrganizationSettings, BackendError>;
}

/// The users of an organisation; every method needs `ManageUsers`.
#[async_trait]
pub trait UsersPort: Send + Sync {
    async fn list(&self, access: &Access) -> Result<Vec<ManagedUser>, BackendError>;
    async fn create(&self, access: &Access, user: NewUser) -> Result<ManagedUser, BackendError>;
    async fn update(
        &self,
        access: &Access,
        user_id: Uuid,
        change: UserChange,
    ) -> Result<ManagedUser, BackendError>;
}
