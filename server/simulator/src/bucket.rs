//! PEMS's rate limit: a token bucket for each credential.

use std::time::Duration;

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RateLimit {
    /// Tokens a second; 0 switches the limit off.
    pub per_second: f64,
    pub burst: u32,
}

impl RateLimit {
    pub const UNLIMITED: Self = Self { per_second: 0.0, burst: 0 };
}

impl Default for RateLimit {
    fn default() -> Self {
        Self { per_second: 10.0, burst: 10 }
    }
}

#[derive(Debug)]
pub(crate) struct TokenBucket {
    tokens: f64,
    filled: Duration,
}

impl TokenBucket {
    pub(crate) fn full(limit: RateLimit, now: Duration) -> Self {
        Self { tokens: f64::from(limit.burst), filled: now }
    }

    /// Takes a token, or tells how long until there is one.
    pub(crate) fn take(&mut self, limit: RateLimit, now: Duration) -> Result<(), Duration> {
        if limit.per_second <= 0.0 {
            return Ok(());
        }
        let passed = now.saturating_sub(self.filled).as_secs_f64();
        self.tokens = (self.tokens + passed * limit.per_second).min(f64::from(limit.burst.max(1)));
        self.filled = self.filled.max(now);
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        Err(Duration::from_secs_f64((1.0 - self.tokens) / limit.per_second))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_let_through_and_then_ten_a_second() {
        let limit = RateLimit::default();
        let mut bucket = TokenBucket::full(limit, Duration::ZERO);
        for _ in 0..10 {
            assert!(bucket.take(limit, Duration::ZERO).is_ok());
        }
        assert_eq!(bucket.take(limit, Duration::ZERO), Err(Duration::from_millis(100)));
        let admitted = (1..=1000).filter(|ms| bucket.take(limit, Duration::from_millis(*ms)).is_ok()).count();
        assert!((9..=10).contains(&admitted), "{admitted}");
    }

    #[test]
    fn a_rate_of_zero_is_no_limit() {
        let mut bucket = TokenBucket::full(RateLimit::UNLIMITED, Duration::ZERO);
        assert!((0..1000).all(|_| bucket.take(RateLimit::UNLIMITED, Duration::ZERO).is_ok()));
    }
}
