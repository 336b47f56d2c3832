//! Previews, as they are kept for the second pair of eyes.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::{Value as Json, json};
use sqlx::PgConnection;
use sqlx::types::Json as Typed;
use uuid::Uuid;
use vanguard_app::backend::Access;
use vanguard_domain::record::{Field, FieldMap, Value};
use vanguard_domain::rollback::{Change, FieldPlan, RecordPlan};
use vanguard_domain::validation::FieldError;

use crate::database::{decode, parsed};
use crate::rollback::renewed::{Fate, Previewed};

pub(in crate::rollback) async fn insert_previewed(
    connection: &mut PgConnection,
    access: &Access,
    rollback_id: Uuid,
    previewed: &[Previewed],
) -> Result<(), sqlx::Error> {
    let pfa_ids: Vec<String> = previewed.iter().map(|one| one.plan.pfa_id.clone()).collect();
    let versions: Vec<i64> = previewed.iter().map(|one| one.plan.version).collect();
    let previous: Vec<Option<i64>> = previewed.iter().map(|one| one.previous_version).collect();
    let refusals: Vec<Json> = previewed.iter().map(|one| json!(one.plan.refusals)).collect();
    sqlx::query!(
        "INSERT INTO rollback_records (rollback_id, organisation_id, pfa_id, version, previous_version, refusals)
         SELECT $1, $2, * FROM unnest($3::text[], $4::bigint[], $5::bigint[], $6::jsonb[])",
        rollback_id,
        access.organization_id(),
        &pfa_ids,
        &versions,
        &previous as &[Option<i64>],
        &refusals
    )
    .execute(&mut *connection)
    .await?;
    let items: Vec<(&Previewed, &FieldPlan)> =
        previewed.iter().flat_map(|one| one.plan.fields.iter().map(move |field| (one, field))).collect();
    let pfa_ids: Vec<String> = items.iter().map(|(one, _)| one.plan.pfa_id.clone()).collect();
    let fields: Vec<String> = items.iter().map(|(_, item)| item.field.name().to_owned()).collect();
    let current: Vec<Json> = items.iter().map(|(_, item)| item.current.to_json()).collect();
    let restored: Vec<Option<Json>> =
        items.iter().map(|(_, item)| item.restored.as_ref().map(Value::to_json)).collect();
    let changed: Vec<bool> = items.iter().map(|(_, item)| item.changed_since).collect();
    let chosen: Vec<bool> = items.iter().map(|(_, item)| item.chosen).collect();
    let changed_by: Vec<Option<String>> =
        items.iter().map(|(_, item)| item.last_change.as_ref().map(|change| change.by.clone())).collect();
    let changed_at: Vec<Option<DateTime<Utc>>> =
        items.iter().map(|(_, item)| item.last_change.as_ref().map(|change| change.at)).collect();
    let refusals: Vec<Option<Json>> =
        items.iter().map(|(_, item)| item.refusal.as_ref().map(|refusal| json!(refusal))).collect();
    let previous: Vec<Option<Json>> =
        items.iter().map(|(one, item)| one.previous.get(item.field).map(Value::to_json)).collect();
    sqlx::query!(
        "INSERT INTO rollback_items (rollback_id, organisation_id, pfa_id, field, current, restored, changed_since,
                                     chosen, refusal, previous, changed_by, changed_at)
         SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::jsonb[], $6::jsonb[], $7::boolean[], $8::boolean[],
                                      $9::jsonb[], $10::jsonb[], $11::text[], $12::timestamptz[])",
        rollback_id,
        access.organization_id(),
        &pfa_ids,
        &fields,
        &current,
        &restored as &[Option<Json>],
        &changed,
        &chosen,
        &refusals as &[Option<Json>],
        &previous as &[Option<Json>],
        &changed_by as &[Option<String>],
        &changed_at as &[Option<DateTime<Utc>>]
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The preview as it was stored, in the order of the records' keys, with what became of each record's change.
pub(in crate::rollback) async fn previewed(
    connection: &mut PgConnection,
    access: &Access,
    rollback_id: Uuid,
) -> Result<Vec<Previewed>, sqlx::Error> {
    let mut items = items(connection, access, rollback_id).await?;
    let rows = sqlx::query!(
        r#"SELECT r.pfa_id, r.version, r.previous_version, r.refusals AS "refusals: Typed<Vec<FieldError>>",
                  r.modification_id, m.state AS "state?", c.id AS "conflict_id?",
                  CASE WHEN m.state IN ('sync_error', 'queued') THEN
                    (SELECT q.last_error FROM pfa_write_queue q WHERE q.modification_id = m.id
                     ORDER BY q.sequence DESC LIMIT 1) END AS error
           FROM rollback_records r
           LEFT JOIN pfa_modification m ON m.id = r.modification_id
           LEFT JOIN pfa_sync_conflict c ON c.modification_id = m.id AND c.status = 'unresolved'
           WHERE r.organisation_id = $1 AND r.rollback_id = $2 ORDER BY r.pfa_id COLLATE "C""#,
        access.organization_id(),
        rollback_id
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let Items { fields, previous } = items.remove(&row.pfa_id).unwrap_or_default();
            let fate = match (row.modification_id, row.state) {
                (Some(modification_id), Some(state)) => Some(Fate {
                    modification_id,
                    state: parsed(&state)?,
                    error: row.error,
                    conflict_id: row.conflict_id,
                }),
                _ => None,
            };
            let (pfa_id, version, refusals) = (row.pfa_id, row.version, row.refusals.0);
            let plan = RecordPlan { pfa_id, version, fields, refusals };
            Ok(Previewed { plan, previous_version: row.previous_version, previous, fate })
        })
        .collect()
}

/// A value as it was stored. A field that must not be empty may have been unknown, which looks the same.
fn value(field: Field, json: &Json) -> Result<Value, sqlx::Error> {
    if json.is_null() { Ok(Value::Empty) } else { field.parse(json).map_err(decode) }
}

/// The fields of one record.
#[derive(Default)]
struct Items {
    fields: Vec<FieldPlan>,
    previous: FieldMap,
}

async fn items(
    connection: &mut PgConnection,
    access: &Access,
    rollback_id: Uuid,
) -> Result<HashMap<String, Items>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT pfa_id, field, current, restored, changed_since, chosen, changed_by, changed_at,
                  refusal AS "refusal: Typed<FieldError>", previous
           FROM rollback_items WHERE organisation_id = $1 AND rollback_id = $2"#,
        access.organization_id(),
        rollback_id
    )
    .fetch_all(connection)
    .await?;
    let mut by_record: HashMap<String, Items> = HashMap::new();
    for row in rows {
        let field: Field = parsed(&row.field)?;
        let value = |json: Json| value(field, &json);
        let record = by_record.entry(row.pfa_id).or_default();
        if let Some(previous) = row.previous {
            record.previous.set(field, value(previous)?);
        }
        record.fields.push(FieldPlan {
            field,
            current: value(row.current)?,
            restored: row.restored.map(value).transpose()?,
            changed_since: row.changed_since,
            chosen: row.chosen,
            last_change: row.changed_by.zip(row.changed_at).map(|(by, at)| Change { by, at }),
            refusal: row.refusal.map(|refusal| refusal.0),
        });
    }
    for record in by_record.values_mut() {
        record.fields.sort_by_key(|plan| plan.field);
    }
    Ok(by_record)
}
