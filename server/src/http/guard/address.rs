//! Where a request comes from.

use std::net::{IpAddr, Ipv6Addr};

use http::HeaderMap;
use vanguard_app::backend::ClientAddress;

/// The client's address: what the outermost trusted proxy saw, else whoever is connected to us. What stands
/// further left in `X-Forwarded-For` is the client's own invention.
pub(super) fn of_client(headers: &HeaderMap, peer: Option<IpAddr>, trusted_proxies: u32) -> ClientAddress {
    ClientAddress(forwarded(headers, trusted_proxies).or(peer).map(network))
}

fn forwarded(headers: &HeaderMap, trusted_proxies: u32) -> Option<IpAddr> {
    let skip = usize::try_from(trusted_proxies).ok()?.checked_sub(1)?;
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    forwarded.iter().rev().nth(skip)?.trim().parse().ok()
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

    fn address(forwarded: &str, proxies: u32) -> ClientAddress {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        of_client(&headers, Some([10, 0, 0, 1].into()), proxies)
    }

    #[test]
    fn nobody_can_choose_his_own_address() {
        let v4 = |address: [u8; 4]| ClientAddress(Some(address.into()));
        assert_eq!(address("6.6.6.6", 0), v4([10, 0, 0, 1]));
        assert_eq!(address("6.6.6.6, 1.2.3.4", 1), v4([1, 2, 3, 4]));
        assert_eq!(address("6.6.6.6, 1.2.3.4, 10.0.0.2", 2), v4([1, 2, 3, 4]));
        assert_eq!(address("nonsense", 1), v4([10, 0, 0, 1]));
    }

    #[test]
    fn a_network_of_ipv6_addresses_counts_as_one() {
        assert_eq!(address("2001:db8::1", 1), address("2001:db8::ffff:2", 1));
        assert_ne!(address("2001:db8::1", 1), address("2001:db8:0:1::1", 1));
    }
}
