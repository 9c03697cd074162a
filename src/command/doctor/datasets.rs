//! Whether people may bring data.

use std::error::Error as _;

use secrecy::SecretString;

use super::report::Report;
use crate::config::load::Config;
use crate::config::secrets::Secrets;
use crate::start::WAREHOUSE;
use crate::warehouse::place::Warehouse;
use crate::warehouse::survey::Survey;

const NAME: &str = "datasets";
/// All else works without it.
const ADVICE: &str = "Nobody can upload data until then; all else works. See docs/DATA.md, For operators.";

/// Checks the database of uploaded data: beside the main one at `main`, or that of `DATASETS_DATABASE_URL`.
pub async fn check(report: &mut Report, config: &Config, main: &SecretString) {
    // What is wrong with the keys themselves is said by the check of the secrets.
    let Ok(secrets) = Secrets::load(&config.auth, &config.server.data_dir) else { return };
    let warehouse = Warehouse::new(main, &config.data, config.database.timeout, secrets.key_for(WAREHOUSE));
    let warehouse = match warehouse {
        Ok(warehouse) => warehouse,
        Err(error) => return report.fail(NAME, &error.chain()),
    };
    let name = warehouse.database();
    match warehouse.survey().await {
        Ok(Survey::Ready) => report.ok(NAME, &format!("uploaded data are in the database {name}")),
        Ok(Survey::ToBeMade) => report.ok(NAME, &format!("the first upload makes the database {name}")),
        Ok(Survey::MayNotMakeDatabase) => {
            let found = format!("there is no database {name}, and the user of DATABASE_URL may not make it (CREATEDB)");
            report.warn(NAME, &found, ADVICE);
        }
        Ok(Survey::MayNotMakeRoles) => {
            let found = format!("the user of the database {name} may not make roles (CREATEROLE)");
            report.warn(NAME, &found, ADVICE);
        }
        Err(error) => {
            let cause = error.source().map_or_else(|| error.message().to_owned(), ToString::to_string);
            report.warn(NAME, &format!("the database {name} does not answer: {cause}"), ADVICE);
        }
    }
}
