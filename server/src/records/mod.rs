//! Reading records: the merged view (mirror, then everybody's committed changes, then the viewer's own draft).

mod group;
mod history;
mod merged;
mod query;
mod row;
pub mod sheet;
mod since_draft;
mod store;

use async_trait::async_trait;
use sqlx::PgPool;
use vanguard_app::backend::{
    Access, BackendError, Comparison, DateSpan, FieldChange, HistoryEntry, RecordDetail, RecordGroup,
    RecordPage, RecordQuery, RecordRow, RecordsPort,
};
use vanguard_domain::permission::Permission;
use vanguard_domain::record::Field;

use crate::internal::OrInternal;

pub use merged::{Merged, merged_records};
pub use since_draft::{UnderDraft, outdated_drafts, under_draft};
pub use store::{Seen, Version, mirror_records, seen_records, versions};

/// Implements the records port.
#[derive(Debug, Clone)]
pub struct RecordsService {
    pool: PgPool,
}

impl RecordsService {
    pub fn new(pool: PgPool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl RecordsPort for RecordsService {
    async fn list(&self, access: &Access, query: &RecordQuery) -> Result<RecordPage, BackendError> {
        access.require(Permission::Read)?;
        let query = query::Checked::from_request(query, access)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        let window = store::window(&mut connection, access, &query).await.or_internal()?;
        let records = row::rows(&mut connection, access, &window.pfa_ids).await.or_internal()?;
        let own_drafts = store::count_own_drafts(&mut connection, access).await.or_internal()?;
        Ok(RecordPage { records, total: window.total, own_drafts })
    }

    async fn keys(&self, access: &Access, query: &RecordQuery) -> Result<Vec<String>, BackendError> {
        access.require(Permission::Read)?;
        let query = query::Checked::of_all(query, access)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        Ok(store::window(&mut connection, access, &query).await.or_internal()?.pfa_ids)
    }

    async fn rows(&self, access: &Access, pfa_ids: &[String]) -> Result<Vec<RecordRow>, BackendError> {
        access.require(Permission::Read)?;
        let pfa_ids = pfa_ids.get(..query::MOST_ROWS as usize).unwrap_or(pfa_ids);
        let mut connection = self.pool.acquire().await.or_internal()?;
        row::rows(&mut connection, access, pfa_ids).await.or_internal()
    }

    async fn groups(
        &self,
        access: &Access,
        query: &RecordQuery,
        by: Field,
    ) -> Result<Vec<RecordGroup>, BackendError> {
        let pfa_ids = self.keys(access, query).await?;
        let mut groups = group::Groups::new(access, by);
        for some in pfa_ids.chunks(query::MOST_ROWS as usize) {
            groups.count(&self.rows(access, some).await?);
        }
        Ok(groups.into_list())
    }

    async fn date_span(&self, access: &Access) -> Result<DateSpan, BackendError> {
        access.require(Permission::Read)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        store::date_span(&mut connection, access).await.or_internal()
    }

    async fn get(&self, access: &Access, pfa_id: &str) -> Result<RecordDetail, BackendError> {
        access.require(Permission::Read)?;
        let ids = [pfa_id.to_owned()];
        let mut connection = self.pool.acquire().await.or_internal()?;
        let layers = store::layers(&mut connection, access, &ids).await.or_internal()?;
        let mut rows = row::assemble(access, &layers, &ids);
        let merged = rows.pop().ok_or_else(|| BackendError::not_found("record"))?;
        let mut mirror =
            layers.mirror.get(pfa_id).cloned().ok_or_else(|| BackendError::not_found("record"))?;
        if !access.may(Permission::ViewFinancials) {
            mirror.fields.hide_money();
        }
        let since = layers.since_draft.get(pfa_id);
        let change = |field: &Field| {
            let before = since.and_then(|since| since.before(*field));
            FieldChange::new(*field, before, mirror.fields.get(*field))
        };
        let changed_in_pems = merged.changed_in_pems.iter().map(change).collect();
        let modification = merged.changes.last().cloned();
        Ok(RecordDetail { merged, mirror, modification, changed_in_pems })
    }

    async fn history(&self, access: &Access, pfa_id: &str) -> Result<Vec<HistoryEntry>, BackendError> {
        access.require(Permission::Read)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        let versions = versions(&mut connection, access, pfa_id).await.or_internal()?;
        if versions.is_empty() {
            return Err(BackendError::not_found("record"));
        }
        let writes = store::writes(&mut connection, access, pfa_id).await.or_internal()?;
        Ok(history::entries(access, versions, writes))
    }

    async fn compare(
        &self,
        access: &Access,
        pfa_id: &str,
        from: i64,
        to: i64,
    ) -> Result<Comparison, BackendError> {
        access.require(Permission::Read)?;
        let mut connection = self.pool.acquire().await.or_internal()?;
        let versions = versions(&mut connection, access, pfa_id).await.or_internal()?;
        if versions.is_empty() {
            return Err(BackendError::not_found("record"));
        }
        history::compare(access, &versions, from, to)
    }
}
