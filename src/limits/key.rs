//! By whom something is counted.

use std::net::{IpAddr, Ipv6Addr};

use sha2::{Digest as _, Sha256};

/// An address. Of an IPv6 address the network counts, which is what one customer is given (RFC 6177).
#[must_use]
pub fn address(address: Option<IpAddr>) -> String {
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        None => "unknown".to_owned(),
    }
}

/// A name that somebody signs in with, so that the count does not tell it.
#[must_use]
pub fn name(name: &str) -> String {
    hex::encode(Sha256::digest(name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::{address, name};

    #[test]
    fn networks_count_and_names_are_not_told() {
        for (given, key) in [
            ("192.0.2.7", "192.0.2.7"),
            ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ] {
            assert_eq!(address(given.parse().ok()), key);
        }
        assert_eq!(address(None), "unknown");
        assert!(!name("ada@example.org").contains("ada"));
    }
}
