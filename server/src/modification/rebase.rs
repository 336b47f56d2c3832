//! Bringing a draft up to what PEMS has changed since it was begun: its author decides field by field, before he commits.

use serde_json::{Value as Json, json};
use sqlx::PgPool;
use vanguard_app::backend::{Access, BackendError, RebaseRequest, SavedDraft};
use vanguard_domain::delta::difference;
use vanguard_domain::modification::ModificationState;
use vanguard_domain::permission::Permission;
use vanguard_domain::record::FieldMap;
use vanguard_domain::validation::validate;

use super::store::{self, DraftRow, LockedDraft};
use crate::audit::{self, AuditEvent, EventType};
use crate::internal::OrInternal;
use crate::notify::{self, Event, EventKind};
use crate::records::{Seen, seen_records};

pub(super) async fn rebase(
    pool: &PgPool,
    access: &Access,
    request: &RebaseRequest,
) -> Result<SavedDraft, BackendError> {
    access.require(Permission::SaveDraft)?;
    let mut tx = pool.begin().await.or_internal()?;
    let draft = store::lock_drafts(&mut tx, access, Some(&[request.modification_id]))
        .await
        .or_internal()?
        .pop()
        .filter(|draft| draft.author == access.user().username)
        .ok_or_else(|| BackendError::wrong_state("This change is not a draft of yours any more."))?;
    let ids = [draft.pfa_id.clone()];
    let mut seen = seen_records(&mut tx, access.organization_id(), &ids).await.or_internal()?;
    let seen = seen.remove(&draft.pfa_id).ok_or_else(|| BackendError::not_found("record"))?;
    if seen.version != request.seen_version {
        let message = "PEMS has changed this record once more. Nothing was changed: look at the new values.";
        return Err(BackendError::wrong_state(message));
    }
    let kept = kept(&draft, request)?;
    let change = difference(&seen.fields, &kept);
    let errors = validate(&seen.fields, draft.operation, &change, &access.user().permissions);
    if !change.is_empty() && !errors.is_empty() {
        let message = "With PEMS's values the draft would not be valid, so it was left as it is.".to_owned();
        return Err(BackendError::Invalid { message, errors });
    }
    let saved = store(&mut tx, access, &draft, &seen, &change).await?;
    let event = Event::new(access.organization_id(), EventKind::Modification, ids.to_vec());
    notify::publish(&mut tx, &event).await.or_internal()?;
    let event = AuditEvent::by(EventType::DraftRebased, access)
        .record(&draft.pfa_id)
        .modification(draft.id)
        .before(state(draft.base_version, &draft.base_values, &draft.changes))
        .after(state(seen.version, &seen.fields.values_of(draft.changes.fields()), &change));
    audit::append(&mut tx, access.organization_id(), &[event]).await.or_internal()?;
    tx.commit().await.or_internal()?;
    Ok(saved)
}

/// The draft's changes without those that give way to PEMS.
fn kept(draft: &LockedDraft, request: &RebaseRequest) -> Result<FieldMap, BackendError> {
    let mut kept = draft.changes.clone();
    for field in &request.take {
        if kept.remove(*field).is_none() {
            let message = format!("The draft does not change {}.", field.label());
            return Err(BackendError::field("take", "notInDraft", message));
        }
    }
    Ok(kept)
}

async fn store(
    connection: &mut sqlx::PgConnection,
    access: &Access,
    draft: &LockedDraft,
    seen: &Seen,
    change: &FieldMap,
) -> Result<SavedDraft, BackendError> {
    if change.is_empty() {
        store::discard_drafts(connection, access, &[draft.id]).await.or_internal()?;
        return Ok(SavedDraft {
            modification_id: draft.id,
            pfa_id: draft.pfa_id.clone(),
            base_version: seen.version,
            sync_state: ModificationState::Discarded,
        });
    }
    let row = DraftRow {
        pfa_id: draft.pfa_id.clone(),
        operation: draft.operation,
        base_version: seen.version,
        base_values: seen.fields.values_of(change.fields()),
        changes: change.clone(),
        reason: draft.reason.clone(),
    };
    let saved = store::upsert_drafts(connection, access, &[row]).await.or_internal()?.pop();
    saved.ok_or_else(|| BackendError::not_found("draft"))
}

fn state(version: i64, base: &FieldMap, changes: &FieldMap) -> Json {
    json!({ "baseVersion": version, "base": base.to_json(), "changes": changes.to_json() })
}
