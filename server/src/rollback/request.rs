//! Previewing a rollback, and asking for it.

use serde_json::json;
use vanguard_app::backend::{
    Access, BackendError, Overwrites, RollbackDetail, RollbackPreview, RollbackRequest, RollbackTarget,
};
use vanguard_domain::permission::Permission;
use vanguard_domain::rollback::{RecordPlan, fingerprint};

use super::renewed::Previewed;
use super::service::detail;
use super::{RollbacksService, checked_reason, plan, shown, store, words};
use crate::audit::{self, AuditEvent, EventType};
use crate::internal::OrInternal;
use crate::notify::{self, Event, EventKind};

pub(super) async fn preview(
    service: &RollbacksService,
    access: &Access,
    target: &RollbackTarget,
    overwrite: &Overwrites,
) -> Result<RollbackPreview, BackendError> {
    access.require(Permission::Sync)?;
    let mut connection = service.pool.acquire().await.or_internal()?;
    let plans = plan::plan(&mut connection, access, target, overwrite, &access.user().permissions).await?;
    let hash = fingerprint(&plans);
    Ok(shown::preview(access, plans.into_iter().map(Previewed::first).collect(), hash))
}

pub(super) async fn request(
    service: &RollbacksService,
    access: &Access,
    request: &RollbackRequest,
) -> Result<RollbackDetail, BackendError> {
    access.require(Permission::Sync)?;
    let reason = checked_reason(&request.reason, "a rollback")?;
    let mut tx = service.pool.begin().await.or_internal()?;
    let plans =
        plan::plan(&mut tx, access, &request.target, &request.overwrite, &access.user().permissions).await?;
    let hash = fingerprint(&plans);
    if request.preview_hash.as_ref().is_some_and(|seen| *seen != hash) {
        return Err(BackendError::wrong_state(
            "The records moved since you saw the preview, so nothing was asked for. Look at the new preview.",
        ));
    }
    refuse_empty(&plans)?;
    let rollback_id = store::insert(&mut tx, access, &request.target, reason, &hash)
        .await
        .or_internal()?
        .ok_or_else(|| BackendError::wrong_state("Somebody has asked for this rollback already."))?;
    let previewed: Vec<Previewed> = plans.into_iter().map(Previewed::first).collect();
    store::insert_previewed(&mut tx, access, rollback_id, &previewed).await.or_internal()?;
    let title =
        format!("{} asks to roll back {}", access.user().username, words(&request.target, previewed.len()));
    store::notify_approvers(&mut tx, access, rollback_id, &title, reason).await.or_internal()?;
    for kind in [EventKind::Rollback, EventKind::Notification] {
        let event = Event::new(access.organization_id(), kind, Vec::new());
        notify::publish(&mut tx, &event).await.or_internal()?;
    }
    let event = AuditEvent::by(EventType::RollbackRequested, access).after(json!({
        "rollbackId": rollback_id, "target": request.target, "reason": reason, "records": previewed.len(),
        "previewHash": hash,
    }));
    let event = match &request.target {
        RollbackTarget::Version { pfa_id, .. } => event.record(pfa_id),
        RollbackTarget::Job { .. } => event,
    };
    audit::append(&mut tx, access.organization_id(), &[event]).await.or_internal()?;
    let asked = detail(&mut tx, access, rollback_id).await?;
    tx.commit().await.or_internal()?;
    Ok(asked)
}

/// Refuses a plan that would change nothing, with what stands against it.
fn refuse_empty(plans: &[RecordPlan]) -> Result<(), BackendError> {
    if plans.iter().any(|plan| !plan.change().is_empty()) {
        return Ok(());
    }
    let reasons = plans.iter().flat_map(|plan| {
        let of_fields = plan.fields.iter().filter_map(|field| field.refusal.as_ref());
        of_fields.chain(&plan.refusals).cloned().map(|mut error| {
            error.field = format!("{}/{}", plan.pfa_id, error.field);
            error
        })
    });
    let left_alone = plans.iter().flat_map(|plan| &plan.fields).any(|field| field.changed_since);
    let message = if left_alone {
        "There is nothing to restore, unless you choose to overwrite what was changed since."
    } else {
        "There is nothing to restore."
    };
    Err(BackendError::Invalid { message: message.to_owned(), errors: reasons.collect() })
}
