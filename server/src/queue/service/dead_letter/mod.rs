//! Dead letters: listed, and decided by a person: reprocessed or discarded.

mod store;

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::{
    Access, BackendError, DeadLetterDecision, DeadLetterPage, DeadLetterResult, DeadLetterSelection, Window,
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
use store::OpenLetter;

/// How far apart reprocessed items are let go, so that a thousand of them do not crowd out today's work.
const STAGGER_SECONDS: f64 = 0.1;

/// A part of the list, as the caller may see it.
pub(super) async fn list(
    service: &QueueService,
    access: &Access,
    status: Option<&str>,
    window: Window,
) -> Result<DeadLetterPage, BackendError> {
    let mut connection = service.pool().acquire().await.or_internal()?;
    let mut page = store::letters(&mut connection, access, status, window).await.or_internal()?;
    if !access.may(Permission::ViewFinancials) {
        for letter in &mut page.dead_letters {
            letter.error = in_our_words(&letter.error);
            hide_attempts(&mut letter.attempts);
        }
    }
    Ok(page)
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

/// Reprocesses or discards the open letters of a selection; with `dry_run` only counts them.
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
    if dry_run || letters.is_empty() {
        return Ok(DeadLetterResult { success: true, matched, done: 0, refused: Vec::new() });
    }
    let (letters, refused) = match decision {
        DeadLetterDecision::Discard => settled(letters),
        DeadLetterDecision::Reprocess => still_valid(&mut tx, access, letters).await?,
    };
    let ids: Vec<Uuid> = letters.iter().map(|letter| letter.id).collect();
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
    Ok(DeadLetterResult { success: refused.is_empty(), matched, done, refused })
}

/// What may be in PEMS is not given up: it is tried again, which reads it back first.
fn settled(letters: Vec<OpenLetter>) -> (Vec<OpenLetter>, Vec<String>) {
    let (unsettled, settled): (Vec<_>, Vec<_>) = letters.into_iter().partition(|letter| letter.is_unsettled);
    let refused = unsettled
        .iter()
        .map(|letter| {
            format!(
                "{}: PEMS's answer was lost, so the change may be in PEMS. Try it again: it is read back first.",
                letter.item.pfa_id
            )
        })
        .collect();
    (settled, refused)
}

/// What was refused once may be refused again: the rules are asked first. They are asked of the record as PEMS has
/// it: in the view that people see, the letter's own change is done already, and would break no rule.
async fn still_valid(
    connection: &mut PgConnection,
    access: &Access,
    letters: Vec<OpenLetter>,
) -> Result<(Vec<OpenLetter>, Vec<String>), BackendError> {
    let ids: Vec<String> = letters.iter().map(|letter| letter.item.pfa_id.clone()).collect();
    let mirror = mirror_records(connection, access.organization_id(), &ids).await.or_internal()?;
    let mut refused = Vec::new();
    let good = letters
        .into_iter()
        .filter(|letter| {
            let item = &letter.item;
            let errors = mirror
                .get(&item.pfa_id)
                .map_or_else(Vec::new, |record| check_rules(&record.fields, item.operation, &item.payload));
            refused.extend(errors.iter().map(|error| format!("{}: {}", item.pfa_id, error.message)));
            errors.is_empty()
        })
        .collect();
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
