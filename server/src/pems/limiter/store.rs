//! The budget's row. All times are the database's.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::PgPool;
use sqlx::postgres::types::PgInterval;
use uuid::Uuid;

use super::{BudgetInUse, WINDOW};

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
           ), counted AS (
             -- In the second that the slot lies in; how many seconds further on than the newest one counted.
             SELECT *, least(16, greatest(0, floor(extract(epoch FROM asked_at + wait))::bigint - newest_second))
               ::integer AS further
             FROM slot
           ), taken AS (
             UPDATE rate_limiters l SET arrival_at = slot.arrival + slot.gap,
               newest_second = greatest(l.newest_second, floor(extract(epoch FROM slot.asked_at + slot.wait))::bigint),
               recent = CASE slot.further
                 WHEN 0 THEN (slot.recent[1] + 1) || slot.recent[2:16]
                 ELSE 1 || array_fill(0, ARRAY[slot.further - 1]) || slot.recent[1:16 - slot.further]
               END
             FROM counted slot WHERE l.id = slot.id AND slot.wait <= $2 RETURNING l.id
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

/// How many slots lie within the last [`WINDOW`] seconds, the present one included, of the budget that an API server
/// uses.
pub(super) async fn in_use(
    connection: &mut PgConnection,
    api_server_id: Uuid,
) -> Result<Option<BudgetInUse>, sqlx::Error> {
    sqlx::query_as!(
        BudgetInUse,
        r#"WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS at)
           SELECT l.rate_per_second,
             greatest(1, l.slowdown / power(2, least(60, floor(greatest(0,
               coalesce(extract(epoch FROM clock.at - l.slowed_at), 600)::float8) / 10)))) AS "slowdown!",
             (SELECT coalesce(sum(slots), 0) FROM unnest(l.recent) WITH ORDINALITY AS s (slots, place)
              WHERE l.newest_second - place + 1 <= floor(extract(epoch FROM clock.at))
                AND l.newest_second - place + 1 > floor(extract(epoch FROM clock.at)) - $2::integer) AS "requests!",
             clock.at AS "measured_at!"
           FROM clock, rate_limiters l JOIN api_servers a ON a.limiter_id = l.id WHERE a.id = $1"#,
        api_server_id,
        WINDOW
    )
    .fetch_optional(connection)
    .await
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

    /// An API server that uses the budget.
    async fn server_of(pool: &PgPool, limiter_id: Uuid) -> Uuid {
        sqlx::query_scalar(
            "WITH o AS (INSERT INTO organisations (code, name) VALUES ('RIO', 'Rio') RETURNING id)
             INSERT INTO api_servers (organisation_id, name, base_url, tenant, username, secret_ciphertext, secret_nonce,
                                      secret_key_id, limiter_id)
             SELECT id, 'PEMS', 'http://127.0.0.1:1', 't', 'u', '', decode(repeat('00', 12), 'hex'), 'k', $1 FROM o
             RETURNING id",
        )
        .bind(limiter_id)
        .fetch_one(pool)
        .await
        .unwrap()
    }

    async fn requests(pool: &PgPool, server: Uuid) -> i64 {
        in_use(&mut pool.acquire().await.unwrap(), server).await.unwrap().unwrap().requests
    }

    #[sqlx::test(migrations = "../migrations")]
    async fn what_was_let_go_counts_for_ten_seconds(pool: PgPool) {
        let budget = Budget {
            rate_per_second: 1000.0,
            burst: 1000,
            arrival_at: -100.0,
            slowdown: 1.0,
            slowed_at: None,
        };
        let id = row(&pool, budget).await;
        let server = server_of(&pool, id).await;
        assert_eq!(requests(&pool, server).await, 0);
        let mut taken = 0;
        for seconds in [0, 3, 4, 40] {
            // As if so much time had gone by.
            sqlx::query("UPDATE rate_limiters SET newest_second = newest_second - $2 WHERE id = $1")
                .bind(id)
                .bind(seconds)
                .execute(&pool)
                .await
                .unwrap();
            if seconds == 40 {
                assert_eq!(requests(&pool, server).await, 0, "all of it is long ago");
                taken = 0;
            }
            for _ in 0..5 {
                take(&pool, id, Duration::ZERO).await.unwrap().unwrap();
                taken += 1;
            }
            assert_eq!(requests(&pool, server).await, taken, "{seconds} s later");
        }
    }

    #[sqlx::test(migrations = "../migrations")]
    async fn a_slot_that_lies_ahead_counts_when_its_time_comes_and_one_that_was_not_taken_never(
        pool: PgPool,
    ) {
        let budget =
            Budget { rate_per_second: 1.0, burst: 1, arrival_at: -100.0, slowdown: 1.0, slowed_at: None };
        let id = row(&pool, budget).await;
        let server = server_of(&pool, id).await;
        let longest = Duration::from_secs(2);
        let taken: Vec<bool> =
            [take(&pool, id, longest).await, take(&pool, id, longest).await, take(&pool, id, longest).await]
                .map(|slot| slot.unwrap().unwrap().reserved)
                .to_vec();
        assert_eq!(taken, [true, true, true]);
        assert!(!take(&pool, id, longest).await.unwrap().unwrap().reserved);
        let all: i64 =
            sqlx::query_scalar("SELECT sum(slots) FROM rate_limiters, unnest(recent) AS slots WHERE id = $1")
                .bind(id)
                .fetch_one(&pool)
                .await
                .unwrap();
        assert_eq!(all, 3);
        assert!(requests(&pool, server).await < 3, "two of them lie a second or two ahead");
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
