//! Where a request comes from.

use std::net::IpAddr;

use http::HeaderMap;

/// The client's address: what the outermost trusted proxy saw, else whoever is connected to us. What stands
/// further left in `X-Forwarded-For` is the client's own invention.
pub(super) fn of_client(headers: &HeaderMap, peer: Option<IpAddr>, trusted_proxies: u32) -> Option<IpAddr> {
    let Some(skip) = usize::try_from(trusted_proxies).ok().and_then(|proxies| proxies.checked_sub(1)) else {
        return peer;
    };
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    forwarded.iter().rev().nth(skip).and_then(|text| text.trim().parse().ok()).or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(forwarded: &str, proxies: u32) -> Option<IpAddr> {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        of_client(&headers, Some([10, 0, 0, 1].into()), proxies)
    }

    #[test]
    fn nobody_can_choose_his_own_address() {
        assert_eq!(address("6.6.6.6", 0), Some([10, 0, 0, 1].into()));
        assert_eq!(address("6.6.6.6, 1.2.3.4", 1), Some([1, 2, 3, 4].into()));
        assert_eq!(address("6.6.6.6, 1.2.3.4, 10.0.0.2", 2), Some([1, 2, 3, 4].into()));
        assert_eq!(address("nonsense", 1), Some([10, 0, 0, 1].into()));
    }
}
