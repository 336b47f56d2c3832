//! New items.

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::queue::OpenCount;

/// New items, column by column.
pub(in crate::queue) struct NewColumns {
    pub(in crate::queue) modification_ids: Vec<Uuid>,
    pub(in crate::queue) pfa_ids: Vec<String>,
    pub(in crate::queue) operations: Vec<String>,
    pub(in crate::queue) payloads: Vec<Value>,
    pub(in crate::queue) bases: Vec<Value>,
    pub(in crate::queue) versions: Vec<i64>,
    pub(in crate::queue) authors: Vec<String>,
    pub(in crate::queue) reasons: Vec<Option<String>>,
}

/// Held until the transaction ends. In the order of bytes, as whoever writes the mirror locks its rows.
pub(in crate::queue) async fn lock_records(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    pfa_ids: &[String],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "SELECT 1 AS one FROM pfa_mirror WHERE organisation_id = $1 AND pfa_id = ANY($2)
         ORDER BY pfa_id COLLATE \"C\" FOR NO KEY UPDATE",
        organisation_id,
        pfa_ids
    )
    .fetch_all(connection)
    .await?;
    Ok(())
}

pub(in crate::queue) async fn insert(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    job_id: Uuid,
    priority: i16,
    max_retries: i16,
    new: &NewColumns,
) -> Result<(), sqlx::Error> {
    let inserted = sqlx::query!(
        "INSERT INTO pfa_write_queue (organisation_id, job_id, priority, max_retries, modification_id, pfa_id,
                                      operation, payload, base_values, base_version, modified_by, reason)
         SELECT $1, $2, $3, $4, modification_id, pfa_id, operation, payload, base_values, base_version,
                modified_by, reason
         FROM unnest($5::uuid[], $6::text[], $7::text[], $8::jsonb[], $9::jsonb[], $10::bigint[], $11::text[],
                     $12::text[]) WITH ORDINALITY
              AS new (modification_id, pfa_id, operation, payload, base_values, base_version, modified_by, reason,
                      place)
         ORDER BY place",
        organisation_id,
        job_id,
        priority,
        max_retries,
        &new.modification_ids,
        &new.pfa_ids,
        &new.operations,
        &new.payloads,
        &new.bases,
        &new.versions,
        &new.authors,
        &new.reasons as &[Option<String>]
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "UPDATE sync_jobs SET item_count = item_count + $2 WHERE id = $1",
        job_id,
        i32::try_from(inserted.rows_affected()).unwrap_or(i32::MAX)
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(in crate::queue) async fn count_open(
    connection: &mut PgConnection,
    organisation_id: Uuid,
) -> Result<OpenCount, sqlx::Error> {
    sqlx::query_as!(
        OpenCount,
        r#"SELECT count(*) AS "count!", now() AS "now!" FROM pfa_write_queue
           WHERE organisation_id = $1 AND status IN ('pending', 'processing')"#,
        organisation_id
    )
    .fetch_one(connection)
    .await
}
