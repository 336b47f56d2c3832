//! Approving a rollback: what was previewed becomes committed changes, or a new preview if it is no longer true.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::{Access, BackendError, RollbackDetail};
use vanguard_domain::permission::Permission;
use vanguard_domain::queue::Priority;
use vanguard_domain::record::Field;
use vanguard_domain::rollback::{RecordPlan, RollbackStep, fingerprint};

use super::renewed::{Previewed, choices, renewed};
use super::service::detail;
use super::store::{self, LockedRollback, NewChange};
use super::{RollbacksService, check_step, plan};
use crate::audit::{self, AuditEvent, EventType};
use crate::internal::OrInternal;
use crate::notify::{self, Event, EventKind};
use crate::queue::{self, NewItem};
use crate::sync;

pub(super) async fn approve(
    service: &RollbacksService,
    access: &Access,
    rollback_id: Uuid,
    seen_hash: &str,
) -> Result<RollbackDetail, BackendError> {
    access.require(Permission::ManageSettings)?;
    let mut tx = service.pool.begin().await.or_internal()?;
    let rollback = lock_for_decision(&mut tx, access, rollback_id, RollbackStep::Approve).await?;
    if rollback.preview_hash != seen_hash {
        return Err(BackendError::wrong_state(
            "The preview was made anew since you saw it, so nothing was approved. Look at it again.",
        ));
    }
    let before = store::previewed(&mut tx, access, rollback_id).await.or_internal()?;
    let permissions = store::permissions_of(&mut tx, access, rollback.requested_by).await.or_internal()?;
    let plans = plan::plan(&mut tx, access, &rollback.target, &choices(&before), &permissions).await?;
    let hash = fingerprint(&plans);
    if hash != rollback.preview_hash {
        renew(&mut tx, access, &rollback, &hash, &renewed(&before, plans)).await?;
        tx.commit().await.or_internal()?;
        return Err(BackendError::wrong_state(
            "The records moved since the preview was made, so nothing was sent. The preview now shows what differs: \
             look at it, and approve it again.",
        ));
    }
    carry_out(service, &mut tx, access, &rollback, &plans).await?;
    let approved = detail(&mut tx, access, rollback_id).await?;
    tx.commit().await.or_internal()?;
    Ok(approved)
}

/// The request under decision, unless it was decided already or is the decider's own.
pub(super) async fn lock_for_decision(
    connection: &mut PgConnection,
    access: &Access,
    rollback_id: Uuid,
    step: RollbackStep,
) -> Result<LockedRollback, BackendError> {
    let rollback = store::lock(connection, access, rollback_id)
        .await
        .or_internal()?
        .ok_or_else(|| BackendError::not_found("rollback"))?;
    check_step(rollback.status, step)?;
    if rollback.requested_by == access.user_id() {
        return Err(BackendError::wrong_state(
            "You asked for this rollback yourself. Another administrator has to decide; you can cancel it.",
        ));
    }
    Ok(rollback)
}

async fn renew(
    connection: &mut PgConnection,
    access: &Access,
    rollback: &LockedRollback,
    hash: &str,
    previewed: &[Previewed],
) -> Result<(), BackendError> {
    store::renew(connection, access, rollback.id, hash).await.or_internal()?;
    store::insert_previewed(connection, access, rollback.id, previewed).await.or_internal()?;
    let event = Event::new(access.organization_id(), EventKind::Rollback, Vec::new());
    notify::publish(connection, &event).await.or_internal()?;
    let event = AuditEvent::by(EventType::RollbackRenewed, access)
        .before(json!({ "rollbackId": rollback.id, "previewHash": rollback.preview_hash }))
        .after(json!({ "rollbackId": rollback.id, "previewHash": hash }));
    audit::append(connection, access.organization_id(), &[event]).await.or_internal()
}

async fn carry_out(
    service: &RollbacksService,
    connection: &mut PgConnection,
    access: &Access,
    rollback: &LockedRollback,
    plans: &[RecordPlan],
) -> Result<(), BackendError> {
    let wanted: Vec<&RecordPlan> = plans.iter().filter(|plan| !plan.change().is_empty()).collect();
    if wanted.is_empty() {
        return Err(BackendError::wrong_state(
            "Nothing is left to restore. Refuse the rollback, or have it cancelled.",
        ));
    }
    // Whoever does not see the amounts has not seen the preview.
    if wanted.iter().any(|plan| plan.change().fields().any(Field::is_money)) {
        access.require(Permission::ViewFinancials)?;
    }
    let job_id = sync::open_write_job(connection, access, "rollback").await.or_internal()?;
    let reason = rollback.change_reason();
    let changes: Vec<NewChange> = wanted.into_iter().map(NewChange::of).collect();
    let ids =
        store::insert_changes(connection, access, rollback, job_id, &reason, &changes).await.or_internal()?;
    store::mark_approved(connection, access, rollback.id, job_id).await.or_internal()?;
    let items: Vec<NewItem> = changes
        .iter()
        .zip(&ids)
        .map(|(change, modification_id)| NewItem {
            modification_id: *modification_id,
            pfa_id: change.pfa_id.clone(),
            operation: change.operation,
            payload: change.changes.clone(),
            base_values: change.base_values.clone(),
            base_version: change.base_version,
            modified_by: rollback.requester.clone(),
            reason: Some(reason.clone()),
        })
        .collect();
    queue::enqueue(connection, access.organization_id(), job_id, Priority::HIGH, service.max_retries, &items)
        .await
        .or_internal()?;
    let title = format!("{} approved your rollback of {}", access.user().username, rollback.words());
    let text = "Its changes are on their way to PEMS.";
    store::notify_requester(connection, access.organization_id(), rollback.id, &title, text)
        .await
        .or_internal()?;
    announce(connection, access, &items).await?;
    let approved = AuditEvent::by(EventType::RollbackApproved, access).after(json!({
        "rollbackId": rollback.id, "previewHash": rollback.preview_hash, "jobId": job_id, "records": items.len(),
    }));
    let queued = items.iter().map(|item| {
        AuditEvent::by(EventType::RollbackQueued, access)
            .record(&item.pfa_id)
            .modification(item.modification_id)
            .before(item.base_values.to_json())
            .after(item.payload.to_json())
    });
    let events: Vec<AuditEvent> = std::iter::once(approved).chain(queued).collect();
    audit::append(connection, access.organization_id(), &events).await.or_internal()
}

async fn announce(
    connection: &mut PgConnection,
    access: &Access,
    items: &[NewItem],
) -> Result<(), BackendError> {
    let touched: Vec<String> = items.iter().map(|item| item.pfa_id.clone()).collect();
    for (kind, concerned) in [
        (EventKind::Modification, touched.clone()),
        (EventKind::Queue, touched),
        (EventKind::Rollback, Vec::new()),
        (EventKind::Notification, Vec::new()),
    ] {
        let event = Event::new(access.organization_id(), kind, concerned);
        notify::publish(connection, &event).await.or_internal()?;
    }
    notify::wake_worker(connection, access.organization_id()).await.or_internal()
}
