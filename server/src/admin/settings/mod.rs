//! The settings port: what an administrator decides for a whole organisation.

mod store;

use async_trait::async_trait;
use serde_json::json;
use sqlx::PgPool;
use vanguard_app::backend::{Access, BackendError, InstallationSettings, OrganizationSettings, SettingsPort};
use vanguard_domain::permission::Permission;

use crate::audit::{self, AuditEvent, EventType};
use crate::internal::OrInternal;
use crate::notify::{self, Event, EventKind};

/// Implements the settings port.
#[derive(Debug, Clone)]
pub struct SettingsService {
    pool: PgPool,
    installation: InstallationSettings,
}

impl SettingsService {
    pub const fn new(pool: PgPool, installation: InstallationSettings) -> Self {
        Self { pool, installation }
    }
}

#[async_trait]
impl SettingsPort for SettingsService {
    async fn get(&self, access: &Access) -> Result<OrganizationSettings, BackendError> {
        access.require(Permission::ManageSettings)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        store::get(&mut connection, access).await.or_internal()
    }

    async fn installation(&self, access: &Access) -> Result<InstallationSettings, BackendError> {
        access.require(Permission::ManageSettings)?;
        Ok(self.installation.clone())
    }

    async fn update(
        &self,
        access: &Access,
        settings: OrganizationSettings,
    ) -> Result<OrganizationSettings, BackendError> {
        access.require(Permission::ManageSettings)?;
        let mut tx = self.pool.begin().await.or_internal()?;
        let before = store::lock(&mut tx, access).await.or_internal()?;
        if before == settings {
            return Ok(settings);
        }
        store::set(&mut tx, access, &settings).await.or_internal()?;
        if settings.write_sync_enabled {
            notify::wake_worker(&mut tx, access.organization_id()).await.or_internal()?;
        }
        let event = Event::new(access.organization_id(), EventKind::Sync, Vec::new());
        notify::publish(&mut tx, &event).await.or_internal()?;
        let event = AuditEvent::by(EventType::SettingChanged, access)
            .before(json!({ "writeSyncEnabled": before.write_sync_enabled }))
            .after(json!({ "writeSyncEnabled": settings.write_sync_enabled }));
        audit::append(&mut tx, access.organization_id(), &[event]).await.or_internal()?;
        tx.commit().await.or_internal()?;
        Ok(settings)
    }
}
