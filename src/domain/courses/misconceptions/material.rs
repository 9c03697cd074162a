//! What there is to be read: what students said in the sessions of a week, what the tutor had asked, and what its replies cite.

use std::collections::{BTreeSet, HashMap};

use super::model::{Extent, Passage, Place, Statement, Task};
use super::statement_store::{self, Cited, Said};
use crate::ai::chat::tokens;
use crate::db::pool::Connection;
use crate::error::Result;
use crate::ids::{MessageId, WeekId};

/// What a statement takes beside its words: fences, numbers.
const OVERHEAD: u32 = 32;

/// Statements and passages, by their numbers.
#[derive(Debug, Clone, Default)]
pub struct Material {
    pub statements: Vec<Statement>,
    pub passages: Vec<Passage>,
}

/// All there is to be read of a week, numbered as it stands there.
pub async fn of_week(conn: &Connection, week: WeekId) -> Result<Material> {
    let said = statement_store::said(conn, week, None).await?;
    let ids: Vec<MessageId> = said.iter().map(|said| said.message_id).collect();
    let cited = statement_store::cited(conn, &ids).await?;
    let mut places: Vec<Place> = Vec::new();
    let mut seen = BTreeSet::new();
    places.extend(cited.iter().map(place).filter(|place| seen.insert(*place)));
    Ok(numbered(said, cited, &ids, &places))
}

/// What is still there of what a search was begun with, under the numbers that it had then.
pub async fn of_task(conn: &Connection, task: &Task) -> Result<Material> {
    let said = statement_store::said(conn, task.week, Some(&task.statements)).await?;
    let cited = statement_store::cited(conn, &task.statements).await?;
    Ok(numbered(said, cited, &task.statements, &task.passages))
}

fn numbered(said: Vec<Said>, cited: Vec<Cited>, ids: &[MessageId], places: &[Place]) -> Material {
    let places: HashMap<Place, u32> = places.iter().copied().zip(1..).collect();
    let mut passages: HashMap<u32, Passage> = HashMap::new();
    let mut by_message: HashMap<MessageId, Vec<u32>> = HashMap::new();
    for cited in cited {
        let place = place(&cited);
        let Some(number) = places.get(&place).copied() else { continue };
        by_message.entry(cited.message_id).or_default().push(number);
        let Cited { chunk_id, page, quote, title, .. } = cited;
        passages.entry(number).or_insert(Passage { number, place, chunk_id, page, quote, title });
    }
    let mut said: HashMap<MessageId, Said> = said.into_iter().map(|said| (said.message_id, said)).collect();
    let statements = ids.iter().zip(1..).filter_map(|(id, number)| {
        let Said { message_id, session_id, student_id, asked, text } = said.remove(id)?;
        let cited = by_message.remove(id).unwrap_or_default();
        Some(Statement { number, message_id, session_id, student_id, asked, text, cited })
    });
    let statements = statements.collect();
    let mut passages: Vec<Passage> = passages.into_values().collect();
    passages.sort_unstable_by_key(|passage| passage.number);
    Material { statements, passages }
}

fn place(cited: &Cited) -> Place {
    Place { document: cited.document_id, start: cited.start_char, end: cited.end_char }
}

impl Material {
    /// What a search of all this is of.
    #[must_use]
    pub fn task(&self, week: WeekId, hash: &[u8]) -> Task {
        Task {
            week,
            hash: hex::encode(hash),
            statements: self.statements.iter().map(|statement| statement.message_id).collect(),
            passages: self.passages.iter().map(|passage| passage.place).collect(),
        }
    }

    #[must_use]
    pub fn passage(&self, number: u32) -> Option<&Passage> {
        let at = self.passages.binary_search_by_key(&number, |passage| passage.number).ok()?;
        self.passages.get(at)
    }

    /// What a model reads of a statement, with its passages, in tokens.
    #[must_use]
    pub fn tokens(&self, statement: &Statement) -> u32 {
        let asked = statement.asked.as_deref().map_or(0, tokens::estimate);
        let cited: BTreeSet<u32> = statement.cited.iter().copied().collect();
        let cited = cited.into_iter().filter_map(|number| self.passage(number));
        let cited: u32 = cited.map(|passage| tokens::estimate(&passage.quote)).sum();
        OVERHEAD.saturating_add(tokens::estimate(&statement.text)).saturating_add(asked).saturating_add(cited)
    }
}

/// How much these statements are.
#[must_use]
pub fn extent(statements: &[&Statement]) -> Extent {
    let sessions: BTreeSet<_> = statements.iter().map(|statement| statement.session_id).collect();
    let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
    Extent { sessions: count(sessions.len()), statements: count(statements.len()) }
}
