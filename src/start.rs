//! From a configuration to a running application: the database found or started, tables up to date, models loaded.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::{Semaphore, watch};

use crate::ai::chat::models::Models;
use crate::ai::chat::prices::Prices;
use crate::ai::embed::embedder::Embedder;
use crate::ai::embed::load;
use crate::ai::speech::error::SpeechError;
use crate::ai::speech::voices::Voices;
use crate::app::App;
use crate::clock::Clock;
use crate::config::load::Config;
use crate::config::secrets::Secrets;
use crate::config::server::Environment;
use crate::db::embedded::server::{self, EmbeddedPostgres};
use crate::db::embedded::settings::Settings;
use crate::db::pool::Db;
use crate::db::{connect, migrate, requirements};
use crate::domain::conversations::answer::Answer;
use crate::domain::conversations::kinds;
use crate::domain::conversations::reply::Reply;
use crate::domain::conversations::summary::Summary;
use crate::domain::conversations::title::Title;
use crate::domain::courses::misconceptions::prompts as misconceptions;
use crate::domain::courses::misconceptions::purpose::Misconceptions;
use crate::domain::courses::themes::prompts as themes;
use crate::domain::courses::themes::purpose::Themes;
use crate::domain::courses::tutoring::prompts as tutoring;
use crate::domain::courses::tutoring::tutor::Tutor;
use crate::domain::dashboards::insights::purpose::Insights;
use crate::domain::data::questions::prompts as questions;
use crate::domain::data::questions::purpose::DataQuestions;
use crate::domain::documents::jobs::IndexMissingEmbeddings;
use crate::domain::generation::prompts::{self, BuiltIn};
use crate::domain::generation::purpose::Purposes;
use crate::error::{Error, Result};
use crate::events::bus::Bus;
use crate::extraction::extractor::Extractor;
use crate::jobs::queue;
use crate::limits::limiter::Limits;
use crate::limits::store::Store;
use crate::mail::mailer::Mailer;
use crate::oidc::provider::Provider;
use crate::outbound::posting::Poster;
use crate::seal::sealer::Sealer;
use crate::storage::store::Storage;
use crate::warehouse::place::Warehouse;

/// Entries of the audit trail that nobody waits for, under way at once: more are only counted.
const NOTES: usize = 64;

/// What the key is for that passwords of the warehouse's roles are derived from.
pub const WAREHOUSE: &str = "roles of the warehouse";

/// A database that is ours to stop, or somebody else's.
pub struct Database {
    pub url: SecretString,
    /// The private Postgres, when it is one.
    pub embedded: Option<EmbeddedPostgres>,
}

impl Database {
    /// Stops the private Postgres; somebody else's is left alone.
    pub async fn stop(self) {
        if let Some(embedded) = self.embedded {
            embedded.stop().await;
        }
    }
}

/// Finds the database of the configuration, or starts the private one, and checks that it has what is needed.
///
/// # Errors
/// With a sentence that says what to do.
pub async fn database(config: &Config) -> Result<Database> {
    if let Some(url) = &config.database.url {
        let connector = connect::Connector::new(url.expose_secret(), config.database.timeout)?;
        // Whoever starts a server may know what a user must not: which address, and why not.
        let refused = |error| Error::unavailable(format!("DATABASE_URL: {}: {error}", connector.unreachable()));
        let (client, _alive) = connector.client().await.map_err(refused)?;
        let problem = |error: requirements::RequirementError| Error::unavailable(error.to_string());
        let info = requirements::check(&client).await.map_err(problem)?;
        tracing::info!(?info, "using the database of DATABASE_URL");
        return Ok(Database { url: url.clone(), embedded: None });
    }
    let settings = Settings::new(config.server.data_dir.clone());
    let embedded = server::start(settings).await.map_err(|error| Error::unavailable(error.to_string()))?;
    Ok(Database { url: embedded.url().clone(), embedded: Some(embedded) })
}

/// An application over a database: tables brought up to date, handles made. The embedding model loads in the background.
///
/// # Errors
/// When Postgres does not answer, or a setting turns out wrong.
pub async fn application(config: Config, database: &SecretString, clock: Clock) -> Result<App> {
    let wrong = |error: crate::config::env::ConfigError| Error::bad_input(error.name.clone(), error.to_string());
    let secrets = Secrets::load(&config.auth, &config.server.data_dir).map_err(wrong)?;
    prompts::check(config.models.prompts_dir.as_deref(), &known_prompts()).map_err(wrong)?;
    let db = Db::new(database, &config.database)?;
    migrate::run(db.connector()).await?;
    let models = Models::new(&config.models).map_err(wrong)?;
    let prices = Prices::load(config.models.prices_file.as_deref()).map_err(wrong)?;
    let voices = Voices::new(&config.models, &config.speech).map_err(unable_to_speak)?;
    let mail = Mailer::open(&config.mail)?;
    let storage = Storage::open(&config.storage)?;
    let exe = std::env::current_exe().map_err(Error::internal)?;
    let pdfium =
        crate::extraction::pdf::library::locate_pdfium(&config.documents.extraction, &config.server.data_dir).await;
    let extractor = Extractor::new(exe, config.documents.extraction.clone(), pdfium);
    let oidc = config.oidc.clone().map(|oidc| Provider::new(oidc, clock.clone())).transpose().map_err(wrong)?;
    let warehouse = Warehouse::new(database, &config.data, config.database.timeout, secrets.key_for(WAREHOUSE))?;
    let may_be_plain = config.server.environment == Environment::Development && config.data.source_plaintext;
    let poster = Poster::new(&config.data.source_networks, may_be_plain).map_err(Error::internal)?;
    let (embedder, loaded) = watch::channel(None);
    let limits = Limits::new(config.limits.clone(), Store::new(&config.limits, &db)?);
    let app = App {
        hashing: Arc::new(Semaphore::new(config.auth.hash_concurrency)),
        notes: Arc::new(Semaphore::new(NOTES)),
        config: Arc::new(config),
        oidc: oidc.map(Arc::new),
        sealer: Arc::new(Sealer::new(&secrets.encryption_keys)),
        secrets: Arc::new(secrets),
        limits,
        clock,
        db,
        bus: Bus::default(),
        models: Arc::new(models),
        prices: Arc::new(prices),
        voices: Arc::new(voices),
        embedder: loaded,
        mail,
        poster,
        storage,
        warehouse,
        extractor,
    };
    tokio::spawn(load_embedder(app.clone(), embedder));
    Ok(app)
}

/// Whoever starts a server is told which setting it is.
fn unable_to_speak(error: SpeechError) -> Error {
    match error {
        SpeechError::Setting { setting, problem } => Error::bad_input(setting, format!("{setting}: {problem}")),
        error => error.into(),
    }
}

/// Loads the embedding model, which the first time means fetching it, and has what is not indexed indexed.
async fn load_embedder(app: App, loaded: watch::Sender<Option<Arc<dyn Embedder>>>) {
    match load::load(&app.config.models, &app.config.server.data_dir).await {
        Ok(Some(embedder)) => {
            tracing::info!(model = embedder.model(), "embedding model loaded: search finds meanings too");
            loaded.send_replace(Some(embedder));
            let queued = async {
                let conn = app.db.write().await?;
                queue::enqueue::<App, _>(&conn, &app.clock, &IndexMissingEmbeddings {}).await
            };
            if let Err(error) = queued.await {
                tracing::warn!(error = %error.chain(), "cannot queue the indexing of older documents");
            }
        }
        Ok(None) => tracing::info!("no embedding model: search is by keywords"),
        Err(error) => tracing::warn!(%error, "no embedding model: search is by keywords"),
    }
    // Kept open for as long as the application lives, so that readers keep what was loaded.
    loaded.closed().await;
}

/// What the engine writes texts for.
#[must_use]
pub fn purposes() -> Purposes {
    Purposes::default()
        .with(Reply)
        .with(Answer)
        .with(Title)
        .with(Summary)
        .with(Themes)
        .with(Tutor)
        .with(Misconceptions)
        .with(DataQuestions)
        .with(Insights)
}

/// All prompts that an operator may replace.
#[must_use]
pub fn known_prompts() -> Vec<BuiltIn> {
    [kinds::ALL, themes::ALL, tutoring::ALL, misconceptions::ALL, questions::ALL].concat()
}
