//! A failed change is sent again with other values.
//!
//! It is a decision like the resolution of a conflict: whoever makes it has seen what PEMS holds now, so the change is based
//! on that from now on, and whatever PEMS changes later is asked about again. Letter, change, item and audit row move in one
//! transaction, behind the letter's lock: a second click finds it decided.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::{Access, BackendError, Corrected, Correction, DeadLetterSelection};
use vanguard_domain::delta::{Operation, difference, parse_changes};
use vanguard_domain::permission::Permission;
use vanguard_domain::queue::Priority;
use vanguard_domain::record::{FieldMap, PfaRecord};
use vanguard_domain::validation::{check_reason, validate};

use super::store::{self, OpenLetter};
use super::{MAY_BE_IN_PEMS, QueueService};
use crate::audit::{self, AuditEvent, EventType};
use crate::internal::OrInternal;
use crate::notify::{self, Event, EventKind};
use crate::queue::{NewItem, enqueue};
use crate::records::mirror_records;
use crate::sync;

pub(in crate::queue::service) async fn correct(
    service: &QueueService,
    access: &Access,
    letter_id: Uuid,
    correction: &Correction,
) -> Result<Corrected, BackendError> {
    let mut tx = service.pool().begin().await.or_internal()?;
    let letter = locked(&mut tx, access, letter_id).await?;
    let record = mirror_records(&mut tx, access.organization_id(), std::slice::from_ref(&letter.item.pfa_id))
        .await
        .or_internal()?
        .remove(&letter.item.pfa_id)
        .ok_or_else(|| BackendError::not_found("record"))?;
    let item = corrected(access, &letter, &record, correction)?;
    store::mark_decided(&mut tx, access, &[letter.id], "reprocessed").await.or_internal()?;
    store::change_values(&mut tx, access, &item).await.or_internal()?;
    let job_id = sync::open_write_job(&mut tx, access, "correction").await.or_internal()?;
    let items = std::slice::from_ref(&item);
    enqueue(&mut tx, access.organization_id(), job_id, Priority::HIGH, service.max_retries(), items)
        .await
        .or_internal()?;
    let queue_item_id = store::open_item(&mut tx, item.modification_id).await.or_internal()?;
    tell_author(&mut tx, access, &letter, queue_item_id).await?;
    for kind in [EventKind::Modification, EventKind::Queue] {
        let event = Event::new(access.organization_id(), kind, vec![item.pfa_id.clone()]);
        notify::publish(&mut tx, &event).await.or_internal()?;
    }
    notify::wake_worker(&mut tx, access.organization_id()).await.or_internal()?;
    let event = AuditEvent::by(EventType::DeadLetterCorrected, access)
        .record(&item.pfa_id)
        .modification(item.modification_id)
        .before(state(letter.item.base_version, &letter.item.base_values, &letter.item.payload))
        .after(state(item.base_version, &item.base_values, &item.payload));
    audit::append(&mut tx, access.organization_id(), &[event]).await.or_internal()?;
    tx.commit().await.or_internal()?;
    Ok(Corrected { success: true, queue_item_id, job_id })
}

fn state(version: i64, base: &FieldMap, changes: &FieldMap) -> serde_json::Value {
    json!({ "baseVersion": version, "base": base.to_json(), "changes": changes.to_json() })
}

/// The letter, if other values may be given to it.
async fn locked(
    connection: &mut PgConnection,
    access: &Access,
    letter_id: Uuid,
) -> Result<OpenLetter, BackendError> {
    let selection = DeadLetterSelection { ids: Some(vec![letter_id]), ..DeadLetterSelection::default() };
    let open = store::lock_open_letters(connection, access, &selection).await.or_internal()?.pop();
    let Some(letter) = open else {
        return Err(match store::letter(connection, access, letter_id).await.or_internal()? {
            Some(_) => BackendError::wrong_state("This failed change has been decided already."),
            None => BackendError::not_found("failed change"),
        });
    };
    if letter.item.operation == Operation::Delete {
        let message = "A discontinuation has no values to edit. Retry it as it is, or discard it.";
        return Err(BackendError::wrong_state(message));
    }
    if letter.is_unsettled {
        return Err(BackendError::wrong_state(MAY_BE_IN_PEMS));
    }
    let has_amounts = letter.item.payload.fields().any(vanguard_domain::record::Field::is_money);
    if has_amounts {
        access.require(Permission::ViewFinancials)?;
    }
    Ok(letter)
}

/// The write that the correction asks for, checked like any edit of the record as PEMS has it.
fn corrected(
    access: &Access,
    letter: &OpenLetter,
    record: &PfaRecord,
    correction: &Correction,
) -> Result<NewItem, BackendError> {
    if correction.seen_version.is_some_and(|seen| seen != record.version) {
        return Err(BackendError::wrong_state(
            "PEMS has changed this record since you looked. Nothing was sent: look at the new values.",
        ));
    }
    if let Some(reason) = &correction.reason {
        check_reason(reason)
            .map_err(|error| BackendError::Invalid { message: error.message.clone(), errors: vec![error] })?;
    }
    let wanted = parse_changes(&correction.changes).map_err(|errors| BackendError::Invalid {
        message: "Some of the values are not valid.".to_owned(),
        errors,
    })?;
    let errors = validate(&record.fields, Operation::Update, &wanted, &access.user().permissions);
    if !errors.is_empty() {
        let message = "The record would not be valid with these values, so nothing was sent.".to_owned();
        return Err(BackendError::Invalid { message, errors });
    }
    let payload = difference(&record.fields, &wanted);
    if payload.is_empty() {
        let message =
            "PEMS has all of these values already. Discard the failed change, or give it other values.";
        return Err(BackendError::field("changes", "nothingToChange", message));
    }
    let reason = correction.reason.clone().filter(|reason| !reason.trim().is_empty());
    Ok(NewItem {
        base_values: record.fields.values_of(payload.fields()),
        payload,
        base_version: record.version,
        reason: reason.or_else(|| letter.item.reason.clone()),
        ..letter.item.clone()
    })
}

/// A word to the author, if somebody else has given his change other values.
async fn tell_author(
    connection: &mut PgConnection,
    access: &Access,
    letter: &OpenLetter,
    queue_item_id: Uuid,
) -> Result<(), BackendError> {
    let who = &access.user().username;
    if letter.item.modified_by == *who {
        return Ok(());
    }
    let title = format!("{who} corrected your failed change of {}", letter.item.pfa_id);
    let link = format!("/o/{}/sync/queue/{queue_item_id}", access.organization().code);
    store::tell_author(connection, access, letter, &title, &link).await.or_internal()?;
    let event = Event::new(access.organization_id(), EventKind::Notification, Vec::new());
    notify::publish(connection, &event).await.or_internal()
}
