//! Who is asking, and for which organisation.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vanguard_domain::permission::{Permission, Role};

use super::BackendError;

/// An organisation as its members see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct OrganizationRef {
    pub id: Uuid,
    /// Organisation code in PEMS.
    pub code: String,
    pub name: String,
}

/// A user as the API and the pages show him.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
pub struct UserView {
    pub id: Uuid,
    pub username: String,
    pub email: String,
    #[cfg_attr(feature = "ssr", schema(value_type = String))]
    pub role: Role,
    #[cfg_attr(feature = "ssr", schema(value_type = Vec<String>))]
    pub permissions: Vec<Permission>,
    pub organizations: Vec<OrganizationRef>,
}

/// Somebody with a live session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub session_id: Uuid,
    /// When the session ends by itself.
    pub expires_at: DateTime<Utc>,
    pub user: UserView,
}

impl Caller {
    /// The way into an organisation: only for its members. Whether another organisation exists is not told.
    pub fn enter(&self, organization_id: Uuid) -> Result<Access, BackendError> {
        let organization = self
            .user
            .organizations
            .iter()
            .find(|organization| organization.id == organization_id)
            .ok_or_else(|| BackendError::not_found("organization"))?;
        Ok(Access { user: self.user.clone(), organization: organization.clone() })
    }
}

/// Proof that a user belongs to an organisation. There is no other way to name an organisation to a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    user: UserView,
    organization: OrganizationRef,
}

impl Access {
    pub fn user(&self) -> &UserView {
        &self.user
    }

    pub fn user_id(&self) -> Uuid {
        self.user.id
    }

    pub fn organization(&self) -> &OrganizationRef {
        &self.organization
    }

    pub fn organization_id(&self) -> Uuid {
        self.organization.id
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.user.permissions.contains(&permission)
    }

    /// Refuses whoever lacks `permission`.
    pub fn require(&self, permission: Permission) -> Result<(), BackendError> {
        if self.may(permission) { Ok(()) } else { Err(BackendError::Forbidden { permission }) }
    }
}
