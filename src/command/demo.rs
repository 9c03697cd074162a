//! `elenchus demo`, and `elenchus serve --demo`: an account with documents, conversations, a course and a bookshop's data, to try
//! things out with.
//!
//! Only in development, and only in a database without other people: nobody finds an account with a known password in
//! an installation that is in use. Everything goes through the same actions as for any person.

use std::net::{IpAddr, Ipv4Addr};

use secrecy::SecretString;

use self::stage::{PASSWORD, actor_of, incoming, until_read};
use super::ground::{say, with_app};
use crate::app::App;
use crate::config::load::Config;
use crate::db::page::Page;
use crate::domain::analytics::actions as analytics;
use crate::domain::analytics::range::{Asked, Range};
use crate::domain::conversations::actions as conversations;
use crate::domain::conversations::exchanges::{self, Exchange, Send};
use crate::domain::conversations::model::ConversationCursor;
use crate::domain::documents::actions::upload::Incoming;
use crate::domain::documents::actions::{read, upload};
use crate::domain::documents::model::{Document, DocumentFilter};
use crate::domain::users::actions::accounts;
use crate::domain::users::actor::Actor;
use crate::domain::users::model::Role;
use crate::error::{Error, Result};
use crate::ids::DocumentId;
use crate::server::{self, Options};

mod course;
mod figures;
mod pdf;
mod questions;
mod stage;

const EMAIL: &str = "demo@elenchus.local";
/// What the demo asks, and what everybody is told to ask.
pub const QUESTION: &str = "How much notice must a tenant give?";

const TENANCY_ACT: &str = include_str!("demo/tenancy-act.md");
const LEASE: &str = include_str!("demo/lease.html");
const DECISION: &str = include_str!("demo/decision.txt");
const MERKBLATT: &str = include_str!("demo/merkblatt.txt");

/// E-mail and password of the demo account, which is made when there are no accounts at all. `None` in production, and
/// where people have accounts but the demo has none.
///
/// # Errors
/// When Postgres does not answer.
pub async fn account(app: &App) -> Result<Option<(String, String)>> {
    if app.config.server.is_production() {
        return Ok(None);
    }
    if accounts::find_by_email(app, EMAIL).await?.is_none() && !accounts::are_none(app).await? {
        return Ok(None);
    }
    accounts::ensure_demo_user(app, EMAIL, "Demo", Role::Member, &SecretString::from(PASSWORD)).await?;
    Ok(Some((EMAIL.to_owned(), PASSWORD.to_owned())))
}

/// Gives the demo account what it lacks: documents if it has none, conversations if it has none once the documents can be
/// searched, a course, and a workspace with data. Needs a server, or something like it, that runs jobs and writes replies.
///
/// # Errors
/// When Postgres or the store of files does not answer. One part that fails keeps none of the others from being made.
pub async fn fill(app: &App) -> Result<()> {
    let Some(user) = accounts::find_by_email(app, EMAIL).await? else { return Ok(()) };
    let actor = actor_of(app, user);
    let read = async {
        let asked = match Box::pin(begin(app, &actor)).await {
            Ok(Some(begun)) => Box::pin(questions::go_on(app, &actor, &begun)).await,
            begun => begun.map(drop),
        };
        asked.and(Box::pin(course::fill(app, &actor)).await)
    };
    // Documents take long to be read, and tables need none of them. Both are large to be carried along.
    let (read, figures) = tokio::join!(Box::pin(read), Box::pin(figures::fill(app, &actor)));
    let range = Range::resolve(&Asked::default(), "UTC", app.clock.now(), "range")?;
    let summed_up = Box::pin(analytics::refresh(app, &actor, range)).await.map(drop);
    read.and(figures).and(summed_up)
}

/// Begins the first conversation, if there is none; says what was begun.
async fn begin(app: &App, actor: &Actor) -> Result<Option<Exchange>> {
    let mut documents = documents(app, actor).await?;
    if documents.is_empty() {
        documents = upload::upload(app, actor, samples()?).await?;
        tracing::info!(count = documents.len(), "reading the demo's documents");
    }
    let newest: Page<ConversationCursor> = Page::new(Some(1), None, None, None, |_| None)?;
    if !conversations::list(app, actor, None, newest).await?.rows.is_empty() {
        return Ok(None);
    }
    if !until_read(app, actor, documents).await? {
        tracing::warn!("the demo's documents are not read yet; its conversation begins at the next start");
        return Ok(None);
    }
    let question = Send { text: QUESTION.to_owned(), ..Send::default() };
    Ok(Some(exchanges::send(app, actor, question).await?))
}

async fn documents(app: &App, actor: &Actor) -> Result<Vec<Document>> {
    let page: Page<DocumentId> = Page::new(Some(100), None, None, None, |_| None)?;
    Ok(read::list(app, actor, &page, &DocumentFilter::default()).await?.rows)
}

fn samples() -> Result<Vec<Incoming>> {
    let decision = pdf::of_text(DECISION);
    [
        ("Residential Tenancies Act of Norvale.md", TENANCY_ACT.as_bytes()),
        ("Lease 14 Harbour Row.html", LEASE.as_bytes()),
        ("Decision TT 2025-0317.pdf", decision.as_slice()),
        ("Merkblatt Mietrecht.txt", MERKBLATT.as_bytes()),
    ]
    .into_iter()
    .map(|(filename, bytes)| incoming(filename, bytes))
    .collect()
}

/// Fills the configured database, and stops.
///
/// # Errors
/// FORBIDDEN in production, CONFLICT in a database with other people; when Postgres does not answer.
pub async fn run(mut config: Config) -> Result<()> {
    if config.server.is_production() {
        return Err(Error::forbidden("There is no demo in production: its password is known to everybody."));
    }
    // What reads documents and writes replies is a server. This one is for nobody else.
    config.server.host = IpAddr::V4(Ipv4Addr::LOCALHOST);
    config.server.port = 0;
    let is_alone = config.database.url.is_none();
    let made = with_app(config, async |app| {
        let Some((email, password)) = account(&app).await? else {
            let problem = "There are accounts in this database, but no demo account: it is only made in an empty one.";
            return Err(Error::conflict(problem));
        };
        let running = server::serve(app.clone(), Options { is_alone, ..Options::default() }).await?;
        let filled = Box::pin(fill(&app)).await;
        running.stop().await;
        filled?;
        say(&format!("The demo is ready: {email} with the password {password}"));
        Ok(())
    });
    // It has a whole server in it, which is much for a stack.
    Box::pin(made).await
}
