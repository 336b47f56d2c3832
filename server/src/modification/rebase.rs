//! Bringing a draft up to what PEMS has changed since it was begun: its author decides field by field, before he commits.
//!
//! He decides about what he was shown: the fields that PEMS and he changed differently. What he saw of all others stays
//! what the draft is based on. A colleague's change that is still on its way to PEMS is not among what he was shown, so
//! the draft is not based on it, and meets it as a conflict.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use sqlx::PgPool;
use vanguard_app::backend::{Access, BackendError, DraftSide, RebaseRequest, SavedDraft};
use vanguard_domain::modification::ModificationState;
use vanguard_domain::permission::Permission;
use vanguard_domain::record::{Field, FieldMap};
use vanguard_domain::validation::{FieldError, validate};

use super::store::{self, DraftRow, LockedDraft};
use crate::audit::{self, AuditEvent, EventType};
use crate::internal::OrInternal;
use crate::notify::{self, Event, EventKind};
use crate::records::{UnderDraft, under_draft};

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
    let record = under_draft(&mut tx, access, &draft.pfa_id).await?;
    if record.version != request.seen_version {
        let message = "PEMS has changed this record once more. Nothing was changed: look at the new values.";
        return Err(BackendError::wrong_state(message));
    }
    let Rebased { base_values, changes } = rebased(&draft, &record, &request.choices)?;
    let errors = validate(&record.committed, draft.operation, &changes, &access.user().permissions);
    if !changes.is_empty() && !errors.is_empty() {
        let message = "With PEMS's values the draft would not be valid, so it was left as it is.".to_owned();
        return Err(BackendError::Invalid { message, errors });
    }
    let event = AuditEvent::by(EventType::DraftRebased, access)
        .record(&draft.pfa_id)
        .modification(draft.id)
        .before(state(draft.base_version, &draft.base_values, &draft.changes))
        .after(state(record.version, &base_values, &changes));
    audit::append(&mut tx, access.organization_id(), &[event]).await.or_internal()?;
    let event = Event::new(access.organization_id(), EventKind::Modification, vec![draft.pfa_id.clone()]);
    notify::publish(&mut tx, &event).await.or_internal()?;
    let row = DraftRow {
        pfa_id: draft.pfa_id,
        operation: draft.operation,
        base_version: record.version,
        base_values,
        changes,
        reason: draft.reason,
    };
    let saved = store(&mut tx, access, draft.id, row).await?;
    tx.commit().await.or_internal()?;
    Ok(saved)
}

/// What a draft becomes.
#[derive(Debug, Default, PartialEq)]
struct Rebased {
    base_values: FieldMap,
    changes: FieldMap,
}

fn rebased(
    draft: &LockedDraft,
    record: &UnderDraft,
    choices: &BTreeMap<Field, DraftSide>,
) -> Result<Rebased, BackendError> {
    let mut rebased = Rebased::default();
    let (mut undecided, mut undisputed) = (Vec::new(), choices.clone());
    for (field, mine) in draft.changes.iter() {
        let pems = record.pems.value(field);
        let base = if !record.changed_in_pems.contains(&field) {
            draft.base_values.value(field)
        } else if mine == pems {
            // Both made the same change: there is nothing left to do.
            continue;
        } else {
            match undisputed.remove(&field) {
                Some(DraftSide::Mine) => pems,
                Some(DraftSide::Pems) => continue,
                None => {
                    undecided.push(field);
                    continue;
                }
            }
        };
        rebased.base_values.set(field, base.clone());
        rebased.changes.set(field, mine.clone());
    }
    refuse(undecided, "undecided", |field| {
        format!("PEMS changed {field} too: choose whose value it shall have.")
    })?;
    refuse(undisputed.into_keys(), "undisputed", |field| {
        format!("There is nothing to choose for {field}: PEMS and your draft have not both changed it.")
    })?;
    Ok(rebased)
}

/// An error for each of `fields`, if there are any.
fn refuse(
    fields: impl IntoIterator<Item = Field>,
    code: &str,
    message: impl Fn(&str) -> String,
) -> Result<(), BackendError> {
    let error = |field: Field| FieldError {
        field: format!("choices.{field}"),
        code: code.to_owned(),
        message: message(field.label()),
    };
    let errors: Vec<FieldError> = fields.into_iter().map(error).collect();
    let Some(first) = errors.first() else { return Ok(()) };
    Err(BackendError::Invalid { message: first.message.clone(), errors })
}

/// Stores the draft, or discards it if nothing remains to change.
async fn store(
    connection: &mut sqlx::PgConnection,
    access: &Access,
    id: uuid::Uuid,
    row: DraftRow,
) -> Result<SavedDraft, BackendError> {
    if row.changes.is_empty() {
        store::discard_drafts(connection, access, &[id]).await.or_internal()?;
        return Ok(SavedDraft {
            modification_id: id,
            pfa_id: row.pfa_id,
            base_version: row.base_version,
            sync_state: ModificationState::Discarded,
        });
    }
    let saved = store::upsert_drafts(connection, access, &[row]).await.or_internal()?.pop();
    saved.ok_or_else(|| BackendError::not_found("draft"))
}

fn state(version: i64, base: &FieldMap, changes: &FieldMap) -> Json {
    json!({ "baseVersion": version, "base": base.to_json(), "changes": changes.to_json() })
}
