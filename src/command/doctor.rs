//! `elenchus doctor`: looks at everything the server needs, says what to do about what is missing, and lists every
//! setting. Changes nothing but what a start would make as well; nothing goes over the network to anybody's provider
//! unless `--online` asks for it.

use crate::config::env::Env;
use crate::config::load::Config;
use crate::config::settings::SETTINGS;
use crate::error::{Error, Result};

use super::ground::say;

mod database;
mod datasets;
mod machine;
mod models;
mod redis;
mod report;
mod speech;

/// How thoroughly to look.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
pub struct Args {
    /// Fetches what is missing and asks the configured models for a word, which may cost a fraction of a cent.
    #[arg(long)]
    pub online: bool,
}

/// Prints a line a check, then every setting.
///
/// # Errors
/// When a check failed.
pub async fn run(env: &Env, config: Config, args: Args) -> Result<()> {
    let mut report = report::Report::default();
    machine::folder(&mut report, &config);
    database::check(&mut report, &config).await;
    redis::check(&mut report, &config).await;
    machine::storage(&mut report, &config).await;
    machine::secrets(&mut report, &config);
    models::chat(&mut report, &config, args.online).await;
    models::prompts(&mut report, &config);
    models::embedding(&mut report, &config, args.online).await;
    speech::check(&mut report, &config, args.online).await;
    machine::pdfium(&mut report, &config, args.online).await;
    machine::graphiql(&mut report, &config);
    machine::clock(&mut report);
    machine::open_files(&mut report);
    settings(env)?;
    match report.failed() {
        0 => Ok(()),
        1 => Err(Error::unavailable("1 check failed; it is marked FAIL above.")),
        count => Err(Error::unavailable(format!("{count} checks failed; they are marked FAIL above."))),
    }
}

/// Every setting with its value and where that comes from. Secrets are named, never shown.
fn settings(env: &Env) -> Result<()> {
    for (heading, settings) in SETTINGS {
        say("");
        say(heading);
        for setting in *settings {
            let wrong =
                |error: crate::config::env::ConfigError| Error::bad_input(error.name.clone(), error.to_string());
            let given = env.is_given(setting.name);
            let value = match env.text(setting.name).map_err(wrong)? {
                Some(_) if setting.secret => "(not shown)".to_owned(),
                Some(value) => value,
                None => "(none)".to_owned(),
            };
            say(&format!("  {:<29} {:<8} {value}", setting.name, if given { "given" } else { "default" }));
        }
    }
    Ok(())
}
