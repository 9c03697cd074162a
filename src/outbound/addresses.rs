//! Which addresses may be called that somebody gave us: a server reaches what its users do not, and must not lend them its place in the
//! network.
//!
//! Whoever calls out asks for a name here and connects to exactly one of the addresses that come back. Looking the name up again would let
//! it mean another address by then.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Addresses of one name that are tried.
const TRIED: usize = 4;

/// What is not on the internet, or is there for the machine alone (IANA's registry of special addresses).
const SPECIAL_V4: &[(Ipv4Addr, u8)] = &[
    // This network, and any address.
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    // Behind a provider's NAT; services of clouds.
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    // Of the link, and with it the metadata of most clouds.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    // What Azure tells its machines.
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast, what is kept for later, and everybody.
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// What of IPv6 has been given out to the internet; all else is special.
const GLOBAL_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);
/// And what of it is special all the same.
const SPECIAL_V6: &[(Ipv6Addr, u8)] = &[
    // Of the IETF, with Teredo, which holds an address of IPv4.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32),
    // 6to4, likewise.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20),
];

/// Why a name gives no address to call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAddress {
    /// Nobody knows it, or nobody answered.
    #[error("the name has no address")]
    Unknown,
    /// All that it means is closed to users.
    #[error("the address is not one that may be called")]
    Closed,
}

/// Says which addresses may be called.
#[derive(Debug, Clone, Default)]
pub struct Reachable {
    /// By the operator's word, whatever they are.
    allowed: Vec<IpNet>,
    /// Whether nothing else is.
    is_closed_otherwise: bool,
}

impl Reachable {
    /// Public addresses, and those in these networks.
    #[must_use]
    pub fn new(allowed: &[IpNet]) -> Self {
        Self { allowed: allowed.to_vec(), is_closed_otherwise: false }
    }

    /// Addresses in these networks and no other: for what must not go over the internet.
    #[must_use]
    pub fn only(allowed: &[IpNet]) -> Self {
        Self { allowed: allowed.to_vec(), is_closed_otherwise: true }
    }

    /// Whether an address may be called. One of IPv4 that is written as one of IPv6 counts as what it is.
    #[must_use]
    pub fn permits(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        (!self.is_closed_otherwise && is_public(address))
            || self.allowed.iter().any(|network| network.contains(&address))
    }

    /// The addresses of a host that may be called, in the order of the system; at least one and at most four. Those that may not are left out.
    ///
    /// # Errors
    /// When there are none.
    pub async fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, NoAddress> {
        let found: io::Result<Vec<SocketAddr>> = match host.parse::<IpAddr>() {
            Ok(address) => Ok(vec![SocketAddr::new(address, port)]),
            Err(_) => tokio::net::lookup_host((host, port)).await.map(Iterator::collect),
        };
        let found = found.map_err(|_| NoAddress::Unknown)?;
        if found.is_empty() {
            return Err(NoAddress::Unknown);
        }
        let permitted: Vec<SocketAddr> =
            found.into_iter().filter(|address| self.permits(address.ip())).take(TRIED).collect();
        if permitted.is_empty() { Err(NoAddress::Closed) } else { Ok(permitted) }
    }
}

/// Whether an address is on the internet, for everybody to call.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|(network, bits)| is_in_v4(*network, *bits, address)),
        IpAddr::V6(address) => {
            is_in_v6(GLOBAL_V6.0, GLOBAL_V6.1, address)
                && !SPECIAL_V6.iter().any(|(network, bits)| is_in_v6(*network, *bits, address))
        }
    }
}

fn is_in_v4(network: Ipv4Addr, bits: u8, address: Ipv4Addr) -> bool {
    Ipv4Net::new(network, bits).is_ok_and(|network| network.contains(&address))
}

fn is_in_v6(network: Ipv6Addr, bits: u8, address: Ipv6Addr) -> bool {
    Ipv6Net::new(network, bits).is_ok_and(|network| network.contains(&address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permitted(reachable: &Reachable, address: &str) -> bool {
        reachable.permits(address.parse().unwrap())
    }

    #[test]
    fn what_is_not_public_is_closed() {
        let public = Reachable::default();
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "169.254.170.2",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.0.1",
            "198.18.0.1",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!permitted(&public, address), "{address}");
        }
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.255.255",
            "172.32.0.1",
            "192.167.255.255",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "2606:4700:4700::1111",
            "2a00:1450:4001::1",
        ] {
            assert!(permitted(&public, address), "{address}");
        }
    }

    #[test]
    fn networks_of_the_operator_are_open_and_nothing_else() {
        let own = Reachable::new(&["10.1.0.0/16".parse().unwrap(), "fd00:1::/32".parse().unwrap()]);
        for (address, may) in [
            ("10.1.2.3", true),
            ("::ffff:10.1.2.3", true),
            ("10.2.0.1", false),
            ("fd00:1::7", true),
            ("fd00:2::7", false),
            ("127.0.0.1", false),
        ] {
            assert_eq!(permitted(&own, address), may, "{address}");
        }
    }

    #[test]
    fn the_internet_may_be_closed() {
        let only = Reachable::only(&["127.0.0.0/8".parse().unwrap()]);
        for (address, may) in [("127.0.0.1", true), ("1.1.1.1", false), ("10.0.0.1", false), ("::1", false)] {
            assert_eq!(permitted(&only, address), may, "{address}");
        }
    }

    #[tokio::test]
    async fn names_mean_what_may_be_called() {
        let public = Reachable::default();
        let at = async |host: &str| public.resolve(host, 5432).await;
        assert_eq!(at("1.1.1.1").await, Ok(vec!["1.1.1.1:5432".parse().unwrap()]));
        // However the system reads it: as this machine, or not at all.
        for host in ["127.0.0.1", "::1", "localhost", "0", "127.1", "2130706433", "0x7f000001", "017700000001"] {
            assert!(at(host).await.is_err(), "{host}");
        }
        assert_eq!(at("169.254.169.254").await, Err(NoAddress::Closed));
        let local = Reachable::new(&["127.0.0.0/8".parse().unwrap()]);
        assert_eq!(local.resolve("127.0.0.1", 6000).await, Ok(vec!["127.0.0.1:6000".parse().unwrap()]));
    }
}
