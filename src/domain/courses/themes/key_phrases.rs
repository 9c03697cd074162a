//! Themes without a model: the key phrases of the readings.

use serde::{Deserialize, Serialize};

use super::model::{ExtractionMethod, Found, FoundSpan, Passage, Task};
use super::{ending, store};
use crate::ai::chat::extractive::phrases;
use crate::app::App;
use crate::db::pool::Transactional as _;
use crate::error::Error;
use crate::jobs::job::{Attempt, Job, JobError};

/// Finds themes by the key phrases of the readings ([`phrases`]): where there is no model, and where one gave nothing.
#[derive(Debug, Serialize, Deserialize)]
pub struct FindKeyPhrases {
    pub task: Task,
}

impl Job<App> for FindKeyPhrases {
    const KIND: &'static str = "courses.find_key_phrases";

    async fn run(self, app: App, _: Attempt) -> Result<(), JobError> {
        let passages = store::passages(&*app.db.read().await?, self.task.week).await?;
        let most = usize::try_from(self.task.wanted).unwrap_or(0);
        // Seconds for a shelf of books: not on a thread that serves others.
        let found = tokio::task::spawn_blocking(move || key_phrases(&passages, most));
        let found = found.await.map_err(|error| JobError::Retry(Error::internal(error)))?;
        let mut conn = app.db.write().await?;
        conn.transaction(async |conn| ending::end(&app, conn, &self.task, ExtractionMethod::KeyPhrases, &found).await)
            .await?;
        Ok(())
    }
}

fn key_phrases(passages: &[Passage], most: usize) -> Vec<Found> {
    let texts: Vec<&str> = passages.iter().map(|passage| passage.content.as_str()).collect();
    let themes = phrases::telling(&texts, most).into_iter().map(|phrase| Found {
        title: phrase.text,
        question: None,
        spans: phrase
            .places
            .into_iter()
            .filter_map(|(at, span)| {
                let passage = passages.get(at)?;
                let quote = passage.content.get(span.clone())?;
                let start = passage.start_char + chars(passage.content.get(..span.start)?);
                Some(FoundSpan {
                    document_id: passage.document_id,
                    chunk_id: passage.chunk_id,
                    page: passage.page,
                    start_char: start,
                    end_char: start + chars(quote),
                    quote: quote.to_owned(),
                })
            })
            .collect(),
    });
    themes.collect()
}

fn chars(text: &str) -> i32 {
    i32::try_from(text.chars().count()).unwrap_or(i32::MAX)
}
