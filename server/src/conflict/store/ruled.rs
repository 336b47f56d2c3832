//! Conflicts that an ownership rule decided.

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_domain::record::Field;

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

/// Tells the author that some of his values stay behind; an own value of his that prevails needs no word.
pub(in crate::conflict) async fn notify_given_up(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    found: &FoundRuling,
    conflict_id: Uuid,
) -> Result<(), sqlx::Error> {
    let labels: Vec<_> = found.ruling.given_up().fields().map(Field::label).collect();
    sqlx::query!(
        "INSERT INTO notifications (organisation_id, user_id, kind, title, body, link)
         SELECT $1, u.id, 'conflict', $3, $4, '/o/' || o.code || '/conflicts/' || $5::text
         FROM pfa_modification m
         JOIN users u ON u.id IN (m.user_id, m.committed_by)
         JOIN organisations o ON o.id = m.organisation_id
         WHERE m.id = $2 AND m.organisation_id = $1",
        organisation_id,
        found.modification_id,
        format!("{}: PEMS's values stay, by a rule", found.pfa_id),
        format!(
            "{} changed {} as well, and by the rule \"{}\" that holds.",
            found.pems.updated_by,
            labels.join(", "),
            found.rule
        ),
        conflict_id.to_string()
    )
    .execute(connection)
    .await?;
    Ok(())
}
