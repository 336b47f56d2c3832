//! When to try again.
//!
//! With the default base of 5 s and 3 retries, before jitter of ±10 %:
//!
//! | retry | wait | at most after the first try |
//! |---|---|---|
//! | 1 | 5 s | 5.5 s |
//! | 2 | 10 s | 16.5 s |
//! | 3 | 20 s | 38.5 s |
//! | – | dead letter | |

use std::time::Duration;

/// No wait is longer, whatever the settings: an hour.
pub const LONGEST_WAIT: Duration = Duration::from_hours(1);

/// How many retries a write gets, and how far apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    pub max_retries: u16,
    /// The wait before the first retry; each further one is twice as long.
    pub base: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { max_retries: 3, base: Duration::from_secs(5) }
    }
}

impl RetryPolicy {
    /// The wait before retry number `retry` (1 is the first), or `None` when the retries are used up.
    ///
    /// `jitter` is a random number from 0 to 1, so that items which failed together do not come back together.
    pub fn wait_before(&self, retry: u16, jitter: f64) -> Option<Duration> {
        if retry == 0 || retry > self.max_retries {
            return None;
        }
        let doubled = 2_u32.saturating_pow(u32::from(retry) - 1);
        let wait = self.base.saturating_mul(doubled).min(LONGEST_WAIT);
        Some(wait.mul_f64(0.9 + 0.2 * jitter.clamp(0.0, 1.0)))
    }
}

/// How long an API server is left alone after `pauses` pauses in a row: 15 s, 30 s, 1 min … up to 10 min.
pub fn breaker_pause(pauses: u32) -> Duration {
    Duration::from_secs(15).saturating_mul(2_u32.saturating_pow(pauses)).min(Duration::from_mins(10))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_default_schedule_is_five_ten_twenty() {
        let waits: Vec<_> = (0..=4).map(|retry| RetryPolicy::default().wait_before(retry, 0.5)).collect();
        let seconds = |s| Some(Duration::from_secs(s));
        assert_eq!(waits, [None, seconds(5), seconds(10), seconds(20), None]);
    }

    #[test]
    fn breaker_pauses_grow_to_ten_minutes() {
        let pauses: Vec<_> = (0..8).map(|n| breaker_pause(n).as_secs()).collect();
        assert_eq!(pauses, [15, 30, 60, 120, 240, 480, 600, 600]);
    }

    proptest! {
        #[test]
        fn no_setting_makes_a_wait_longer_than_the_longest(
            retries in 1_u16..200, base in 0_u64..10_000_000, retry in 1_u16..200, jitter in 0.0_f64..=1.0,
        ) {
            let policy = RetryPolicy { max_retries: retries, base: Duration::from_millis(base) };
            match policy.wait_before(retry, jitter) {
                Some(wait) => prop_assert!(retry <= retries && wait <= LONGEST_WAIT.mul_f64(1.1)),
                None => prop_assert!(retry > retries),
            }
        }
    }
}
