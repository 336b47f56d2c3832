//! Ownership rules in the database, and the conflicts of the past.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_app::backend::{Access, OwnershipRule};
use vanguard_domain::conflict::ConflictStatus;
use vanguard_domain::ownership::{Dispute, MadeVersion, OwnershipRules, changed_in_pems};
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
///
/// Of one that rules decided in part there are two rows: it stands under the one for a person, which takes its other
/// fields along.
pub(super) async fn past_conflicts(
    connection: &mut PgConnection,
    access: &Access,
    most: i64,
) -> Result<Vec<NamedPast>, sqlx::Error> {
    let rows = sqlx::query_as!(
        PastRow,
        r#"SELECT c.id, c.pfa_id, c.status, c.created_at, c.base_data AS "base: Json<FieldMap>",
                  c.local_data AS "local: Json<FieldMap>", c.pems_data AS "pems: Json<FieldMap>",
                  c.undisputed AS "undisputed: Json<FieldMap>", c.resolved_data AS "resolved: Json<FieldMap>",
                  p.base_data AS "ruled_base?: Json<FieldMap>", p.local_data AS "ruled_local?: Json<FieldMap>",
                  p.pems_data AS "ruled_pems?: Json<FieldMap>",
                  q.operation, coalesce(h.fields, r.fields) AS "record!: Json<FieldMap>",
                  coalesce(v.versions, '[]') AS "versions!: Json<Vec<PastVersion>>",
                  EXISTS (SELECT 1 FROM persons_decisions d WHERE d.queue_item_id = c.queue_item_id)
                  -- Whether a lost write had arrived, as was asked about while this item was under way.
                  OR (c.rule IS NULL AND EXISTS (
                        SELECT 1 FROM pfa_write_queue e JOIN write_attempts w ON w.queue_item_id = e.id
                        WHERE e.modification_id = c.modification_id AND w.outcome = 'settled_in_doubt'
                          AND w.finished_at BETWEEN q.created_at AND q.completed_at)) AS "for_people!"
           FROM (SELECT * FROM pfa_sync_conflict n
                 WHERE n.organisation_id = $1 AND n.cause = 'both_changed'
                   AND NOT (n.rule IS NOT NULL AND EXISTS (
                         SELECT 1 FROM pfa_sync_conflict o
                         WHERE o.queue_item_id = n.queue_item_id AND o.pems_version = n.pems_version
                           AND o.rule IS NULL))
                 ORDER BY n.created_at DESC, n.id DESC LIMIT $2) c
           JOIN pfa_write_queue q ON q.id = c.queue_item_id
           JOIN pfa_mirror r ON r.organisation_id = c.organisation_id AND r.pfa_id = c.pfa_id
           LEFT JOIN pfa_mirror_history h ON h.organisation_id = c.organisation_id AND h.pfa_id = c.pfa_id
                                             AND h.version = c.pems_version
           LEFT JOIN pfa_sync_conflict p ON p.queue_item_id = c.queue_item_id AND p.pems_version = c.pems_version
                                            AND p.rule IS NOT NULL AND p.id <> c.id
           CROSS JOIN LATERAL (
             SELECT jsonb_agg(jsonb_build_object('byPems', m.origin = 'pems', 'fields', coalesce(
                      (SELECT jsonb_object_agg(f.key, f.value) FROM jsonb_each(m.fields) f
                       WHERE c.local_data ? f.key OR p.local_data ? f.key), '{}')) ORDER BY m.version) AS versions
             FROM (SELECT version, origin, fields FROM pfa_mirror_history
                   WHERE organisation_id = c.organisation_id AND pfa_id = c.pfa_id
                     AND version BETWEEN c.local_version AND c.pems_version
                   UNION ALL
                   SELECT r.version, r.origin, r.fields WHERE r.version BETWEEN c.local_version AND c.pems_version) m) v
           ORDER BY c.created_at DESC, c.id DESC"#,
        access.organization_id(),
        most
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(PastRow::named).collect()
}

/// A version that a past conflict goes back to, in its disputed fields.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PastVersion {
    by_pems: bool,
    fields: FieldMap,
}

/// A past conflict, as the database has it.
struct PastRow {
    id: Uuid,
    pfa_id: String,
    status: String,
    created_at: DateTime<Utc>,
    base: Json<FieldMap>,
    local: Json<FieldMap>,
    pems: Json<FieldMap>,
    undisputed: Json<FieldMap>,
    resolved: Option<Json<FieldMap>>,
    ruled_base: Option<Json<FieldMap>>,
    ruled_local: Option<Json<FieldMap>>,
    ruled_pems: Option<Json<FieldMap>>,
    operation: String,
    record: Json<FieldMap>,
    versions: Json<Vec<PastVersion>>,
    /// No rule may decide it, whatever it is about.
    for_people: bool,
}

impl PastRow {
    fn named(self) -> Result<NamedPast, sqlx::Error> {
        let status: ConflictStatus = parsed(&self.status)?;
        let by_person = self
            .resolved
            .as_ref()
            .filter(|_| status == ConflictStatus::ResolvedManual)
            .map(|resolved| values_chosen(&self.pems, resolved));
        let (id, pfa_id, created_at) = (self.id, self.pfa_id.clone(), self.created_at);
        Ok(NamedPast {
            id,
            pfa_id,
            status,
            created_at,
            past: PastConflict { dispute: self.dispute()?, by_person },
        })
    }

    /// The conflict as it was before any rule decided a part of it.
    fn dispute(self) -> Result<Dispute, sqlx::Error> {
        let mut fields = sides_of(&self.base, &self.local, &self.pems);
        let mut undisputed = self.undisputed.0;
        if let (Some(base), Some(local), Some(pems)) = (self.ruled_base, self.ruled_local, self.ruled_pems) {
            // What a rule had decided for us went along as if nobody disputed it.
            local.fields().for_each(|field| drop(undisputed.remove(field)));
            fields.extend(sides_of(&base, &local, &pems));
        }
        let made = |version: PastVersion| MadeVersion { by_pems: version.by_pems, fields: version.fields };
        let versions: Vec<MadeVersion> = self.versions.0.into_iter().map(made).collect();
        let open_to_rules = if self.for_people {
            BTreeSet::new()
        } else {
            changed_in_pems(fields.keys().copied(), &versions)
        };
        Ok(Dispute {
            operation: parsed(&self.operation)?,
            pems: self.record.0,
            fields,
            open_to_rules,
            undisputed,
        })
    }
}

/// A disputed field that was not sent was left as PEMS has it.
fn values_chosen(pems: &FieldMap, sent: &FieldMap) -> FieldMap {
    let mut chosen = pems.clone();
    chosen.overlay(&sent.only(pems.fields()));
    chosen
}
