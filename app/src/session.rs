//! Who is logged in, and the organisation that the page is about.
//!
//! The session is read once per page load, on the server, and travels with the page: every component can ask
//! without waiting. Logging in and out load a new page, so it cannot go stale by our own doing; when it ends on the
//! server, the next call says [`BackendError::NotLoggedIn`](crate::backend::BackendError::NotLoggedIn).

use leptos::prelude::*;
use vanguard_domain::permission::Permission;

use crate::backend::{OrganizationRef, UserView};
use crate::fetched::sent_along;

/// The visitor; `None` if not logged in.
#[derive(Debug, Clone)]
struct Session(Option<UserView>);

/// The organisation in the address. Pages are rebuilt when it changes.
#[derive(Debug, Clone)]
struct CurrentOrganization(OrganizationRef);

/// Finds out who is asking and puts it into context.
pub fn provide_session() {
    let user = sent_along(visitor);
    provide_context(Session(user));
}

#[cfg(feature = "ssr")]
fn visitor() -> Option<UserView> {
    crate::server_fns::caller().ok().map(|caller| caller.user)
}

#[cfg(not(feature = "ssr"))]
fn visitor() -> Option<UserView> {
    None
}

/// The logged-in user.
pub fn use_user() -> Option<UserView> {
    use_context::<Session>().and_then(|Session(user)| user)
}

/// Whether the user holds `permission`. Decides what is offered; the ports decide what is done.
pub fn may(permission: Permission) -> bool {
    use_user().is_some_and(|user| user.permissions.contains(&permission))
}

/// Called by the layout once it knows that the user belongs to the organisation in the address.
pub fn provide_organization(organization: OrganizationRef) {
    provide_context(CurrentOrganization(organization));
}

/// The organisation that the page is about. Only inside of the layout of `/o/:org`.
pub fn use_organization() -> OrganizationRef {
    let CurrentOrganization(organization) =
        use_context().expect("pages of an organisation stand inside of its layout");
    organization
}
