//! The conflicts port.

use async_trait::async_trait;
use sqlx::PgPool;
use uuid::Uuid;
use vanguard_app::backend::{
    Access, AppliedResolution, BackendError, BulkOutcome, BulkResolution, ConflictGroup, ConflictList,
    ConflictQuery, ConflictView, ConflictsPort, MergePage, ResolveRequest, Waiting, Window,
};
use vanguard_domain::permission::Permission;
use vanguard_domain::record::Field;

use super::store::Filter;
use super::{bulk, resolve, store, undo};
use crate::internal::OrInternal;

/// Implements the conflicts port.
#[derive(Debug, Clone)]
pub struct ConflictsService {
    pub(super) pool: PgPool,
    /// Retries that a resolution's write gets.
    pub(super) max_retries: u16,
}

impl ConflictsService {
    pub fn new(pool: PgPool, max_retries: u16) -> Self {
        Self { pool, max_retries }
    }
}

#[async_trait]
impl ConflictsPort for ConflictsService {
    async fn list(&self, access: &Access, query: &ConflictQuery) -> Result<ConflictList, BackendError> {
        access.require(Permission::Read)?;
        let limit = query.limit.unwrap_or(Window::MOST);
        Window { offset: 0, limit }.check()?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        let after = match &query.cursor {
            Some(cursor) => Some(bulk::conflict_at(&mut connection, access, cursor).await?),
            None => None,
        };
        let (field, cause) = (query.field, query.cause);
        let filter = Filter { statuses: &query.statuses, field, cause, after, only: None };
        let mut list = store::list(&mut connection, access, &filter, limit).await.or_internal()?;
        if !access.may(Permission::ViewFinancials) {
            list.conflicts.iter_mut().for_each(hide_money);
        }
        Ok(list)
    }

    async fn groups(&self, access: &Access) -> Result<Vec<ConflictGroup>, BackendError> {
        access.require(Permission::Read)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        store::groups(&mut connection, access).await.or_internal()
    }

    async fn get(&self, access: &Access, conflict_id: Uuid) -> Result<ConflictView, BackendError> {
        access.require(Permission::Read)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        let mut conflict = store::view(&mut connection, access, conflict_id)
            .await
            .or_internal()?
            .ok_or_else(|| BackendError::not_found("conflict"))?;
        if !access.may(Permission::ViewFinancials) {
            hide_money(&mut conflict);
        }
        Ok(conflict)
    }

    async fn waiting(&self, access: &Access, conflict_id: Uuid) -> Result<Waiting, BackendError> {
        access.require(Permission::Read)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        store::waiting(&mut connection, access, conflict_id).await.or_internal()
    }

    async fn resolve(
        &self,
        access: &Access,
        conflict_id: Uuid,
        request: ResolveRequest,
    ) -> Result<AppliedResolution, BackendError> {
        resolve::resolve(self, access, conflict_id, &request).await
    }

    async fn resolve_bulk(
        &self,
        access: &Access,
        request: BulkResolution,
    ) -> Result<BulkOutcome, BackendError> {
        bulk::resolve_bulk(self, access, &request).await
    }

    async fn merges(&self, access: &Access, window: Window) -> Result<MergePage, BackendError> {
        access.require(Permission::Read)?;
        window.check()?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        let mut merges = store::merges(&mut connection, access, window).await.or_internal()?;
        let total = store::count_merges(&mut connection, access).await.or_internal()?;
        if !access.may(Permission::ViewFinancials) {
            for merge in &mut merges {
                for side in [
                    &mut merge.ours,
                    &mut merge.ours_before,
                    &mut merge.theirs,
                    &mut merge.theirs_before,
                    &mut merge.given_up,
                ] {
                    side.hide_money();
                }
            }
        }
        Ok(MergePage { merges, total })
    }

    async fn undo_merge(&self, access: &Access, merge_id: Uuid) -> Result<AppliedResolution, BackendError> {
        undo::undo(self, access, merge_id).await
    }
}

fn hide_money(conflict: &mut ConflictView) {
    for side in [
        &mut conflict.base_data,
        &mut conflict.local_data,
        &mut conflict.pems_data,
        &mut conflict.undisputed,
        &mut conflict.theirs,
        &mut conflict.merged_before,
    ] {
        side.hide_money();
    }
    for field in Field::ALL.into_iter().filter(|field| field.is_money()) {
        // Not empty, which rules would take for missing, but unknown.
        conflict.pems_now.remove(field);
    }
    for rule in &mut conflict.broken_rules {
        rule.message.clone_from(&rule.code);
    }
}
