//! Who may do what: permissions and the roles that bundle them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One thing that a user may be allowed to do within an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Permission {
    Read,
    EditForecast,
    EditActuals,
    Delete,
    SaveDraft,
    Sync,
    RefreshData,
    Export,
    ViewFinancials,
    ManageSettings,
    ManageUsers,
    ConfigureAlerts,
}

impl Permission {
    /// Every permission, in the order in which the administration page lists them.
    pub const ALL: [Self; 12] = [
        Self::Read,
        Self::EditForecast,
        Self::EditActuals,
        Self::Delete,
        Self::SaveDraft,
        Self::Sync,
        Self::RefreshData,
        Self::Export,
        Self::ViewFinancials,
        Self::ManageSettings,
        Self::ManageUsers,
        Self::ConfigureAlerts,
    ];
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// A named bundle of permissions. Each role holds all that the one before it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Role {
    Viewer,
    Editor,
    PortfolioManager,
    Administrator,
}

impl Role {
    /// Every role, the weakest first.
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Editor, Self::PortfolioManager, Self::Administrator];

    /// What the role may do.
    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|permission| self.grants(*permission)).collect()
    }

    /// Whether the role holds `permission`.
    pub fn grants(self, permission: Permission) -> bool {
        self >= permission_floor(permission)
    }

    /// The name under which the role is stored and shown in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer",
            Self::Editor => "Editor",
            Self::PortfolioManager => "PortfolioManager",
            Self::Administrator => "Administrator",
        }
    }
}

/// The weakest role that holds `permission`.
const fn permission_floor(permission: Permission) -> Role {
    match permission {
        Permission::Read | Permission::Export => Role::Viewer,
        Permission::EditForecast | Permission::SaveDraft => Role::Editor,
        Permission::EditActuals
        | Permission::Delete
        | Permission::RefreshData
        | Permission::ViewFinancials
        | Permission::Sync => Role::PortfolioManager,
        Permission::ManageSettings | Permission::ManageUsers | Permission::ConfigureAlerts => {
            Role::Administrator
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A role name that is none of ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown role {0:?}: use Viewer, Editor, PortfolioManager or Administrator")]
pub struct UnknownRole(String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.as_str() == name).ok_or_else(|| UnknownRole(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_holds_what_the_weaker_one_holds() {
        for pair in Role::ALL.windows(2) {
            for permission in pair[0].permissions() {
                assert!(pair[1].grants(permission), "{} lacks {permission}", pair[1]);
            }
        }
    }

    #[test]
    fn the_roles_are_those_of_the_api_document() {
        use Permission::*;
        assert_eq!(Role::Viewer.permissions(), [Read, Export]);
        assert_eq!(Role::Editor.permissions(), [Read, EditForecast, SaveDraft, Export]);
        assert_eq!(
            Role::PortfolioManager.permissions(),
            [Read, EditForecast, EditActuals, Delete, SaveDraft, Sync, RefreshData, Export, ViewFinancials]
        );
        assert_eq!(Role::Administrator.permissions(), Permission::ALL);
    }
}
