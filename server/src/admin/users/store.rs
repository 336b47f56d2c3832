//! Users and memberships in the database.

use sqlx::PgConnection;
use uuid::Uuid;
use vanguard_app::backend::{Access, ManagedUser, OrganizationRef, UserChange};
use vanguard_domain::permission::Role;

use crate::database::parsed;

/// The members of the organisation, with those of their organisations that the asker belongs to.
pub(super) async fn list(
    connection: &mut PgConnection,
    access: &Access,
) -> Result<Vec<ManagedUser>, sqlx::Error> {
    let own: Vec<Uuid> = access.user().organizations.iter().map(|one| one.id).collect();
    let ids = sqlx::query_scalar!(
        "SELECT m.user_id FROM organisation_members m JOIN users u ON u.id = m.user_id
         WHERE m.organisation_id = $1 ORDER BY u.username",
        access.organization_id()
    )
    .fetch_all(&mut *connection)
    .await?;
    select(connection, &ids, &own).await
}

/// One user, with those of his organisations that are among `visible`.
pub(super) async fn user(
    connection: &mut PgConnection,
    user_id: Uuid,
    visible: &[Uuid],
) -> Result<Option<ManagedUser>, sqlx::Error> {
    Ok(select(connection, &[user_id], visible).await?.pop())
}

async fn select(
    connection: &mut PgConnection,
    user_ids: &[Uuid],
    visible: &[Uuid],
) -> Result<Vec<ManagedUser>, sqlx::Error> {
    let rows = sqlx::query!(
        r#"SELECT u.id, u.username, u.email, u.role, u.is_active, u.created_at,
                  (SELECT max(s.created_at) FROM sessions s WHERE s.user_id = u.id) AS last_login_at,
                  array_remove(array_agg(o.id ORDER BY o.code), NULL) AS "ids!",
                  array_remove(array_agg(o.code ORDER BY o.code), NULL) AS "codes!",
                  array_remove(array_agg(o.name ORDER BY o.code), NULL) AS "names!"
           FROM users u
           LEFT JOIN organisation_members m ON m.user_id = u.id AND m.organisation_id = ANY($2)
           LEFT JOIN organisations o ON o.id = m.organisation_id
           WHERE u.id = ANY($1) GROUP BY u.id ORDER BY u.username"#,
        user_ids,
        visible
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let role: Role = parsed(&row.role)?;
            let organizations = row
                .ids
                .into_iter()
                .zip(row.codes)
                .zip(row.names)
                .map(|((id, code), name)| OrganizationRef { id, code, name })
                .collect();
            Ok(ManagedUser {
                id: row.id,
                username: row.username,
                email: row.email,
                role,
                is_active: row.is_active,
                organizations,
                last_login_at: row.last_login_at,
                created_at: row.created_at,
            })
        })
        .collect()
}

pub(super) async fn insert(
    connection: &mut PgConnection,
    username: &str,
    email: &str,
    role: Role,
    password_hash: &str,
) -> Result<Uuid, sqlx::Error> {
    sqlx::query_scalar!(
        "INSERT INTO users (username, email, role, password_hash) VALUES ($1, $2, $3, $4) RETURNING id",
        username,
        email,
        role.as_str(),
        password_hash
    )
    .fetch_one(connection)
    .await
}

/// Whether the user is a member of the organisation; locks him, so that two changes follow one another.
pub(super) async fn lock_member(
    connection: &mut PgConnection,
    access: &Access,
    user_id: Uuid,
) -> Result<bool, sqlx::Error> {
    let row = sqlx::query_scalar!(
        "SELECT u.id FROM users u
         WHERE u.id = $1
           AND EXISTS (SELECT 1 FROM organisation_members WHERE user_id = u.id AND organisation_id = $2)
         FOR NO KEY UPDATE",
        user_id,
        access.organization_id()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.is_some())
}

pub(super) async fn belongs_elsewhere(
    connection: &mut PgConnection,
    user_id: Uuid,
    own: &[Uuid],
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM organisation_members
                          WHERE user_id = $1 AND organisation_id <> ALL($2)) AS "elsewhere!""#,
        user_id,
        own
    )
    .fetch_one(connection)
    .await
}

pub(super) async fn update(
    connection: &mut PgConnection,
    user_id: Uuid,
    change: &UserChange,
    password_hash: Option<&str>,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE users SET email = coalesce($2, email), role = coalesce($3, role),
                          is_active = coalesce($4, is_active), password_hash = coalesce($5, password_hash)
         WHERE id = $1",
        user_id,
        change.email,
        change.role.map(Role::as_str),
        change.is_active,
        password_hash
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Makes the memberships among the organisations `within` those that are `wanted`; others stay as they are.
pub(super) async fn set_memberships(
    connection: &mut PgConnection,
    user_id: Uuid,
    within: &[Uuid],
    wanted: &[Uuid],
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "DELETE FROM organisation_members
         WHERE user_id = $1 AND organisation_id = ANY($2) AND organisation_id <> ALL($3)",
        user_id,
        within,
        wanted
    )
    .execute(&mut *connection)
    .await?;
    sqlx::query!(
        "INSERT INTO organisation_members (user_id, organisation_id)
         SELECT $1, id FROM organisations WHERE id = ANY($2) AND id = ANY($3) ON CONFLICT DO NOTHING",
        user_id,
        within,
        wanted
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// The organisation with this code, found or made.
pub(super) async fn organisation(
    connection: &mut PgConnection,
    code: &str,
    name: &str,
) -> Result<Uuid, sqlx::Error> {
    sqlx::query_scalar!(
        "INSERT INTO organisations (code, name) VALUES ($1, $2)
         ON CONFLICT (code) DO UPDATE SET code = excluded.code RETURNING id",
        code,
        name
    )
    .fetch_one(connection)
    .await
}
