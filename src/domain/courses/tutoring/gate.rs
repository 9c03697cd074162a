//! What a model says passes sentence by sentence: each is looked at before the student sees it, and the tutor's rules of form
//! hold whatever the model does: at most three sentences, and a question at the end.

use futures::FutureExt as _;
use futures::future::BoxFuture;

use super::inspection::{self, Inspected};
use super::model::{FlagDirection, Session};
use super::{policy, store};
use crate::ai::chat::part::Usage;
use crate::ai::chat::sentences;
use crate::app::App;
use crate::domain::conversations::model::Message;
use crate::domain::conversations::spoken;
use crate::domain::generation::gate::{Gate, Released};
use crate::domain::generation::model::Generation;
use crate::error::{Error, Result};

/// Longest marker, in bytes: `[12, 13]` and the like.
const MARKER: usize = 16;

/// Lets a tutor's sentences through.
pub struct TutorGate<'a> {
    app: &'a App,
    generation: &'a Generation,
    /// Loaded with the first sentence.
    place: Option<Place>,
    /// What is no whole sentence yet.
    held: String,
    passed: usize,
    /// Whether what was let through ends with a blank, or is nothing.
    is_spaced: bool,
    ends_with_question: bool,
    is_over: bool,
    spent: Usage,
}

struct Place {
    session: Session,
    /// What the student said.
    said: Message,
}

impl<'a> TutorGate<'a> {
    #[must_use]
    pub fn new(app: &'a App, generation: &'a Generation) -> Self {
        Self {
            app,
            generation,
            place: None,
            held: String::new(),
            passed: 0,
            is_spaced: true,
            ends_with_question: false,
            is_over: false,
            spent: Usage::default(),
        }
    }

    /// Looks at whole sentences in what is held, and gives what may pass.
    async fn release(&mut self, at_end: bool) -> Released {
        let mut text = String::new();
        while !self.is_over {
            let Some(end) =
                cut(&self.held).or_else(|| (at_end && !self.held.trim().is_empty()).then_some(self.held.len()))
            else {
                break;
            };
            let sentence: String = self.held.drain(..end).collect();
            self.pass(&sentence, &mut text).await;
        }
        if at_end && !self.is_over && !self.ends_with_question {
            self.ask(&mut text);
        }
        Released { text, is_last: self.is_over, spent: std::mem::take(&mut self.spent) }
    }

    async fn pass(&mut self, sentence: &str, text: &mut String) {
        let is_question = is_question(sentence);
        if self.passed + 1 >= policy::MOST_SENTENCES && !is_question {
            // No room for more: a question it must be.
            if !self.ends_with_question {
                self.ask(text);
            }
            self.is_over = true;
            return;
        }
        match self.look(sentence).await {
            Ok(None) => {
                text.push_str(sentence);
                self.is_spaced = sentence.ends_with(char::is_whitespace);
                self.passed += 1;
                self.ends_with_question = is_question;
                self.is_over = self.passed >= policy::MOST_SENTENCES;
            }
            Ok(Some(instead)) => self.end_with(&instead, text),
            Err(error) => {
                tracing::error!(generation = %self.generation.id, error = %error.chain(), "a sentence cannot be looked at");
                self.end_with(policy::UNCHECKED, text);
            }
        }
    }

    /// What is said in the sentence's place; `None` when it may pass.
    async fn look(&mut self, sentence: &str) -> Result<Option<String>> {
        if self.place.is_none() {
            self.place = Some(place(self.app, self.generation).await?);
        }
        let Some(Place { session, said }) = &self.place else { return Err(Error::internal("no session")) };
        let Inspected { finding, spent } = inspection::sentence(self.app, session, Some(&said.content), sentence).await;
        self.spent = self.spent.plus(&spent);
        let Some(finding) = finding else { return Ok(None) };
        let reply = spoken::reply_of(self.app, self.generation.id).await?;
        let whose = (reply.id, self.generation.id);
        inspection::record(self.app, session, whose, FlagDirection::Output, &finding, sentence).await?;
        Ok(Some(inspection::instead(self.app, session, &finding)))
    }

    fn ask(&mut self, text: &mut String) {
        let theme = self.place.as_ref().and_then(|place| place.session.theme.as_deref());
        self.end_with(&policy::fallback_question(theme), text);
    }

    /// Says this last.
    fn end_with(&mut self, last: &str, text: &mut String) {
        if !self.is_spaced {
            text.push(' ');
        }
        text.push_str(last);
        self.ends_with_question = true;
        self.is_over = true;
    }
}

impl Gate for TutorGate<'_> {
    fn push<'b>(&'b mut self, piece: &'b str) -> BoxFuture<'b, Released> {
        self.held.push_str(piece);
        self.release(false).boxed()
    }

    fn finish(&mut self) -> BoxFuture<'_, Released> {
        self.release(true).boxed()
    }
}

async fn place(app: &App, generation: &Generation) -> Result<Place> {
    let spoken = spoken::spoken(app, generation).await?;
    let session = store::find_by_conversation(&*app.db.read().await?, spoken.conversation.id).await?;
    let session = session.ok_or_else(|| Error::not_found("tutoring session"))?;
    Ok(Place { session, said: spoken.message })
}

/// Where the first sentence ends, with its markers, once the next has begun.
fn cut(held: &str) -> Option<usize> {
    let second = sentences::split(held).into_iter().nth(1)?;
    let mut end = second.span.start;
    // Right behind a full stop a marker's bracket is taken for part of the sentence.
    let head = held.get(..end)?.trim_end();
    if let Some(front) = head.strip_suffix('[') {
        end = front.len();
    }
    loop {
        let rest = held.get(end..)?;
        let Some(marker) = rest.trim_start().strip_prefix('[') else { break };
        let Some(len) = marker.find(']') else {
            // More text will tell whether it is one.
            return if marker.len() < MARKER { None } else { Some(end) };
        };
        if !marker.get(..len)?.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b' ')) {
            break;
        }
        end = held.len() - marker.len() + len + 1;
    }
    let rest = held.get(end..)?;
    // The white space goes with the sentence in front of it.
    let next = end + (rest.len() - rest.trim_start().len());
    (next < held.len()).then_some(next)
}

/// Whether a sentence ends as a question does, whatever stands around its end.
fn is_question(sentence: &str) -> bool {
    let mut rest = sentence.trim_end();
    loop {
        let bare =
            rest.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '”' | '’' | '\'' | ')' | '»' | '*'));
        match bare.strip_suffix(']').and_then(|front| front.rfind('[')) {
            Some(at) => rest = bare.get(..at).unwrap_or(""),
            None => return bare.ends_with(['?', '？', '؟']),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_cut_with_its_markers_once_the_next_begins() {
        for (held, first) in [
            ("A promise binds. Why", Some("A promise binds. ")),
            ("A promise binds.[1] Why", Some("A promise binds.[1] ")),
            ("A promise binds. [1][2] Why", Some("A promise binds. [1][2] ")),
            ("A promise binds. [1, 2] Why", Some("A promise binds. [1, 2] ")),
            ("A promise binds. [", None),
            ("A promise binds. [1]", None),
            ("A promise binds. ", None),
            ("A promise binds", None),
            ("See Raffles v. Wichelhaus, where", None),
        ] {
            assert_eq!(cut(held).map(|end| &held[..end]), first, "{held:?}");
        }
    }

    #[test]
    fn a_question_is_told_by_its_end() {
        for (sentence, is) in [
            ("Why?", true),
            ("Why? [1] ", true),
            ("“Why?” ", true),
            ("He asked why.", false),
            ("Why", false),
            ("", false),
        ] {
            assert_eq!(is_question(sentence), is, "{sentence:?}");
        }
    }
}
