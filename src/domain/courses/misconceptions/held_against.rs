//! Misconceptions without a model, as far as that goes: the passages that the tutor held against what students said most often.
//!
//! A citation in the tutor's reply to a student is a passage that was set beside what the student had just said. Passages are
//! ranked by how many students they were held against, then by how often, then by when they were first. Whether those students
//! were wrong is not known, and not claimed.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::ending::{self, Outcome};
use super::material::{self, Material};
use super::model::{Found, MOST_EVIDENCE, Passage, SearchMethod, Span, Statement};
use super::{statement_store, store};
use crate::app::App;
use crate::db::pool::{Connection, Transactional as _};
use crate::domain::generation::structured::line;
use crate::error::{Error, Result};
use crate::ids::{UserId, WeekId};
use crate::jobs::job::{Attempt, Job, JobError};

/// Most passages that are shown: further down, chance decides.
const MOST_PASSAGES: usize = 5;
/// Longest title of a document in a sentence, in characters.
const MAX_TITLE: usize = 200;

/// Finds what was held against students most often: where there is no model, and where one gave nothing and nothing was there.
#[derive(Debug, Serialize, Deserialize)]
pub struct FindHeldAgainst {
    pub week: WeekId,
    /// Hexadecimal: which search this ends.
    pub hash: String,
}

impl Job<App> for FindHeldAgainst {
    const KIND: &'static str = "courses.find_held_against";

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let hash = hex::decode(&self.hash).map_err(Error::internal)?;
        let mut conn = app.db.write().await?;
        conn.transaction(async |conn| find(&app, conn, self.week, &hash).await).await?;
        Ok(())
    }
}

/// As the job does it, at once, for a week that nobody has asked for: for what comes from elsewhere, and the demo. Whoever runs
/// the server calls this; nobody is asked for a right.
///
/// # Errors
/// When Postgres does not answer.
pub async fn put(app: &App, week: WeekId) -> Result<()> {
    let mut conn = app.db.write().await?;
    conn.transaction(async |conn| {
        let Some(hash) = statement_store::fingerprint(conn, week).await? else { return Ok(()) };
        store::begin(conn, week, &hash, None, app.clock.now()).await?;
        find(app, conn, week, &hash).await
    })
    .await
}

/// Ends the search of this hash with what is found in what there is by now.
async fn find(app: &App, conn: &Connection, week: WeekId, hash: &[u8]) -> Result<()> {
    let Some(read) = statement_store::fingerprint(conn, week).await? else {
        return store::fail(conn, week, hash, app.clock.now()).await.map(|_| ());
    };
    let material = material::of_week(conn, week).await?;
    let all: Vec<&Statement> = material.statements.iter().collect();
    let outcome = Outcome {
        method: SearchMethod::Extracted,
        extent: material::extent(&all),
        found: &held_against(&material),
        read: &read,
    };
    ending::end(app, conn, (week, hash), &material, &outcome).await
}

fn held_against(material: &Material) -> Vec<Found> {
    let mut ranked: Vec<_> = material.passages.iter().map(|passage| (passage, against(material, passage))).collect();
    ranked.sort_by_key(|(passage, (statements, citations))| {
        let students: BTreeSet<UserId> = statements.iter().map(|statement| statement.student_id).collect();
        (Reverse(students.len()), Reverse(*citations), passage.number)
    });
    let found = ranked.into_iter().take(MOST_PASSAGES).map(|(passage, (statements, _))| Found {
        belief: format!(
            "The tutor often held a passage of “{}” against what students said; whether they were wrong is not known.",
            line(&passage.title, MAX_TITLE)
        ),
        correction: None,
        passage: Some(passage.number),
        evidence: evidence(&statements),
    });
    found.filter(|found| !found.evidence.is_empty()).collect()
}

/// What a passage was held against, and how often.
fn against<'a>(material: &'a Material, passage: &Passage) -> (Vec<&'a Statement>, usize) {
    let times = |statement: &&Statement| statement.cited.iter().filter(|number| **number == passage.number).count();
    let statements: Vec<&Statement> = material.statements.iter().filter(|statement| times(statement) > 0).collect();
    let citations = statements.iter().map(times).sum();
    (statements, citations)
}

/// Each statement whole; the first of every student comes before a second of any.
fn evidence(statements: &[&Statement]) -> Vec<Span> {
    let mut heard = BTreeSet::new();
    let (firsts, others): (Vec<&Statement>, Vec<&Statement>) =
        statements.iter().copied().partition(|statement| heard.insert(statement.student_id));
    firsts.into_iter().chain(others).filter_map(whole).take(MOST_EVIDENCE).collect()
}

fn whole(statement: &Statement) -> Option<Span> {
    let text = statement.text.trim_end();
    let start = text.chars().take_while(|c| c.is_whitespace()).count();
    let (start, end) = (i32::try_from(start).ok()?, i32::try_from(text.chars().count()).ok()?);
    (end > start).then_some(Span { message: statement.message_id, start, end })
}
