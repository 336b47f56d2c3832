//! Carrying out a person's decision.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
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
use super::found::labels;
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
    let locked = store::lock(&mut tx, access, &[conflict_id]).await.or_internal()?.pop();
    let conflict = locked.ok_or_else(|| BackendError::not_found("conflict"))?;
    still_as_seen(&conflict, request.seen_version)?;
    let change = decide(access, &conflict, request)?;
    let decided = [Decided { conflict, change: change.clone() }];
    let resolved_at = carry_out(service, &mut tx, access, request.resolution, &decided).await?;
    tx.commit().await.or_internal()?;
    Ok(AppliedResolution { success: true, conflict_id, resolved_at, applied_changes: change })
}

/// Nothing is decided that is not as the decider saw it, if he says what he saw.
pub(super) fn still_as_seen(
    conflict: &LockedConflict,
    seen_version: Option<i64>,
) -> Result<(), BackendError> {
    if conflict.is_resolved {
        return Err(BackendError::wrong_state("This conflict has been resolved already."));
    }
    match seen_version {
        Some(version) if version != conflict.record_version => Err(BackendError::wrong_state(
            "PEMS has changed this record since you looked. Nothing was decided: look at the new values.",
        )),
        _ => Ok(()),
    }
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

/// A conflict with the change that a decision leaves to be sent.
pub(super) struct Decided {
    pub(super) conflict: LockedConflict,
    pub(super) change: FieldMap,
}

impl Decided {
    fn next(&self, resolution: Resolution) -> NextState {
        match (self.change.is_empty(), resolution) {
            (false, _) => NextState::Queued,
            // Everything of ours was given up.
            (true, Resolution::UsePems) => NextState::Discarded,
            // PEMS holds every value that was chosen.
            (true, _) => NextState::Synced,
        }
    }

    /// What the decider saw is what the write is based on: if PEMS moves again, it is checked again.
    fn base_values(&self) -> FieldMap {
        self.conflict.record.values_of(self.change.fields())
    }

    fn item(&self) -> NewItem {
        NewItem {
            modification_id: self.conflict.modification_id,
            pfa_id: self.conflict.pfa_id.clone(),
            operation: operation_of(&self.conflict, &self.change),
            payload: self.change.clone(),
            base_values: self.base_values(),
            base_version: self.conflict.record_version,
            modified_by: self.conflict.author.clone(),
            reason: self.conflict.reason.clone(),
        }
    }

    fn audit_event(&self, access: &Access, resolution: Resolution) -> AuditEvent {
        let (local, pems) = (self.conflict.local_data(), self.conflict.pems_data());
        AuditEvent::by(EventType::ConflictResolved, access)
            .record(&self.conflict.pfa_id)
            .modification(self.conflict.modification_id)
            .before(json!({ "local": local.to_json(), "pems": pems.to_json() }))
            .after(json!({ "resolution": resolution.as_str(), "changes": self.change.to_json() }))
    }
}

/// Carries decisions out, all in the caller's transaction; what is to be sent goes as one job.
pub(super) async fn carry_out(
    service: &ConflictsService,
    connection: &mut PgConnection,
    access: &Access,
    resolution: Resolution,
    decided: &[Decided],
) -> Result<DateTime<Utc>, BackendError> {
    let organisation_id = access.organization_id();
    let mut items = Vec::with_capacity(decided.len());
    for one in decided {
        let (conflict, change, next) = (&one.conflict, &one.change, one.next(resolution));
        let item = one.item();
        store::mark_resolved(connection, access, conflict, resolution, change).await.or_internal()?;
        store::move_modification(
            connection,
            access,
            conflict,
            next,
            item.operation,
            change,
            &item.base_values,
        )
        .await
        .or_internal()?;
        if next == NextState::Queued {
            items.push(item);
        }
    }
    if !items.is_empty() {
        let job_id = sync::open_write_job(connection, access, "resolution").await.or_internal()?;
        queue::enqueue(connection, organisation_id, job_id, Priority::HIGH, service.max_retries, &items)
            .await
            .or_internal()?;
    }
    // Also where nothing is to be sent: a rollback that waited for the decision may have ended with it.
    notify::wake_worker(connection, organisation_id).await.or_internal()?;
    tell_authors(connection, access, resolution, decided).await?;
    let pfa_ids: Vec<String> = decided.iter().map(|one| one.conflict.pfa_id.clone()).collect();
    for kind in [EventKind::Conflict, EventKind::Modification] {
        let event = Event::new(organisation_id, kind, pfa_ids.clone());
        notify::publish(connection, &event).await.or_internal()?;
    }
    let events: Vec<AuditEvent> = decided.iter().map(|one| one.audit_event(access, resolution)).collect();
    audit::append(connection, organisation_id, &events).await.or_internal()?;
    store::transaction_time(connection).await.or_internal()
}

/// One word to each author whose changes somebody else decided about.
async fn tell_authors(
    connection: &mut PgConnection,
    access: &Access,
    resolution: Resolution,
    decided: &[Decided],
) -> Result<(), BackendError> {
    let mut by_author: BTreeMap<Uuid, Vec<&LockedConflict>> = BTreeMap::new();
    for Decided { conflict, .. } in decided {
        if conflict.author_id != access.user_id() {
            by_author.entry(conflict.author_id).or_default().push(conflict);
        }
    }
    if by_author.is_empty() {
        return Ok(());
    }
    let conflicts_page = format!("/o/{}/conflicts", access.organization().code);
    let chosen = match resolution {
        Resolution::UseLocal => "Your values go to PEMS",
        Resolution::UsePems => "The values in PEMS stay, in place of yours",
        Resolution::Merge => "A value was chosen for each field",
    };
    for (author_id, conflicts) in by_author {
        let who = &access.user().username;
        let (title, body, link) = match conflicts.as_slice() {
            [conflict] => (
                format!("{who} decided your conflict about {}", conflict.pfa_id),
                format!("{chosen}: {}.", labels(conflict.fields.keys().copied())),
                format!("{conflicts_page}/{}", conflict.id),
            ),
            many => (
                format!("{who} decided {} of your conflicts", many.len()),
                format!("{chosen}."),
                format!("{conflicts_page}?show=decided"),
            ),
        };
        store::tell_author(connection, access, author_id, &title, &body, &link).await.or_internal()?;
    }
    let event = Event::new(access.organization_id(), EventKind::Notification, Vec::new());
    notify::publish(connection, &event).await.or_internal()
}
