//! Records as the caller sees them, with his own draft apart.

use std::collections::HashMap;

use sqlx::PgConnection;
use vanguard_app::backend::Access;
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
        let (mut fields, mut draft) = (record.fields, FieldMap::new());
        for change in layers.open.get(&pfa_id).into_iter().flatten() {
            fields.overlay(&change.values);
            if change.view.state == ModificationState::Draft {
                draft.overlay(&change.values);
            }
        }
        merged.insert(pfa_id, Merged { fields, draft });
    }
    Ok(merged)
}
