//! The shared rate budget, against PEMS's own token bucket.

use std::time::Duration;

use pems_simulator::{Fault, RateLimit, RetryAfter, Simulator};
use sqlx::PgPool;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use vanguard_server::pems::limiter::NoSlot;
use vanguard_server::pems::{PemsError, PemsServer};

use super::parts::{Parts, servers};
use crate::app::eventually;

const PEMS: RateLimit = RateLimit { per_second: 10.0, burst: 10 };

async fn limited(pool: PgPool) -> Parts {
    Parts::with(pool, Simulator::builder().records(5).rate(PEMS), PEMS.per_second).await
}

/// Asks for its health `times` times, without a pause of its own.
async fn ask(server: PemsServer, times: usize) {
    for _ in 0..times {
        server.limiter.acquire(&CancellationToken::new()).await.expect("there is a budget");
        let answer = server.connector.health().await;
        assert!(!matches!(answer, Err(PemsError::RateLimited { .. })), "PEMS's limit was met");
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn two_replicas_with_sixteen_senders_never_meet_the_limit(pool: PgPool) {
    let parts = limited(pool).await;
    let other = PgPool::connect_with((*parts.pool.connect_options()).clone()).await.unwrap();
    let replicas =
        [parts.server().await, servers(&other).for_organisation(parts.organisation_id).await.unwrap()];
    let senders: Vec<_> = (0..16).map(|n| tokio::spawn(ask(replicas[n % 2].clone(), 4))).collect();
    for sender in senders {
        sender.await.expect("no sender met the limit");
    }
    let user = &parts.pems.credentials().user;
    let burst = parts.pems.journal().smallest_burst(user, PEMS.per_second);
    assert!(burst <= f64::from(PEMS.burst), "a bucket of {burst} would have been needed");
    let within = parts.pems.journal().most_requests_within(user, Duration::from_secs(1));
    assert!(within <= 10 + 10, "{within} requests within a second");
}

/// A budget whose slots are further apart than any test is patient: what does not go at once does not go.
async fn slow(pool: PgPool) -> (Parts, PemsServer) {
    let parts = Parts::with(pool, Simulator::builder().records(5).rate(PEMS), 0.01).await;
    let server = parts.server().await;
    (parts, server)
}

/// How many slots go without a wait.
async fn at_once(server: &PemsServer) -> usize {
    let cancel = CancellationToken::new();
    let mut slots = 0;
    // Far longer than a slot that is free takes, far shorter than the next one is away.
    while let Ok(slot) = timeout(Duration::from_secs(2), server.limiter.acquire(&cancel)).await {
        slot.expect("there is a budget");
        slots += 1;
    }
    slots
}

#[sqlx::test(migrations = "../migrations")]
async fn idle_time_gives_a_burst_back_and_no_more(pool: PgPool) {
    let (parts, server) = slow(pool).await;
    assert_eq!(at_once(&server).await, 8);
    assert_eq!(at_once(&server).await, 0);
    // As if a day had gone by.
    parts.execute("UPDATE rate_limiters SET arrival_at = arrival_at - interval '1 day'").await;
    assert_eq!(at_once(&server).await, 8);
}

#[sqlx::test(migrations = "../migrations")]
async fn a_wait_can_be_cancelled_and_costs_at_most_one_slot(pool: PgPool) {
    let (parts, server) = slow(pool).await;
    // A slot each second, the next one in 1.9 s: near enough to be reserved.
    parts
        .execute(
            "UPDATE rate_limiters
             SET rate_per_second = 1, arrival_at = clock_timestamp() + interval '7 s' + interval '1.9 s'",
        )
        .await;
    let arrival =
        || parts.number("SELECT (extract(epoch FROM arrival_at) * 1000000)::bigint FROM rate_limiters");
    let before = arrival().await;
    let cancel = CancellationToken::new();
    let (limiter, stop) = (server.limiter.clone(), cancel.clone());
    let waiter = tokio::spawn(async move { limiter.acquire(&stop).await });
    eventually("the slot is reserved", async || (arrival().await > before).then_some(())).await;
    cancel.cancel();
    assert!(matches!(waiter.await.unwrap(), Err(NoSlot::Cancelled)));
    assert_eq!(arrival().await - before, 1_000_000, "one slot of a second was lost, and no more");
}

#[sqlx::test(migrations = "../migrations")]
async fn a_429_stops_everybody_for_as_long_as_it_says_even_those_who_hold_a_slot(pool: PgPool) {
    let parts = limited(pool).await;
    let (server, cancel) = (parts.server().await, CancellationToken::new());
    let holders: Vec<_> = (0..20)
        .map(|_| {
            let (limiter, cancel) = (server.limiter.clone(), cancel.clone());
            tokio::spawn(async move { limiter.acquire(&cancel).await.map(|()| Instant::now()) })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    parts.pems.fault(Fault::rate_limited(RetryAfter::Seconds(2)).once());
    let refused = server.connector.health().await.unwrap_err();
    let told = Instant::now();
    let observed = server.observe(&refused).await.unwrap();
    let known = Instant::now();
    assert!(!observed.counts_as_retry && observed.hold_until.is_none(), "{observed:?}");
    let mut stopped = 0;
    for holder in holders {
        let went = holder.await.unwrap().unwrap();
        let obeyed = went >= told + Duration::from_secs(2);
        stopped += usize::from(obeyed);
        // Whoever looked just before everybody knew may have gone just after.
        let in_time = went <= known + Duration::from_millis(500);
        assert!(obeyed || in_time, "went {:?} after the 429", went - told);
    }
    assert!(stopped > 0, "somebody was waiting");
    // Half the pace from then on.
    let began = Instant::now();
    for _ in 0..3 {
        server.limiter.acquire(&cancel).await.unwrap();
    }
    assert!(began.elapsed() >= Duration::from_millis(550), "{:?}", began.elapsed());
}

#[sqlx::test(migrations = "../migrations")]
async fn whoever_has_no_patience_is_told_at_once_that_the_next_slot_is_far_off(pool: PgPool) {
    let server = limited(pool).await.server().await;
    server.limiter.penalise(Some(Duration::from_hours(1))).await.unwrap();
    let answer = server.limiter.acquire_within(Duration::from_secs(15), &CancellationToken::new()).await;
    assert!(matches!(answer, Err(NoSlot::TooFar)), "{answer:?}");
    assert!(server.limiter.next_slot().await.unwrap() > Duration::from_mins(59));
}
