//! Whether the database answers and has what is needed.

use secrecy::{ExposeSecret as _, SecretString};

use super::datasets;
use super::report::Report;
use crate::clock::Clock;
use crate::config::load::Config;
use crate::config::secrets::Secrets;
use crate::db::connect::Connector;
use crate::db::embedded::error::EmbeddedError;
use crate::db::embedded::server;
use crate::db::embedded::settings::Settings;
use crate::db::pool::Db;
use crate::db::{migrate, requirements};
use crate::seal::reseal::{self, Survey};
use crate::seal::sealer::Sealer;

const NAME: &str = "database";
/// A difference between the database's clock and ours that shows in the order of things, in seconds.
const CLOCK_DIFFERENCE: i64 = 5;

/// Checks the database of `DATABASE_URL`, or starts the private one for a moment.
pub async fn check(report: &mut Report, config: &Config) {
    if let Some(url) = &config.database.url {
        look(report, config, url, "of DATABASE_URL").await;
        return;
    }
    match server::start(Settings::new(config.server.data_dir.clone())).await {
        Ok(private) => {
            let whose = format!("private, in {}", private.cluster().display());
            look(report, config, &private.url(), &whose).await;
            private.stop().await;
        }
        Err(EmbeddedError::AlreadyRunning { pid, .. }) => {
            let holder = pid.map_or_else(|| "a server".to_owned(), |pid| format!("process {pid}"));
            let found = format!("the private Postgres is in use by {holder}, and was not looked at");
            report.warn(
                NAME,
                &found,
                "Ask the running server: GET /health as an administrator. Or stop it and try again.",
            );
        }
        Err(error) => report.fail(NAME, &error.to_string()),
    }
}

async fn look(report: &mut Report, config: &Config, url: &SecretString, whose: &str) {
    let connector = match Connector::new(url.expose_secret(), config.database.timeout) {
        Ok(connector) => connector,
        Err(error) => return report.fail(NAME, &format!("DATABASE_URL: {error}")),
    };
    let client = match connector.client().await {
        Ok((client, _alive)) => client,
        Err(error) => {
            return report
                .fail(NAME, &format!("Postgres {whose} does not answer: {error}. Check address and password."));
        }
    };
    match requirements::check(&client).await {
        Ok(info) => {
            let found = format!("Postgres {} with pgvector {} ({whose})", info.version, info.pgvector);
            report.ok(NAME, &found);
        }
        Err(error) => return report.fail(NAME, &error.to_string()),
    }
    if let Ok(row) = client.query_one("SELECT extract(epoch FROM now())::int8", &[]).await
        && let Ok(theirs) = row.try_get::<_, i64>(0)
    {
        let difference = (theirs - Clock::System.now().timestamp()).abs();
        if difference > CLOCK_DIFFERENCE {
            let found = format!("the database's clock and this machine's differ by {difference} seconds");
            report.warn(NAME, &found, "Let both keep time by NTP: tokens and leases end by these clocks.");
        }
    }
    match migrate::pending(&connector).await {
        Ok(0) => {
            report.ok("migrations", "none is pending");
            sealed(report, config, url).await;
        }
        Ok(count) => report.warn(
            "migrations",
            &format!("{count} are pending"),
            "The next start of a server applies them, or `elenchus migrate` now.",
        ),
        Err(error) => report.fail("migrations", &error.chain()),
    }
    datasets::check(report, config, url).await;
}

/// Whether all that is encrypted can be read, and how much of it with an older key.
async fn sealed(report: &mut Report, config: &Config, url: &SecretString) {
    // What is wrong with the keys themselves is said by the check of the secrets.
    let Ok(secrets) = Secrets::load(&config.auth, &config.server.data_dir) else { return };
    let counted = async {
        let db = Db::new(url, &config.database)?;
        reseal::survey(&*db.read().await?, &Sealer::new(&secrets.encryption_keys)).await
    };
    match counted.await {
        Ok(Survey { unknown, .. }) if unknown > 0 => report.fail(
            "encrypted",
            &format!(
                "{unknown} stored values are encrypted with a key that is not here. Give it in ENCRYPTION_KEY_PREVIOUS."
            ),
        ),
        Ok(Survey { older, newest, .. }) if older > 0 => report.warn(
            "encrypted",
            &format!("{older} stored values are encrypted with an older key, {newest} with the newest"),
            "Run `elenchus admin reseal`; the older key can then be removed.",
        ),
        Ok(Survey { newest, .. }) => {
            report.ok("encrypted", &format!("{newest} stored values, all with the newest key"));
        }
        Err(error) => report.fail("encrypted", &error.chain()),
    }
}
