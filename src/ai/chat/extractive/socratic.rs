//! A tutor without a language model: one sentence of the readings, and a question about it.
//!
//! The questions are of the six kinds of Socratic questions (R. W. Paul and L. Elder, "The Art of Socratic Questioning", 2006),
//! one after the other as a talk goes on: what is meant, what is assumed, what supports it, how others see it, what follows,
//! what remains to be asked. No sentence is quoted twice in a talk.

use whatlang::Lang;

use super::candidates::Quote;
use super::ranking;
use super::terms::Terms;
use crate::ai::chat::request::{ChatRequest, Turn};

/// Sentences looked at, the best first.
const LOOKED_AT: usize = 8;
/// A longer sentence is not followed by ear, in characters.
const LONGEST: usize = 320;

/// What is said in one language.
struct Wording {
    /// Before the quote.
    lead: &'static str,
    /// Where no sentence fits.
    nothing: &'static str,
    /// `{}` stands for the theme.
    questions: [&'static str; 6],
    /// The theme where there is none.
    theme: &'static str,
}

const ENGLISH: Wording = Wording {
    lead: "Set this beside what you say",
    nothing: "I find no sentence in this week's readings that speaks of it. Which of their ideas comes closest, and how?",
    questions: [
        "Which of its words matter most for your view, and why?",
        "What do you take for granted that it does not say?",
        "What in your view does it support, and what does it speak against?",
        "How would somebody on the other side read it?",
        "What follows from it in the hardest case that you can think of?",
        "Which question about {} does it leave open?",
    ],
    theme: "this",
};

const GERMAN: Wording = Wording {
    lead: "Halten Sie dies neben das, was Sie sagen",
    nothing: "In den Texten dieser Woche finde ich keinen Satz dazu. Welcher ihrer Gedanken kommt dem am nächsten, und wie?",
    questions: [
        "Auf welche seiner Worte kommt es für Ihre Ansicht an, und warum?",
        "Was setzen Sie voraus, das dort nicht steht?",
        "Was an Ihrer Ansicht stützt der Satz, und wogegen spricht er?",
        "Wie würde die Gegenseite ihn lesen?",
        "Was folgt aus ihm im schwierigsten Fall, der Ihnen einfällt?",
        "Welche Frage zu {} lässt er offen?",
    ],
    theme: "diesem Thema",
};

/// The whole reply to the last thing that the student said.
#[must_use]
pub fn compose(request: &ChatRequest, terms: &Terms, sample: &str, theme: Option<&str>) -> String {
    let wording = wording(sample);
    let (mut said, mut replies) = (Vec::new(), Vec::new());
    for turn in &request.turns {
        match turn {
            Turn::User { text } => said.push(text.as_str()),
            Turn::Assistant { text, .. } => replies.push(text.as_str()),
            Turn::Tool { .. } => {}
        }
    }
    let sought = format!("{} {}", said.last().copied().unwrap_or_default(), theme.unwrap_or_default());
    let quotes = ranking::choose(&terms.of(&sought), &request.passages, terms, LOOKED_AT);
    let is_new = |quote: &&Quote| {
        quote.text.chars().count() <= LONGEST
            && !replies.iter().any(|reply| reply.contains(quote.text.trim_start_matches(['-', '*', '•', ' '])))
    };
    let Some(quote) = quotes.iter().find(is_new) else { return wording.nothing.to_owned() };
    let turn = said.len().saturating_sub(1) % wording.questions.len();
    let question = wording.questions.get(turn).copied().unwrap_or_default();
    let question =
        question.replace("{}", &theme.map_or_else(|| wording.theme.to_owned(), |theme| format!("“{theme}”")));
    // A list's mark is not part of what is said.
    let quoted = quote.text.trim_start_matches(['-', '*', '•', ' ']);
    format!("{}: “{quoted}” [{}] {question}", wording.lead, quote.marker)
}

fn wording(sample: &str) -> &'static Wording {
    if whatlang::detect_lang(sample) == Some(Lang::Deu) { &GERMAN } else { &ENGLISH }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ai::chat::request::{Manner, Passage};

    const READING: &str = "An advertisement is as a rule an invitation to treat. A promise to pay whoever performs is an \
                           offer to the whole world. Consideration must move from the promisee.";

    fn request(turns: Vec<Turn>) -> ChatRequest {
        let passage = Passage { marker: 3, title: "Offers".into(), page: None, text: READING.into() };
        ChatRequest {
            turns,
            passages: vec![passage],
            manner: Manner::Socratic { theme: None },
            ..ChatRequest::default()
        }
    }

    fn reply(turns: Vec<Turn>, theme: Option<&str>) -> String {
        compose(&request(turns), &Terms::for_language_of(READING), READING, theme)
    }

    fn user(text: &str) -> Turn {
        Turn::User { text: text.to_owned() }
    }

    #[test]
    fn a_sentence_of_the_reading_is_held_against_what_was_said() {
        assert_eq!(
            reply(vec![user("An advertisement is always an offer.")], None),
            "Set this beside what you say: “An advertisement is as a rule an invitation to treat.” [3] Which of its words \
             matter most for your view, and why?"
        );
    }

    #[test]
    fn nothing_is_quoted_or_asked_twice() {
        let mut turns = vec![user("An advertisement is always an offer.")];
        let mut replies = Vec::new();
        for _ in 0..3 {
            let said = reply(turns.clone(), Some("offers"));
            assert!(!replies.contains(&said), "{said}");
            // As history has it: without markers.
            turns.push(Turn::Assistant { text: said.replace(" [3]", ""), tool_calls: Vec::new() });
            turns.push(user("I still say that an advertisement is an offer, and a promise."));
            replies.push(said);
        }
        assert_eq!(replies[2], ENGLISH.nothing);
    }
}
