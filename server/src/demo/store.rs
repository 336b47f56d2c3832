//! The demonstration data in the database.

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_domain::permission::Role;

pub(super) async fn lock(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    // Any number will do that nothing else uses.
    sqlx::query!("SELECT pg_advisory_xact_lock(7250612)").execute(connection).await?;
    Ok(())
}

pub(super) async fn is_empty(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT NOT EXISTS (SELECT 1 FROM users) AND NOT EXISTS (SELECT 1 FROM organisations) AS "empty!""#
    )
    .fetch_one(connection)
    .await
}

pub(super) async fn add_organisation(
    connection: &mut PgConnection,
    code: &str,
    name: &str,
) -> Result<Uuid, sqlx::Error> {
    sqlx::query_scalar!("INSERT INTO organisations (code, name) VALUES ($1, $2) RETURNING id", code, name)
        .fetch_one(connection)
        .await
}

pub(super) async fn add_user(
    connection: &mut PgConnection,
    username: &str,
    role: Role,
    password_hash: &str,
    organisations: &[Uuid],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "WITH added AS (
           INSERT INTO users (username, email, role, password_hash)
           VALUES ($1, $1 || '@example.com', $2, $3) RETURNING id
         )
         INSERT INTO organisation_members (user_id, organisation_id)
         SELECT added.id, organisation FROM added, unnest($4::uuid[]) AS organisation",
        username,
        role.as_str(),
        password_hash,
        organisations
    )
    .execute(connection)
    .await?;
    Ok(())
}
