//! Ownership rules in the database, and the conflicts of the past.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_app::backend::{Access, OwnershipRule};
use vanguard_domain::conflict::ConflictStatus;
use vanguard_domain::ownership::OwnershipRules;
use vanguard_domain::record::FieldMap;
use vanguard_domain::three_way::sides_of;
use vanguard_domain::what_if::PastConflict;

use crate::database::parsed;

pub(super) async fn in_force(
    connection: &mut PgConnection,
    organisation_id: Uuid,
) -> Result<OwnershipRules, sqlx::Error> {
    let rows =
        sqlx::query!("SELECT field, owner FROM ownership_rules WHERE organisation_id = $1", organisation_id)
            .fetch_all(connection)
            .await?;
    rows.iter().map(|row| Ok((parsed(&row.field)?, parsed(&row.owner)?))).collect()
}

/// Held until the transaction ends, so that two administrators change the rules one after the other.
pub(super) async fn lock(connection: &mut PgConnection, access: &Access) -> Result<(), sqlx::Error> {
    // NO KEY UPDATE: rows that refer to the organisation may be added meanwhile.
    sqlx::query!(
        "SELECT 1 AS one FROM organisations WHERE id = $1 FOR NO KEY UPDATE",
        access.organization_id()
    )
    .fetch_one(connection)
    .await?;
    Ok(())
}

/// In the order of the field table.
pub(super) async fn list(
    connection: &mut PgConnection,
    access: &Access,
) -> Result<Vec<OwnershipRule>, sqlx::Error> {
    let rows = sqlx::query!(
        "SELECT o.field, o.owner, o.since, u.username FROM ownership_rules o JOIN users u ON u.id = o.set_by
         WHERE o.organisation_id = $1",
        access.organization_id()
    )
    .fetch_all(connection)
    .await?;
    let mut rules = rows
        .into_iter()
        .map(|row| {
            Ok(OwnershipRule {
                field: parsed(&row.field)?,
                owner: parsed(&row.owner)?,
                since: row.since,
                set_by: row.username,
            })
        })
        .collect::<Result<Vec<_>, sqlx::Error>>()?;
    rules.sort_by_key(|rule| rule.field);
    Ok(rules)
}

/// Rules that stay as they are keep since when they hold and by whom.
pub(super) async fn replace(
    connection: &mut PgConnection,
    access: &Access,
    rules: &OwnershipRules,
) -> Result<(), sqlx::Error> {
    let (fields, owners): (Vec<String>, Vec<String>) =
        rules.iter().map(|(field, owner)| (field.name().to_owned(), owner.as_str().to_owned())).unzip();
    sqlx::query!(
        "DELETE FROM ownership_rules WHERE organisation_id = $1 AND field <> ALL($2)",
        access.organization_id(),
        &fields
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO ownership_rules AS o (organisation_id, field, owner, set_by)
         SELECT $1, r.field, r.owner, $4 FROM unnest($2::text[], $3::text[]) AS r (field, owner)
         ON CONFLICT (organisation_id, field)
         DO UPDATE SET owner = excluded.owner, set_by = excluded.set_by, since = excluded.since
         WHERE o.owner <> excluded.owner",
        access.organization_id(),
        &fields,
        &owners,
        access.user_id()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A conflict of the past with what names it.
pub(super) struct NamedPast {
    pub(super) id: Uuid,
    pub(super) pfa_id: String,
    pub(super) status: ConflictStatus,
    pub(super) created_at: DateTime<Utc>,
    pub(super) past: PastConflict,
}

/// The newest `most` conflicts in which both sides had changed a field, each with the record as PEMS had it then.
pub(super) async fn past_conflicts(
    connection: &mut PgConnection,
    access: &Access,
    most: i64,
) -> Result<Vec<NamedPast>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT c.id, c.pfa_id, c.status, c.created_at, c.base_data AS "base: Json<FieldMap>",
                  c.local_data AS "local: Json<FieldMap>", c.pems_data AS "pems: Json<FieldMap>",
                  c.undisputed AS "undisputed: Json<FieldMap>", c.resolved_data AS "resolved: Json<FieldMap>",
                  m.operation, coalesce(h.fields, r.fields) AS "record!: Json<FieldMap>"
           FROM pfa_sync_conflict c
           JOIN pfa_modification m ON m.id = c.modification_id
           JOIN pfa_mirror r ON r.organisation_id = c.organisation_id AND r.pfa_id = c.pfa_id
           LEFT JOIN pfa_mirror_history h ON h.organisation_id = c.organisation_id AND h.pfa_id = c.pfa_id
                                             AND h.version = c.pems_version
           WHERE c.organisation_id = $1 AND c.cause = 'both_changed'
           ORDER BY c.created_at DESC, c.id DESC LIMIT $2"#,
        access.organization_id(),
        most
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let status: ConflictStatus = parsed(&row.status)?;
            let fields = sides_of(&row.base, &row.local, &row.pems);
            let by_person = row
                .resolved
                .as_ref()
                .filter(|_| status == ConflictStatus::ResolvedManual)
                .map(|resolved| values_chosen(&row.pems, resolved));
            let operation = parsed(&row.operation)?;
            let past = PastConflict {
                operation,
                pems: row.record.0,
                fields,
                undisputed: row.undisputed.0,
                by_person,
            };
            Ok(NamedPast { id: row.id, pfa_id: row.pfa_id, status, created_at: row.created_at, past })
        })
        .collect()
}

/// A disputed field that was not sent was left as PEMS has it.
fn values_chosen(pems: &FieldMap, sent: &FieldMap) -> FieldMap {
    let mut chosen = pems.clone();
    chosen.overlay(&sent.only(pems.fields()));
    chosen
}
