//! What is said in a session is looked at before anybody else sees it: by patterns, by its distance to the readings, and by a
//! model where there is one for it (`MODERATION_MODEL`). Whatever cannot be looked into is held back.

use std::time::Duration;

use super::model::{FlagDirection, FlagSource, NewFlag, Session};
use super::{flag_store, policy, prompts as built_in, relevance};
use crate::ai::chat::part::Usage;
use crate::ai::moderation::judge::{self, Subject};
use crate::ai::moderation::model::{Category, Direction, Verdict};
use crate::ai::moderation::rules;
use crate::app::App;
use crate::db::error::is_transient;
use crate::domain::generation::prompts;
use crate::error::Result;
use crate::ids::{GenerationId, MessageId, ModerationFlagId};

/// Tries to write down what was found while Postgres is away, and the wait before each.
const TRIES: u32 = 5;
const WAIT: Duration = Duration::from_millis(200);
/// Longest text that is kept with a flag, in characters.
const MAX_EXCERPT: usize = 2000;

/// Why something is held back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Empty where it could not be looked into.
    pub categories: Vec<Category>,
    pub source: FlagSource,
    pub explanation: String,
}

impl Finding {
    /// Whether somebody may be about to hurt themselves: then nothing else matters.
    #[must_use]
    pub fn is_self_harm(&self) -> bool {
        self.categories.contains(&Category::SelfHarm)
    }
}

/// What was found, and what looking took.
#[derive(Debug, Clone, Default)]
pub struct Inspected {
    /// `None` for what may pass.
    pub finding: Option<Finding>,
    pub spent: Usage,
}

/// Looks at what a student says. `before` is what the tutor said right before.
pub async fn statement(app: &App, session: &Session, before: Option<&str>, text: &str) -> Inspected {
    let finding = match by_rules(text, Direction::Input) {
        Some(finding) => Some(finding),
        None => by_readings(app, session, text).await,
    };
    match finding {
        Some(finding) => Inspected { finding: Some(finding), spent: Usage::default() },
        None => by_model(app, session, Direction::Input, before, text).await,
    }
}

async fn by_readings(app: &App, session: &Session, text: &str) -> Option<Finding> {
    match relevance::is_relevant(app, session, text).await {
        Ok(true) => None,
        Ok(false) => Some(Finding {
            categories: vec![Category::OffTopic],
            source: FlagSource::Readings,
            explanation: "Nothing in the week's readings comes near it.".to_owned(),
        }),
        Err(error) => {
            tracing::warn!(session = %session.id, error = %error.chain(), "cannot compare with the readings");
            Some(failure())
        }
    }
}

/// Looks at a sentence of a model's. `before` is what the student said.
pub async fn sentence(app: &App, session: &Session, before: Option<&str>, text: &str) -> Inspected {
    match by_rules(text, Direction::Output) {
        Some(finding) => Inspected { finding: Some(finding), spent: Usage::default() },
        None => by_model(app, session, Direction::Output, before, text).await,
    }
}

fn by_rules(text: &str, direction: Direction) -> Option<Finding> {
    found(rules::review(text, direction), FlagSource::Rules)
}

async fn by_model(app: &App, session: &Session, direction: Direction, before: Option<&str>, text: &str) -> Inspected {
    let Some(model) = app.models.moderation() else { return Inspected::default() };
    let prompt = prompts::read(app.config.models.prompts_dir.as_deref(), built_in::MODERATION);
    let topic = session.theme.as_deref().or(session.week_title.as_deref()).unwrap_or(&session.course_name);
    let (verdict, spent) =
        judge::judge(model.as_ref(), &prompt.text, &Subject { direction, topic, before, text }, judge::PATIENCE).await;
    let finding = match verdict {
        Ok(verdict) => found(verdict, FlagSource::Model),
        Err(error) => {
            tracing::warn!(session = %session.id, %error, "a moderator gave no verdict; what was said is held back");
            Some(failure())
        }
    };
    Inspected { finding, spent }
}

fn found(verdict: Verdict, source: FlagSource) -> Option<Finding> {
    let is_safe = verdict.is_safe();
    (!is_safe).then(|| Finding {
        categories: verdict.categories.into_iter().collect(),
        source,
        explanation: verdict.explanation,
    })
}

fn failure() -> Finding {
    Finding {
        categories: Vec::new(),
        source: FlagSource::Failure,
        explanation: "It could not be looked into, and was held back.".to_owned(),
    }
}

/// What the tutor says in the place of what was held back.
#[must_use]
pub fn instead(app: &App, session: &Session, finding: &Finding) -> String {
    if finding.is_self_harm() {
        return policy::support(app.config.tutoring.support_contact.as_deref());
    }
    match finding.source {
        FlagSource::Failure => policy::UNCHECKED.to_owned(),
        _ => policy::redirect(&session.question),
    }
}

/// Writes down what was found in the words of `message`, for the run `generation`.
///
/// # Errors
/// When Postgres does not answer for some time.
pub async fn record(
    app: &App,
    session: &Session,
    (message, generation): (MessageId, GenerationId),
    direction: FlagDirection,
    finding: &Finding,
    text: &str,
) -> Result<()> {
    let now = app.clock.now();
    let flag = NewFlag {
        id: ModerationFlagId::generate(now),
        session_id: session.id,
        message_id: message,
        generation_id: Some(generation),
        direction,
        categories: finding.categories.iter().map(ToString::to_string).collect(),
        source: finding.source,
        explanation: finding.explanation.clone(),
        excerpt: text.trim().chars().take(MAX_EXCERPT).collect(),
        created_at: now,
    };
    for category in &finding.categories {
        metrics::counter!("elenchus_moderation_flags_total", "category" => category.as_str()).increment(1);
    }
    let mut tries = 1;
    loop {
        let stored = async { flag_store::insert(&*app.db.write().await?, &flag).await };
        match stored.await {
            Err(error) if is_transient(&error) && tries < TRIES => tries += 1,
            stored => return stored,
        }
        tokio::time::sleep(WAIT * tries).await;
    }
}
