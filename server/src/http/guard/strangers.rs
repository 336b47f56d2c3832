//! Whoever has no session can do one thing that changes something: log in. So this limits tries to log in per
//! address; the limit per user name is in the database, for all replicas.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// At once, after a pause.
const BURST: NonZeroU32 = NonZeroU32::new(30).expect("30 is not 0");
/// Then one in this time.
const INTERVAL: Duration = Duration::from_secs(1);
/// Addresses that are remembered before the quiet ones are forgotten.
const MOST_ADDRESSES: usize = 10_000;

#[derive(Debug, Clone)]
pub(super) struct Strangers {
    limiter: Arc<DefaultKeyedRateLimiter<Option<IpAddr>>>,
    clock: DefaultClock,
}

impl Strangers {
    pub(super) fn new() -> Self {
        let quota = Quota::with_period(INTERVAL).expect("a second is not 0").allow_burst(BURST);
        Self { limiter: Arc::new(RateLimiter::keyed(quota)), clock: DefaultClock::default() }
    }

    /// Or the seconds to wait.
    pub(super) fn admit(&self, address: Option<IpAddr>) -> Result<(), u64> {
        if self.limiter.len() > MOST_ADDRESSES {
            self.limiter.retain_recent();
        }
        self.limiter
            .check_key(&address.map(network))
            .map_err(|refused| refused.wait_time_from(self.clock.now()).as_secs() + 1)
    }
}

/// A subscriber has a whole /64 of IPv6 addresses: they count as one.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_is_stopped_and_others_are_not() {
        let strangers = Strangers::new();
        let (one, other): (IpAddr, IpAddr) = ([10, 0, 0, 1].into(), [10, 0, 0, 2].into());
        for _ in 0..BURST.get() {
            assert_eq!(strangers.admit(Some(one)), Ok(()));
        }
        assert!(strangers.admit(Some(one)).is_err_and(|seconds| (1..=2).contains(&seconds)));
        assert_eq!(strangers.admit(Some(other)), Ok(()));
    }

    #[test]
    fn a_network_of_ipv6_addresses_counts_as_one() {
        let [one, other]: [IpAddr; 2] = ["2001:db8::1", "2001:db8::ffff:2"].map(|text| text.parse().unwrap());
        assert_eq!(network(one), network(other));
    }
}
