//! What the commands stand on: an application over the configured database, and a way to say something.

use std::future::Future;
use std::io::Write as _;

use crate::app::App;
use crate::clock::Clock;
use crate::config::load::Config;
use crate::error::Result;
use crate::start;

/// Runs a command with an application over the configured database, which is stopped afterwards if it is ours.
///
/// # Errors
/// The command's, or the start's.
pub(super) async fn with_app<T, F>(config: Config, command: impl FnOnce(App) -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    let database = start::database(&config).await?;
    let done = match start::application(config, &database.url, Clock::System).await {
        Ok(app) => command(app).await,
        Err(error) => Err(error),
    };
    database.stop().await;
    done
}

/// A line for whoever called.
pub(super) fn say(line: &str) {
    // Nobody reads a closed pipe.
    let _closed = writeln!(std::io::stdout(), "{line}");
}
