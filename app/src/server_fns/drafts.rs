//! Saving, reviewing, committing and discarding the caller's drafts.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vanguard_domain::delta::Operation;

use crate::backend::{
    BackendError, CommitOutcome, CommitRequest, Discarded, DraftInput, FieldChange, JobView, RebaseRequest,
    SaveOutcome, SavedDraft,
};

/// How much the caller has drafted in the organisation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DraftSummary {
    pub records: u32,
    /// Changed fields in all of them; a draft that discontinues its record counts as one.
    pub fields: u32,
    /// Records of which PEMS changed something since the draft was begun.
    pub outdated: u32,
}

/// A draft of the caller, before → after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReviewedDraft {
    pub pfa_id: String,
    pub modification_id: Uuid,
    pub operation: Operation,
    pub since: DateTime<Utc>,
    pub changes: Vec<FieldChange>,
    /// What PEMS changed since the draft was begun.
    pub changed_in_pems: Vec<FieldChange>,
    /// The PEMS version that all this is about.
    pub version: i64,
}

/// The caller's drafts, in the order of their records.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DraftReview {
    pub drafts: Vec<ReviewedDraft>,
    /// How many there are, beyond those listed.
    pub total: u32,
}

/// Saves drafts over the caller's older ones of the same records.
#[server(prefix = "/fn", endpoint = "drafts/save", input = Json)]
pub async fn save_drafts(
    organization_id: Uuid,
    drafts: Vec<DraftInput>,
) -> Result<SaveOutcome, BackendError> {
    super::backend()?.drafts.save(&super::access(organization_id)?, drafts).await
}

/// Commits drafts, once for each idempotency key.
#[server(prefix = "/fn", endpoint = "drafts/commit", input = Json)]
pub async fn commit_drafts(
    organization_id: Uuid,
    request: CommitRequest,
) -> Result<CommitOutcome, BackendError> {
    super::backend()?.drafts.commit(&super::access(organization_id)?, request).await
}

/// How far the changes of a commit have come.
#[server(prefix = "/fn", endpoint = "drafts/progress", input = Json)]
pub async fn commit_progress(organization_id: Uuid, job_id: Uuid) -> Result<JobView, BackendError> {
    super::backend()?.sync.job(&super::access(organization_id)?, job_id).await
}

/// Discards drafts of the caller.
#[server(prefix = "/fn", endpoint = "drafts/discard", input = Json)]
pub async fn discard_drafts(
    organization_id: Uuid,
    modification_ids: Vec<Uuid>,
) -> Result<Discarded, BackendError> {
    super::backend()?.drafts.discard(&super::access(organization_id)?, modification_ids).await
}

/// Discards every draft of the caller in the organisation.
#[server(prefix = "/fn", endpoint = "drafts/discard-all", input = Json)]
pub async fn discard_all_drafts(organization_id: Uuid) -> Result<Discarded, BackendError> {
    let access = super::access(organization_id)?;
    let backend = super::backend()?;
    let ids = reading::all(&*backend.records, &access)
        .await?
        .into_iter()
        .map(|(_, change)| change.modification_id)
        .collect();
    backend.drafts.discard(&access, ids).await
}

/// How much the caller has drafted.
#[server(prefix = "/fn", endpoint = "drafts/summary", input = Json)]
pub async fn count_drafts(organization_id: Uuid) -> Result<DraftSummary, BackendError> {
    reading::summary(&*super::backend()?.records, &super::access(organization_id)?).await
}

/// The caller's drafts for review, with what they change.
#[server(prefix = "/fn", endpoint = "drafts/review", input = Json)]
pub async fn review_drafts(organization_id: Uuid) -> Result<DraftReview, BackendError> {
    reading::review(&*super::backend()?.records, &super::access(organization_id)?).await
}

/// The caller's draft of one record.
#[server(prefix = "/fn", endpoint = "drafts/review-one", input = Json)]
pub async fn review_draft(organization_id: Uuid, pfa_id: String) -> Result<ReviewedDraft, BackendError> {
    let access = super::access(organization_id)?;
    reading::draft_of(&*super::backend()?.records, &access, &pfa_id)
        .await?
        .ok_or_else(|| BackendError::not_found("draft"))
}

/// Bases a draft of the caller on what PEMS has by now.
#[server(prefix = "/fn", endpoint = "drafts/rebase", input = Json)]
pub async fn rebase_draft(organization_id: Uuid, request: RebaseRequest) -> Result<SavedDraft, BackendError> {
    super::backend()?.drafts.rebase(&super::access(organization_id)?, request).await
}

/// What the records port knows of the caller's drafts.
#[cfg(feature = "ssr")]
pub(super) mod reading {
    use vanguard_domain::modification::ModificationState;
    use vanguard_domain::record::Field;

    use super::{DraftReview, DraftSummary, ReviewedDraft};
    use crate::backend::{
        Access, BackendError, FieldChange, OpenChange, RecordQuery, RecordRow, RecordsPort,
    };
    use crate::components::grid::cache::own_draft;

    /// The most that a port answers at once.
    const MOST: u32 = 1000;
    /// More drafts than this are not listed one by one.
    const LISTED: usize = 200;

    /// Every draft of the caller, with its row.
    pub(in super::super) async fn all(
        records: &dyn RecordsPort,
        access: &Access,
    ) -> Result<Vec<(RecordRow, OpenChange)>, BackendError> {
        let mut found = Vec::new();
        let mut offset = 0;
        loop {
            let query = RecordQuery {
                sync_state: Some(ModificationState::Draft),
                offset,
                limit: MOST,
                ..RecordQuery::default()
            };
            let page = records.list(access, &query).await?;
            offset += MOST;
            let is_last = page.records.is_empty() || i64::from(offset) >= page.total;
            for row in page.records {
                if let Some(change) = own_draft(&row).cloned() {
                    found.push((row, change));
                }
            }
            if is_last {
                return Ok(found);
            }
        }
    }

    pub(in super::super) async fn summary(
        records: &dyn RecordsPort,
        access: &Access,
    ) -> Result<DraftSummary, BackendError> {
        let mut summary = DraftSummary::default();
        for (row, change) in all(records, access).await? {
            summary.records += 1;
            summary.fields += u32::try_from(change.fields.len().max(1)).unwrap_or(u32::MAX);
            summary.outdated += u32::from(!row.changed_in_pems.is_empty());
        }
        Ok(summary)
    }

    pub(super) async fn review(
        records: &dyn RecordsPort,
        access: &Access,
    ) -> Result<DraftReview, BackendError> {
        let mut all = all(records, access).await?;
        let total = u32::try_from(all.len()).unwrap_or(u32::MAX);
        all.truncate(LISTED);
        let mut drafts = Vec::with_capacity(all.len());
        for (row, _) in all {
            drafts.extend(draft_of(records, access, &row.pfa_id).await?);
        }
        Ok(DraftReview { drafts, total })
    }

    pub(super) async fn draft_of(
        records: &dyn RecordsPort,
        access: &Access,
        pfa_id: &str,
    ) -> Result<Option<ReviewedDraft>, BackendError> {
        let detail = records.get(access, pfa_id).await?;
        let (row, mirror) = (&detail.merged, &detail.mirror);
        let Some(change) = own_draft(row).cloned() else { return Ok(None) };
        let before_and_after =
            |field: &Field| FieldChange::new(*field, mirror.fields.get(*field), row.fields.get(*field));
        Ok(Some(ReviewedDraft {
            changes: change.fields.iter().map(before_and_after).collect(),
            pfa_id: row.pfa_id.clone(),
            modification_id: change.modification_id,
            operation: change.operation,
            since: change.since,
            version: mirror.version,
            changed_in_pems: detail.changed_in_pems,
        }))
    }
}
