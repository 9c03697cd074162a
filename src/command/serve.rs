//! `elenchus serve` and `elenchus worker`.

use std::future::pending;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::demo;
use super::ground::say;
use crate::clock::Clock;
use crate::config::load::Config;
use crate::domain::users::actions::accounts;
use crate::error::Result;
use crate::server::{self, Options};
use crate::{start, worker};

/// How to serve.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Args {
    /// Adds the demo account and its documents if there are no accounts yet.
    #[arg(long)]
    pub demo: bool,
    /// Leaves background jobs to `elenchus worker`.
    #[arg(long)]
    pub no_worker: bool,
}

/// Serves until SIGTERM or Ctrl-C.
///
/// # Errors
/// When the database, the port or a setting stands against it.
pub async fn run(config: Config, args: Args) -> Result<()> {
    let public_url = config.server.public_url.clone();
    let graphiql = config.graphql.graphiql;
    let database = start::database(&config).await?;
    let is_alone = database.embedded.is_some();
    let served = async {
        let app = start::application(config, &database.url, Clock::System).await?;
        accounts::ensure_admin(&app).await?;
        let demo_login = if args.demo { demo::account(&app).await? } else { None };
        let options = Options { demo_login: demo_login.clone(), without_worker: args.no_worker, is_alone };
        let running = server::serve(app.clone(), options).await?;
        let prepare = async {
            // The server is of use without it, and the next start tries again.
            if demo_login.is_some()
                && let Err(error) = demo::fill(&app).await
            {
                tracing::warn!(error = %error.chain(), "the demo is not complete");
            }
            let url = public_url.unwrap_or_else(|| format!("http://{}", reachable(running.address)));
            announce(&url, graphiql, demo_login.as_ref());
            pending::<()>().await;
        };
        tokio::select! {
            () = server::asked_to_stop() => {}
            () = prepare => {}
        }
        running.stop().await;
        Ok(())
    }
    .await;
    database.stop().await;
    served
}

/// An address to go to, for one to listen on: 0.0.0.0 is every address of this machine, and none that a client can use.
fn reachable(listening: SocketAddr) -> SocketAddr {
    let ip = match listening.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listening.port())
}

/// Tells whoever started it where it is and what to try.
fn announce(url: &str, graphiql: bool, demo_login: Option<&(String, String)>) {
    say("");
    say(&format!("Elenchus is running at {url}"));
    say(&format!("  GraphQL        {url}/graphql (subscriptions at {}/graphql/ws)", url.replacen("http", "ws", 1)));
    if graphiql {
        say(&format!("  GraphiQL       {url}/graphiql"));
        say(&format!("  Schema         {url}/schema.graphql"));
    }
    say(&format!("  Health         {url}/health"));
    if let Some((email, password)) = demo_login {
        say(&format!("  Demo account   {email} with the password {password}"));
        say("");
        say("Watch an answer stream in, from another terminal:");
        say(&format!("  python3 scripts/ask --url {url} 'How much notice must a tenant give?'"));
    }
    say("");
}

/// Runs background jobs until SIGTERM or Ctrl-C.
///
/// # Errors
/// When the database or a setting stands against it.
pub async fn work(config: Config) -> Result<()> {
    let drain = config.server.drain;
    let database = start::database(&config).await?;
    let worked = async {
        let app = start::application(config, &database.url, Clock::System).await?;
        let (listening, _) = watch::channel(false);
        let listener = tokio::spawn(app.bus.clone().run(app.db.connector().clone(), listening));
        let stop = CancellationToken::new();
        let work = tokio::spawn(worker::work(app, stop.clone(), drain));
        server::asked_to_stop().await;
        stop.cancel();
        // A panic in the runner itself would be the only error here, and is logged by its own hook.
        let _ended = work.await;
        listener.abort();
        Ok(())
    }
    .await;
    database.stop().await;
    worked
}
