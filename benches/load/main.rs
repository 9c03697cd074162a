//! How much the server bears: `make bench`, about five minutes.
//!
//! Starts a Postgres of its own, fills the product's tables with a fixed set, starts the release server on it as another
//! process, and measures over loopback
//!
//! * the nested query N (20 conversations with 10 messages and the documents each, some 110 kB), signed in, in turn with
//!   the same answer from a server that does nothing but read rows and write them as JSON ([`limit`]): figures of one
//!   run on one machine, of which the ratios can be compared with other runs;
//! * streams: answers at 50 tokens a second from a provider in this process, each followed over a websocket of its own;
//! * senders: 100 people who send a message at the same moment, in five rounds, until each has its answer;
//! * calls: 1,000 small operations of a front end in one minute, each begun when it is due.
//!
//! Everything shares the machine: server, Postgres, the provider and the clients. Nothing is asserted about time; what
//! is wrong in content (an answer that differs from the limit's, a token that is lost, a message that is not the one that
//! was sent, a reply that does not end whole, a call that is refused) ends the run with an error.

mod calls;
mod client;
mod data;
mod limit;
mod nested;
mod operations;
mod process;
mod provider;
mod report;
mod senders;
mod streams;

use std::error::Error;
use std::process::ExitCode;

use elenchus::db::embedded::server::{self, EmbeddedPostgres};
use elenchus::db::embedded::settings::Settings;
use secrecy::ExposeSecret as _;

/// As the product's, so that both sides of the comparison have the same.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What ends a measurement before its time.
type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Streams at once, one measurement each.
const STREAMS: [usize; 3] = [50, 200, 400];

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // The ring provider is the only one there is; a second installation cannot happen here.
    let _first = rustls::crypto::ring::default_provider().install_default();
    let done = if arguments.first().is_some_and(|word| word == limit::ARGUMENT) {
        limit::serve().await
    } else {
        tokio::select! {
            done = measure() => done,
            _ = tokio::signal::ctrl_c() => Err("interrupted".into()),
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn measure() -> Outcome<()> {
    let folder = tempfile::Builder::new().prefix("elenchus-load-").tempdir()?;
    // Root runs Postgres as another account, which must be able to pass through.
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o711))?;
    let mut settings = Settings::new(folder.path());
    settings.wheel_cache = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("wheels");
    let postgres = server::start(settings).await?;
    let measured = with_postgres(&postgres, folder.path()).await;
    postgres.stop().await;
    measured
}

async fn with_postgres(postgres: &EmbeddedPostgres, folder: &std::path::Path) -> Outcome<()> {
    let url = postgres.url();
    let url = url.expose_secret();
    println!("filling the tables …");
    data::fill(url).await?;
    let provider = provider::Provider::start().await?;
    let product = process::Child::product(url, folder, provider.address).await?;
    let limit = process::Child::limit(url).await?;
    let database = process::postmaster(postgres)?;
    let mut report = report::Report::new(postgres.version());
    let measured = async {
        println!("signing in …");
        let mut people = client::sign_in(product.address, 0..data::READERS).await?;
        println!("nested queries …");
        report.nested(nested::measure(&product, &limit, database, &people).await?);
        limit.stop().await;
        println!("streams …");
        let idle = process::resident(product.pid);
        for count in STREAMS {
            report.streams(streams::measure(&product, database, &provider, &people, count, idle).await?);
        }
        println!("signing more people in …");
        people.extend(client::sign_in(product.address, data::READERS..senders::SENDERS).await?);
        println!("senders …");
        report.senders(senders::measure(&product, database, &provider, &people).await?);
        println!("calls …");
        report.calls(calls::measure(&product, database, &people).await?);
        Ok(())
    }
    .await;
    product.stop().await;
    // What was measured before an error is worth its minutes.
    report.finish()?;
    measured
}
