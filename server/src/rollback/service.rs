//! The rollbacks port.

use async_trait::async_trait;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;
use vanguard_app::backend::{
    Access, BackendError, Overwrites, RollbackDetail, RollbackPage, RollbackPreview, RollbackRequest,
    RollbackTarget, RollbacksPort, Window,
};
use vanguard_domain::permission::Permission;
use vanguard_domain::rollback::RollbackStatus;

use super::{approve, decline, request, shown, store};
use crate::internal::OrInternal;

/// Implements the rollbacks port.
#[derive(Debug, Clone)]
pub struct RollbacksService {
    pub(super) pool: PgPool,
    /// Retries that a rollback's writes get.
    pub(super) max_retries: u16,
}

impl RollbacksService {
    pub fn new(pool: PgPool, max_retries: u16) -> Self {
        Self { pool, max_retries }
    }
}

#[async_trait]
impl RollbacksPort for RollbacksService {
    async fn list(
        &self,
        access: &Access,
        statuses: &[RollbackStatus],
        window: Window,
    ) -> Result<RollbackPage, BackendError> {
        access.require(Permission::Read)?;
        window.check()?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        let rollbacks = store::list(&mut connection, access, statuses, window).await.or_internal()?;
        let total = store::count(&mut connection, access, statuses).await.or_internal()?;
        Ok(RollbackPage { rollbacks, total })
    }

    async fn get(&self, access: &Access, rollback_id: Uuid) -> Result<RollbackDetail, BackendError> {
        access.require(Permission::Read)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        detail(&mut connection, access, rollback_id).await
    }

    async fn preview(
        &self,
        access: &Access,
        target: &RollbackTarget,
        overwrite: &Overwrites,
    ) -> Result<RollbackPreview, BackendError> {
        request::preview(self, access, target, overwrite).await
    }

    async fn request(
        &self,
        access: &Access,
        request: RollbackRequest,
    ) -> Result<RollbackDetail, BackendError> {
        request::request(self, access, &request).await
    }

    async fn approve(
        &self,
        access: &Access,
        rollback_id: Uuid,
        preview_hash: &str,
    ) -> Result<RollbackDetail, BackendError> {
        approve::approve(self, access, rollback_id, preview_hash).await
    }

    async fn reject(
        &self,
        access: &Access,
        rollback_id: Uuid,
        reason: &str,
    ) -> Result<RollbackDetail, BackendError> {
        decline::reject(self, access, rollback_id, reason).await
    }

    async fn cancel(&self, access: &Access, rollback_id: Uuid) -> Result<RollbackDetail, BackendError> {
        decline::cancel(self, access, rollback_id).await
    }
}

/// A rollback with its preview, as the caller may see it.
pub(super) async fn detail(
    connection: &mut PgConnection,
    access: &Access,
    rollback_id: Uuid,
) -> Result<RollbackDetail, BackendError> {
    let missing = || BackendError::not_found("rollback");
    let rollback = store::view(connection, access, rollback_id).await.or_internal()?.ok_or_else(missing)?;
    let hash = store::preview_hash(connection, access, rollback_id).await.or_internal()?;
    let previewed = store::previewed(connection, access, rollback_id).await.or_internal()?;
    Ok(RollbackDetail { rollback, preview: shown::preview(access, previewed, hash) })
}
