//! Redis, where there is one.

use super::report::Report;
use crate::config::load::Config;
use crate::limits::redis::Redis;

/// Whether Redis answers. Nothing is kept there that would be missed.
pub async fn check(report: &mut Report, config: &Config) {
    let Some(url) = &config.limits.redis_url else { return };
    let version = async { Redis::new(url)?.version().await };
    match version.await {
        Ok(version) => report.ok("redis", &format!("version {version}: requests are counted there")),
        Err(error) => report.fail("redis", &format!("{}: instances count requests each for itself", error.chain())),
    }
}
