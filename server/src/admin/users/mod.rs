//! The users port: who works in an organisation, and as what.

mod checked;
mod first;
mod store;

use std::collections::BTreeSet;

use async_trait::async_trait;
use secrecy::SecretString;
use serde_json::{Value as Json, json};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;
use vanguard_app::backend::{
    Access, BackendError, ManagedUser, NewUser, OrganizationRef, UserChange, UsersPort,
};
use vanguard_domain::permission::Permission;

use crate::audit::{self, AuditEvent, EventType};
use crate::auth::{password, revoke_sessions_of};
use crate::internal::{self, OrInternal};
pub use first::{FirstUser, FirstUserError, create as create_first};

/// Implements the users port.
#[derive(Debug, Clone)]
pub struct UsersService {
    pool: PgPool,
}

impl UsersService {
    pub const fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl UsersPort for UsersService {
    async fn list(&self, access: &Access) -> Result<Vec<ManagedUser>, BackendError> {
        access.require(Permission::ManageUsers)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        store::list(&mut connection, access).await.or_internal()
    }

    async fn create(&self, access: &Access, user: NewUser) -> Result<ManagedUser, BackendError> {
        access.require(Permission::ManageUsers)?;
        let user = checked::new_user(user)?;
        let mut organisations = user.organization_ids.unwrap_or_default();
        organisations.push(access.organization_id());
        within_own(access, &organisations)?;
        let hash = password::hash(SecretString::from(user.password.0)).await.or_internal()?;
        let mut tx = self.pool.begin().await.or_internal()?;
        let id = store::insert(&mut tx, &user.username, &user.email, user.role, &hash)
            .await
            .map_err(username_taken)?;
        store::set_memberships(&mut tx, id, &own_ids(access), &organisations).await.or_internal()?;
        let created = known(&mut tx, access, id).await?;
        let event = AuditEvent::by(EventType::UserChanged, access).after(shown(&created, true));
        record(&mut tx, &event, &created.organizations, &[]).await?;
        tx.commit().await.or_internal()?;
        Ok(created)
    }

    async fn update(
        &self,
        access: &Access,
        user_id: Uuid,
        change: UserChange,
    ) -> Result<ManagedUser, BackendError> {
        access.require(Permission::ManageUsers)?;
        checked::change(access, user_id, &change)?;
        let hash = match change.password.clone() {
            Some(new) => Some(password::hash(SecretString::from(new.0)).await.or_internal()?),
            None => None,
        };
        let mut tx = self.pool.begin().await.or_internal()?;
        if !store::lock_member(&mut tx, access, user_id).await.or_internal()? {
            return Err(BackendError::not_found("user"));
        }
        let before = known(&mut tx, access, user_id).await?;
        let whole = change.email.is_some() || change.role.is_some() || change.is_active.is_some();
        if whole || hash.is_some() {
            // Role, activity and password hold everywhere: whoever changed them here would change them there.
            let own = own_ids(access);
            if store::belongs_elsewhere(&mut tx, user_id, &own).await.or_internal()? {
                return Err(BackendError::wrong_state(
                    "This user also belongs to organisations that you do not belong to. \
                     Only his memberships in yours can be changed by you.",
                ));
            }
        }
        store::update(&mut tx, user_id, &change, hash.as_deref()).await.or_internal()?;
        if let Some(wanted) = &change.organization_ids {
            within_own(access, wanted)?;
            let own = own_ids(access);
            if wanted.is_empty() && !store::belongs_elsewhere(&mut tx, user_id, &own).await.or_internal()? {
                // Of an organisation's users only: nobody could find him again.
                let message = "A user belongs to one organisation at least. Deactivate him instead.";
                return Err(BackendError::field("organizationIds", "required", message));
            }
            store::set_memberships(&mut tx, user_id, &own_ids(access), wanted).await.or_internal()?;
        }
        if change.is_active == Some(false) || hash.is_some() {
            revoke_sessions_of(&mut tx, user_id).await.or_internal()?;
        }
        let after = known(&mut tx, access, user_id).await?;
        let event = AuditEvent::by(EventType::UserChanged, access)
            .before(shown(&before, false))
            .after(shown(&after, hash.is_some()));
        record(&mut tx, &event, &before.organizations, &after.organizations).await?;
        tx.commit().await.or_internal()?;
        Ok(after)
    }
}

fn own_ids(access: &Access) -> Vec<Uuid> {
    access.user().organizations.iter().map(|organization| organization.id).collect()
}

/// An administrator hands out his own organisations only; whether there are others is not told.
fn within_own(access: &Access, wanted: &[Uuid]) -> Result<(), BackendError> {
    let own = own_ids(access);
    if wanted.iter().all(|id| own.contains(id)) {
        Ok(())
    } else {
        Err(BackendError::not_found("organization"))
    }
}

async fn known(
    connection: &mut PgConnection,
    access: &Access,
    user_id: Uuid,
) -> Result<ManagedUser, BackendError> {
    store::user(connection, user_id, &own_ids(access))
        .await
        .or_internal()?
        .ok_or_else(|| BackendError::not_found("user"))
}

/// For the audit log: all but the password.
fn shown(user: &ManagedUser, new_password: bool) -> Json {
    let organizations: Vec<_> = user.organizations.iter().map(|one| one.code.as_str()).collect();
    json!({
        "id": user.id, "username": user.username, "email": user.email, "role": user.role,
        "isActive": user.is_active, "organizations": organizations, "newPassword": new_password,
    })
}

/// Into the log of every organisation concerned, in the fixed order that keeps two such writers from blocking
/// each other.
async fn record(
    connection: &mut PgConnection,
    event: &AuditEvent,
    before: &[OrganizationRef],
    after: &[OrganizationRef],
) -> Result<(), BackendError> {
    let concerned: BTreeSet<Uuid> = before.iter().chain(after).map(|organization| organization.id).collect();
    for organisation in concerned {
        audit::append(connection, organisation, std::slice::from_ref(event)).await.or_internal()?;
    }
    Ok(())
}

fn username_taken(error: sqlx::Error) -> BackendError {
    if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) {
        BackendError::field("username", "taken", "Another user has this name.")
    } else {
        internal::internal(&error)
    }
}
