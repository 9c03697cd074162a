//! Whether what a student says has to do with the week's readings.
//!
//! "Because it is unfair" says nothing of contracts, and is an answer all the same: what is short passes. Of the rest, only
//! what is far from every passage by its meaning, or shares no word with any of them and is not near either, is taken for
//! something else. The distances hold for the local model: of 14 statements that students make, each was at 0.22 or more
//! to the week that it was about, and of 5 about other things none above 0.18. Other models spread theirs otherwise: with
//! them, and without any, only the words count.

use super::model::Session;
use crate::app::App;
use crate::domain::courses::week_store;
use crate::domain::documents::retrieval::query::{Query, Scope, SearchMode};
use crate::domain::documents::retrieval::search;
use crate::error::Result;

/// What has fewer words is not looked at.
const FEWEST_WORDS: usize = 6;
/// Cosine to the nearest passage below which something is about something else, whatever its words.
const FAR: f32 = 0.17;
/// Below which it is, if it shares no word with the readings.
const NOT_NEAR: f32 = 0.25;

/// The model for which these hold.
const MEASURED: &str = "local/all-MiniLM-L6-v2";

/// Whether `text` has to do with what is read in the session's week.
///
/// # Errors
/// When Postgres or the embedding model does not answer.
pub async fn is_relevant(app: &App, session: &Session, text: &str) -> Result<bool> {
    if words(text) < FEWEST_WORDS {
        return Ok(true);
    }
    let scope = scope(app, session).await?;
    if scope.documents.as_ref().is_none_or(Vec::is_empty) {
        // There is nothing to be near to any more.
        return Ok(true);
    }
    let best = async |mode| {
        let query = Query { text, mode, scope: &scope, limit: 1 };
        let hits = search::search(app, session.student_id, &query).await?;
        Ok::<_, crate::error::Error>(hits.first().map(|hit| hit.score))
    };
    let is_measured = app.embedder.borrow().as_ref().is_some_and(|embedder| embedder.model().starts_with(MEASURED));
    if is_measured {
        let nearest = best(SearchMode::Semantic).await?.unwrap_or(0.0);
        if !(FAR..NOT_NEAR).contains(&nearest) {
            return Ok(nearest >= NOT_NEAR);
        }
    }
    Ok(best(SearchMode::Keyword).await?.is_some())
}

/// The readings of the session's week, as far as its student may read them now.
///
/// # Errors
/// When Postgres does not answer.
pub async fn scope(app: &App, session: &Session) -> Result<Scope> {
    let (Some(course), Some(week)) = (session.course_id, session.week_id) else {
        return Ok(Scope { documents: Some(Vec::new()), of_readings: true, ..Scope::default() });
    };
    let conn = app.db.read().await?;
    let documents = week_store::reading_ids(&conn, session.student_id, app.clock.now(), course, Some(week)).await?;
    Ok(Scope { documents: Some(documents), of_readings: true, ..Scope::default() })
}

fn words(text: &str) -> usize {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_two_letters() {
        assert_eq!(words("Because it is un-fair, I'd say."), 6);
        assert_eq!(words(""), 0);
    }
}
