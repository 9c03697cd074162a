//! An application with documents over a database and a folder of its own, and people in it.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel_async::SimpleAsyncConnection as _;
use elenchus::ai::chat::models::Models;
use elenchus::ai::chat::prices::Prices;
use elenchus::ai::embed::embedder::Embedder;
use elenchus::ai::speech::voices::Voices;
use elenchus::app::App;
use elenchus::clock::Clock;
use elenchus::config::env::Env;
use elenchus::config::load::Config;
use elenchus::config::secrets::Secrets;
use elenchus::db::pool::Db;
use elenchus::domain::documents::actions::upload::{Incoming, upload};
use elenchus::domain::documents::jobs::ProcessDocument;
use elenchus::domain::documents::model::Document;
use elenchus::domain::users::actor::{Actor, Credential, SignedIn};
use elenchus::domain::users::model::{Role, User};
use elenchus::error::Result;
use elenchus::events::bus::Bus;
use elenchus::extraction::extractor::Extractor;
use elenchus::ids::{LoginSessionId, UserId};
use elenchus::jobs::job::{Attempt, Job as _, JobError};
use elenchus::limits::limiter::Limits;
use elenchus::limits::store::Store;
use elenchus::mail::mailer::Mailer;
use elenchus::oidc::provider::Provider;
use elenchus::outbound::posting::Poster;
use elenchus::seal::sealer::Sealer;
use elenchus::start::WAREHOUSE;
use elenchus::storage::store::Storage;
use elenchus::warehouse::place::Warehouse;
use tokio::sync::{Semaphore, watch};

use super::database::TestDatabase;

pub const FIRST: Attempt = Attempt { number: 1, is_last: false };
pub const LAST: Attempt = Attempt { number: 5, is_last: true };

pub struct Library {
    pub app: App,
    pub database: TestDatabase,
    pub embedder: watch::Sender<Option<Arc<dyn Embedder>>>,
    pub folder: tempfile::TempDir,
}

impl Library {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// An application with these settings besides the defaults, and without an embedding model.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let database = TestDatabase::new().await;
        let folder = tempfile::tempdir().unwrap();
        let files = format!("file:{}", folder.path().join("files").display());
        let mut pairs = vec![
            ("DATABASE_URL", database.url.as_str()),
            ("STORAGE_URL", files.as_str()),
            ("DATA_DIR", folder.path().to_str().unwrap()),
            ("RATE_LIMIT_DEFAULT", "0"),
            ("RATE_LIMIT_SIGN_IN", "0"),
            ("RATE_LIMIT_API_KEY", "0"),
            ("RATE_LIMIT_CHAT", "0"),
            ("RATE_LIMIT_STATEMENTS", "0"),
            ("RATE_LIMIT_UPLOAD", "0"),
            ("SIGN_IN_TRIES", "0"),
            ("SECOND_FACTOR_TRIES", "0"),
            ("SHARE_LINK_TRIES", "0"),
            ("RATE_LIMIT_SHARED_REFRESH", "0"),
            ("RATE_LIMIT_MAIL", "0"),
            ("SECRET_KEY", "a key for tests that nobody else has"),
            ("ENCRYPTION_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
        ];
        pairs.extend(settings);
        let config = Config::from_env(&Env::from_pairs(pairs)).unwrap();
        let start: DateTime<Utc> = "2026-03-01T12:00:00Z".parse().unwrap();
        let exe = PathBuf::from(env!("CARGO_BIN_EXE_elenchus"));
        let (embedder, receiver) = watch::channel(None);
        let db = Db::new(config.database.url.as_ref().unwrap(), &config.database).unwrap();
        let secrets = Secrets::load(&config.auth, &config.server.data_dir).unwrap();
        let clock = Clock::manual(start);
        let oidc = config.oidc.clone().map(|oidc| Arc::new(Provider::new(oidc, clock.clone()).unwrap()));
        let url = config.database.url.as_ref().unwrap();
        let warehouse = Warehouse::new(url, &config.data, config.database.timeout, secrets.key_for(WAREHOUSE)).unwrap();
        let app = App {
            oidc,
            warehouse,
            limits: Limits::new(config.limits.clone(), Store::new(&config.limits, &db).unwrap()),
            sealer: Arc::new(Sealer::new(&secrets.encryption_keys)),
            secrets: Arc::new(secrets),
            clock,
            db,
            bus: Bus::default(),
            poster: Poster::new(&config.data.source_networks, config.data.source_plaintext).unwrap(),
            mail: Mailer::open(&config.mail).unwrap(),
            storage: Storage::open(&config.storage).unwrap(),
            extractor: Extractor::new(exe, config.documents.extraction.clone(), None),
            models: Arc::new(Models::new(&config.models).unwrap()),
            prices: Arc::new(Prices::load(None).unwrap()),
            voices: Arc::new(Voices::new(&config.models, &config.speech).unwrap()),
            hashing: Arc::new(Semaphore::new(config.auth.hash_concurrency)),
            notes: Arc::new(Semaphore::new(64)),
            embedder: receiver,
            config: Arc::new(config),
        };
        Self { app, database, embedder, folder }
    }

    /// Somebody with an account.
    pub async fn person(&self, name: &str, role: Role) -> Actor {
        let id = UserId::generate(self.app.clock.now());
        self.sql(&format!(
            "INSERT INTO users (id, email, role, created_at, updated_at) \
             VALUES ('{}', '{name}@example.org', '{role}', now(), now())",
            id.uuid()
        ))
        .await;
        let now = self.app.clock.now();
        let user = User {
            id,
            email: format!("{name}@example.org"),
            username: None,
            full_name: None,
            role,
            is_active: true,
            organization: None,
            job_title: None,
            timezone: "UTC".to_owned(),
            language: "en".to_owned(),
            preferences: serde_json::json!({}),
            last_login_at: None,
            last_seen_at: None,
            created_at: now,
            updated_at: now,
            second_factor_at: None,
            email_verified_at: None,
            avatar_hash: None,
        };
        let credential = Credential::Session(LoginSessionId::generate(now));
        Actor::somebody(SignedIn { user, credential, expires_at: now })
    }

    /// What happens outside of the actions under test.
    pub async fn sql(&self, statement: &str) {
        self.app.db.write().await.unwrap().batch_execute(statement).await.unwrap();
    }

    /// The first column of the first row, as text.
    pub async fn text(&self, query: &str) -> Option<String> {
        let (client, connection) = tokio_postgres::connect(&self.database.url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.query_one(&format!("SELECT t.x::text FROM (SELECT {query}) AS t (x)"), &[]).await.unwrap().get(0)
    }

    /// Uploads one file, unread.
    pub async fn upload(&self, actor: &Actor, name: &str, bytes: &[u8]) -> Document {
        upload(&self.app, actor, vec![incoming(name, bytes)]).await.unwrap().remove(0)
    }

    /// Uploads one file and reads it.
    pub async fn add(&self, actor: &Actor, name: &str, bytes: &[u8]) -> Document {
        let document = self.upload(actor, name, bytes).await;
        self.process(&document, FIRST).await.unwrap();
        self.get(actor, &document).await.unwrap()
    }

    pub async fn process(&self, document: &Document, attempt: Attempt) -> Result<(), JobError> {
        let job = ProcessDocument { document_id: document.id, revision: document.revision };
        job.run(self.app.clone(), attempt).await
    }

    pub async fn get(&self, actor: &Actor, document: &Document) -> Result<Document> {
        elenchus::domain::documents::actions::read::get(&self.app, actor, document.id).await
    }
}

pub fn incoming(name: &str, bytes: &[u8]) -> Incoming {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    Incoming { filename: name.to_owned(), file }
}
