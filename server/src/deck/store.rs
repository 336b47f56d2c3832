//! What the deck counts and adds up. Bound to the organisation of the `Access`.

use futures::TryStreamExt;
use sqlx::PgConnection;
use sqlx::types::Json;
use vanguard_app::backend::Access;
use vanguard_domain::delta::applied;
use vanguard_domain::portfolio::Portfolio;
use vanguard_domain::record::FieldMap;

/// What waits for the viewer himself.
pub(super) struct Counted {
    pub(super) own_conflicts: i64,
    pub(super) approvals: i64,
    pub(super) drafts: i64,
}

pub(super) async fn count_needs(
    connection: &mut PgConnection,
    access: &Access,
    approves: bool,
) -> Result<Counted, sqlx::Error> {
    sqlx::query_as!(
        Counted,
        r#"SELECT
             (SELECT count(*) FROM pfa_sync_conflict c JOIN pfa_modification m ON m.id = c.modification_id
              WHERE c.organisation_id = $1 AND c.status = 'unresolved' AND m.user_id = $2) AS "own_conflicts!",
             (SELECT count(*) FROM rollbacks
              WHERE organisation_id = $1 AND status = 'requested' AND requested_by <> $2 AND $3) AS "approvals!",
             (SELECT count(*) FROM pfa_modification
              WHERE organisation_id = $1 AND user_id = $2 AND state = 'draft') AS "drafts!""#,
        access.organization_id(),
        access.user_id(),
        approves
    )
    .fetch_one(connection)
    .await
}

/// Adds up the merged view: PEMS with what is committed, and beside it with the viewer's drafts. Row by row, so that
/// no more than one record is held at a time.
pub(super) async fn portfolio(
    connection: &mut PgConnection,
    access: &Access,
) -> Result<Portfolio, sqlx::Error> {
    let mut rows = sqlx::query!(
        r#"WITH committed AS (
             SELECT o.pfa_id, jsonb_object_agg(c.key, c.value ORDER BY o.committed_at, o.id) AS changes
             FROM pfa_modification o CROSS JOIN LATERAL jsonb_each(o.changes) c
             WHERE o.organisation_id = $1
               AND o.state IN ('pending_sync', 'queued', 'syncing', 'conflict', 'sync_error')
             GROUP BY o.pfa_id
           )
           SELECT CASE WHEN c.changes IS NULL THEN r.fields ELSE r.fields || c.changes END AS "fields!: Json<FieldMap>",
                  d.changes AS "draft?: Json<FieldMap>"
           FROM pfa_mirror r
           LEFT JOIN committed c ON c.pfa_id = r.pfa_id
           LEFT JOIN pfa_modification d ON d.organisation_id = r.organisation_id AND d.pfa_id = r.pfa_id
                                       AND d.user_id = $2 AND d.state = 'draft'
           WHERE r.organisation_id = $1"#,
        access.organization_id(),
        access.user_id()
    )
    .fetch(connection);
    let mut portfolio = Portfolio::default();
    while let Some(row) = rows.try_next().await? {
        match row.draft {
            Some(draft) => portfolio.count(&row.fields, &applied(&row.fields, &draft)),
            None => portfolio.count(&row.fields, &row.fields),
        }
    }
    Ok(portfolio)
}
