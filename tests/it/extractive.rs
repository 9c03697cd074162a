//! The model without a model: quotes, exactly, with markers.

use std::time::Duration;

use elenchus::ai::chat::error::ChatErrorKind;
use elenchus::ai::chat::extractive::model::Extractive;
use elenchus::ai::chat::model::ChatModel as _;
use elenchus::ai::chat::part::FinishReason;
use elenchus::ai::chat::request::{ChatRequest, Passage, Turn};
use serde_json::json;

use crate::support::chat::{Outcome, question, read};

fn passage(marker: u32, text: &str) -> Passage {
    Passage { marker, title: "Lease".to_owned(), page: Some(1), text: text.to_owned() }
}

async fn answer(request: ChatRequest) -> Outcome {
    read(Extractive::new(Duration::ZERO).stream(request)).await
}

async fn answer_from(ask: &str, texts: &[&str]) -> String {
    let passages = texts.iter().zip(1..).map(|(text, marker)| passage(marker, text)).collect();
    answer(ChatRequest { passages, ..question(ask) }).await.text()
}

const RENT: &str = "This agreement is made between Ms. Adams and Mr. Baker.\nThe tenant shall pay a monthly rent of\n900 euros. \
    Pets are not allowed without consent.";
const NOTICE: &str = "and may be extended. The tenant may end the lease with three months' notice. Notice must be given in \
    writing. The house was built in 1911.";

#[tokio::test]
async fn quotes_what_answers_with_its_marker() {
    let intro = "I can only quote the documents. What they say about this:";
    for (ask, expected) in [
        ("How much is the monthly rent?", "The tenant shall pay a monthly rent of 900 euros. [1]"),
        ("Are pets allowed?", "Pets are not allowed without consent. [1]"),
        ("When was the house built?", "The house was built in 1911. [2]"),
        ("Who are Adams and Baker?", "This agreement is made between Ms. Adams and Mr. Baker. [1]"),
    ] {
        assert_eq!(answer_from(ask, &[RENT, NOTICE]).await, format!("{intro}\n\n{expected}"), "{ask}");
    }
    let text = answer_from("How do I give notice?", &[RENT, NOTICE]).await;
    assert_eq!(
        text,
        format!(
            "{intro}\n\nThe tenant may end the lease with three months' notice. [2] Notice must be given in writing. [2]"
        )
    );
}

#[tokio::test]
async fn answers_in_other_languages_and_scripts() {
    let german = "Der Mieter zahlt die vereinbarte Miete jeden Monat im Voraus. Die Kündigung bedarf der Schriftform. \
        Haustiere sind nicht erlaubt.";
    assert!(
        answer_from("Wann sind die Mieten zu zahlen?", &[german])
            .await
            .ends_with("Der Mieter zahlt die vereinbarte Miete jeden Monat im Voraus. [1]")
    );
    let chinese = "本合同自签字之日起生效。租金每月支付一次。房屋不得转租。";
    assert!(answer_from("租金怎么支付？", &[chinese]).await.ends_with("\n\n租金每月支付一次。 [1]"));
}

#[tokio::test]
async fn says_the_same_sentence_once() {
    let text =
        answer_from("notice", &[NOTICE, "The tenant may end the lease with three months' notice. It is quiet."]).await;
    assert_eq!(text.matches("three months' notice").count(), 1, "{text}");
}

#[tokio::test]
async fn gives_four_sentences_at_most() {
    let texts: Vec<String> = (0..9).map(|n| format!("The rent of flat {n} is {n}00 euros in street {n}{n}.")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    assert_eq!(answer_from("What is the rent?", &texts).await.matches('[').count(), 4);
}

#[tokio::test]
async fn is_honest_when_there_is_nothing() {
    let none = answer_from("How much is the rent?", &[]).await;
    assert!(none.starts_with("There are no documents") && none.contains("Upload a document"), "{none}");
    for ask in ["What is the meaning of photosynthesis?", "Who is the?", "", "???"] {
        let text = answer_from(ask, &[RENT, NOTICE]).await;
        assert!(text.starts_with("I found nothing about that in the documents."), "{ask:?}: {text}");
    }
    assert!(answer_from("rent", &["", " \n", "—"]).await.starts_with("I found nothing"));
}

#[tokio::test]
async fn a_question_without_words_takes_those_of_the_one_before() {
    let turns = vec![
        Turn::User { text: "Are pets allowed?".to_owned() },
        Turn::Assistant { text: "No.".to_owned(), tool_calls: Vec::new() },
        Turn::User { text: "And why?".to_owned() },
    ];
    let request = ChatRequest { turns, passages: vec![passage(4, RENT)], ..question("") };
    assert!(answer(request).await.text().ends_with("Pets are not allowed without consent. [4]"));
}

#[tokio::test]
async fn streams_word_by_word_and_counts() {
    let outcome = answer(ChatRequest { passages: vec![passage(1, RENT)], ..question("Are pets allowed?") }).await;
    assert_eq!(outcome.started.as_deref(), Some("extractive/extractive"));
    assert_eq!(outcome.texts.first().map(String::as_str), Some("I "));
    assert_eq!(outcome.texts.last().map(String::as_str), Some("[1]"));
    assert_eq!(outcome.texts.len(), outcome.text().split_whitespace().count());
    assert_eq!(outcome.end.unwrap(), FinishReason::Stop);
    let usage = outcome.usage.unwrap();
    assert!(usage.estimated);
    // 57 + 2 + 41 characters, and four a token.
    assert_eq!((usage.output_tokens, usage.cached_input_tokens), (25, 0));
    let short = ChatRequest { max_output_tokens: 3, passages: vec![passage(1, RENT)], ..question("Are pets allowed?") };
    let outcome = answer(short).await;
    assert_eq!((outcome.text().as_str(), outcome.end.unwrap()), ("I can only ", FinishReason::Length));
}

#[tokio::test]
async fn refuses_what_takes_a_language_model() {
    let outcome = answer(ChatRequest { response_schema: Some(json!({"type": "object"})), ..question("x") }).await;
    assert_eq!(outcome.kind(), Some(ChatErrorKind::NotConfigured));
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config::with_cases(64))]

    #[test]
    fn every_quote_stands_in_its_passage(text in "([A-Za-zé]{1,9}[ .\n,;]{1,2}|rent |合同。){0,60}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let fold = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let answer = runtime.block_on(answer_from("the rent 合同", &[&text]));
        if let Some((_, quotes)) = answer.split_once("\n\n") {
            for quote in quotes.split(" [1]").map(str::trim).filter(|quote| !quote.is_empty()) {
                proptest::prop_assert!(fold(&text).contains(quote), "{quote:?}");
            }
        }
    }
}
