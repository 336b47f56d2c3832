//! What can be recorded.

use serde_json::Value as Json;
use uuid::Uuid;
use vanguard_app::backend::Access;

/// Everything that the audit log knows of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventType {
    LoginSucceeded,
    LoginFailed,
    LoggedOut,
    DraftCommitted,
    DraftDiscarded,
    DraftRebased,
    WriteAttempted,
    WriteConfirmed,
    WriteRefused,
    WriteSettled,
    WriteCancelled,
    ConflictFound,
    ConflictResolved,
    ConflictRuled,
    MergeApplied,
    MergeUndone,
    RollbackRequested,
    /// The records moved: the preview was made anew, and is asked about again.
    RollbackRenewed,
    RollbackApproved,
    RollbackRejected,
    RollbackCancelled,
    /// A record's change was queued by an approval.
    RollbackQueued,
    RollbackEnded,
    DeadLetterCreated,
    DeadLetterReprocessed,
    /// Sent again with other values.
    DeadLetterCorrected,
    DeadLetterDiscarded,
    ServerPaused,
    ServerResumed,
    CredentialChanged,
    SettingChanged,
    AlertTested,
    UserChanged,
    ReadStarted,
}

impl EventType {
    /// Every kind of event.
    pub const ALL: [Self; 34] = [
        Self::LoginSucceeded,
        Self::LoginFailed,
        Self::LoggedOut,
        Self::DraftCommitted,
        Self::DraftDiscarded,
        Self::DraftRebased,
        Self::WriteAttempted,
        Self::WriteConfirmed,
        Self::WriteRefused,
        Self::WriteSettled,
        Self::WriteCancelled,
        Self::ConflictFound,
        Self::ConflictResolved,
        Self::ConflictRuled,
        Self::MergeApplied,
        Self::MergeUndone,
        Self::RollbackRequested,
        Self::RollbackRenewed,
        Self::RollbackApproved,
        Self::RollbackRejected,
        Self::RollbackCancelled,
        Self::RollbackQueued,
        Self::RollbackEnded,
        Self::DeadLetterCreated,
        Self::DeadLetterReprocessed,
        Self::DeadLetterCorrected,
        Self::DeadLetterDiscarded,
        Self::ServerPaused,
        Self::ServerResumed,
        Self::CredentialChanged,
        Self::SettingChanged,
        Self::AlertTested,
        Self::UserChanged,
        Self::ReadStarted,
    ];

    /// The name in the log: area.event.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LoginSucceeded => "login.succeeded",
            Self::LoginFailed => "login.failed",
            Self::LoggedOut => "login.ended",
            Self::DraftCommitted => "draft.committed",
            Self::DraftDiscarded => "draft.discarded",
            Self::DraftRebased => "draft.rebased",
            Self::WriteAttempted => "write.attempted",
            Self::WriteConfirmed => "write.confirmed",
            Self::WriteRefused => "write.refused",
            Self::WriteSettled => "write.settled",
            Self::WriteCancelled => "write.cancelled",
            Self::ConflictFound => "conflict.found",
            Self::ConflictResolved => "conflict.resolved",
            Self::ConflictRuled => "conflict.ruled",
            Self::MergeApplied => "merge.applied",
            Self::MergeUndone => "merge.undone",
            Self::RollbackRequested => "rollback.requested",
            Self::RollbackRenewed => "rollback.renewed",
            Self::RollbackApproved => "rollback.approved",
            Self::RollbackRejected => "rollback.rejected",
            Self::RollbackCancelled => "rollback.cancelled",
            Self::RollbackQueued => "rollback.queued",
            Self::RollbackEnded => "rollback.ended",
            Self::DeadLetterCreated => "dead_letter.created",
            Self::DeadLetterReprocessed => "dead_letter.reprocessed",
            Self::DeadLetterCorrected => "dead_letter.corrected",
            Self::DeadLetterDiscarded => "dead_letter.discarded",
            Self::ServerPaused => "server.paused",
            Self::ServerResumed => "server.resumed",
            Self::CredentialChanged => "credential.changed",
            Self::SettingChanged => "setting.changed",
            Self::AlertTested => "alert.tested",
            Self::UserChanged => "user.changed",
            Self::ReadStarted => "read.started",
        }
    }
}

/// One row to be: who did what to which record, with which outcome.
#[derive(Debug, Clone)]
pub struct AuditEvent {
    pub event_type: EventType,
    pub user_id: Option<Uuid>,
    /// User name, or `system`.
    pub actor: String,
    pub pfa_id: Option<String>,
    pub modification_id: Option<Uuid>,
    pub before: Option<Json>,
    pub after: Option<Json>,
    pub pems_response: Option<Json>,
    /// `success`, or how it failed.
    pub outcome: String,
}

impl AuditEvent {
    /// Something that the system did by itself, successfully.
    pub fn by_system(event_type: EventType) -> Self {
        Self {
            event_type,
            user_id: None,
            actor: "system".to_owned(),
            pfa_id: None,
            modification_id: None,
            before: None,
            after: None,
            pems_response: None,
            outcome: "success".to_owned(),
        }
    }

    /// Something that a user did, successfully.
    pub fn by_user(event_type: EventType, user_id: Uuid, username: &str) -> Self {
        Self { user_id: Some(user_id), actor: username.to_owned(), ..Self::by_system(event_type) }
    }

    /// Something that the holder of `access` did, successfully.
    pub fn by(event_type: EventType, access: &Access) -> Self {
        Self::by_user(event_type, access.user_id(), &access.user().username)
    }

    #[must_use]
    pub fn record(mut self, pfa_id: &str) -> Self {
        self.pfa_id = Some(pfa_id.to_owned());
        self
    }

    #[must_use]
    pub fn modification(mut self, id: Uuid) -> Self {
        self.modification_id = Some(id);
        self
    }

    #[must_use]
    pub fn before(mut self, json: Json) -> Self {
        self.before = Some(json);
        self
    }

    #[must_use]
    pub fn after(mut self, json: Json) -> Self {
        self.after = Some(json);
        self
    }

    #[must_use]
    pub fn response(mut self, json: Option<Json>) -> Self {
        self.pems_response = json;
        self
    }

    #[must_use]
    pub fn outcome(mut self, outcome: &str) -> Self {
        outcome.clone_into(&mut self.outcome);
        self
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_event_type_can_be_asked_for_by_a_name_of_its_own() {
        let names: BTreeSet<_> = EventType::ALL.into_iter().map(EventType::as_str).collect();
        assert_eq!(names.len(), EventType::ALL.len());
        // The one that was declared last: whoever adds another one adds it here and to the list.
        assert_eq!(EventType::ReadStarted as usize + 1, EventType::ALL.len());
    }
}
