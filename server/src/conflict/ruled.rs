//! What an ownership rule decided: recorded in the worker's transaction, as a conflict that needed nobody and a merge
//! that can be undone.

use serde_json::json;
use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_domain::ownership::Ruling;
use vanguard_domain::record::{FieldMap, PfaRecord};

use super::found::labels;
use super::{FoundMerge, store};
use crate::audit::{AuditEvent, EventType};

/// A change that PEMS crossed where somebody had said beforehand whose value holds.
#[derive(Debug, Clone)]
pub struct FoundRuling {
    pub item_id: Uuid,
    pub modification_id: Uuid,
    pub pfa_id: String,
    pub local_version: i64,
    pub ruling: Ruling,
    /// The rules in words.
    pub rule: String,
    /// Our other changes, which nobody disputes.
    pub undisputed: FieldMap,
    /// The record as PEMS has it now.
    pub pems: PfaRecord,
    /// For the journal: what goes to PEMS, and what PEMS changed.
    pub merge: FoundMerge,
}

impl FoundRuling {
    /// The audit row.
    pub fn audit_event(&self) -> AuditEvent {
        let Ruling { change, .. } = &self.ruling;
        AuditEvent::by_system(EventType::ConflictRuled)
            .record(&self.pfa_id)
            .modification(self.modification_id)
            .before(json!({
                "local": self.ruling.side(|sides| &sides.local).to_json(),
                "pems": self.ruling.side(|sides| &sides.pems).to_json(),
            }))
            .after(json!({
                "rule": self.rule,
                "values": self.ruling.values().to_json(),
                "changes": change.to_json(),
            }))
            .outcome(if self.ruling.is_whole() { "resolved_auto" } else { "partly_resolved_auto" })
    }
}

/// Writes what was decided, and tells the authors whose values were given up.
pub async fn record_rulings(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    rulings: &[FoundRuling],
) -> Result<(), sqlx::Error> {
    for found in rulings {
        let conflict_id = store::insert_ruling(connection, organisation_id, found).await?;
        store::insert_merge(connection, organisation_id, &found.merge, Some(conflict_id)).await?;
        // An own value that prevails needs no word.
        let given_up = found.ruling.given_up();
        if !given_up.is_empty() {
            let title = format!("{}: PEMS's values stay, by a rule", found.pfa_id);
            let body = format!(
                "{} changed {} as well, and by the rule \"{}\" that holds.",
                found.pems.updated_by,
                labels(given_up.fields()),
                found.rule
            );
            store::tell_people(
                connection,
                organisation_id,
                found.modification_id,
                conflict_id,
                &title,
                &body,
            )
            .await?;
        }
    }
    Ok(())
}
