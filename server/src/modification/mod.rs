//! Users' changes: saved as drafts, rebased, committed, discarded.
//!
//! A commit is one transaction: validate, set `pending_sync`, write the queue items, the audit rows and one
//! NOTIFY. The client's key makes it happen once.

mod commit;
mod discard;
mod estimate;
mod import;
mod propose;
mod rebase;
mod save;
pub(crate) mod store;

use async_trait::async_trait;
use sqlx::PgPool;
use uuid::Uuid;
use vanguard_app::backend::{
    Access, BackendError, BulkEditRequest, CommitOutcome, CommitRequest, Discarded, DraftInput, DraftsPort,
    ImportRequest, Proposed, RebaseRequest, SaveOutcome, SavedDraft,
};

pub use estimate::Throughput;

/// Implements the drafts port.
#[derive(Debug, Clone)]
pub struct DraftsService {
    pool: PgPool,
    /// Retries that a committed change gets.
    max_retries: u16,
    throughput: Throughput,
}

impl DraftsService {
    pub fn new(pool: PgPool, max_retries: u16, throughput: Throughput) -> Self {
        Self { pool, max_retries, throughput }
    }
}

#[async_trait]
impl DraftsPort for DraftsService {
    async fn save(&self, access: &Access, drafts: Vec<DraftInput>) -> Result<SaveOutcome, BackendError> {
        save::save(&self.pool, access, drafts).await
    }

    async fn bulk_edit(&self, access: &Access, request: BulkEditRequest) -> Result<Proposed, BackendError> {
        propose::bulk_edit(&self.pool, access, request).await
    }

    async fn import(&self, access: &Access, request: ImportRequest) -> Result<Proposed, BackendError> {
        import::import(&self.pool, access, request).await
    }

    async fn rebase(&self, access: &Access, request: RebaseRequest) -> Result<SavedDraft, BackendError> {
        rebase::rebase(&self.pool, access, &request).await
    }

    async fn commit(&self, access: &Access, request: CommitRequest) -> Result<CommitOutcome, BackendError> {
        commit::commit(self, access, request).await
    }

    async fn discard(&self, access: &Access, modification_ids: Vec<Uuid>) -> Result<Discarded, BackendError> {
        discard::discard(&self.pool, access, modification_ids).await
    }
}
