//! Committing drafts: all or nothing, once per client key.

use uuid::Uuid;
use vanguard_app::backend::{Access, BackendError, CommitOutcome, CommitRequest};
use vanguard_domain::delta::applied;
use vanguard_domain::permission::Permission;
use vanguard_domain::queue::Priority;
use vanguard_domain::validation::{FieldError, check_rules};

use super::DraftsService;
use super::store::{self, LockedDraft};
use crate::audit::{self, AuditEvent, EventType};
use crate::internal::OrInternal;
use crate::notify::{self, Event, EventKind};
use crate::queue::{self, NewItem};
use crate::records::seen_records;
use crate::sync;

pub(super) async fn commit(
    service: &DraftsService,
    access: &Access,
    request: CommitRequest,
) -> Result<CommitOutcome, BackendError> {
    access.require(Permission::Sync)?;
    let priority = priority(request.priority)?;
    let key = checked_key(request.idempotency_key.as_deref())?;
    let mut tx = service.pool.begin().await.or_internal()?;
    let Some(job_id) = sync::open_commit(&mut tx, access, key).await.or_internal()? else {
        // This key has committed already: say again what happened then.
        let (job_id, ids) = store::committed_under_key(&mut tx, access, key).await.or_internal()?;
        return outcome(service, &mut tx, access, Some(job_id), ids).await;
    };
    let drafts =
        store::lock_drafts(&mut tx, access, request.modification_ids.as_deref()).await.or_internal()?;
    if let Some(wanted) = &request.modification_ids {
        refuse_missing(wanted, &drafts)?;
    }
    if drafts.is_empty() {
        tx.rollback().await.or_internal()?;
        let mut connection = service.pool.acquire().await.or_internal()?;
        return outcome(service, &mut connection, access, None, Vec::new()).await;
    }
    refuse_invalid(&mut tx, access, &drafts).await?;

    let ids: Vec<Uuid> = drafts.iter().map(|draft| draft.id).collect();
    store::mark_committed(&mut tx, access, &ids, job_id).await.or_internal()?;
    let items: Vec<NewItem> = drafts.iter().map(new_item).collect();
    queue::enqueue(&mut tx, access.organization_id(), job_id, priority, service.max_retries, &items)
        .await
        .or_internal()?;
    let events: Vec<AuditEvent> = drafts
        .iter()
        .map(|draft| {
            AuditEvent::by(EventType::DraftCommitted, access)
                .record(&draft.pfa_id)
                .modification(draft.id)
                .before(draft.base_values.to_json())
                .after(draft.changes.to_json())
        })
        .collect();
    let touched = drafts.into_iter().map(|draft| draft.pfa_id).collect();
    let event = Event::new(access.organization_id(), EventKind::Modification, touched);
    notify::publish(&mut tx, &event).await.or_internal()?;
    notify::wake_worker(&mut tx, access.organization_id()).await.or_internal()?;
    audit::append(&mut tx, access.organization_id(), &events).await.or_internal()?;
    tx.commit().await.or_internal()?;

    let mut connection = service.pool.acquire().await.or_internal()?;
    outcome(service, &mut connection, access, Some(job_id), ids).await
}

fn new_item(draft: &LockedDraft) -> NewItem {
    NewItem {
        modification_id: draft.id,
        pfa_id: draft.pfa_id.clone(),
        operation: draft.operation,
        payload: draft.changes.clone(),
        base_values: draft.base_values.clone(),
        base_version: draft.base_version,
        modified_by: draft.author.clone(),
        reason: draft.reason.clone(),
    }
}

fn priority(wanted: Option<i16>) -> Result<Priority, BackendError> {
    let Some(wanted) = wanted else { return Ok(Priority::NORMAL) };
    Priority::new(i64::from(wanted))
        .map_err(|error| BackendError::field("priority", "outOfRange", error.to_string()))
}

fn checked_key(key: Option<&str>) -> Result<Option<&str>, BackendError> {
    match key {
        Some(key) if key.is_empty() || key.chars().count() > 200 || key.contains('\0') => Err(
            BackendError::field("idempotencyKey", "invalid", "An idempotency key has 1 to 200 characters."),
        ),
        other => Ok(other),
    }
}

fn refuse_missing(wanted: &[Uuid], drafts: &[LockedDraft]) -> Result<(), BackendError> {
    let missing: Vec<FieldError> = wanted
        .iter()
        .filter(|id| !drafts.iter().any(|draft| draft.id == **id))
        .map(|id| FieldError {
            field: id.to_string(),
            code: "notADraft".to_owned(),
            message: "This change is not a draft of the organisation (any more).".to_owned(),
        })
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let count = missing.len();
    Err(BackendError::WrongState {
        message: format!(
            "{count} of {} changes are not drafts any more, so nothing was committed. Reload and try again. First: {}",
            wanted.len(),
            missing[0].field
        ),
    })
}

async fn refuse_invalid(
    connection: &mut sqlx::PgConnection,
    access: &Access,
    drafts: &[LockedDraft],
) -> Result<(), BackendError> {
    let pfa_ids: Vec<String> = drafts.iter().map(|draft| draft.pfa_id.clone()).collect();
    let mut seen = seen_records(connection, access.organization_id(), &pfa_ids).await.or_internal()?;
    let mut errors = Vec::new();
    for draft in drafts {
        let Some(record) = seen.get_mut(&draft.pfa_id) else {
            return Err(BackendError::not_found("record"));
        };
        errors.extend(check_rules(&record.fields, draft.operation, &draft.changes).into_iter().map(
            |mut error| {
                error.field = format!("{}/{}", draft.pfa_id, error.field);
                error
            },
        ));
        // Another draft of the same record in this commit comes on top of this one.
        record.fields = applied(&record.fields, &draft.changes);
    }
    if errors.is_empty() {
        return Ok(());
    }
    let message = format!("Nothing was committed: {} values have to be mended first.", errors.len());
    Err(BackendError::Invalid { message, errors })
}

async fn outcome(
    service: &DraftsService,
    connection: &mut sqlx::PgConnection,
    access: &Access,
    job_id: Option<Uuid>,
    modification_ids: Vec<Uuid>,
) -> Result<CommitOutcome, BackendError> {
    let open = queue::count_open(connection, access.organization_id()).await.or_internal()?;
    Ok(CommitOutcome {
        success: true,
        job_id,
        committed: i64::try_from(modification_ids.len()).unwrap_or(i64::MAX),
        queued_count: open.count,
        modification_ids,
        estimated_completion_time: service.throughput.completion(open.now, open.count),
    })
}
