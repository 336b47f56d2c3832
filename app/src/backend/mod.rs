//! The ports: one small trait per area, with the data that crosses it.
//!
//! Pages' server functions and the JSON API call the same ports, so the two cannot differ. Every port method
//! takes an [`Access`]: proof that the caller belongs to the organisation that is asked about. The
//! implementation asks it for the permission that the act needs.

mod access;
mod accounts;
mod admin;
mod alerts;
mod audit;
mod bulk;
mod conflicts;
mod deck;
mod drafts;
mod error;
mod notifications;
mod ownership;
mod proposals;
mod queue;
mod records;
mod rollbacks;
mod sync;
mod views;
mod window;

use std::sync::Arc;

pub use access::{Access, Caller, OrganizationRef, UserView};
pub use accounts::{AccountsPort, ClientAddress, LoginAttempt, OpenedSession};
pub use admin::{
    ApiServerInput, ApiServerView, ApiServersPort, ConnectionTest, InstallationSettings, ManagedUser,
    NewSecret, NewUser, OrganizationSettings, SettingsPort, UserChange, UsersPort,
};
pub use alerts::{AlertChannel, AlertDelivery, AlertOverview, AlertsPort, TestAlert};
pub use audit::{AuditEntry, AuditPage, AuditPort, AuditQuery, ChainReport};
pub use bulk::{BulkOutcome, BulkResolution, BulkResult, BulkSelection, ConflictGroup};
pub use conflicts::{
    AppliedResolution, ConflictAuthor, ConflictList, ConflictQuery, ConflictView, ConflictsPort, MergePage,
    MergeUndo, MergeView, PfaDetails, ResolveRequest, Waiting,
};
pub use deck::{DeckPort, Needs};
pub use drafts::{
    CommitOutcome, CommitRequest, Discarded, DraftInput, DraftRefusal, DraftSide, DraftsPort, MOST_DRAFTS,
    RebaseRequest, SaveOutcome, SavedDraft,
};
pub use error::BackendError;
pub use notifications::{
    Inbox, NotificationChoice, NotificationChoices, NotificationKind, NotificationView, NotificationsPort,
    UnknownKind,
};
pub use ownership::{OwnershipChange, OwnershipPort, OwnershipRule, WhatIfExample, WhatIfReport};
pub use proposals::{
    BulkEditRequest, ImportRequest, MOST_PROPOSALS, Proposed, ProposedChange, RefusedProposal,
};
pub use queue::{
    AttemptView, CauseCount, Corrected, Correction, DeadLetterDecision, DeadLetterDetail, DeadLetterPage,
    DeadLetterQuery, DeadLetterResult, DeadLetterSelection, DeadLetterView, QueueAction, QueueActionResult,
    QueueItemDetail, QueueItemView, QueuePage, QueuePort, QueueQuery, QueueSelection, QueueSibling, Refusal,
};
pub use records::{
    ComparedVersion, Comparison, DateSpan, FieldChange, HistoryEntry, OpenChange, OurWrite, RecordDetail,
    RecordGroup, RecordPage, RecordQuery, RecordRow, RecordsPort,
};
pub use rollbacks::{
    Overwrites, RollbackDetail, RollbackField, RollbackPage, RollbackPreview, RollbackRecord,
    RollbackRequest, RollbackTarget, RollbackView, RollbacksPort, TargetFields, UnclearTarget,
};
pub use sync::{
    ApiServerHealth, HealthWord, HourOfWrites, JobDetail, JobItem, JobItemPage, JobPage, JobQuery, JobView,
    RateBudget, ReadSyncStarted, RejectedPage, RejectedRecord, StatusQuery, SyncPort, SyncStatus,
    WriteSyncRequest, WriteSyncStarted,
};
pub use views::{NewView, SavedView, ViewsPort};
pub use window::Window;

/// All ports together, as the server provides them.
#[derive(Clone)]
pub struct Backend {
    pub accounts: Arc<dyn AccountsPort>,
    pub records: Arc<dyn RecordsPort>,
    pub drafts: Arc<dyn DraftsPort>,
    pub deck: Arc<dyn DeckPort>,
    pub sync: Arc<dyn SyncPort>,
    pub queue: Arc<dyn QueuePort>,
    pub conflicts: Arc<dyn ConflictsPort>,
    pub rollbacks: Arc<dyn RollbacksPort>,
    pub notifications: Arc<dyn NotificationsPort>,
    pub audit: Arc<dyn AuditPort>,
    pub alerts: Arc<dyn AlertsPort>,
    pub api_servers: Arc<dyn ApiServersPort>,
    pub settings: Arc<dyn SettingsPort>,
    pub ownership: Arc<dyn OwnershipPort>,
    pub users: Arc<dyn UsersPort>,
    pub views: Arc<dyn ViewsPort>,
}

impl std::fmt::Debug for Backend {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Backend")
    }
}
