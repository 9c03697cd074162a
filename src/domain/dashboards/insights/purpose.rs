//! The purpose `INSIGHT`: a model writes about a result.

use futures::FutureExt as _;
use futures::future::BoxFuture;

use super::context::{system, told};
use super::model::{Draft, Insight};
use super::requesting::{INSIGHT, OUTPUT_TOKENS, Task};
use super::subject::{self, Subject};
use super::{answers, settling, store};
use crate::ai::chat::prompt::nonce;
use crate::ai::chat::request::{ChatRequest, Turn};
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::dashboards::templates::built_in;
use crate::domain::dashboards::templates::placeholders::parse;
use crate::domain::dashboards::templates::store as templates;
use crate::domain::data::glossary::reading as glossary;
use crate::domain::generation::model::Generation;
use crate::domain::generation::purpose::{Prompt, Purpose};
use crate::error::{Error, Result};

/// What the model is told of an answer that cannot be read.
const UNREADABLE: &str = "Your last answer was not one JSON object with title and body. Write it again.";

/// Writes about results.
pub struct Insights;

impl Purpose for Insights {
    fn name(&self) -> &'static str {
        INSIGHT
    }

    fn prepare<'a>(&'a self, app: &'a App, generation: &'a Generation) -> BoxFuture<'a, Result<Prompt>> {
        prepare(app, generation).boxed()
    }

    fn settle<'a>(&'a self, app: &'a App, conn: &'a Connection, ended: &'a Generation) -> BoxFuture<'a, Result<()>> {
        settle(app, conn, ended).boxed()
    }
}

fn task(generation: &Generation) -> Result<Task> {
    serde_json::from_value(generation.input.clone()).map_err(Error::internal)
}

async fn prepare(app: &App, generation: &Generation) -> Result<Prompt> {
    let task = task(generation)?;
    let conn = app.db.read().await?;
    // Whoever left the workspace since they asked has nothing of it read for them.
    let insight = store::load(&conn, generation.owner_id, &[task.insight]).await?.pop();
    let insight = insight.ok_or_else(|| Error::not_found("insight"))?;
    let subject = subject::of(&conn, &insight).await?.ok_or_else(|| Error::not_found("result"))?;
    let terms = glossary::find_all(&conn, insight.workspace_id).await?;
    let body = template(&conn, &insight).await?;
    drop(conn);
    let pieces = parse(&body).map_err(|fault| Error::internal(fault.problem))?;
    let nonce = nonce();
    let mut turns = vec![Turn::User { text: told(&pieces, &insight, &subject, &terms, &nonce) }];
    turns.extend(again(&insight, subject, nonce).await?);
    let request = ChatRequest {
        system: system(),
        turns,
        max_output_tokens: OUTPUT_TOKENS,
        temperature: Some(0.0),
        response_schema: Some(answers::schema()),
        ..ChatRequest::default()
    };
    Ok(Prompt { version: insight.prompt_version.unwrap_or_default(), request, ..Prompt::default() })
}

/// The text of the template in the version that the insight was asked for with.
async fn template(conn: &Connection, insight: &Insight) -> Result<String> {
    match insight.template_version_id {
        None => Ok(built_in::BODY.trim_end().to_owned()),
        Some(id) => {
            let version = templates::find_version(conn, id).await?;
            Ok(version.ok_or_else(|| Error::not_found("prompt template"))?.body)
        }
    }
}

/// What the model said before, and what of it does not follow.
async fn again(insight: &Insight, subject: Subject, nonce: String) -> Result<Vec<Turn>> {
    if insight.attempts <= 1 {
        return Ok(Vec::new());
    }
    let Some(draft) = insight.draft.clone() else { return Ok(vec![Turn::User { text: UNREADABLE.to_owned() }]) };
    let draft: Draft = serde_json::from_value(draft).map_err(Error::internal)?;
    let said = serde_json::to_string(&draft).map_err(Error::internal)?;
    let ground = subject.ground(insight);
    let told = tokio::task::spawn_blocking(move || ground.told(&draft, &nonce)).await.map_err(Error::internal)?;
    let said = Turn::Assistant { text: said, tool_calls: Vec::new() };
    Ok(vec![said, Turn::User { text: told }])
}

async fn settle(app: &App, conn: &Connection, ended: &Generation) -> Result<()> {
    settling::settle(app, conn, task(ended)?.insight, ended).await
}
