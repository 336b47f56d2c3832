//! Users, sessions and failed logins in the database.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;
use vanguard_app::backend::{Caller, OrganizationRef, UserView};
use vanguard_domain::permission::Role;

use crate::database::parsed;

/// What the login needs to know of a user.
pub(super) struct Account {
    pub(super) id: Uuid,
    pub(super) username: String,
    pub(super) password_hash: String,
    pub(super) is_active: bool,
}

pub(super) async fn account(pool: &PgPool, username: &str) -> Result<Option<Account>, sqlx::Error> {
    sqlx::query_as!(
        Account,
        "SELECT id, username, password_hash, is_active FROM users WHERE username = $1",
        username
    )
    .fetch_optional(pool)
    .await
}

/// The organisations of a user in one fixed order: whoever locks several of their audit chains does so in it.
pub(super) async fn organisations_of(
    connection: &mut PgConnection,
    user_id: Uuid,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "SELECT organisation_id FROM organisation_members WHERE user_id = $1 ORDER BY organisation_id",
        user_id
    )
    .fetch_all(connection)
    .await
}

/// A session just opened.
pub(super) struct NewSession {
    pub(super) id: Uuid,
    pub(super) created_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
}

pub(super) async fn open_session(
    connection: &mut PgConnection,
    user_id: Uuid,
    user_agent: &str,
    hours: i32,
) -> Result<NewSession, sqlx::Error> {
    sqlx::query_as!(
        NewSession,
        "INSERT INTO sessions (user_id, user_agent, expires_at)
         VALUES ($1, $2, now() + make_interval(hours => $3)) RETURNING id, created_at, expires_at",
        user_id,
        user_agent,
        hours
    )
    .fetch_one(connection)
    .await
}

pub(super) async fn revoke_session(connection: &mut PgConnection, id: Uuid) -> Result<(), sqlx::Error> {
    sqlx::query!("UPDATE sessions SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL", id)
        .execute(connection)
        .await?;
    Ok(())
}

/// Ends every session of a user.
pub async fn revoke_sessions_of(connection: &mut PgConnection, user_id: Uuid) -> Result<u64, sqlx::Error> {
    let done = sqlx::query!(
        "UPDATE sessions SET revoked_at = now() WHERE user_id = $1 AND revoked_at IS NULL",
        user_id
    )
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// The caller behind a live session of an active user, with all that decides what he may do: one query a request.
pub(super) async fn caller(
    pool: &PgPool,
    session_id: Uuid,
    user_id: Uuid,
) -> Result<Option<Caller>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT s.expires_at, u.username, u.email, u.role,
                  array_remove(array_agg(o.id ORDER BY o.code), NULL) AS "ids!",
                  array_remove(array_agg(o.code ORDER BY o.code), NULL) AS "codes!",
                  array_remove(array_agg(o.name ORDER BY o.code), NULL) AS "names!"
           FROM sessions s
           JOIN users u ON u.id = s.user_id AND u.is_active
           LEFT JOIN organisation_members m ON m.user_id = u.id
           LEFT JOIN organisations o ON o.id = m.organisation_id
           WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > now()
           GROUP BY s.id, u.id"#,
        session_id,
        user_id
    )
    .fetch_optional(pool)
    .await?;
    row.map(|row| {
        let role: Role = parsed(&row.role)?;
        let organizations = row
            .ids
            .into_iter()
            .zip(row.codes)
            .zip(row.names)
            .map(|((id, code), name)| OrganizationRef { id, code, name })
            .collect();
        let user = UserView {
            id: user_id,
            username: row.username,
            email: row.email,
            role,
            permissions: role.permissions(),
            organizations,
        };
        Ok(Caller { session_id, expires_at: row.expires_at, user })
    })
    .transpose()
}

/// How a try to log in stands before it is made.
pub(super) struct Noted {
    /// Whether there was room for one more failure from this address.
    pub(super) is_admitted: bool,
    /// Failures of the name before this try, from wherever they came.
    pub(super) failures_of_name: i64,
}

/// Notes a failure in advance, unless there were `most` from the same address within the last `minutes` already:
/// counting and noting in one statement, before the slow comparison, so that many tries at once are all counted.
pub(super) async fn note_failure(
    pool: &PgPool,
    username: &str,
    address: &str,
    most: i64,
    minutes: i32,
) -> Result<Noted, sqlx::Error> {
    sqlx::query_as!(
        Noted,
        r#"WITH recent AS (
             SELECT address FROM login_failures
             WHERE username = $1 AND failed_at > now() - make_interval(mins => $4)
           ), noted AS (
             INSERT INTO login_failures (username, address)
             SELECT $1, $2 WHERE (SELECT count(*) FROM recent WHERE address = $2) < $3
             RETURNING id
           )
           SELECT EXISTS (SELECT 1 FROM noted) AS "is_admitted!",
                  (SELECT count(*) FROM recent) AS "failures_of_name!""#,
        username,
        address,
        most,
        minutes
    )
    .fetch_one(pool)
    .await
}

/// Seconds until the oldest of the failures that count is forgotten.
pub(super) async fn seconds_until_forgotten(
    pool: &PgPool,
    username: &str,
    address: &str,
    minutes: i32,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar!(
        r#"SELECT greatest(1, ceil(extract(epoch FROM
                      min(failed_at) + make_interval(mins => $3) - now())))::bigint AS "seconds!"
           FROM login_failures
           WHERE username = $1 AND address = $2 AND failed_at > now() - make_interval(mins => $3)"#,
        username,
        address,
        minutes
    )
    .fetch_one(pool)
    .await
}

/// Those from this address alone: somebody else's guesses are not forgiven because the right one got in.
pub(super) async fn forget_failures(
    connection: &mut PgConnection,
    username: &str,
    address: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM login_failures WHERE username = $1 AND address = $2", username, address)
        .execute(connection)
        .await?;
    Ok(())
}

/// Removes failures that no longer count, and sessions that ended a month ago.
pub(super) async fn clean_up(pool: &PgPool) -> Result<(), sqlx::Error> {
    sqlx::query!("DELETE FROM login_failures WHERE failed_at < now() - interval '1 day'")
        .execute(pool)
        .await?;
    sqlx::query!("DELETE FROM sessions WHERE expires_at < now() - interval '30 days'").execute(pool).await?;
    Ok(())
}
