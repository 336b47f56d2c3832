//! Whoever has no session can do one thing that changes something: log in. So this limits tries to log in per
//! address; the limit per user name and address is in the database, for all replicas.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use vanguard_app::backend::ClientAddress;

/// At once, after a pause.
const BURST: NonZeroU32 = NonZeroU32::new(30).expect("30 is not 0");
/// Then one in this time.
const INTERVAL: Duration = Duration::from_secs(1);
/// Addresses that are remembered before the quiet ones are forgotten.
const MOST_ADDRESSES: usize = 10_000;

#[derive(Debug, Clone)]
pub(super) struct Strangers {
    limiter: Arc<DefaultKeyedRateLimiter<ClientAddress>>,
    clock: DefaultClock,
}

impl Strangers {
    pub(super) fn new() -> Self {
        let quota = Quota::with_period(INTERVAL).expect("a second is not 0").allow_burst(BURST);
        Self { limiter: Arc::new(RateLimiter::keyed(quota)), clock: DefaultClock::default() }
    }

    /// Or the seconds to wait.
    pub(super) fn admit(&self, address: ClientAddress) -> Result<(), u64> {
        if self.limiter.len() > MOST_ADDRESSES {
            self.limiter.retain_recent();
        }
        self.limiter
            .check_key(&address)
            .map_err(|refused| refused.wait_time_from(self.clock.now()).as_secs() + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_stopped_and_others_are_not() {
        let strangers = Strangers::new();
        let [one, other] = [1, 2].map(|last| ClientAddress(Some([10, 0, 0, last].into())));
        for _ in 0..BURST.get() {
            assert_eq!(strangers.admit(one), Ok(()));
        }
        assert!(strangers.admit(one).is_err_and(|seconds| (1..=2).contains(&seconds)));
        assert_eq!(strangers.admit(other), Ok(()));
    }
}
