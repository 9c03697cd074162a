//! The purpose MISCONCEPTIONS: a model finds what a class believes wrongly about a week.
//!
//! It reads all that was said. What fits into one call is read in one; more is read in parts, each of which gives a list, and a
//! last call makes one list of them (map and reduce). Beyond twenty-four parts statements are left out evenly, never from the
//! end. What the parts gave is kept as places in messages until the last call has ended, and the text of that call, which
//! quotes students, is erased as soon as it was looked through.

use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _, stream};

use super::ending::{self, Outcome};
use super::held_against::FindHeldAgainst;
use super::material::{self, Material};
use super::model::{Drafts, Extent, Found, SearchMethod, Statement, Task};
use super::{answers, asking, store};
use crate::ai::chat::part::Usage;
use crate::app::App;
use crate::db::pool::Connection;
use crate::domain::generation::actions as generations;
use crate::domain::generation::expense::Estimate;
use crate::domain::generation::model::{Generation, GenerationStatus};
use crate::domain::generation::portions::{answered, portions};
use crate::domain::generation::purpose::{Prompt, Purpose};
use crate::error::{Error, ErrorCode, Result};
use crate::jobs::queue;

/// Stands in `generations.purpose`.
pub const MISCONCEPTIONS: &str = "MISCONCEPTIONS";

/// Tokens of statements, with their questions and passages, that one call reads.
const PART_TOKENS: u32 = 8000;
/// Parts that are read at most, which bounds what a week costs.
const MAX_PARTS: u32 = 24;
/// Parts that are read at the same time.
const AT_ONCE: usize = 4;
/// Tokens that a prompt has beside the statements.
const FRAME_TOKENS: u32 = 900;
/// Tokens of what one part gave, as the last call reads it: without its quotes.
const ENTRY_TOKENS: u32 = 1500;

/// Finds what a class believes wrongly about a week.
pub struct Misconceptions;

/// What reading all this comes to.
#[must_use]
pub fn estimate(material: &Material) -> Estimate {
    let all = material.statements.iter().fold(0_u32, |sum, one| sum.saturating_add(material.tokens(one)));
    let parts = all.div_ceil(PART_TOKENS).clamp(1, MAX_PARTS);
    let merged = if parts > 1 { parts * ENTRY_TOKENS + FRAME_TOKENS } else { 0 };
    let calls = if parts > 1 { parts + 1 } else { 1 };
    let read = all.min(MAX_PARTS * PART_TOKENS);
    Estimate { input_tokens: read + parts * FRAME_TOKENS + merged, output_tokens: calls * asking::OUTPUT_TOKENS }
}

impl Purpose for Misconceptions {
    fn name(&self) -> &'static str {
        MISCONCEPTIONS
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
    let material = material::of_task(&*app.db.read().await?, &task).await?;
    let parts = portions(&material.statements, |statement| material.tokens(statement), PART_TOKENS, MAX_PARTS);
    let (drafts, (version, request), spent) = match parts.as_slice() {
        // All of it was deleted meanwhile.
        [] => return Err(Error::not_found("statement")),
        [only] => (None, asking::reading(app, &material, only), Usage::default()),
        parts => {
            let (drafts, spent) = read_parts(app, &material, parts).await?;
            let asked = asking::joining(app, &drafts.found);
            (Some(serde_json::to_value(drafts).map_err(Error::internal)?), asked, spent)
        }
    };
    store::keep_drafts(&*app.db.write().await?, generation.id, drafts).await?;
    Ok(Prompt { version, request, spent, ..Prompt::default() })
}

/// What the parts of a long reading give. A part that could not be read is left out, and not counted as read.
async fn read_parts(app: &App, material: &Material, parts: &[Vec<&Statement>]) -> Result<(Drafts, Usage)> {
    let mut asked = Vec::with_capacity(parts.len());
    for part in parts {
        asked.push(read_part(app, material, part).boxed());
    }
    let read: Vec<(Option<Vec<Found>>, Usage)> = stream::iter(asked).buffered(AT_ONCE).collect().await;
    let spent = read.iter().fold(Usage::default(), |sum, (_, usage)| sum.plus(usage));
    let (mut found, mut statements) = (Vec::new(), Vec::new());
    for ((list, _), part) in read.into_iter().zip(parts) {
        if let Some(list) = list {
            found.extend(list);
            statements.extend(part.iter().copied());
        }
    }
    if statements.is_empty() {
        return Err(Error::new(ErrorCode::UpstreamUnavailable, "The model could read no part of what was said."));
    }
    Ok((Drafts { found, extent: material::extent(&statements) }, spent))
}

async fn read_part(app: &App, material: &Material, part: &[&Statement]) -> (Option<Vec<Found>>, Usage) {
    let (_, request) = asking::reading(app, material, part);
    let (answer, spent) = answered(app, request).await;
    let found = answer.and_then(|text| answers::read(&text, part, |number| is_cited(part, number)));
    (found, spent)
}

/// Whether the passage of that number was given with these statements.
fn is_cited(part: &[&Statement], number: u32) -> bool {
    part.iter().any(|statement| statement.cited.contains(&number))
}

async fn settle(app: &App, conn: &Connection, ended: &Generation) -> Result<()> {
    let task = task(ended)?;
    let (material, hash) = (material::of_task(conn, &task).await?, task.hash()?);
    let drafts = store::drafts(conn, ended.id).await?;
    // It quotes students, and whoever paid for it could read it for longer than they may read those.
    generations::erase(app, conn, &[ended.id]).await?;
    let outcome = match ended.status {
        GenerationStatus::Completed => outcome(&ended.content, drafts, &material)?,
        _ => None,
    };
    if let Some((found, extent)) = outcome {
        let outcome = Outcome { method: SearchMethod::Generated, extent, found: &found, read: &hash };
        return ending::end(app, conn, (task.week, &hash), &material, &outcome).await;
    }
    tracing::warn!(generation = %ended.id, week = %task.week, "a model found no misconceptions that hold");
    if store::has_result(conn, task.week).await? {
        // What was found before is better than what can be had without a model.
        return store::fail(conn, task.week, &hash, app.clock.now()).await.map(|_| ());
    }
    queue::enqueue(conn, &app.clock, &FindHeldAgainst { week: task.week, hash: task.hash }).await?;
    Ok(())
}

/// What holds of an answer, with how much was read for it; what was deleted while the model read is no evidence. `None` when
/// the answer is none, or nothing of it holds.
fn outcome(
    answer: &str,
    drafts: Option<serde_json::Value>,
    material: &Material,
) -> Result<Option<(Vec<Found>, Extent)>> {
    let all: Vec<&Statement> = material.statements.iter().collect();
    let Some(drafts) = drafts else {
        let found = answers::read(answer, &all, |number| material.passage(number).is_some());
        return Ok(found.map(|found| (found, material::extent(&all))));
    };
    let Drafts { found, extent } = serde_json::from_value(drafts).map_err(Error::internal)?;
    let Some(mut joined) = answers::read_joined(answer, &found) else { return Ok(None) };
    for one in &mut joined {
        one.evidence.retain(|span| all.iter().any(|statement| statement.message_id == span.message));
    }
    joined.retain(|one| !one.evidence.is_empty());
    Ok(Some((joined, extent)))
}
