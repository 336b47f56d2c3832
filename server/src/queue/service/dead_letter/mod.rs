//! Dead letters: listed, and decided by a person: reprocessed or discarded.

mod correct;
mod store;

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::{
    Access, BackendError, CauseCount, DeadLetterDecision, DeadLetterDetail, DeadLetterPage, DeadLetterQuery,
    DeadLetterResult, DeadLetterSelection, DeadLetterView, Refusal, Window,
};
use vanguard_domain::modification::Step;
use vanguard_domain::permission::Permission;
use vanguard_domain::queue::Priority;
use vanguard_domain::validation::check_rules;

use super::QueueService;
use super::store::{hide_money, move_modifications};
use crate::audit::{self, AuditEvent, EventType};
use crate::internal::OrInternal;
use crate::notify::{self, Event, EventKind};
use crate::pems::in_our_words;
use crate::queue::{NewItem, enqueue};
use crate::records::mirror_records;
use crate::sync;
pub(super) use correct::correct;
use store::OpenLetter;

/// How far apart reprocessed items are let go, so that a thousand of them do not crowd out today's work.
const STAGGER_SECONDS: f64 = 0.1;
const MAY_BE_IN_PEMS: &str =
    "PEMS's answer was lost, so the change may be in PEMS. Try it again: it is read back first.";

/// A part of the list, as the caller may see it.
pub(super) async fn list(
    service: &QueueService,
    access: &Access,
    query: &DeadLetterQuery,
    window: Window,
) -> Result<DeadLetterPage, BackendError> {
    let mut connection = service.pool().acquire().await.or_internal()?;
    let mut page = store::letters(&mut connection, access, query, window).await.or_internal()?;
    page.dead_letters.iter_mut().for_each(|letter| show(access, letter));
    Ok(page)
}

/// One letter, with the record that it is about.
pub(super) async fn get(
    service: &QueueService,
    access: &Access,
    letter_id: Uuid,
) -> Result<DeadLetterDetail, BackendError> {
    let mut connection = service.pool().acquire().await.or_internal()?;
    let mut letter = store::letter(&mut connection, access, letter_id)
        .await
        .or_internal()?
        .ok_or_else(|| BackendError::not_found("failed change"))?;
    show(access, &mut letter);
    let ids = [letter.pfa_id.clone()];
    let record = mirror_records(&mut connection, access.organization_id(), &ids)
        .await
        .or_internal()?
        .remove(&letter.pfa_id)
        .ok_or_else(|| BackendError::not_found("record"))?;
    let mut fields = record.fields;
    if !access.may(Permission::ViewFinancials) {
        fields.hide_money();
    }
    let next_item_id = store::next_item(&mut connection, access, &letter).await.or_internal()?;
    Ok(DeadLetterDetail { letter, record_version: record.version, record: fields, next_item_id })
}

/// The open ones by cause.
pub(super) async fn causes(service: &QueueService, access: &Access) -> Result<Vec<CauseCount>, BackendError> {
    store::causes(&mut *service.pool().acquire().await.or_internal()?, access).await.or_internal()
}

/// Leaves out what the caller may not see.
fn show(access: &Access, letter: &mut DeadLetterView) {
    if !access.may(Permission::ViewFinancials) {
        letter.error = in_our_words(&letter.error);
        hide_attempts(&mut letter.attempts);
        hide_money(&mut letter.payload);
        hide_money(&mut letter.before);
    }
}

/// Without amounts; PEMS's answers may quote some, so they go as a whole.
fn hide_attempts(attempts: &mut Value) {
    for attempt in attempts.as_array_mut().into_iter().flatten() {
        if let Some(payload) = attempt.get_mut("payload") {
            hide_money(payload);
        }
        if let Some(response) = attempt.get_mut("response") {
            *response = Value::Null;
        }
    }
}

/// Reprocesses or discards the open letters of a selection; with `dry_run` only says which it would be.
pub(super) async fn decide(
    service: &QueueService,
    access: &Access,
    decision: DeadLetterDecision,
    selection: &DeadLetterSelection,
    dry_run: bool,
) -> Result<DeadLetterResult, BackendError> {
    let mut tx = service.pool().begin().await.or_internal()?;
    let letters = store::lock_open_letters(&mut tx, access, selection).await.or_internal()?;
    let matched = i64::try_from(letters.len()).unwrap_or(i64::MAX);
    let (letters, refused) = match decision {
        DeadLetterDecision::Discard => settled(letters),
        DeadLetterDecision::Reprocess => still_valid(&mut tx, access, letters).await?,
    };
    let ids: Vec<Uuid> = letters.iter().map(|letter| letter.id).collect();
    if dry_run || letters.is_empty() {
        return Ok(DeadLetterResult { success: refused.is_empty(), matched, done: 0, ids, refused });
    }
    let modifications: Vec<Uuid> = letters.iter().map(|letter| letter.item.modification_id).collect();
    let event_type = match decision {
        DeadLetterDecision::Discard => {
            store::mark_decided(&mut tx, access, &ids, "discarded").await.or_internal()?;
            move_modifications(&mut tx, access, &modifications, Step::Discard).await.or_internal()?;
            EventType::DeadLetterDiscarded
        }
        DeadLetterDecision::Reprocess => {
            store::mark_decided(&mut tx, access, &ids, "reprocessed").await.or_internal()?;
            move_modifications(&mut tx, access, &modifications, Step::Reprocess).await.or_internal()?;
            requeue(service, &mut tx, access, &letters).await?;
            EventType::DeadLetterReprocessed
        }
    };
    let events: Vec<AuditEvent> = letters
        .iter()
        .map(|letter| {
            AuditEvent::by(event_type, access)
                .record(&letter.item.pfa_id)
                .modification(letter.item.modification_id)
                .after(letter.item.payload.to_json())
        })
        .collect();
    let touched = letters.iter().map(|letter| letter.item.pfa_id.clone()).collect();
    for kind in [EventKind::Modification, EventKind::Queue] {
        let event = Event::new(access.organization_id(), kind, Vec::clone(&touched));
        notify::publish(&mut tx, &event).await.or_internal()?;
    }
    // Also where nothing is to be sent: a rollback that waited for the decision may have ended with it.
    notify::wake_worker(&mut tx, access.organization_id()).await.or_internal()?;
    audit::append(&mut tx, access.organization_id(), &events).await.or_internal()?;
    tx.commit().await.or_internal()?;
    let done = i64::try_from(letters.len()).unwrap_or(i64::MAX);
    Ok(DeadLetterResult { success: refused.is_empty(), matched, done, ids, refused })
}

/// What may be in PEMS is not given up: it is tried again, which reads it back first.
fn settled(letters: Vec<OpenLetter>) -> (Vec<OpenLetter>, Vec<Refusal>) {
    let (unsettled, settled): (Vec<_>, Vec<_>) = letters.into_iter().partition(|letter| letter.is_unsettled);
    let refused = unsettled.into_iter().map(|letter| letter.refused(MAY_BE_IN_PEMS)).collect();
    (settled, refused)
}

/// What was refused once may be refused again: the rules are asked first. They are asked of the record as PEMS has
/// it: in the view that people see, the letter's own change is done already, and would break no rule.
async fn still_valid(
    connection: &mut PgConnection,
    access: &Access,
    letters: Vec<OpenLetter>,
) -> Result<(Vec<OpenLetter>, Vec<Refusal>), BackendError> {
    let ids: Vec<String> = letters.iter().map(|letter| letter.item.pfa_id.clone()).collect();
    let mirror = mirror_records(connection, access.organization_id(), &ids).await.or_internal()?;
    let (mut good, mut refused) = (Vec::new(), Vec::new());
    for letter in letters {
        let item = &letter.item;
        let errors = mirror
            .get(&item.pfa_id)
            .map_or_else(Vec::new, |record| check_rules(&record.fields, item.operation, &item.payload));
        if errors.is_empty() {
            good.push(letter);
        } else {
            let reasons: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
            refused.push(letter.refused(&reasons.join(" ")));
        }
    }
    Ok((good, refused))
}

async fn requeue(
    service: &QueueService,
    connection: &mut PgConnection,
    access: &Access,
    letters: &[OpenLetter],
) -> Result<(), BackendError> {
    if letters.is_empty() {
        return Ok(());
    }
    let job_id = sync::open_write_job(connection, access, "reprocess").await.or_internal()?;
    let items: Vec<NewItem> = letters.iter().map(|letter| letter.item.clone()).collect();
    enqueue(connection, access.organization_id(), job_id, Priority::NORMAL, service.max_retries(), &items)
        .await
        .or_internal()?;
    store::stagger(connection, job_id, STAGGER_SECONDS).await.or_internal()
}
