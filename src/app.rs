//! The handles that every action needs. Nothing but handles: what is done with them is in `domain`.

use std::sync::Arc;

use tokio::sync::watch;

use crate::ai::chat::models::Models;
use crate::ai::chat::prices::Prices;
use crate::ai::embed::embedder::Embedder;
use crate::ai::speech::voices::Voices;
use crate::clock::Clock;
use crate::config::load::Config;
use crate::config::secrets::Secrets;
use crate::db::pool::Db;
use crate::events::bus::Bus;
use crate::extraction::extractor::Extractor;
use crate::limits::limiter::Limits;
use crate::mail::mailer::Mailer;
use crate::oidc::provider::Provider;
use crate::outbound::posting::Poster;
use crate::seal::sealer::Sealer;
use crate::storage::store::Storage;
use crate::warehouse::place::Warehouse;

/// The running application. Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub config: Arc<Config>,
    pub secrets: Arc<Secrets>,
    /// Whom people may sign in with besides; `None` where that is not configured.
    pub oidc: Option<Arc<Provider>>,
    /// Encrypts what the database keeps.
    pub sealer: Arc<Sealer>,
    pub clock: Clock,
    pub db: Db,
    pub bus: Bus,
    /// How often one caller may do what.
    pub limits: Limits,
    /// Writes to people, where this installation sends mail. Only jobs do: no request waits for a mail server.
    pub mail: Mailer,
    /// Sends messages to addresses that people gave us.
    pub poster: Poster,
    pub storage: Storage,
    /// What people upload to ask questions of.
    pub warehouse: Warehouse,
    /// Starts the processes that read files; it knows nothing of the application itself.
    pub extractor: Extractor,
    pub models: Arc<Models>,
    pub prices: Arc<Prices>,
    /// What is heard and spoken with.
    pub voices: Arc<Voices>,
    /// Bounds how many passwords are hashed at once: each takes memory on purpose.
    pub hashing: Arc<tokio::sync::Semaphore>,
    /// Bounds how many entries of the audit trail that nobody waits for are written at once.
    pub notes: Arc<tokio::sync::Semaphore>,
    /// The embedding model; `None` while it loads, and where there is none: then search is by keywords.
    pub embedder: watch::Receiver<Option<Arc<dyn Embedder>>>,
}
