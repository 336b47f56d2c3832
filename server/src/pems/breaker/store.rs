//! The breaker's and the pause's columns of `api_servers`. All times are the database's.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::postgres::types::PgInterval;
use uuid::Uuid;

use super::decision::BreakerState;

/// What the row says about sending.
#[derive(Debug, Clone)]
pub(super) struct ServerState {
    pub(super) is_paused: bool,
    pub(super) breaker: BreakerState,
}

pub(super) async fn state(
    connection: &mut PgConnection,
    server_id: Uuid,
) -> Result<Option<ServerState>, sqlx::Error> {
    let row = sqlx::query!(
        r#"SELECT status = 'paused' AS "is_paused!", consecutive_failures, breaker_pauses, breaker_until,
                  clock_timestamp() AS "now!"
           FROM api_servers WHERE id = $1"#,
        server_id
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| ServerState {
        is_paused: row.is_paused,
        breaker: BreakerState {
            now: row.now,
            consecutive_failures: row.consecutive_failures,
            pauses: row.breaker_pauses,
            open_until: row.breaker_until,
        },
    }))
}

/// The breaker's row, locked until the transaction ends.
pub(super) async fn lock(
    connection: &mut PgConnection,
    server_id: Uuid,
) -> Result<Option<BreakerState>, sqlx::Error> {
    let row = sqlx::query!(
        "SELECT consecutive_failures, breaker_pauses, breaker_until FROM api_servers WHERE id = $1 FOR UPDATE",
        server_id
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let now = sqlx::query_scalar!(r#"SELECT clock_timestamp() AS "now!""#).fetch_one(connection).await?;
    Ok(Some(BreakerState {
        now,
        consecutive_failures: row.consecutive_failures,
        pauses: row.breaker_pauses,
        open_until: row.breaker_until,
    }))
}

pub(super) async fn save_failure(
    connection: &mut PgConnection,
    server_id: Uuid,
    state: &BreakerState,
    error: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE api_servers SET consecutive_failures = $2, breaker_pauses = $3, breaker_until = $4,
           last_error = $5, last_error_at = $6
         WHERE id = $1",
        server_id,
        state.consecutive_failures,
        state.pauses,
        state.open_until,
        error,
        state.now
    )
    .execute(connection)
    .await?;
    Ok(())
}

/// Ten successes a second are not ten writes: the row is touched if it has failures to forget, or every few seconds.
/// Answers whether a breaker was closed by it.
pub(super) async fn save_success(
    connection: &mut PgConnection,
    server_id: Uuid,
) -> Result<bool, sqlx::Error> {
    let was_open = sqlx::query_scalar!(
        r#"WITH before AS (SELECT id, breaker_pauses > 0 AS was_open FROM api_servers WHERE id = $1)
           UPDATE api_servers s SET consecutive_failures = 0, breaker_pauses = 0, breaker_until = NULL,
             last_success_at = clock_timestamp()
           FROM before b
           WHERE s.id = b.id
             AND (s.consecutive_failures > 0 OR s.breaker_pauses > 0 OR s.breaker_until IS NOT NULL
                  OR s.last_success_at IS NULL OR s.last_success_at < clock_timestamp() - interval '5 seconds')
           RETURNING b.was_open AS "was_open!""#,
        server_id
    )
    .fetch_optional(connection)
    .await?;
    Ok(was_open == Some(true))
}

/// Makes this replica the prober, for `lease`: moves the end of the pause on, which only one can. Answers with the
/// new end.
pub(super) async fn claim_probe(
    connection: &mut PgConnection,
    server_id: Uuid,
    lease: Duration,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let microseconds = i64::try_from(lease.as_micros()).unwrap_or(i64::MAX);
    let until = sqlx::query_scalar!(
        r#"UPDATE api_servers SET breaker_until = clock_timestamp() + $2
           WHERE id = $1 AND status = 'active' AND breaker_until <= clock_timestamp()
           RETURNING breaker_until AS "until!""#,
        server_id,
        PgInterval { months: 0, days: 0, microseconds }
    )
    .fetch_optional(connection)
    .await?;
    Ok(until)
}

/// The probe that was claimed until `claimed` succeeded: closed, on trial. The count of failures stays, so that the
/// next one opens it again. Answers with the organisation, unless the claim was lost meanwhile.
pub(super) async fn close_on_trial(
    connection: &mut PgConnection,
    server_id: Uuid,
    claimed: DateTime<Utc>,
) -> Result<Option<Uuid>, sqlx::Error> {
    sqlx::query_scalar!(
        "UPDATE api_servers SET breaker_until = NULL WHERE id = $1 AND breaker_until = $2 RETURNING organisation_id",
        server_id,
        claimed
    )
    .fetch_optional(connection)
    .await
}

/// The server that was paused, for the alert.
pub(super) struct Paused {
    pub(super) organisation_id: Uuid,
    pub(super) name: String,
}

/// Pauses the server unless it is paused already, or was changed since `configured_at`: a late refusal of the old
/// password must not stop the new one.
pub(super) async fn pause_unauthorized(
    connection: &mut PgConnection,
    server_id: Uuid,
    configured_at: DateTime<Utc>,
    error: &str,
) -> Result<Option<Paused>, sqlx::Error> {
    sqlx::query_as!(
        Paused,
        "UPDATE api_servers SET status = 'paused', pause_reason = 'unauthorized', last_error = $3,
           last_error_at = clock_timestamp()
         WHERE id = $1 AND updated_at = $2 AND status = 'active'
         RETURNING organisation_id, name",
        server_id,
        configured_at,
        error
    )
    .fetch_optional(connection)
    .await
}

/// The server that has not answered for long, for the alert.
pub(super) struct Silent {
    pub(super) organisation_id: Uuid,
    pub(super) name: String,
    /// When it last answered as it should; or when it was set up.
    pub(super) since: DateTime<Utc>,
}

pub(super) async fn silent(connection: &mut PgConnection, server_id: Uuid) -> Result<Silent, sqlx::Error> {
    sqlx::query_as!(
        Silent,
        r#"SELECT organisation_id, name, coalesce(last_success_at, created_at) AS "since!"
           FROM api_servers WHERE id = $1"#,
        server_id
    )
    .fetch_one(connection)
    .await
}

/// Ends a pause and forgets the breaker. `None` if the organisation has no such server; otherwise why it was paused.
pub(super) async fn resume(
    connection: &mut PgConnection,
    organisation_id: Uuid,
    server_id: Uuid,
) -> Result<Option<Option<String>>, sqlx::Error> {
    let before = sqlx::query!(
        "SELECT pause_reason FROM api_servers WHERE id = $1 AND organisation_id = $2 FOR UPDATE",
        server_id,
        organisation_id
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(before) = before else { return Ok(None) };
    // updated_at moves on, so that answers to requests of before the pause cannot pause it again.
    sqlx::query!(
        "UPDATE api_servers SET status = 'active', pause_reason = NULL, consecutive_failures = 0,
           breaker_pauses = 0, breaker_until = NULL, updated_at = clock_timestamp()
         WHERE id = $1",
        server_id
    )
    .execute(connection)
    .await?;
    Ok(Some(before.pause_reason))
}
