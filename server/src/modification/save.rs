//! Saving drafts: good ones are saved even when others are refused.

use std::collections::{HashMap, HashSet};

use sqlx::{PgConnection, PgPool};
use vanguard_app::backend::{
    Access, BackendError, DraftInput, DraftRefusal, MOST_DRAFTS, SaveOutcome, SavedDraft,
};
use vanguard_domain::delta::{Operation, difference, discontinuation, parse_changes};
use vanguard_domain::modification::ModificationState;
use vanguard_domain::permission::Permission;
use vanguard_domain::record::FieldMap;
use vanguard_domain::validation::{FieldError, check_reason, validate};

use super::store::{self, DraftRow, ExistingDraft};
use crate::internal::OrInternal;
use crate::notify::{self, Event, EventKind};
use crate::records::{Seen, seen_records};

pub(super) async fn save(
    pool: &PgPool,
    access: &Access,
    inputs: Vec<DraftInput>,
) -> Result<SaveOutcome, BackendError> {
    access.require(Permission::SaveDraft)?;
    if inputs.len() > MOST_DRAFTS {
        return Err(BackendError::field(
            "drafts",
            "tooMany",
            format!("One call saves at most {MOST_DRAFTS} drafts; this one has {}. Split it.", inputs.len()),
        ));
    }
    let mut tx = pool.begin().await.or_internal()?;
    let outcome = save_in(&mut tx, access, inputs).await?;
    tx.commit().await.or_internal()?;
    Ok(outcome)
}

/// Saves them within the caller's transaction, however many they are.
pub(super) async fn save_in(
    tx: &mut PgConnection,
    access: &Access,
    inputs: Vec<DraftInput>,
) -> Result<SaveOutcome, BackendError> {
    let ids: Vec<String> = inputs.iter().map(|input| input.pfa_id.clone()).collect();
    let existing = store::lock_own_drafts(tx, access, &ids).await.or_internal()?;
    let seen = seen_records(tx, access.organization_id(), &ids).await.or_internal()?;
    let Planned { drafts, emptied, refused } = plan(access, inputs, &seen, &existing);

    let mut modifications = store::upsert_drafts(tx, access, &drafts).await.or_internal()?;
    modifications.extend(store::discard_drafts(tx, access, &emptied).await.or_internal()?.into_iter().map(
        |gone| SavedDraft {
            modification_id: gone.id,
            pfa_id: gone.pfa_id,
            base_version: gone.base_version,
            sync_state: ModificationState::Discarded,
        },
    ));
    if !modifications.is_empty() {
        let touched = modifications.iter().map(|draft| draft.pfa_id.clone()).collect();
        let event = Event::new(access.organization_id(), EventKind::Modification, touched);
        notify::publish(tx, &event).await.or_internal()?;
    }
    Ok(SaveOutcome { success: refused.is_empty(), modifications, errors: refused })
}

/// What the inputs come to.
#[derive(Default)]
struct Planned {
    drafts: Vec<DraftRow>,
    /// Drafts in which nothing remains to change.
    emptied: Vec<uuid::Uuid>,
    refused: Vec<DraftRefusal>,
}

fn plan(
    access: &Access,
    inputs: Vec<DraftInput>,
    seen: &HashMap<String, Seen>,
    existing: &HashMap<String, ExistingDraft>,
) -> Planned {
    let mut planned = Planned::default();
    let mut met = HashSet::new();
    for input in inputs {
        let pfa_id = input.pfa_id.clone();
        let outcome = if met.insert(pfa_id.clone()) {
            plan_one(access, input, seen.get(&pfa_id), existing.get(&pfa_id))
        } else {
            Err(vec![error(
                "pfaId",
                "twice",
                "This record occurs twice in the request. Put its changes together.",
            )])
        };
        match outcome {
            Ok(Some(draft)) => planned.drafts.push(draft),
            Ok(None) => planned.emptied.extend(existing.get(&pfa_id).map(|draft| draft.id)),
            Err(errors) => planned.refused.push(DraftRefusal { pfa_id: shortened(&pfa_id), errors }),
        }
    }
    planned
}

/// The draft to store; `None` if the existing one is to go.
fn plan_one(
    access: &Access,
    input: DraftInput,
    seen: Option<&Seen>,
    existing: Option<&ExistingDraft>,
) -> Result<Option<DraftRow>, Vec<FieldError>> {
    let Some(seen) = seen else {
        return Err(vec![error("pfaId", "notFound", "There is no such record in this organisation.")]);
    };
    if let Some(reason) = &input.reason {
        check_reason(reason).map_err(|error| vec![error])?;
    }
    let operation = input.operation.unwrap_or(Operation::Update);
    let wanted = match operation {
        Operation::Update => parse_changes(&input.changes)?,
        Operation::Delete if input.changes.is_empty() => discontinuation(),
        Operation::Delete => {
            return Err(vec![error("changes", "notEmpty", "A delete takes no changes. Leave them out.")]);
        }
    };
    let errors = validate(&seen.fields, operation, &wanted, &access.user().permissions);
    if !errors.is_empty() {
        return Err(errors);
    }
    let change = difference(&seen.fields, &wanted);
    if change.is_empty() {
        if existing.is_some() {
            return Ok(None);
        }
        let message = "The record holds these values already: there is nothing to save.";
        return Err(vec![error("changes", "nothingToChange", message)]);
    }
    let (base_version, base_values) = base(seen, &change, existing);
    Ok(Some(DraftRow {
        pfa_id: input.pfa_id,
        operation,
        base_version,
        base_values,
        changes: change,
        reason: input.reason,
    }))
}

/// What the author saw: for fields that the draft had already, as he saw them then.
fn base(seen: &Seen, change: &FieldMap, existing: Option<&ExistingDraft>) -> (i64, FieldMap) {
    let mut base_values = seen.fields.values_of(change.fields());
    let Some(draft) = existing else { return (seen.version, base_values) };
    base_values.overlay(&draft.base_values.only(change.fields()));
    (draft.base_version, base_values)
}

fn error(field: &str, code: &str, message: &str) -> FieldError {
    FieldError { field: field.to_owned(), code: code.to_owned(), message: message.to_owned() }
}

/// A key that is none of ours is quoted back, but not at any length.
fn shortened(pfa_id: &str) -> String {
    pfa_id.chars().take(60).collect()
}
