//! Conflicts that an ownership rule decided.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::conflict::FoundRuling;

pub(in crate::conflict) async fn insert_ruling(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    found: &FoundRuling,
) -> Result<Uuid, sqlx::Error> {
    let ruling = &found.ruling;
    // Where a person decides the rest, what nobody disputes goes with his decision.
    let (undisputed, sent) = if ruling.is_whole() {
        (found.undisputed.to_json(), ruling.change.to_json())
    } else {
        (serde_json::json!({}), ruling.prevailing().to_json())
    };
    sqlx::query_scalar!(
        "INSERT INTO pfa_sync_conflict
             (organisation_id, modification_id, queue_item_id, pfa_id, cause, local_version, pems_version,
              base_data, local_data, pems_data, undisputed, pems_updated_by, pems_updated_at,
              status, rule, resolution, resolved_data, resolved_at)
         VALUES ($1, $2, $3, $4, 'both_changed', $5, $6, $7, $8, $9, $10, $11, $12,
                 'resolved_auto', $13, $14, $15, now())
         RETURNING id",
        organisation_id,
        found.modification_id,
        found.item_id,
        found.pfa_id,
        found.local_version,
        found.pems.version,
        ruling.side(|sides| &sides.base).to_json(),
        ruling.side(|sides| &sides.local).to_json(),
        ruling.side(|sides| &sides.pems).to_json(),
        undisputed,
        found.pems.updated_by,
        found.pems.updated_at,
        found.rule,
        ruling.resolution().as_str(),
        sent
    )
    .fetch_one(connection)
    .await
}
