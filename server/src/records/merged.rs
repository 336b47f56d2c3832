//! Records as the caller sees them, with his own draft apart.

use std::collections::HashMap;

use sqlx::PgConnection;
use vanguard_app::backend::Access;
use vanguard_domain::delta::Operation;
use vanguard_domain::modification::ModificationState;
use vanguard_domain::record::FieldMap;

use super::store;

/// A record as the caller sees it.
#[derive(Debug, Clone)]
pub struct Merged {
    /// PEMS's values, everybody's committed changes, and the caller's draft. With amounts, whoever the caller is.
    pub fields: FieldMap,
    /// What of it is his draft.
    pub draft: FieldMap,
    /// Whether his draft discontinues it.
    pub is_being_discontinued: bool,
}

/// The records by key. What is not in the organisation is not among them.
pub async fn merged_records(
    connection: &mut PgConnection,
    access: &Access,
    pfa_ids: &[String],
) -> Result<HashMap<String, Merged>, sqlx::Error> {
    let layers = store::layers(connection, access, pfa_ids).await?;
    let mut merged = HashMap::new();
    for (pfa_id, record) in layers.mirror {
        let (mut fields, mut draft, mut is_being_discontinued) = (record.fields, FieldMap::new(), false);
        for change in layers.open.get(&pfa_id).into_iter().flatten() {
            fields.overlay(&change.values);
            if change.view.state == ModificationState::Draft {
                draft.overlay(&change.values);
                is_being_discontinued = change.view.operation == Operation::Delete;
            }
        }
        merged.insert(pfa_id, Merged { fields, draft, is_being_discontinued });
    }
    Ok(merged)
}
