//! The queries behind the merged view. All are bound to the organisation of the `Access`.

use std::collections::HashMap;

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;
use vanguard_app::backend::{Access, OpenChange};
use vanguard_domain::delta::Operation;
use vanguard_domain::modification::ModificationState;
use vanguard_domain::record::{FieldMap, PfaRecord};

use super::query::Checked;
use super::row::pressure;
use super::since_draft::{SinceDraft, Step};
use crate::database::parsed;

mod history;
mod span;

pub use history::{Version, versions};
pub(super) use history::{Write, writes};
pub(super) use span::date_span;

/// Which records a query finds, in order.
pub(super) struct Window {
    pub(super) pfa_ids: Vec<String>,
    pub(super) total: i64,
}

/// Finds the window of a query over the merged view. The states' numbers are `row::pressure`.
pub(super) async fn window(
    connection: &mut PgConnection,
    access: &Access,
    query: &Checked,
) -> Result<Window, sqlx::Error> {
    let rows = sqlx::query!(
        r#"WITH open AS (
             SELECT id, pfa_id, state, changes, committed_at FROM pfa_modification
             WHERE organisation_id = $1
               AND (state IN ('pending_sync', 'queued', 'syncing', 'conflict', 'sync_error')
                    OR (state = 'draft' AND user_id = $2))
           ), overlay AS (
             SELECT o.pfa_id,
                    jsonb_object_agg(c.key, c.value ORDER BY (o.state = 'draft'), o.committed_at, o.id) AS changes,
                    max(CASE o.state WHEN 'draft' THEN 6 WHEN 'conflict' THEN 5 WHEN 'sync_error' THEN 4
                                     WHEN 'syncing' THEN 3 WHEN 'queued' THEN 2 ELSE 1 END) AS pressure
             FROM open o CROSS JOIN LATERAL jsonb_each(o.changes) c GROUP BY o.pfa_id
           ), merged AS (
             SELECT r.pfa_id, r.version, r.updated_at, r.updated_by, coalesce(v.pressure, 0) AS pressure,
                    CASE WHEN v.changes IS NULL THEN r.fields ELSE r.fields || v.changes END AS fields
             FROM pfa_mirror r LEFT JOIN overlay v USING (pfa_id) WHERE r.organisation_id = $1
           ), keyed AS (
             SELECT pfa_id,
                    CASE WHEN $6 = 'version' THEN version::numeric
                         WHEN $7 = 'number' THEN (fields ->> $6)::numeric END AS number_key,
                    CASE WHEN $7 = 'number' THEN NULL
                         WHEN $6 = 'pfaId' THEN pfa_id
                         WHEN $6 = 'updatedBy' THEN updated_by
                         WHEN $6 = 'updatedAt' THEN to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')
                         ELSE lower(fields ->> $6) END AS text_key
             FROM merged
             WHERE ($3::jsonb IS NULL OR fields @> $3)
               AND ($4::integer IS NULL OR pressure = $4)
               AND (cardinality($5::text[]) = 0 OR NOT EXISTS (
                     SELECT 1 FROM unnest($5::text[]) AS word
                     WHERE position(word IN lower(concat_ws(' ', pfa_id, fields ->> 'description',
                         fields ->> 'areaSilo', fields ->> 'class', fields ->> 'category',
                         fields ->> 'categoryDescription', fields ->> 'manufacturer', fields ->> 'model',
                         fields ->> 'contract', fields ->> 'equipment'))) = 0))
           )
           SELECT pfa_id AS "pfa_id!", count(*) OVER () AS "total!" FROM keyed
           ORDER BY CASE WHEN NOT $8 THEN number_key END ASC NULLS LAST,
                    CASE WHEN $8 THEN number_key END DESC NULLS LAST,
                    CASE WHEN NOT $8 THEN text_key END ASC NULLS LAST,
                    CASE WHEN $8 THEN text_key END DESC NULLS LAST,
                    pfa_id
           LIMIT $9 OFFSET $10"#,
        access.organization_id(),
        access.user_id(),
        query.filter,
        query.state.map(|state| i32::from(pressure(state))),
        &query.words,
        query.sort,
        query.sort_kind.as_str(),
        query.descending,
        query.limit,
        query.offset
    )
    .fetch_all(&mut *connection)
    .await?;
    let total = match rows.first() {
        Some(row) => row.total,
        None if query.offset == 0 => 0,
        // Beyond the end: the window is empty, the count is not.
        None => {
            let first = Checked { offset: 0, limit: 1, ..query.clone() };
            return Box::pin(window(connection, access, &first))
                .await
                .map(|found| Window { pfa_ids: Vec::new(), total: found.total });
        }
    };
    Ok(Window { pfa_ids: rows.into_iter().map(|row| row.pfa_id).collect(), total })
}

pub(super) async fn count_own_drafts(
    connection: &mut PgConnection,
    access: &Access,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM pfa_modification
           WHERE organisation_id = $1 AND user_id = $2 AND state = 'draft'"#,
        access.organization_id(),
        access.user_id()
    )
    .fetch_one(connection)
    .await
}

/// The records of the caller's drafts of which PEMS has a newer version.
pub(super) async fn overtaken_drafts(
    connection: &mut PgConnection,
    access: &Access,
) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT m.pfa_id FROM pfa_modification m
         JOIN pfa_mirror r ON r.organisation_id = m.organisation_id AND r.pfa_id = m.pfa_id
                          AND r.version > m.base_version
         WHERE m.organisation_id = $1 AND m.user_id = $2 AND m.state = 'draft'",
        access.organization_id(),
        access.user_id()
    )
    .fetch_all(connection)
    .await
}

/// An open change with its values.
pub(super) struct OpenLayer {
    pub(super) view: OpenChange,
    pub(super) values: FieldMap,
}

/// Everything that rows are made of.
pub(super) struct Layers {
    pub(super) mirror: HashMap<String, PfaRecord>,
    /// In the order in which they overlay: committed in commit order, then the own draft.
    pub(super) open: HashMap<String, Vec<OpenLayer>>,
    /// By record: what became of it since the viewer's draft was begun. Only where there is a newer version.
    pub(super) since_draft: HashMap<String, SinceDraft>,
}

pub(super) async fn layers(
    connection: &mut PgConnection,
    access: &Access,
    pfa_ids: &[String],
) -> Result<Layers, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT m.id, m.pfa_id, m.state, m.operation, m.updated_at, u.username,
                  m.changes AS "changes: Json<FieldMap>", c.id AS "conflict_id?",
                  CASE WHEN m.state IN ('sync_error', 'queued') THEN
                    (SELECT q.last_error FROM pfa_write_queue q WHERE q.modification_id = m.id
                     ORDER BY q.sequence DESC LIMIT 1) END AS error
           FROM pfa_modification m
           JOIN users u ON u.id = m.user_id
           LEFT JOIN pfa_sync_conflict c ON c.modification_id = m.id AND c.status = 'unresolved'
           WHERE m.organisation_id = $1 AND m.pfa_id = ANY($3)
             AND (m.state IN ('pending_sync', 'queued', 'syncing', 'conflict', 'sync_error')
                  OR (m.state = 'draft' AND m.user_id = $2))
           ORDER BY (m.state = 'draft'), m.committed_at, m.id"#,
        access.organization_id(),
        access.user_id(),
        pfa_ids
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut open: HashMap<String, Vec<OpenLayer>> = HashMap::new();
    for row in rows {
        let values = row.changes.0;
        let view = OpenChange {
            modification_id: row.id,
            state: parsed::<ModificationState>(&row.state)?,
            operation: parsed::<Operation>(&row.operation)?,
            author: row.username,
            fields: values.fields().collect(),
            since: row.updated_at,
            error: row.error,
            conflict_id: row.conflict_id,
        };
        open.entry(row.pfa_id).or_default().push(OpenLayer { view, values });
    }
    // After the open changes: one that reaches PEMS in between is seen twice rather than not at all.
    let mirror = mirror_records(connection, access.organization_id(), pfa_ids).await?;
    let since_draft = since_drafts(connection, access, &mirror).await?;
    Ok(Layers { mirror, open, since_draft })
}

/// What became of the records that the viewer drafts changes of, up to the versions in `mirror`.
async fn since_drafts(
    connection: &mut PgConnection,
    access: &Access,
    mirror: &HashMap<String, PfaRecord>,
) -> Result<HashMap<String, SinceDraft>, sqlx::Error> {
    let pfa_ids: Vec<String> = mirror.keys().cloned().collect();
    let rows = sqlx::query!(
        r#"SELECT m.pfa_id, m.base_values AS "base_values: Json<FieldMap>", v.version AS "version!", v.origin = 'pems' AS "by_pems!",
                  v.fields AS "fields!: Json<FieldMap>"
           FROM pfa_modification m
           JOIN pfa_mirror r ON r.organisation_id = m.organisation_id AND r.pfa_id = m.pfa_id
                            AND r.version > m.base_version
           CROSS JOIN LATERAL (
             SELECT h.version, h.origin, h.fields FROM pfa_mirror_history h
             WHERE h.organisation_id = r.organisation_id AND h.pfa_id = r.pfa_id AND h.version >= m.base_version
             UNION ALL
             SELECT r.version, r.origin, r.fields) v
           WHERE m.organisation_id = $1 AND m.user_id = $2 AND m.state = 'draft' AND m.pfa_id = ANY($3)
           ORDER BY m.pfa_id, v.version"#,
        access.organization_id(),
        access.user_id(),
        &pfa_ids
    )
    .fetch_all(connection)
    .await?;
    let mut found: HashMap<String, SinceDraft> = HashMap::new();
    for row in rows {
        // The mirror may have gone on since it was read.
        if mirror.get(&row.pfa_id).is_none_or(|record| row.version > record.version) {
            continue;
        }
        let since = found.entry(row.pfa_id).or_default();
        since.base_values = row.base_values.0;
        since.versions.push(Step { by_pems: row.by_pems, fields: row.fields.0 });
    }
    Ok(found)
}

/// The records as PEMS has them, by key: without anybody's change.
pub async fn mirror_records(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    pfa_ids: &[String],
) -> Result<HashMap<String, PfaRecord>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT r.pfa_id, o.code, r.version, r.updated_at, r.updated_by, r.fields AS "fields: Json<FieldMap>"
           FROM pfa_mirror r JOIN organisations o ON o.id = r.organisation_id
           WHERE r.organisation_id = $1 AND r.pfa_id = ANY($2)"#,
        organisation_id,
        pfa_ids
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let record = PfaRecord {
                pfa_id: row.pfa_id.clone(),
                organization: row.code,
                version: row.version,
                updated_at: row.updated_at,
                updated_by: row.updated_by,
                fields: row.fields.0,
            };
            (row.pfa_id, record)
        })
        .collect())
}

/// A record as a user sees it before his own draft.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The mirror's version.
    pub version: i64,
    /// The mirror overlaid with everybody's committed changes.
    pub fields: FieldMap,
}

/// The records as they look before anybody's draft, by key. What drafts and commits are validated against.
pub async fn seen_records(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    pfa_ids: &[String],
) -> Result<HashMap<String, Seen>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT r.pfa_id, r.version,
                  r.fields || coalesce((
                    SELECT jsonb_object_agg(c.key, c.value ORDER BY m.committed_at, m.id)
                    FROM pfa_modification m CROSS JOIN LATERAL jsonb_each(m.changes) c
                    WHERE m.organisation_id = r.organisation_id AND m.pfa_id = r.pfa_id
                      AND m.state IN ('pending_sync', 'queued', 'syncing', 'conflict', 'sync_error')
                  ), '{}') AS "fields!: Json<FieldMap>"
           FROM pfa_mirror r WHERE r.organisation_id = $1 AND r.pfa_id = ANY($2)"#,
        organisation_id,
        pfa_ids
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.pfa_id, Seen { version: row.version, fields: row.fields.0 }))
        .collect())
}
