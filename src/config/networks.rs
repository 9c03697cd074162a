//! Lists of networks.

use std::net::IpAddr;

use ipnet::IpNet;

use super::env::{ConfigError, Env};

/// The networks and addresses that are listed in a setting, between commas.
///
/// # Errors
/// When one is neither.
pub(super) fn networks(env: &Env, name: &'static str) -> Result<Vec<IpNet>, ConfigError> {
    let list = env.text(name)?.unwrap_or_default();
    list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).map(|entry| network(entry, name)).collect()
}

/// A network such as `10.0.0.0/8`, or one address. An address that is no network's first is refused: whoever wrote
/// `10.1.2.3/8` meant one of two things.
fn network(entry: &str, name: &'static str) -> Result<IpNet, ConfigError> {
    let refused = || {
        let problem = format!("{entry:?} is not an address or a network such as 10.0.0.0/8 or fd00::/8");
        ConfigError::new(name, problem)
    };
    let network = match entry.parse::<IpAddr>() {
        Ok(address) => IpNet::from(address.to_canonical()),
        Err(_) => entry.parse::<IpNet>().map_err(|_| refused())?,
    };
    if network.trunc() == network { Ok(network) } else { Err(refused()) }
}
