//! The result of a rollback, once each of its changes has ended: what is told is final.

use serde_json::json;
use sqlx::{Connection, PgConnection};
use vanguard_domain::rollback::{RollbackStatus, RollbackStep};

use super::store::{self, EndedRollback};
use crate::audit::{self, AuditEvent, EventType};
use crate::notify::{self, Event, EventKind};

/// Ends those rollbacks whose changes have ended. Run it after the jobs were ended; another replica may do the same.
pub async fn finish_ended(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    for rollback_id in store::ended(connection).await? {
        let mut tx = connection.begin().await?;
        if let Some(rollback) = store::lock_ended(&mut tx, rollback_id).await? {
            finish(&mut tx, &rollback).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn finish(connection: &mut PgConnection, rollback: &EndedRollback) -> Result<(), sqlx::Error> {
    let EndedRollback { id, organisation_id, changes, restored, .. } = rollback;
    let step = RollbackStep::ending(*changes, *restored);
    store::mark_ended(connection, *id, step).await?;
    let (title, text) = words(rollback, step.target());
    store::notify_requester(connection, *organisation_id, *id, &title, &text).await?;
    for kind in [EventKind::Rollback, EventKind::Notification] {
        notify::publish(connection, &Event::new(*organisation_id, kind, Vec::new())).await?;
    }
    let event = AuditEvent::by_system(EventType::RollbackEnded)
        .after(json!({ "rollbackId": id, "changes": changes, "restored": restored }))
        .outcome(match step.target() {
            RollbackStatus::Completed => "success",
            other => other.as_str(),
        });
    audit::append(connection, *organisation_id, &[event]).await
}

fn words(rollback: &EndedRollback, status: RollbackStatus) -> (String, String) {
    let EndedRollback { changes, restored, .. } = rollback;
    let what = super::words(&rollback.target, *changes);
    match status {
        RollbackStatus::Completed => (format!("Your rollback of {what} is done"), String::new()),
        RollbackStatus::Partly => (
            format!("Your rollback of {what} is partly done"),
            format!("{restored} of {changes} records are restored. The page says what became of the others."),
        ),
        _ => (
            format!("Your rollback of {what} failed"),
            "No record is restored. The page says why.".to_owned(),
        ),
    }
}
