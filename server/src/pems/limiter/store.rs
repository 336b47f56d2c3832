//! The budget's row. All times are the database's.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::PgPool;
use sqlx::postgres::types::PgInterval;
use uuid::Uuid;

/// What came of asking for a slot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Slot {
    pub(super) asked_at: DateTime<Utc>,
    /// How long until the slot, from `asked_at`.
    pub(super) wait: Duration,
    /// Whether the slot is ours. If it is too far off, it is not.
    pub(super) reserved: bool,
}

/// Reserves the next slot unless it is more than `longest` away. The arithmetic is that of [`super::gcra`], which a
/// test compares it with.
pub(super) async fn take(
    pool: &PgPool,
    limiter_id: Uuid,
    longest: Duration,
) -> Result<Option<Slot>, sqlx::Error> {
    // The time is read in a step of its own, after the row was locked: a waiter must not use the time at which
    // it began to wait.
    let row = sqlx::query!(
        r#"WITH budget AS MATERIALIZED (
             SELECT * FROM rate_limiters WHERE id = $1 FOR UPDATE
           ), clock AS MATERIALIZED (
             SELECT budget.*, clock_timestamp() AS asked_at FROM budget
           ), pace AS (
             SELECT *,
               greatest(1, slowdown / power(2, least(60, floor(greatest(0,
                 coalesce(extract(epoch FROM asked_at - slowed_at), 600)::float8) / 10)))) / rate_per_second
                 * interval '1 second' AS gap,
               (burst - 1) / rate_per_second * interval '1 second' AS tolerance,
               greatest(arrival_at, asked_at) AS arrival
             FROM clock
           ), slot AS (
             SELECT *, greatest(interval '0', arrival - tolerance - asked_at) AS wait FROM pace
           ), taken AS (
             UPDATE rate_limiters l SET arrival_at = slot.arrival + slot.gap
             FROM slot WHERE l.id = slot.id AND slot.wait <= $2 RETURNING l.id
           )
           SELECT asked_at AS "asked_at!", extract(epoch FROM wait)::float8 AS "wait!",
                  EXISTS (SELECT 1 FROM taken) AS "reserved!"
           FROM slot"#,
        limiter_id,
        interval(longest)
    )
    .fetch_optional(pool)
    .await?;
    Ok(row.map(|row| Slot {
        asked_at: row.asked_at,
        wait: Duration::try_from_secs_f64(row.wait).unwrap_or(Duration::ZERO),
        reserved: row.reserved,
    }))
}

/// How long until a slot, taking none.
pub(super) async fn next_slot(pool: &PgPool, limiter_id: Uuid) -> Result<Option<Duration>, sqlx::Error> {
    let seconds = sqlx::query_scalar!(
        r#"SELECT extract(epoch FROM greatest(interval '0', greatest(arrival_at, clock_timestamp())
                  - (burst - 1) / rate_per_second * interval '1 second' - clock_timestamp()))::float8 AS "seconds!"
           FROM rate_limiters WHERE id = $1"#,
        limiter_id
    )
    .fetch_optional(pool)
    .await?;
    Ok(seconds.map(|seconds| Duration::try_from_secs_f64(seconds).unwrap_or(Duration::ZERO)))
}

/// Whether no 429 came since `asked_at`: a slot that was reserved before one is no longer good.
pub(super) async fn still_good(
    pool: &PgPool,
    limiter_id: Uuid,
    asked_at: DateTime<Utc>,
) -> Result<bool, sqlx::Error> {
    let slowed = sqlx::query_scalar!(
        r#"SELECT slowed_at > $2 AS "slowed!" FROM rate_limiters WHERE id = $1 AND slowed_at IS NOT NULL"#,
        limiter_id,
        asked_at
    )
    .fetch_optional(pool)
    .await?;
    Ok(slowed != Some(true))
}

/// No slot before `wait` is over, and half the pace from then on. A storm of 429s for requests that were under way
/// together is one warning, not many: within a second of the last one, the pace is not halved again.
pub(super) async fn penalise(pool: &PgPool, limiter_id: Uuid, wait: Duration) -> Result<(), sqlx::Error> {
    sqlx::query!(
        "UPDATE rate_limiters SET
           arrival_at = greatest(arrival_at,
             clock_timestamp() + $2 + (burst - 1) / rate_per_second * interval '1 second'),
           slowdown = CASE
             WHEN slowed_at > clock_timestamp() - interval '1 second' THEN slowdown
             ELSE least(16, 2 * greatest(1, slowdown / power(2, least(60, floor(greatest(0,
               coalesce(extract(epoch FROM clock_timestamp() - slowed_at), 600)::float8) / 10)))))
           END,
           slowed_at = clock_timestamp()
         WHERE id = $1",
        limiter_id,
        interval(wait)
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Finds the budget of a credential, or makes it; its rate is set to what the settings say now.
pub(super) async fn ensure(
    connection: &mut PgConnection,
    credential: &str,
    rate_per_second: f64,
    burst: i32,
) -> Result<Uuid, sqlx::Error> {
    sqlx::query_scalar!(
        "INSERT INTO rate_limiters (credential, rate_per_second, burst) VALUES ($1, $2, $3)
         ON CONFLICT (credential) DO UPDATE SET rate_per_second = excluded.rate_per_second, burst = excluded.burst
         RETURNING id",
        credential,
        rate_per_second,
        burst
    )
    .fetch_one(connection)
    .await
}

fn interval(duration: Duration) -> PgInterval {
    let microseconds = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
    PgInterval { months: 0, days: 0, microseconds }
}

#[cfg(test)]
mod tests {
    use super::super::gcra::Budget;
    use super::*;

    /// Row and model in the same state, some seconds from now.
    async fn row(pool: &PgPool, budget: Budget) -> Uuid {
        sqlx::query_scalar(
            "INSERT INTO rate_limiters (credential, rate_per_second, burst, slowdown, arrival_at, slowed_at)
             VALUES ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5),
                     clock_timestamp() + make_interval(secs => $6)) RETURNING id",
        )
        .bind(Uuid::new_v4().to_string())
        .bind(budget.rate_per_second)
        .bind(i32::try_from(budget.burst).unwrap())
        .bind(budget.slowdown)
        .bind(budget.arrival_at)
        .bind(budget.slowed_at)
        .fetch_one(pool)
        .await
        .unwrap()
    }

    /// What a waiter would have to wait next.
    async fn next_wait(pool: &PgPool, id: Uuid) -> f64 {
        take(pool, id, Duration::ZERO).await.unwrap().unwrap().wait.as_secs_f64()
    }

    #[sqlx::test(migrations = "../migrations")]
    async fn the_statements_do_what_the_model_says(pool: PgPool) {
        let longest = Duration::from_secs(2);
        for seed in 0..150_u32 {
            let part = |n: u32| f64::from((seed.wrapping_mul(2_654_435_761) >> (n * 5)) % 32) / 32.0;
            let mut model = Budget {
                rate_per_second: 1.0 + 20.0 * part(0),
                burst: 1 + seed % 12,
                arrival_at: 8.0 * part(1) - 4.0,
                slowdown: 2_f64.powi(i32::try_from(seed % 5).unwrap()),
                // Never near a border, where a millisecond decides.
                slowed_at: (seed % 3 > 0).then_some(-5.0 - 10.0 * (part(2) * 6.0).floor()),
            };
            let id = row(&pool, model).await;
            let slot = take(&pool, id, longest).await.unwrap().unwrap();
            let (wait, reserved) = model.take(0.0, longest);
            let close = |sql: f64, model: f64| (sql - model).abs() < 0.3;
            assert!(close(slot.wait.as_secs_f64(), wait.as_secs_f64()), "{model:?}: {slot:?}, {wait:?}");
            if (wait.as_secs_f64() - longest.as_secs_f64()).abs() > 0.3 {
                assert_eq!(slot.reserved, reserved, "{model:?}: {slot:?}");
            } else if slot.reserved != reserved {
                continue;
            }
            let again = model.take(0.0, Duration::ZERO).0.as_secs_f64();
            assert!(close(next_wait(&pool, id).await, again), "after a slot: {model:?}");
            penalise(&pool, id, Duration::from_secs(3)).await.unwrap();
            model.penalise(0.0, Duration::from_secs(3));
            let slowdown: f64 = sqlx::query_scalar("SELECT slowdown FROM rate_limiters WHERE id = $1")
                .bind(id)
                .fetch_one(&pool)
                .await
                .unwrap();
            assert!((slowdown - model.slowdown).abs() < 1e-9, "{slowdown}, {model:?}");
            let penalised = model.take(0.0, Duration::ZERO).0.as_secs_f64();
            assert!(close(next_wait(&pool, id).await, penalised), "after a 429: {model:?}");
        }
    }
}
