//! Reads the command line and the configuration, and runs the command.

use std::future::Future;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::ground::say;
use super::{admin, demo, doctor, serve};
use crate::config::env::Env;
use crate::config::load::Config;
use crate::db::connect::Connector;
use crate::db::migrate;
use crate::error::Result;
use crate::graphql::schema;
use crate::start;
use crate::telemetry::start as telemetry;

/// Of each thread that answers, in bytes: a deep query is as many futures one within the other. Memory that is not touched is not taken.
const STACK: usize = 16 * 1024 * 1024;

/// A GraphQL backend for AI assistants: one binary and Postgres. Settings are in .env.example.
#[derive(Debug, Parser)]
#[command(name = "elenchus", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the API and runs background jobs (default).
    Serve(serve::Args),
    /// Runs background jobs alone.
    Worker,
    /// Brings the database up to date.
    Migrate,
    /// Prints the GraphQL schema.
    Schema,
    /// Manages accounts and keys.
    #[command(subcommand)]
    Admin(admin::Command),
    /// Fills the database with a demo account, documents and a conversation.
    Demo,
    /// Checks database, vector search, storage, models and keys, and says what to do.
    Doctor(doctor::Args),
}

impl Cli {
    /// Runs the command; a failure is one line on standard error.
    #[must_use]
    pub fn run(self) -> ExitCode {
        // One provider of cryptography for the whole process; a second installation would be a mistake of ours.
        if rustls::crypto::ring::default_provider().install_default().is_err() {
            return fail("cannot set up TLS");
        }
        let command = self.command.unwrap_or(Command::Serve(serve::Args::default()));
        if matches!(command, Command::Schema) {
            return match std::io::stdout().write_all(schema::sdl().as_bytes()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => fail(&error.to_string()),
            };
        }
        let loaded = Env::load(Path::new(".")).and_then(|env| Config::from_env(&env).map(|config| (env, config)));
        let (env, mut config) = match loaded {
            Ok(loaded) => loaded,
            Err(error) => return fail(&error.to_string()),
        };
        if matches!(command, Command::Doctor(_)) && !env.is_given("LOG_LEVEL") {
            // What it has to say, it prints.
            "error".clone_into(&mut config.server.log_level);
        }
        let telemetry = match telemetry::start(&config.server, &config.telemetry) {
            Ok(telemetry) => telemetry,
            Err(error) => return fail(&error.to_string()),
        };
        let ended = match command {
            Command::Serve(args) => block_on(serve::run(config, args)),
            Command::Worker => block_on(serve::work(config)),
            Command::Migrate => block_on(migrate(config)),
            Command::Admin(command) => block_on(admin::run(config, command)),
            Command::Demo => block_on(demo::run(config)),
            Command::Doctor(args) => block_on(doctor::run(&env, config, args)),
            Command::Schema => ExitCode::SUCCESS,
        };
        telemetry.stop();
        ended
    }
}

async fn migrate(config: Config) -> Result<()> {
    let database = start::database(&config).await?;
    let connector = Connector::new(secrecy::ExposeSecret::expose_secret(&database.url), config.database.timeout)?;
    let applied = migrate::run(&connector).await;
    database.stop().await;
    say(&match applied? {
        0 => "The database is up to date.".to_owned(),
        count => format!("{count} migrations applied."),
    });
    Ok(())
}

fn fail(problem: &str) -> ExitCode {
    let _closed = writeln!(std::io::stderr(), "elenchus: {problem}");
    ExitCode::FAILURE
}

fn block_on(command: impl Future<Output = Result<()>>) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().thread_stack_size(STACK).enable_all().build();
    let runtime = match runtime {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.to_string()),
    };
    match runtime.block_on(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::debug!(error = %error.chain(), "the command failed");
            fail(error.message())
        }
    }
}
