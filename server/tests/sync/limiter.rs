//! The shared rate budget, against PEMS's own token bucket.

use std::time::Duration;

use pems_simulator::{Fault, RateLimit, RetryAfter, Simulator};
use sqlx::PgPool;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use vanguard_server::pems::limiter::NoSlot;
use vanguard_server::pems::{PemsError, PemsServer};

use super::parts::{Parts, servers};

const PEMS: RateLimit = RateLimit { per_second: 10.0, burst: 10 };

async fn limited(pool: PgPool) -> Parts {
    Parts::with(pool, Simulator::builder().records(5).rate(PEMS), PEMS.per_second).await
}

/// Asks for its health until `until`, without a pause of its own; answers with how often.
async fn ask(server: PemsServer, until: Instant) -> usize {
    let cancel = CancellationToken::new();
    let mut asked = 0;
    loop {
        server.limiter.acquire(&cancel).await.expect("there is a budget");
        if Instant::now() >= until {
            return asked;
        }
        let answer = server.connector.health().await;
        assert!(!matches!(answer, Err(PemsError::RateLimited { .. })), "PEMS's limit was met");
        asked += 1;
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn two_replicas_with_sixteen_senders_use_the_whole_rate_and_never_meet_the_limit(pool: PgPool) {
    const SECONDS: u32 = 6;
    let parts = limited(pool).await;
    let other = PgPool::connect_with((*parts.pool.connect_options()).clone()).await.unwrap();
    let replicas =
        [parts.server().await, servers(&other).for_organisation(parts.organisation_id).await.unwrap()];
    let until = Instant::now() + Duration::from_secs(SECONDS.into());
    let senders: Vec<_> = (0..16).map(|n| tokio::spawn(ask(replicas[n % 2].clone(), until))).collect();
    let mut asked = 0;
    for sender in senders {
        asked += sender.await.expect("no sender met the limit");
    }
    // The burst, and the rate for as long as it lasted; the last slot may fall just outside.
    let expected = 8 + 10 * (SECONDS as usize) - 1;
    assert!(asked * 100 >= expected * 99, "{asked} requests in {SECONDS} s instead of {expected}");
    let user = &parts.pems.credentials().user;
    let burst = parts.pems.journal().smallest_burst(user, PEMS.per_second);
    assert!(burst <= f64::from(PEMS.burst), "a bucket of {burst} would have been needed");
    let within = parts.pems.journal().most_requests_within(user, Duration::from_secs(1));
    assert!(within <= 10 + 10, "{within} requests within a second");
}

#[sqlx::test(migrations = "../migrations")]
async fn idle_time_gives_a_burst_back_and_no_more(pool: PgPool) {
    let parts = limited(pool).await;
    let (server, cancel) = (parts.server().await, CancellationToken::new());
    for _ in 0..2 {
        let began = Instant::now();
        for _ in 0..8 {
            server.limiter.acquire(&cancel).await.unwrap();
        }
        // Evenly, the eighth would go after 700 ms.
        assert!(began.elapsed() < Duration::from_millis(650), "eight at once: {:?}", began.elapsed());
        server.limiter.acquire(&cancel).await.unwrap();
        assert!(began.elapsed() >= Duration::from_millis(90), "the ninth waits: {:?}", began.elapsed());
        tokio::time::sleep(Duration::from_millis(900)).await;
    }
}

#[sqlx::test(migrations = "../migrations")]
async fn a_wait_can_be_cancelled_and_costs_at_most_one_slot(pool: PgPool) {
    let parts = limited(pool).await;
    let (server, cancel) = (parts.server().await, CancellationToken::new());
    for _ in 0..8 {
        server.limiter.acquire(&cancel).await.unwrap();
    }
    let waiting = TaskTracker::new();
    let limiter = server.limiter.clone();
    let stop = cancel.clone();
    let waiter = waiting.spawn(async move { limiter.acquire(&stop).await });
    tokio::time::sleep(Duration::from_millis(20)).await;
    cancel.cancel();
    assert!(matches!(waiter.await.unwrap(), Err(NoSlot::Cancelled)));
    let began = Instant::now();
    server.limiter.acquire(&CancellationToken::new()).await.unwrap();
    assert!(began.elapsed() < Duration::from_millis(400), "{:?}", began.elapsed());
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
        let in_time = went <= known + Duration::from_millis(50);
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
