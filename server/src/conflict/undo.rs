//! Undoing a merge, or what a rule decided, by a new change that is checked like any other.

use uuid::Uuid;
use vanguard_app::backend::{Access, AppliedResolution, BackendError};
use vanguard_domain::delta::Operation;
use vanguard_domain::permission::Permission;
use vanguard_domain::queue::Priority;
use vanguard_domain::undo::UndoState;
use vanguard_domain::validation::validate;

use super::{ConflictsService, store};
use crate::audit::{self, AuditEvent, EventType};
use crate::internal::OrInternal;
use crate::notify::{self, Event, EventKind};
use crate::queue::{self, NewItem};
use crate::records::seen_records;
use crate::sync;

pub(super) async fn undo(
    service: &ConflictsService,
    access: &Access,
    merge_id: Uuid,
) -> Result<AppliedResolution, BackendError> {
    access.require(Permission::Sync)?;
    let mut tx = service.pool.begin().await.or_internal()?;
    let merge = store::lock_merge(&mut tx, access, merge_id)
        .await
        .or_internal()?
        .ok_or_else(|| BackendError::not_found("merge"))?;
    if let Some(message) = merge.undo.and_then(asked_already) {
        return Err(BackendError::wrong_state(message));
    }
    let Some(base_version) = merge.base_version else {
        return Err(BackendError::wrong_state(
            "The merged change has not reached PEMS yet. It can be undone once it has.",
        ));
    };
    let ids = [merge.pfa_id.clone()];
    let seen = seen_records(&mut tx, access.organization_id(), &ids).await.or_internal()?;
    let record = seen.get(&merge.pfa_id).ok_or_else(|| BackendError::not_found("record"))?;
    let errors = validate(&record.fields, Operation::Update, &merge.change, &access.user().permissions);
    if !errors.is_empty() {
        let message = "The record would not be valid with these values, so nothing was changed.".to_owned();
        return Err(BackendError::Invalid { message, errors });
    }
    let job_id = sync::open_write_job(&mut tx, access, "resolution").await.or_internal()?;
    let reason =
        if merge.by_rule { "Undoes what an ownership rule decided" } else { "Undoes an automatic merge" };
    let modification_id =
        store::insert_undo(&mut tx, access, &merge, base_version, reason, job_id).await.or_internal()?;
    let item = NewItem {
        modification_id,
        pfa_id: merge.pfa_id.clone(),
        operation: Operation::Update,
        payload: merge.change.clone(),
        base_values: merge.base.clone(),
        base_version,
        modified_by: access.user().username.clone(),
        reason: Some(reason.to_owned()),
    };
    queue::enqueue(&mut tx, access.organization_id(), job_id, Priority::HIGH, service.max_retries, &[item])
        .await
        .or_internal()?;
    let resolved_at = store::mark_undone(&mut tx, access, merge_id, modification_id).await.or_internal()?;
    notify::wake_worker(&mut tx, access.organization_id()).await.or_internal()?;
    let event = Event::new(access.organization_id(), EventKind::Modification, vec![merge.pfa_id.clone()]);
    notify::publish(&mut tx, &event).await.or_internal()?;
    let event = AuditEvent::by(EventType::MergeUndone, access)
        .record(&merge.pfa_id)
        .modification(modification_id)
        .before(merge.base.to_json())
        .after(merge.change.to_json());
    audit::append(&mut tx, access.organization_id(), &[event]).await.or_internal()?;
    tx.commit().await.or_internal()?;
    Ok(AppliedResolution { success: true, conflict_id: merge_id, resolved_at, applied_changes: merge.change })
}

/// Why it is not undone once more, unless it may be.
const fn asked_already(undo: UndoState) -> Option<&'static str> {
    match undo {
        UndoState::OnItsWay => Some("This merge is being undone: the change is on its way to PEMS."),
        UndoState::Undecided => Some(
            "The change that undoes this merge met a conflict or failed. Decide about it first, on the Conflicts or the \
             Sync page.",
        ),
        UndoState::Undone => Some("This merge has been undone already."),
        UndoState::GivenUp => None,
    }
}
