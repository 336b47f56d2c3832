//! The API servers port: where an organisation's PEMS is and how it may be reached. Passwords go in and never
//! come out.

mod checked;
mod probe;
pub(super) mod store;

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value as Json, json};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;
use vanguard_app::backend::{
    Access, ApiServerInput, ApiServerView, ApiServersPort, BackendError, ConnectionTest,
};
use vanguard_domain::permission::Permission;

use crate::audit::{self, AuditEvent, EventType};
use crate::credentials::Cipher;
use crate::internal::OrInternal;
use crate::notify::{self, Event, EventKind};
use crate::pems::breaker;
use crate::pems::limiter::{Limiter, budget_of};
use checked::Checked;
pub use probe::{ContractProbe, Probe, Target};

/// Implements the API servers port.
#[derive(Debug, Clone)]
pub struct ApiServersService {
    pool: PgPool,
    cipher: Cipher,
    probe: Arc<dyn Probe>,
    /// Requests per second of a new credential's budget.
    rate_limit: f64,
}

impl ApiServersService {
    pub fn new(pool: PgPool, cipher: Cipher, probe: Arc<dyn Probe>, rate_limit: f64) -> Self {
        Self { pool, cipher, probe, rate_limit }
    }

    /// The stored server, if it may be changed by people.
    async fn changeable(
        connection: &mut PgConnection,
        access: &Access,
        id: Uuid,
    ) -> Result<store::Stored, BackendError> {
        let stored = Self::stored(connection, access, id).await?;
        if stored.view.is_managed {
            return Err(BackendError::wrong_state(
                "This server comes from the settings PEMS_WRITE_*. Change it there, or add a server of your own.",
            ));
        }
        Ok(stored)
    }

    async fn stored(
        connection: &mut PgConnection,
        access: &Access,
        id: Uuid,
    ) -> Result<store::Stored, BackendError> {
        store::lock(connection, access, id)
            .await
            .or_internal()?
            .ok_or_else(|| BackendError::not_found("API server"))
    }

    /// What a test would use: the new password, or the stored one for the address that it was stored for.
    async fn target(
        &self,
        access: &Access,
        id: Uuid,
        input: Option<ApiServerInput>,
    ) -> Result<(Target, Limiter), BackendError> {
        let mut tx = self.pool.begin().await.or_internal()?;
        let stored = Self::stored(&mut tx, access, id).await?;
        let input = match input {
            Some(input) => Checked::changed(input, &stored.view)?,
            None => Checked::as_stored(&stored.view),
        };
        let password = match input.password.clone() {
            Some(password) => password,
            None => self.cipher.open(id, &stored.secret).or_internal()?,
        };
        tx.rollback().await.or_internal()?;
        let budget = self.budget(&input).await?;
        Ok((input.target(access, password), budget))
    }

    /// The budget of a credential, saved or not: PEMS counts its requests either way.
    async fn budget(&self, input: &Checked) -> Result<Limiter, BackendError> {
        let mut connection = self.pool.acquire().await.or_internal()?;
        let id = budget_of(&mut connection, input.credential(), self.rate_limit).await.or_internal()?;
        Ok(Limiter::new(self.pool.clone(), id))
    }
}

/// Announces and records a change, in its transaction; answers with the server as it is now.
async fn finish(
    tx: &mut PgConnection,
    access: &Access,
    event: EventType,
    before: Option<&ApiServerView>,
    id: Uuid,
) -> Result<ApiServerView, BackendError> {
    let after = ApiServersService::stored(tx, access, id).await?.view;
    notify::publish(tx, &Event::new(access.organization_id(), EventKind::Sync, Vec::new()))
        .await
        .or_internal()?;
    notify::wake_worker(tx, access.organization_id()).await.or_internal()?;
    let mut event = AuditEvent::by(event, access).after(shown(&after));
    event.before = before.map(shown);
    audit::append(tx, access.organization_id(), &[event]).await.or_internal()?;
    Ok(after)
}

/// For the audit log: all but the password and what PEMS's health writes.
fn shown(view: &ApiServerView) -> Json {
    json!({
        "id": view.id, "name": view.name, "baseUrl": view.base_url, "tenant": view.tenant,
        "username": view.username, "supportsBatch": view.supports_batch, "status": view.status,
    })
}

#[async_trait]
impl ApiServersPort for ApiServersService {
    async fn list(&self, access: &Access) -> Result<Vec<ApiServerView>, BackendError> {
        access.require(Permission::ManageSettings)?;
        store::list(&self.pool, access).await.or_internal()
    }

    async fn create(&self, access: &Access, input: ApiServerInput) -> Result<ApiServerView, BackendError> {
        access.require(Permission::ManageSettings)?;
        let (input, password) = Checked::new(input)?.with_password()?;
        let id = Uuid::new_v4();
        let sealed = self.cipher.seal(id, &password).or_internal()?;
        let mut tx = self.pool.begin().await.or_internal()?;
        let limiter = budget_of(&mut tx, input.credential(), self.rate_limit).await.or_internal()?;
        let row = input.row(id, &sealed, limiter);
        store::insert(&mut tx, access.organization_id(), &row, false).await.map_err(name_taken)?;
        let view = finish(&mut tx, access, EventType::CredentialChanged, None, id).await?;
        tx.commit().await.or_internal()?;
        Ok(view)
    }

    async fn update(
        &self,
        access: &Access,
        id: Uuid,
        input: ApiServerInput,
    ) -> Result<ApiServerView, BackendError> {
        access.require(Permission::ManageSettings)?;
        let mut tx = self.pool.begin().await.or_internal()?;
        let stored = Self::changeable(&mut tx, access, id).await?;
        let input = Checked::changed(input, &stored.view)?;
        let (event, sealed) = match &input.password {
            Some(password) => (EventType::CredentialChanged, self.cipher.seal(id, password).or_internal()?),
            None if self.cipher.is_outdated(&stored.secret) => {
                let password = self.cipher.open(id, &stored.secret).or_internal()?;
                (EventType::SettingChanged, self.cipher.seal(id, &password).or_internal()?)
            }
            None => (EventType::SettingChanged, stored.secret),
        };
        let limiter = budget_of(&mut tx, input.credential(), self.rate_limit).await.or_internal()?;
        store::update(&mut tx, access.organization_id(), &input.row(id, &sealed, limiter))
            .await
            .map_err(name_taken)?;
        let view = finish(&mut tx, access, event, Some(&stored.view), id).await?;
        tx.commit().await.or_internal()?;
        Ok(view)
    }

    async fn test_new(&self, access: &Access, input: ApiServerInput) -> Result<ConnectionTest, BackendError> {
        access.require(Permission::ManageSettings)?;
        let (input, password) = Checked::new(input)?.with_password()?;
        let budget = self.budget(&input).await?;
        probe::test(&*self.probe, &input.target(access, password), &budget).await.or_internal()
    }

    async fn test(
        &self,
        access: &Access,
        id: Uuid,
        input: Option<ApiServerInput>,
    ) -> Result<ConnectionTest, BackendError> {
        access.require(Permission::ManageSettings)?;
        // The transaction ends before PEMS is asked: no lock is held during HTTP.
        let (target, budget) = self.target(access, id, input).await?;
        probe::test(&*self.probe, &target, &budget).await.or_internal()
    }

    async fn pause(&self, access: &Access, id: Uuid) -> Result<ApiServerView, BackendError> {
        access.require(Permission::ManageSettings)?;
        let mut tx = self.pool.begin().await.or_internal()?;
        let before = Self::stored(&mut tx, access, id).await?.view;
        if before.status == "paused" {
            return Ok(before);
        }
        store::pause(&mut tx, access, id).await.or_internal()?;
        let after = finish(&mut tx, access, EventType::ServerPaused, Some(&before), id).await?;
        tx.commit().await.or_internal()?;
        Ok(after)
    }

    async fn resume(&self, access: &Access, id: Uuid) -> Result<ApiServerView, BackendError> {
        access.require(Permission::ManageSettings)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        let before = Self::stored(&mut connection, access, id).await?.view;
        if before.status == "active" && before.breaker_until.is_none() {
            return Ok(before);
        }
        breaker::resume(&mut connection, access, id).await.or_internal()?;
        Ok(Self::stored(&mut connection, access, id).await?.view)
    }
}

fn name_taken(error: sqlx::Error) -> BackendError {
    if error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation) {
        BackendError::field("name", "taken", "Another API server of this organisation has this name.")
    } else {
        crate::internal::internal(&error)
    }
}
