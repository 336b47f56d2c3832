//! Who is logged in, and the way out.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use vanguard_domain::permission::Role;

use crate::components::icon::{Glyph, Icon};
use crate::server_fns::session::LogOut;
use crate::session::{use_organization, use_user};

/// The user's name; the menu holds role and log-out. A plain form: a new page, with nothing left of the old session.
#[component]
pub fn UserMenu() -> impl IntoView {
    let keys = format!("/o/{}/keys", use_organization().code);
    use_user().map(|user| {
        let role = role_label(user.role);
        view! {
            <button
                type="button"
                class="bar-button"
                popovertarget="user-menu"
                aria-label=format!("User menu: {}", user.username)
            >
                <Icon glyph=Glyph::User />
                <span class="user-name">{user.username.clone()}</span>
            </button>
            <div id="user-menu" class="menu menu-end" popover="auto">
                <dl class="menu-facts">
                    <dt>"User"</dt>
                    <dd>{user.username}</dd>
                    <dt>"E-mail"</dt>
                    <dd>{user.email}</dd>
                    <dt>"Role"</dt>
                    <dd>{role}</dd>
                </dl>
                <a class="menu-item" href=keys.clone() aria-keyshortcuts="?">
                    "Keys"
                    <kbd>"?"</kbd>
                </a>
                <form method="post" action=LogOut::url()>
                    <button class="button" type="submit">
                        "Log out"
                    </button>
                </form>
            </div>
        }
    })
}

const fn role_label(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Viewer",
        Role::Editor => "Editor",
        Role::PortfolioManager => "Portfolio manager",
        Role::Administrator => "Administrator",
    }
}
