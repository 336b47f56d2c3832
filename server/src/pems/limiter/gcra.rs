//! The arithmetic of the budget: the generic cell rate algorithm.
//!
//! The budget remembers one instant, the *theoretical arrival time*: when the next request would come if all came
//! evenly. Each request moves it on by one gap. A request may come earlier than its theoretical time by the
//! tolerance, which is what makes a burst: after a pause, `burst` requests may go at once.
//!
//! The statement in `store.rs` does this in SQL, because the row is shared by all replicas and one round trip has
//! to do. This model says what that statement has to do: properties are shown here, and a test compares the two.

use std::time::Duration;

/// A budget's row, in seconds since some instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Budget {
    pub(super) rate_per_second: f64,
    pub(super) burst: u32,
    /// Theoretical arrival time of the next request.
    pub(super) arrival_at: f64,
    pub(super) slowdown: f64,
    pub(super) slowed_at: Option<f64>,
}

/// The pace is halved by a 429 and doubled again for each of these without one.
const RECOVERY: f64 = 10.0;
const MOST_SLOWDOWN: f64 = 16.0;

impl Budget {
    /// By how much the gap is longer than usual at `now`.
    pub(super) fn slowdown_at(&self, now: f64) -> f64 {
        let quiet = self.slowed_at.map_or(f64::INFINITY, |slowed_at| (now - slowed_at).max(0.0));
        (self.slowdown / 2_f64.powf((quiet / RECOVERY).floor().min(60.0))).max(1.0)
    }

    /// The wait for the next slot, which is taken unless it is longer than `longest`.
    pub(super) fn take(&mut self, now: f64, longest: Duration) -> (Duration, bool) {
        let gap = self.slowdown_at(now) / self.rate_per_second;
        let tolerance = f64::from(self.burst - 1) / self.rate_per_second;
        let arrival = self.arrival_at.max(now);
        let wait = Duration::from_secs_f64((arrival - tolerance - now).max(0.0));
        let taken = wait <= longest;
        if taken {
            self.arrival_at = arrival + gap;
        }
        (wait, taken)
    }

    /// A 429 came, and asks to wait.
    pub(super) fn penalise(&mut self, now: f64, wait: Duration) {
        let tolerance = f64::from(self.burst - 1) / self.rate_per_second;
        self.arrival_at = self.arrival_at.max(now + wait.as_secs_f64() + tolerance);
        if self.slowed_at.is_none_or(|slowed_at| slowed_at <= now - 1.0) {
            self.slowdown = (2.0 * self.slowdown_at(now)).min(MOST_SLOWDOWN);
        }
        self.slowed_at = Some(now);
    }
}

#[cfg(test)]
#[allow(
    clippy::cast_precision_loss,
    clippy::float_cmp,
    reason = "small numbers, and values that are computed exactly"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LONGEST: Duration = Duration::from_secs(2);

    fn budget(rate: f64, burst: u32) -> Budget {
        Budget { rate_per_second: rate, burst, arrival_at: f64::NEG_INFINITY, slowdown: 1.0, slowed_at: None }
    }

    /// When requests go that ask at these times, each asking again whenever its slot is too far off.
    fn sent(budget: &mut Budget, asks: &[f64]) -> Vec<f64> {
        let mut sent: Vec<_> = asks
            .iter()
            .map(|ask| {
                let mut now = *ask;
                loop {
                    let (wait, taken) = budget.take(now, LONGEST);
                    now += wait.as_secs_f64();
                    if taken {
                        return now;
                    }
                }
            })
            .collect();
        sent.sort_by(f64::total_cmp);
        sent
    }

    /// Gaps between asks: mostly none, sometimes long.
    fn asks() -> impl Strategy<Value = Vec<f64>> {
        prop::collection::vec(prop_oneof![4 => Just(0.0), 2 => 0.0..0.3, 1 => 0.0..5.0], 1..200).prop_map(
            |gaps| {
                gaps.into_iter()
                    .scan(0.0, |now, gap| {
                        *now += gap;
                        Some(*now)
                    })
                    .collect()
            },
        )
    }

    proptest! {
        /// PEMS's own measure: a token bucket of this rate and burst never runs dry.
        #[test]
        fn a_strict_token_bucket_refuses_nothing(rate in 1.0_f64..50.0, burst in 1_u32..20, asks in asks()) {
            let (mut tokens, mut filled) = (f64::from(burst), 0.0);
            for at in sent(&mut budget(rate, burst), &asks) {
                tokens = (tokens + (at - filled) * rate).min(f64::from(burst));
                filled = at;
                prop_assert!(tokens >= 1.0 - 1e-6, "{tokens} tokens at {at}");
                tokens -= 1.0;
            }
        }

        #[test]
        fn no_second_has_more_than_the_rate_beyond_the_burst(rate in 1.0_f64..50.0, burst in 1_u32..20, asks in asks()) {
            let sent = sent(&mut budget(rate, burst), &asks);
            for (first, from) in sent.iter().enumerate() {
                let within = sent[first..].iter().take_while(|at| **at < from + 1.0).count();
                prop_assert!(within as f64 <= f64::from(burst) + rate + 1e-6, "{within} from {from}");
            }
        }

        /// Nothing is lost: with somebody always waiting, slots follow one another without a gap.
        #[test]
        fn under_steady_demand_the_whole_rate_is_used(rate in 1.0_f64..50.0, burst in 1_u32..20, count in 50_usize..300) {
            let sent = sent(&mut budget(rate, burst), &vec![0.0; count]);
            let expected = (count as f64 - f64::from(burst)).max(0.0) / rate;
            prop_assert!((sent[count - 1] - expected).abs() < 1e-3, "{} instead of {expected}", sent[count - 1]);
        }

        #[test]
        fn nothing_goes_before_a_429_allows_it(burst in 1_u32..20, asks in asks(), at in 0.0_f64..20.0, wait in 0_u64..100) {
            let mut budget = budget(10.0, burst);
            let before: Vec<_> = asks.iter().copied().filter(|ask| *ask <= at).collect();
            sent(&mut budget, &before);
            budget.penalise(at, Duration::from_secs(wait));
            let first = sent(&mut budget, &[at])[0];
            prop_assert!(first >= at + wait as f64 - 1e-3, "{first}");
        }
    }

    #[test]
    fn a_429_halves_the_pace_and_quiet_gives_it_back() {
        let mut budget = budget(10.0, 8);
        budget.penalise(0.0, Duration::from_secs(1));
        assert_eq!(budget.slowdown_at(0.0), 2.0);
        budget.penalise(0.2, Duration::from_secs(1));
        assert_eq!(budget.slowdown_at(0.2), 2.0, "one storm is one warning");
        for second in 2..20 {
            budget.penalise(f64::from(second), Duration::ZERO);
        }
        assert_eq!(budget.slowdown_at(19.0), MOST_SLOWDOWN);
        assert_eq!(budget.slowdown_at(29.5), 8.0);
        assert_eq!(budget.slowdown_at(60.0), 1.0);
    }

    #[test]
    fn idle_time_gives_a_burst_and_no_more() {
        let mut budget = budget(10.0, 8);
        sent(&mut budget, &[0.0; 30]);
        let later = sent(&mut budget, &[100.0; 9]);
        assert_eq!(later.iter().filter(|at| **at == 100.0).count(), 8);
    }
}
