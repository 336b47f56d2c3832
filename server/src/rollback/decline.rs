//! Refusing a rollback, and taking one's own request back.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::{Access, BackendError, RollbackDetail};
use vanguard_domain::permission::Permission;
use vanguard_domain::rollback::RollbackStep;

use super::approve::lock_for_decision;
use super::service::detail;
use super::{RollbacksService, check_step, checked_reason, store};
use crate::audit::{self, AuditEvent, EventType};
use crate::internal::OrInternal;
use crate::notify::{self, Event, EventKind};

pub(super) async fn reject(
    service: &RollbacksService,
    access: &Access,
    rollback_id: Uuid,
    reason: &str,
) -> Result<RollbackDetail, BackendError> {
    access.require(Permission::ManageSettings)?;
    let reason = checked_reason(reason, "a refusal")?;
    let mut tx = service.pool.begin().await.or_internal()?;
    let rollback = lock_for_decision(&mut tx, access, rollback_id, RollbackStep::Reject).await?;
    store::mark_declined(&mut tx, access, rollback_id, RollbackStep::Reject, Some(reason))
        .await
        .or_internal()?;
    let title = format!("{} refused your rollback of {}", access.user().username, rollback.words());
    store::notify_requester(&mut tx, access.organization_id(), rollback_id, &title, reason)
        .await
        .or_internal()?;
    let event = AuditEvent::by(EventType::RollbackRejected, access)
        .after(json!({ "rollbackId": rollback_id, "reason": reason }));
    announce(&mut tx, access, event).await?;
    let rejected = detail(&mut tx, access, rollback_id).await?;
    tx.commit().await.or_internal()?;
    Ok(rejected)
}

pub(super) async fn cancel(
    service: &RollbacksService,
    access: &Access,
    rollback_id: Uuid,
) -> Result<RollbackDetail, BackendError> {
    access.require(Permission::Sync)?;
    let mut tx = service.pool.begin().await.or_internal()?;
    let rollback = store::lock(&mut tx, access, rollback_id)
        .await
        .or_internal()?
        .ok_or_else(|| BackendError::not_found("rollback"))?;
    if rollback.requested_by != access.user_id() {
        access.require(Permission::ManageSettings)?;
    }
    check_step(rollback.status, RollbackStep::Cancel)?;
    store::mark_declined(&mut tx, access, rollback_id, RollbackStep::Cancel, None).await.or_internal()?;
    if rollback.requested_by != access.user_id() {
        let title = format!("{} cancelled your rollback of {}", access.user().username, rollback.words());
        store::notify_requester(&mut tx, access.organization_id(), rollback_id, &title, "")
            .await
            .or_internal()?;
    }
    let event =
        AuditEvent::by(EventType::RollbackCancelled, access).after(json!({ "rollbackId": rollback_id }));
    announce(&mut tx, access, event).await?;
    let cancelled = detail(&mut tx, access, rollback_id).await?;
    tx.commit().await.or_internal()?;
    Ok(cancelled)
}

async fn announce(
    connection: &mut PgConnection,
    access: &Access,
    audited: AuditEvent,
) -> Result<(), BackendError> {
    for kind in [EventKind::Rollback, EventKind::Notification] {
        let event = Event::new(access.organization_id(), kind, Vec::new());
        notify::publish(connection, &event).await.or_internal()?;
    }
    audit::append(connection, access.organization_id(), &[audited]).await.or_internal()
}
