//! Many conflicts at once: by field and cause, and those that a bulk decision is about.

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::{Access, ConflictGroup};
use vanguard_domain::record::Field;
use vanguard_domain::three_way::ConflictCause;

use crate::database::parsed;

/// How many unresolved conflicts each field has, by cause; the largest group first.
pub(in crate::conflict) async fn groups(
    connection: &mut PgConnection,
    access: &Access,
) -> Result<Vec<ConflictGroup>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT f.field AS "field!", c.cause, count(*) AS "count!"
           FROM pfa_sync_conflict c CROSS JOIN LATERAL jsonb_object_keys(c.local_data) AS f (field)
           WHERE c.organisation_id = $1 AND c.status = 'unresolved'
           GROUP BY f.field, c.cause ORDER BY count(*) DESC, f.field, c.cause"#,
        access.organization_id()
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ConflictGroup { field: parsed(&row.field)?, cause: parsed(&row.cause)?, count: row.count })
        })
        .collect()
}

/// Which unresolved conflicts a decision is about.
pub(in crate::conflict) struct Selection<'a> {
    pub(in crate::conflict) ids: Option<&'a [Uuid]>,
    pub(in crate::conflict) field: Option<Field>,
    pub(in crate::conflict) cause: Option<ConflictCause>,
    /// Only those after this one.
    pub(in crate::conflict) after: Option<Uuid>,
}

/// The first `most` conflicts of a selection, oldest first; and how many it has in all.
pub(in crate::conflict) async fn unresolved_ids(
    connection: &mut PgConnection,
    access: &Access,
    selection: &Selection<'_>,
    most: i64,
) -> Result<(Vec<Uuid>, i64), sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT id, count(*) OVER () AS "total!" FROM pfa_sync_conflict
           WHERE organisation_id = $1 AND status = 'unresolved' AND ($2::uuid[] IS NULL OR id = ANY($2))
             AND ($3::text IS NULL OR local_data ? $3) AND ($6::text IS NULL OR cause = $6)
             AND ($4::uuid IS NULL OR (created_at, id) > (
                   SELECT created_at, id FROM pfa_sync_conflict WHERE organisation_id = $1 AND id = $4))
           ORDER BY created_at, id LIMIT $5"#,
        access.organization_id(),
        selection.ids,
        selection.field.map(Field::name),
        selection.after,
        most,
        selection.cause.map(ConflictCause::as_str)
    )
    .fetch_all(connection)
    .await?;
    let total = rows.first().map_or(0, |row| row.total);
    Ok((rows.into_iter().map(|row| row.id).collect(), total))
}
