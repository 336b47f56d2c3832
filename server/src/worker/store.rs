//! The worker's own queries: versions that a decision rests on, and the states of modifications.

use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_domain::modification::Step;
use vanguard_domain::ownership::MadeVersion;
use vanguard_domain::record::FieldMap;

/// The whole record at `version`, if somebody in PEMS changed it since; `None` if only we did.
pub(super) async fn base_of_merge(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    pfa_id: &str,
    version: i64,
) -> Result<Option<FieldMap>, sqlx::Error> {
    let fields = sqlx::query_scalar!(
        r#"SELECT h.fields AS "fields: Json<FieldMap>" FROM pfa_mirror_history h
           WHERE h.organisation_id = $1 AND h.pfa_id = $2 AND h.version = $3
             AND EXISTS (SELECT 1 FROM pfa_mirror_history l
                         WHERE l.organisation_id = $1 AND l.pfa_id = $2 AND l.version > $3 AND l.origin = 'pems'
                         UNION ALL
                         SELECT 1 FROM pfa_mirror r
                         WHERE r.organisation_id = $1 AND r.pfa_id = $2 AND r.origin = 'pems')"#,
        organisation_id,
        pfa_id,
        version
    )
    .fetch_optional(connection)
    .await?;
    Ok(fields.map(|fields| fields.0))
}

/// A version of a record as the mirror has or had it.
#[derive(Debug, Clone)]
pub(super) struct KnownVersion {
    pub(super) updated_by: String,
    pub(super) fields: FieldMap,
}

/// The record at exactly `version`, if it ever passed through here.
pub(super) async fn known_version(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    pfa_id: &str,
    version: i64,
) -> Result<Option<KnownVersion>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT updated_by AS "updated_by!", fields AS "fields!: Json<FieldMap>" FROM (
             SELECT updated_by, fields FROM pfa_mirror
             WHERE organisation_id = $1 AND pfa_id = $2 AND version = $3
             UNION ALL
             SELECT updated_by, fields FROM pfa_mirror_history
             WHERE organisation_id = $1 AND pfa_id = $2 AND version = $3) v
           LIMIT 1"#,
        organisation_id,
        pfa_id,
        version
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| KnownVersion { updated_by: row.updated_by, fields: row.fields.0 }))
}

/// Those of the versions `within` that we have, the oldest first.
pub(super) async fn versions(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    pfa_id: &str,
    within: RangeInclusive<i64>,
) -> Result<Vec<MadeVersion>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT origin = 'pems' AS "by_pems!", fields AS "fields!: Json<FieldMap>" FROM (
             SELECT version, origin, fields FROM pfa_mirror_history
             WHERE organisation_id = $1 AND pfa_id = $2 AND version BETWEEN $3 AND $4
             UNION ALL
             SELECT version, origin, fields FROM pfa_mirror
             WHERE organisation_id = $1 AND pfa_id = $2 AND version BETWEEN $3 AND $4) v
           ORDER BY version"#,
        organisation_id,
        pfa_id,
        within.start(),
        within.end()
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| MadeVersion { by_pems: row.by_pems, fields: row.fields.0 }).collect())
}

/// Whether the item carries out what a person decided.
pub(super) async fn is_persons_decision(
    connection: &mut PgConnection,
    item_id: Uuid,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM persons_decisions WHERE queue_item_id = $1) AS "is_one!""#,
        item_id
    )
    .fetch_one(connection)
    .await
}

/// What remains of a change after a rule has decided, based on the version that it decided against.
pub(super) async fn narrow(
    connection: &mut PgConnection,
    modification_id: Uuid,
    changes: &FieldMap,
    base_values: &FieldMap,
    base_version: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE pfa_modification SET changes = $2, base_values = $3, base_version = $4, updated_at = now()
         WHERE id = $1 AND state = ANY($5)",
        modification_id,
        changes.to_json(),
        base_values.to_json(),
        base_version,
        &Step::Send.sources()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// conflict → discarded, for changes of which a rule left nothing.
pub(super) async fn mark_discarded(connection: &mut PgConnection, ids: &[Uuid]) -> Result<(), sqlx::Error> {
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "UPDATE pfa_modification SET state = 'discarded', updated_at = now()
         WHERE id = ANY($1) AND state = 'conflict'",
        ids
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The newest attempt of the change against `version` that reading back found not applied: PEMS may have been
/// slower than that.
pub(super) async fn attempt_thought_lost(
    connection: &mut PgConnection,
    modification_id: Uuid,
    version: i64,
) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT w.id FROM write_attempts w JOIN pfa_write_queue q ON q.id = w.queue_item_id
         WHERE q.modification_id = $1 AND w.sent_version = $2 AND w.outcome = 'settled_not_applied'
         ORDER BY w.id DESC LIMIT 1",
        modification_id,
        version
    )
    .fetch_optional(connection)
    .await
}

/// queued or syncing → synced, each with the version that holds it. Answers with the seconds since each was committed.
pub(super) async fn mark_synced(
    connection: &mut PgConnection,
    synced: &[(Uuid, i64)],
) -> Result<Vec<f64>, sqlx::Error> {
    if synced.is_empty() {
        return Ok(Vec::new());
    }
    let (ids, versions): (Vec<Uuid>, Vec<i64>) = synced.iter().copied().unzip();
    sqlx::query_scalar!(
        r#"UPDATE pfa_modification m
         SET state = 'synced', synced_at = clock_timestamp(), synced_version = s.version, updated_at = now()
         FROM unnest($1::uuid[], $2::bigint[]) AS s (id, version)
         WHERE m.id = s.id AND m.state = ANY($3)
         RETURNING extract(epoch FROM clock_timestamp() - m.committed_at)::float8 AS "seconds!""#,
        &ids,
        &versions,
        &Step::Confirm.sources()
    )
    .fetch_all(connection)
    .await
}

/// queued or syncing → conflict.
pub(super) async fn mark_conflict(connection: &mut PgConnection, ids: &[Uuid]) -> Result<(), sqlx::Error> {
    if ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "UPDATE pfa_modification SET state = 'conflict', updated_at = now()
         WHERE id = ANY($1) AND state = ANY($2)",
        ids,
        &Step::Dispute.sources()
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// One notification per author, however many of his changes failed together.
pub(super) async fn notify_failures(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    item_ids: &[Uuid],
) -> Result<(), sqlx::Error> {
    if item_ids.is_empty() {
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO notifications (organisation_id, user_id, kind, title, body, link)
         SELECT $1, m.user_id, 'failure',
                CASE count(*) WHEN 1 THEN 'The change of ' || min(q.pfa_id) || ' did not reach PEMS'
                              ELSE count(*) || ' changes did not reach PEMS' END,
                min(q.last_error),
                '/o/' || min(o.code) || '/sync/dead-letters'
                  || CASE count(*) WHEN 1 THEN coalesce('/' || min(d.id::text), '') ELSE '' END
         FROM pfa_write_queue q
         LEFT JOIN pfa_write_queue_dlq d ON d.queue_item_id = q.id
         JOIN pfa_modification m ON m.id = q.modification_id
         JOIN organisations o ON o.id = q.organisation_id
         WHERE q.id = ANY($2) AND q.organisation_id = $1
         GROUP BY m.user_id",
        organisation_id,
        item_ids
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The organisation's dead letters that nobody has decided yet.
pub(super) struct OpenLetters {
    pub(super) open: i64,
    /// The oldest.
    pub(super) since: Option<DateTime<Utc>>,
    /// The database's day, in UTC.
    pub(super) today: NaiveDate,
}

pub(super) async fn open_letters(
    connection: &mut PgConnection,
    organisation_id: Uuid,
) -> Result<OpenLetters, sqlx::Error> {
    sqlx::query_as!(
        OpenLetters,
        r#"SELECT count(*) AS "open!", min(created_at) AS since, (now() AT TIME ZONE 'UTC')::date AS "today!"
           FROM pfa_write_queue_dlq WHERE organisation_id = $1 AND status = 'open'"#,
        organisation_id
    )
    .fetch_one(connection)
    .await
}
