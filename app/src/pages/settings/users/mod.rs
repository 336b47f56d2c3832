//! The users of the organisation.

pub mod activity;
pub mod form;
pub mod inputs;
pub mod list;
pub mod roles;

pub use form::UserPage;
pub use list::UsersPage;

use vanguard_domain::permission::Role;

/// A role as people read it.
pub const fn role_label(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Viewer",
        Role::Editor => "Editor",
        Role::PortfolioManager => "Portfolio manager",
        Role::Administrator => "Administrator",
    }
}
