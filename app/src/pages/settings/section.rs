//! Which page of the area an address names.

use uuid::Uuid;
use vanguard_domain::permission::Permission;

/// A tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    Organization,
    Servers,
    Users,
    Audit,
    Alerts,
}

impl Tab {
    pub const ALL: [Self; 5] = [Self::Organization, Self::Servers, Self::Users, Self::Audit, Self::Alerts];

    pub const fn label(self) -> &'static str {
        match self {
            Self::Organization => "Organisation",
            Self::Servers => "API servers",
            Self::Users => "Users",
            Self::Audit => "Audit log",
            Self::Alerts => "Alerts",
        }
    }

    /// Within the organisation: `settings/users`.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Organization => "settings",
            Self::Servers => "settings/servers",
            Self::Users => "settings/users",
            Self::Audit => "settings/audit",
            Self::Alerts => "settings/alerts",
        }
    }

    /// What its pages need.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Organization | Self::Servers | Self::Audit => Permission::ManageSettings,
            Self::Users => Permission::ManageUsers,
            Self::Alerts => Permission::ConfigureAlerts,
        }
    }
}

/// What a page is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    Organization,
    Servers,
    /// None: one to be added.
    Server(Option<Uuid>),
    Users,
    /// None: one to be added.
    User(Option<Uuid>),
    Audit,
    Alerts,
    /// No page of ours.
    Nothing,
}

impl Section {
    /// Reads `/o/:org/settings/…`; `None` for a page of another area, to which somebody may just be on his way.
    pub fn read(path: &str) -> Option<Self> {
        let mut parts = path.trim_matches('/').split('/').skip(2);
        if parts.next() != Some("settings") {
            return None;
        }
        let one = |id: &str| match id {
            "new" => Some(None),
            id => Uuid::parse_str(id).ok().map(Some),
        };
        Some(match (parts.next(), parts.next(), parts.next()) {
            (None, ..) => Self::Organization,
            (Some("servers"), None, _) => Self::Servers,
            (Some("servers"), Some(id), None) => one(id).map_or(Self::Nothing, Self::Server),
            (Some("users"), None, _) => Self::Users,
            (Some("users"), Some(id), None) => one(id).map_or(Self::Nothing, Self::User),
            (Some("audit"), None, _) => Self::Audit,
            (Some("alerts"), None, _) => Self::Alerts,
            _ => Self::Nothing,
        })
    }

    /// Where it stands; `None` for no page of ours.
    pub const fn tab(self) -> Option<Tab> {
        match self {
            Self::Organization => Some(Tab::Organization),
            Self::Servers | Self::Server(_) => Some(Tab::Servers),
            Self::Users | Self::User(_) => Some(Tab::Users),
            Self::Audit => Some(Tab::Audit),
            Self::Alerts => Some(Tab::Alerts),
            Self::Nothing => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tab_is_found_where_its_link_leads() {
        for tab in Tab::ALL {
            let path = format!("/o/RIO/{}", tab.path());
            assert_eq!(Section::read(&path).and_then(Section::tab), Some(tab), "{path}");
        }
    }

    #[test]
    fn one_of_a_list_is_named_by_its_id() {
        let id = Uuid::from_u128(7);
        assert_eq!(Section::read("/o/RIO/settings/servers/new"), Some(Section::Server(None)));
        assert_eq!(Section::read(&format!("/o/RIO/settings/users/{id}")), Some(Section::User(Some(id))));
    }

    #[test]
    fn other_areas_are_not_ours_and_what_nobody_knows_is_not_found() {
        assert_eq!(Section::read("/o/RIO/records"), None);
        assert_eq!(Section::read("/o/RIO"), None);
        for path in ["nothing", "servers/7", "users/new/more", "audit/1", "alerts/1"] {
            assert_eq!(Section::read(&format!("/o/RIO/settings/{path}")), Some(Section::Nothing), "{path}");
        }
    }
}
