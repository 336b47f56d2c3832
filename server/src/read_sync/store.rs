//! The statements behind the layers: one for each layer and page, whatever the number of records.

use std::time::Duration;

use serde_json::Value as JsonValue;
use sqlx::PgConnection;
use sqlx::postgres::types::PgInterval;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_domain::record::{FieldMap, PfaRecord};

use super::gold::GoldRow;
use super::silver::Rejected;

pub(super) async fn insert_page(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    job_id: Uuid,
    page: i32,
    body: &[u8],
    hash: &[u8],
) -> Result<i64, sqlx::Error> {
    // The update changes nothing; it makes the statement answer with the row that is there already.
    sqlx::query_scalar!(
        "INSERT INTO bronze_pages (organisation_id, job_id, page, body, body_sha256) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (job_id, page) DO UPDATE SET page = bronze_pages.page RETURNING id",
        organisation_id,
        job_id,
        page,
        body,
        hash
    )
    .fetch_one(connection)
    .await
}

pub(super) async fn remove_old(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    keep_for: Duration,
) -> Result<u64, sqlx::Error> {
    let microseconds = i64::try_from(keep_for.as_micros()).unwrap_or(i64::MAX);
    let keep_for = PgInterval { months: 0, days: 0, microseconds };
    sqlx::query!(
        "DELETE FROM silver_quarantine WHERE organisation_id = $1 AND created_at < now() - $2::interval",
        organisation_id,
        keep_for.clone()
    )
    .execute(&mut *connection)
    .await?;
    let removed = sqlx::query!(
        "DELETE FROM bronze_pages WHERE organisation_id = $1 AND received_at < now() - $2::interval",
        organisation_id,
        keep_for
    )
    .execute(connection)
    .await?;
    Ok(removed.rows_affected())
}

/// Records, column by column.
struct Columns {
    pfa_ids: Vec<String>,
    versions: Vec<i64>,
    updated_at: Vec<chrono::DateTime<chrono::Utc>>,
    updated_by: Vec<String>,
    fields: Vec<JsonValue>,
}

impl Columns {
    fn of(records: &[&PfaRecord]) -> Self {
        Self {
            pfa_ids: records.iter().map(|record| record.pfa_id.clone()).collect(),
            versions: records.iter().map(|record| record.version).collect(),
            updated_at: records.iter().map(|record| record.updated_at).collect(),
            updated_by: records.iter().map(|record| record.updated_by.clone()).collect(),
            fields: records.iter().map(|record| record.fields.to_json()).collect(),
        }
    }
}

/// `records` hold each key once.
pub(super) async fn upsert_silver(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    page_id: i64,
    records: &[&PfaRecord],
) -> Result<(), sqlx::Error> {
    let columns = Columns::of(records);
    sqlx::query!(
        "INSERT INTO silver_records AS s (organisation_id, pfa_id, version, updated_at, updated_by, fields, page_id)
         SELECT $1, r.pfa_id, r.version, r.updated_at, r.updated_by, r.fields, $7
         FROM unnest($2::text[], $3::bigint[], $4::timestamptz[], $5::text[], $6::jsonb[])
              AS r (pfa_id, version, updated_at, updated_by, fields)
         ON CONFLICT (organisation_id, pfa_id) DO UPDATE SET version = excluded.version,
           updated_at = excluded.updated_at, updated_by = excluded.updated_by, fields = excluded.fields,
           page_id = excluded.page_id
         WHERE excluded.version > s.version OR (excluded.version = s.version AND
           (s.fields, s.updated_at, s.updated_by) IS DISTINCT FROM
           (excluded.fields, excluded.updated_at, excluded.updated_by))",
        organisation_id,
        &columns.pfa_ids,
        &columns.versions,
        &columns.updated_at,
        &columns.updated_by,
        &columns.fields,
        page_id
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) async fn insert_quarantine(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    job_id: Uuid,
    page: i32,
    rejected: &[Rejected],
) -> Result<(), sqlx::Error> {
    if rejected.is_empty() {
        return Ok(());
    }
    let positions: Vec<i32> = rejected.iter().map(|one| one.position).collect();
    let pfa_ids: Vec<Option<String>> = rejected.iter().map(|one| one.pfa_id.clone()).collect();
    let reasons: Vec<String> = rejected.iter().map(|one| one.reason.clone()).collect();
    let raw: Vec<JsonValue> = rejected.iter().map(|one| one.raw.clone()).collect();
    sqlx::query!(
        "INSERT INTO silver_quarantine (organisation_id, job_id, page, position, pfa_id, reason, raw)
         SELECT $1, $2, $3, * FROM unnest($4::integer[], $5::text[], $6::text[], $7::jsonb[])
         ON CONFLICT (job_id, page, position) DO NOTHING",
        organisation_id,
        job_id,
        page,
        &positions,
        &pfa_ids as &[Option<String>],
        &reasons,
        &raw
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// A record that the mirror took over.
pub(super) struct ChangedRow {
    pub(super) pfa_id: String,
    /// Its fields now, if it had this version before.
    pub(super) healed_fields: Option<Json<FieldMap>>,
}

/// `records` hold each key once, in order. At an equal version, what PEMS leaves out is unknown, not gone: our copy
/// keeps it.
pub(super) async fn upsert_mirror(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    records: &[&PfaRecord],
    origin: &str,
) -> Result<Vec<ChangedRow>, sqlx::Error> {
    let columns = Columns::of(records);
    sqlx::query_as!(
        ChangedRow,
        r#"WITH before AS (
             SELECT pfa_id, version FROM pfa_mirror WHERE organisation_id = $1 AND pfa_id = ANY($2)
           ), taken AS (
             INSERT INTO pfa_mirror AS m (organisation_id, pfa_id, version, updated_at, updated_by, fields, origin)
             SELECT $1, r.pfa_id, r.version, r.updated_at, r.updated_by, r.fields, $7
             FROM unnest($2::text[], $3::bigint[], $4::timestamptz[], $5::text[], $6::jsonb[])
                  AS r (pfa_id, version, updated_at, updated_by, fields)
             ON CONFLICT (organisation_id, pfa_id) DO UPDATE SET version = excluded.version,
               updated_at = excluded.updated_at, updated_by = excluded.updated_by,
               fields = CASE WHEN m.version = excluded.version THEN m.fields || excluded.fields
                             ELSE excluded.fields END,
               origin = excluded.origin, mirrored_at = now()
             WHERE excluded.version > m.version OR (excluded.version = m.version AND excluded.origin = 'pems' AND
               (m.fields, m.updated_at, m.updated_by) IS DISTINCT FROM
               (m.fields || excluded.fields, excluded.updated_at, excluded.updated_by))
             RETURNING m.pfa_id, m.version, m.fields
           )
           SELECT t.pfa_id, CASE WHEN b.version = t.version THEN t.fields END AS "healed_fields: Json<FieldMap>"
           FROM taken t LEFT JOIN before b USING (pfa_id)"#,
        organisation_id,
        &columns.pfa_ids,
        &columns.versions,
        &columns.updated_at,
        &columns.updated_by,
        &columns.fields,
        origin
    )
    .fetch_all(connection)
    .await
}

/// Marks the versions in `records` as writes of ours, in the mirror or in its history; a version that the mirror
/// never had, since a read found a later one, is added to the history.
pub(super) async fn credit_vanguard(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    records: &[&PfaRecord],
) -> Result<(), sqlx::Error> {
    let columns = Columns::of(records);
    sqlx::query!(
        "WITH ours AS (
           SELECT * FROM unnest($2::text[], $3::bigint[], $4::timestamptz[], $5::text[], $6::jsonb[])
                  AS r (pfa_id, version, updated_at, updated_by, fields)
         ), newest AS (
           UPDATE pfa_mirror m SET origin = 'vanguard' FROM ours o
           WHERE m.organisation_id = $1 AND m.pfa_id = o.pfa_id AND m.version = o.version AND m.origin = 'pems'
         )
         INSERT INTO pfa_mirror_history AS h
           (organisation_id, pfa_id, version, updated_at, updated_by, fields, origin, mirrored_at)
         SELECT $1, o.pfa_id, o.version, o.updated_at, o.updated_by, o.fields, 'vanguard', now()
         FROM ours o JOIN pfa_mirror m ON m.organisation_id = $1 AND m.pfa_id = o.pfa_id AND m.version > o.version
         ON CONFLICT (organisation_id, pfa_id, version) DO UPDATE SET origin = 'vanguard'
         WHERE h.origin = 'pems'",
        organisation_id,
        &columns.pfa_ids,
        &columns.versions,
        &columns.updated_at,
        &columns.updated_by,
        &columns.fields
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// `rows` belong to records that the same transaction took into the mirror.
pub(super) async fn upsert_gold(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    rows: &[GoldRow],
) -> Result<(), sqlx::Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows: Vec<JsonValue> = rows.iter().map(gold_json).collect();
    sqlx::query!(
        "INSERT INTO gold_records AS g (organisation_id, pfa_id, version, category, class, area_silo, source, dor,
           is_actualized, is_discontinued, forecast_start, forecast_end, plan_cost, forecast_cost, actual_cost)
         SELECT $1, r.* FROM jsonb_to_recordset($2) AS r (pfa_id text, version bigint, category text, class text,
           area_silo text, source text, dor text, is_actualized boolean, is_discontinued boolean,
           forecast_start timestamptz, forecast_end timestamptz, plan_cost numeric, forecast_cost numeric,
           actual_cost numeric)
         ON CONFLICT (organisation_id, pfa_id) DO UPDATE SET version = excluded.version,
           category = excluded.category, class = excluded.class, area_silo = excluded.area_silo,
           source = excluded.source, dor = excluded.dor, is_actualized = excluded.is_actualized,
           is_discontinued = excluded.is_discontinued, forecast_start = excluded.forecast_start,
           forecast_end = excluded.forecast_end, plan_cost = excluded.plan_cost,
           forecast_cost = excluded.forecast_cost, actual_cost = excluded.actual_cost
         WHERE excluded.version >= g.version",
        organisation_id,
        JsonValue::Array(rows)
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Amounts as text: a JSON number may be rounded on its way, text is not.
fn gold_json(row: &GoldRow) -> JsonValue {
    serde_json::json!({
        "pfa_id": row.pfa_id, "version": row.version, "category": row.category, "class": row.class,
        "area_silo": row.area_silo, "source": row.source, "dor": row.dor,
        "is_actualized": row.is_actualized, "is_discontinued": row.is_discontinued,
        "forecast_start": row.forecast_start, "forecast_end": row.forecast_end,
        "plan_cost": row.plan_cost.map(|amount| amount.to_string()),
        "forecast_cost": row.forecast_cost.map(|amount| amount.to_string()),
        "actual_cost": row.actual_cost.map(|amount| amount.to_string()),
    })
}
