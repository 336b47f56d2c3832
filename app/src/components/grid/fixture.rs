//! Rows for the tests of the grid's pure parts.

use chrono::DateTime;
use serde_json::json;
use uuid::Uuid;
use vanguard_domain::delta::Operation;
use vanguard_domain::modification::ModificationState;
use vanguard_domain::record::Field;

use crate::backend::{OpenChange, RecordRow};

/// A rental that nobody has changed.
pub(super) fn row(pfa_id: &str) -> RecordRow {
    RecordRow {
        pfa_id: pfa_id.into(),
        organization: "RIO".into(),
        version: 3,
        updated_at: DateTime::UNIX_EPOCH,
        updated_by: "pems.user".into(),
        sync_state: ModificationState::Synced,
        modification_id: None,
        changed_fields: Vec::new(),
        changes: Vec::new(),
        changed_in_pems: Vec::new(),
        fields: serde_json::from_value(json!({
            "description": "Crane", "model": "LTM 1050", "contract": null, "source": "Rental",
            "monthlyRate": "5500.00", "purchasePrice": null, "isActualized": false, "isDiscontinued": false,
            "originalStart": "2026-01-01", "originalEnd": "2026-06-30",
            "forecastStart": "2026-01-01", "forecastEnd": "2026-06-30",
        }))
        .unwrap(),
    }
}

/// An open change of some fields.
pub(super) fn change(state: ModificationState, fields: &[Field]) -> OpenChange {
    OpenChange {
        modification_id: Uuid::from_u128(u128::from(state as u8) + 1),
        state,
        operation: Operation::Update,
        author: "editor".into(),
        fields: fields.to_vec(),
        since: DateTime::UNIX_EPOCH,
        error: None,
        conflict_id: None,
    }
}

/// The row with one open change more.
pub(super) fn with_change(mut row: RecordRow, change: OpenChange) -> RecordRow {
    row.changed_fields.extend(&change.fields);
    row.sync_state = change.state;
    row.modification_id = Some(change.modification_id);
    row.changes.push(change);
    row
}
