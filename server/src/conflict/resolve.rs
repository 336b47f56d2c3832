//! Carrying out a person's decision.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::{Access, AppliedResolution, BackendError, ResolveRequest};
use vanguard_domain::conflict::{Resolution, ResolutionError};
use vanguard_domain::delta::{Operation, parse_changes};
use vanguard_domain::permission::Permission;
use vanguard_domain::queue::Priority;
use vanguard_domain::record::FieldMap;
use vanguard_domain::validation::{check_rules, validate};

use super::ConflictsService;
use super::store::{self, LockedConflict, NextState};
use crate::audit::{self, AuditEvent, EventType};
use crate::internal::OrInternal;
use crate::notify::{self, Event, EventKind};
use crate::queue::{self, NewItem};
use crate::sync;

pub(super) async fn resolve(
    service: &ConflictsService,
    access: &Access,
    conflict_id: Uuid,
    request: &ResolveRequest,
) -> Result<AppliedResolution, BackendError> {
    access.require(Permission::Sync)?;
    let mut tx = service.pool.begin().await.or_internal()?;
    let conflict = store::lock_unresolved(&mut tx, access, conflict_id)
        .await
        .or_internal()?
        .ok_or_else(|| BackendError::not_found("conflict"))?;
    if conflict.is_resolved {
        return Err(BackendError::wrong_state("This conflict has been resolved already."));
    }
    let change = decide(access, &conflict, request)?;
    let resolved_at = carry_out(service, &mut tx, access, &conflict, request.resolution, &change).await?;
    tx.commit().await.or_internal()?;
    Ok(AppliedResolution { success: true, conflict_id, resolved_at, applied_changes: change })
}

/// The change that the decision leaves to be sent, checked like any edit.
pub(super) fn decide(
    access: &Access,
    conflict: &LockedConflict,
    request: &ResolveRequest,
) -> Result<FieldMap, BackendError> {
    let chosen = match (&request.merged_data, request.resolution) {
        (Some(data), Resolution::Merge) => parse_changes(data).map_err(|errors| BackendError::Invalid {
            message: "Some of the chosen values are not valid.".to_owned(),
            errors,
        })?,
        (None, Resolution::Merge) => {
            return Err(BackendError::field(
                "mergedData",
                "required",
                "A merge needs a value for each field.",
            ));
        }
        (Some(_), _) => {
            return Err(BackendError::field("mergedData", "notAllowed", "Only a merge takes values."));
        }
        (None, _) => FieldMap::new(),
    };
    let change = vanguard_domain::conflict::resolve(
        &conflict.fields,
        &conflict.undisputed,
        request.resolution,
        &chosen,
    )
    .map_err(|error| match error {
        ResolutionError::Invalid(errors) => {
            BackendError::Invalid { message: "The result breaks a rule.".to_owned(), errors }
        }
        other => BackendError::field("mergedData", "incomplete", other.to_string()),
    })?;
    // Giving way needs no permission to edit; whatever is sent does, and its result has to be sound.
    let errors = if request.resolution == Resolution::Merge {
        validate(&conflict.record, operation_of(conflict, &change), &change, &access.user().permissions)
    } else {
        check_rules(&conflict.record, operation_of(conflict, &change), &change)
    };
    if change.is_empty() || errors.is_empty() {
        return Ok(change);
    }
    Err(BackendError::Invalid {
        message: "The record would not be valid with these values, so nothing was changed.".to_owned(),
        errors,
    })
}

/// A delete whose discontinuation was given up is no delete any more.
fn operation_of(conflict: &LockedConflict, change: &FieldMap) -> Operation {
    let deletes = change.flag(vanguard_domain::record::Field::IsDiscontinued) && change.len() == 1;
    if conflict.operation == Operation::Delete && deletes { Operation::Delete } else { Operation::Update }
}

async fn carry_out(
    service: &ConflictsService,
    connection: &mut PgConnection,
    access: &Access,
    conflict: &LockedConflict,
    resolution: Resolution,
    change: &FieldMap,
) -> Result<chrono::DateTime<chrono::Utc>, BackendError> {
    let next = match (change.is_empty(), resolution) {
        (false, _) => NextState::Queued,
        // Everything of ours was given up.
        (true, Resolution::UsePems) => NextState::Discarded,
        // PEMS holds every value that was chosen.
        (true, _) => NextState::Synced,
    };
    // What the decider saw is what the write is based on: if PEMS moves again, it is checked again.
    let mut base_values = conflict.base_values.only(change.fields());
    base_values.overlay(&conflict.pems_data().only(change.fields()));
    let operation = operation_of(conflict, change);
    let resolved_at =
        store::mark_resolved(connection, access, conflict.id, resolution, change).await.or_internal()?;
    store::move_modification(connection, access, conflict, next, operation, change, &base_values)
        .await
        .or_internal()?;
    if next == NextState::Queued {
        let job_id = sync::open_write_job(connection, access, "resolution", None)
            .await
            .or_internal()?
            .ok_or_else(|| BackendError::wrong_state("This was done already."))?;
        let item = NewItem {
            modification_id: conflict.modification_id,
            pfa_id: conflict.pfa_id.clone(),
            operation,
            payload: change.clone(),
            base_values,
            base_version: conflict.pems_version,
            modified_by: conflict.author.clone(),
            reason: conflict.reason.clone(),
        };
        queue::enqueue(
            connection,
            access.organization_id(),
            job_id,
            Priority::HIGH,
            service.max_retries,
            &[item],
        )
        .await
        .or_internal()?;
        notify::wake_worker(connection, access.organization_id()).await.or_internal()?;
    }
    for kind in [EventKind::Conflict, EventKind::Modification] {
        let event = Event::new(access.organization_id(), kind, vec![conflict.pfa_id.clone()]);
        notify::publish(connection, &event).await.or_internal()?;
    }
    let event = AuditEvent::by(EventType::ConflictResolved, access)
        .record(&conflict.pfa_id)
        .modification(conflict.modification_id)
        .before(json!({ "local": conflict.local_data().to_json(), "pems": conflict.pems_data().to_json() }))
        .after(json!({ "resolution": resolution.as_str(), "changes": change.to_json() }));
    audit::append(connection, access.organization_id(), &[event]).await.or_internal()?;
    Ok(resolved_at)
}
