//! The users of an organisation.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use uuid::Uuid;
use vanguard_domain::permission::Role;

use crate::backend::{BackendError, ManagedUser};

/// All of them, by name.
#[server(prefix = "/fn", endpoint = "users/list", input = GetUrl)]
pub async fn users(organization_id: Uuid) -> Result<Vec<ManagedUser>, BackendError> {
    let access = super::access(organization_id)?;
    super::backend()?.users.list(&access).await
}

/// One of them.
#[server(prefix = "/fn", endpoint = "users/get", input = GetUrl)]
pub async fn user(organization_id: Uuid, user_id: Uuid) -> Result<ManagedUser, BackendError> {
    let access = super::access(organization_id)?;
    let users = super::backend()?.users.list(&access).await?;
    users.into_iter().find(|user| user.id == user_id).ok_or_else(|| BackendError::not_found("user"))
}

/// Adds a user.
#[server(prefix = "/fn", endpoint = "users/add")]
pub async fn add_user(
    organization_id: Uuid,
    #[server(default)] username: String,
    #[server(default)] email: String,
    role: Role,
    #[server(default)] password: String,
    /// By their codes.
    #[server(default)]
    member_of: BTreeMap<String, Uuid>,
) -> Result<Uuid, BackendError> {
    use crate::backend::{NewSecret, NewUser};
    use crate::pages::settings::done::{Done, answer};
    use crate::pages::settings::typed;
    use crate::pages::settings::users::form::typed_user;

    let access = super::access(organization_id)?;
    let code = &access.organization().code;
    typed::keep(code, &typed_user(None, &username, &email, role, &member_of));
    let organization_ids = Some(member_of.into_values().collect());
    let user = NewUser { username, email, role, password: NewSecret(password), organization_ids };
    let added = super::backend()?.users.create(&access, user).await?;
    typed::forget(code);
    answer(&format!("/o/{code}/settings/users"), Done::UserAdded);
    Ok(added.id)
}

/// Changes what differs from what is stored.
#[server(prefix = "/fn", endpoint = "users/change")]
pub async fn change_user(
    organization_id: Uuid,
    user_id: Uuid,
    #[server(default)] email: String,
    role: Role,
    /// Empty: it stays.
    #[server(default)]
    password: String,
    /// By their codes.
    #[server(default)]
    member_of: BTreeMap<String, Uuid>,
) -> Result<(), BackendError> {
    use crate::backend::{NewSecret, UserChange};
    use crate::pages::settings::done::{Done, answer};
    use crate::pages::settings::typed;
    use crate::pages::settings::users::form::typed_user;

    let access = super::access(organization_id)?;
    let port = super::backend()?.users;
    let code = &access.organization().code;
    typed::keep(code, &typed_user(Some(user_id), "", &email, role, &member_of));
    let stored = port.list(&access).await?;
    let stored =
        stored.into_iter().find(|user| user.id == user_id).ok_or_else(|| BackendError::not_found("user"))?;
    let before: Vec<Uuid> = stored.organizations.iter().map(|organization| organization.id).collect();
    let wanted: Vec<Uuid> = member_of.into_values().collect();
    let same = wanted.len() == before.len() && wanted.iter().all(|id| before.contains(id));
    // Of a user who belongs to organisations of others as well, only the memberships may be changed: what stays as it is
    // must not look like a change.
    let change = UserChange {
        email: (email != stored.email).then_some(email),
        role: (role != stored.role).then_some(role),
        is_active: None,
        password: (!password.is_empty()).then_some(NewSecret(password)),
        organization_ids: (!same).then_some(wanted),
    };
    if change != UserChange::default() {
        port.update(&access, user_id, change).await?;
    }
    typed::forget(code);
    answer(&format!("/o/{code}/settings/users"), Done::UserChanged);
    Ok(())
}

/// Whether a user can log in; answers with what holds now.
#[server(prefix = "/fn", endpoint = "users/activate")]
pub async fn activate_user(
    organization_id: Uuid,
    user_id: Uuid,
    active: bool,
    #[server(default)] back: String,
) -> Result<bool, BackendError> {
    use crate::backend::UserChange;
    use crate::pages::settings::done::{Done, answer};

    let access = super::access(organization_id)?;
    let change = UserChange { is_active: Some(active), ..UserChange::default() };
    let now = super::backend()?.users.update(&access, user_id, change).await?.is_active;
    answer(&back, if now { Done::UserActivated } else { Done::UserDeactivated });
    Ok(now)
}
