//! The queries behind views and columns. Bound to the organisation of the `Access`.

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::{Access, NewView, SavedView};

pub(super) async fn list(
    connection: &mut PgConnection,
    access: &Access,
) -> Result<Vec<SavedView>, sqlx::Error> {
    sqlx::query_as!(
        SavedView,
        r#"SELECT v.id, v.name, v.query, v.is_shared, u.username AS owner, v.user_id = $2 AS "is_own!"
           FROM saved_views v JOIN users u ON u.id = v.user_id
           WHERE v.organisation_id = $1 AND (v.user_id = $2 OR v.is_shared)
           ORDER BY lower(v.name), u.username LIMIT 1000"#,
        access.organization_id(),
        access.user_id()
    )
    .fetch_all(connection)
    .await
}

/// Saves a view over the caller's own one of the same name.
pub(super) async fn upsert(
    connection: &mut PgConnection,
    access: &Access,
    view: &NewView,
) -> Result<SavedView, sqlx::Error> {
    sqlx::query_as!(
        SavedView,
        r#"WITH saved AS (
             INSERT INTO saved_views (organisation_id, user_id, name, query, is_shared) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (organisation_id, user_id, name)
               DO UPDATE SET query = excluded.query, is_shared = excluded.is_shared, updated_at = now()
             RETURNING id, user_id, name, query, is_shared
           )
           SELECT v.id, v.name, v.query, v.is_shared, u.username AS owner, true AS "is_own!"
           FROM saved v JOIN users u ON u.id = v.user_id"#,
        access.organization_id(),
        access.user_id(),
        view.name,
        view.query,
        view.is_shared
    )
    .fetch_one(connection)
    .await
}

pub(super) async fn count_own(connection: &mut PgConnection, access: &Access) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM saved_views WHERE organisation_id = $1 AND user_id = $2"#,
        access.organization_id(),
        access.user_id()
    )
    .fetch_one(connection)
    .await
}

/// Whether there was one of the caller's.
pub(super) async fn delete(
    connection: &mut PgConnection,
    access: &Access,
    id: Uuid,
) -> Result<bool, sqlx::Error> {
    let gone = sqlx::query!(
        "DELETE FROM saved_views WHERE organisation_id = $1 AND user_id = $2 AND id = $3",
        access.organization_id(),
        access.user_id(),
        id
    )
    .execute(connection)
    .await?;
    Ok(gone.rows_affected() > 0)
}

pub(super) async fn columns(
    connection: &mut PgConnection,
    access: &Access,
) -> Result<Option<Vec<String>>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT columns FROM grid_columns WHERE organisation_id = $1 AND user_id = $2",
        access.organization_id(),
        access.user_id()
    )
    .fetch_optional(connection)
    .await
}

/// None at all: what everybody begins with.
pub(super) async fn keep_columns(
    connection: &mut PgConnection,
    access: &Access,
    columns: &[String],
) -> Result<(), sqlx::Error> {
    if columns.is_empty() {
        sqlx::query!(
            "DELETE FROM grid_columns WHERE organisation_id = $1 AND user_id = $2",
            access.organization_id(),
            access.user_id()
        )
        .execute(connection)
        .await?;
        return Ok(());
    }
    sqlx::query!(
        "INSERT INTO grid_columns (organisation_id, user_id, columns) VALUES ($1, $2, $3)
         ON CONFLICT (organisation_id, user_id) DO UPDATE SET columns = excluded.columns, updated_at = now()",
        access.organization_id(),
        access.user_id(),
        columns
    )
    .execute(connection)
    .await?;
    Ok(())
}
