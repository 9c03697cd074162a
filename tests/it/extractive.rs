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
    answer(ChatRequest { passages, max_output_tokens: 1000, ..question(ask) }).await.text()
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
    assert!(
        none.starts_with("I found nothing in the documents to answer from.") && none.contains("Upload a document"),
        "{none}"
    );
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

const LEASE: &str = "Lease Agreement\n\n1. Rent\nThe tenant pays the landlord a monthly rent of nine hundred euros for the\n\
    flat. The rent for the flat is due on the first of each month.\n\n2. Pets\nDogs and parrots need written consent.\n\n\
    3. Notice\nThe tenant ends the lease of the flat with a notice to the landlord of three\nmonths. The landlord ends \
    the lease with a notice of six months.";

#[tokio::test]
async fn headings_are_no_sentences_but_say_what_stands_below_them() {
    let text = answer_from("What about pets?", &[LEASE]).await;
    assert!(text.ends_with(":\n\nDogs and parrots need written consent. [1]"), "{text}");
    let text = answer_from("What does the agreement say on rent?", &[LEASE]).await;
    assert!(text.contains("nine hundred euros for the flat. [1]") && !text.contains("Lease Agreement"), "{text}");
    assert!(!text.contains("1. Rent"), "{text}");
    let text = answer_from("agreement", &["Lease Agreement\n\nThe rent is due."]).await;
    assert!(text.ends_with(":\n\nThe rent is due. [1]"), "{text}");
    let text = answer_from("termination", &[&format!("{LEASE}\n\n4. Termination")]).await;
    assert!(text.starts_with("I found nothing about that"), "{text}");
}

#[tokio::test]
async fn a_request_for_a_summary_is_answered_with_the_most_central_sentences() {
    let expected = "I can only quote the documents. Their most central sentences:\n\n\
        The tenant pays the landlord a monthly rent of nine hundred euros for the flat. [1] \
        The rent for the flat is due on the first of each month. [1] \
        Dogs and parrots need written consent. [1] \
        The tenant ends the lease of the flat with a notice to the landlord of three months. [1] \
        The landlord ends the lease with a notice of six months. [1]";
    for request in ["Summarise this document.", "What is this about?", "Worum geht es?", "请总结这份文件"] {
        for _ in 0..3 {
            assert_eq!(answer_from(request, &[LEASE]).await, expected, "{request}");
        }
    }
    // Of more than it may quote, it leaves out what the rest has least to do with.
    let aside = "Bananas ripen slowly in autumn light.";
    let longer = format!("{LEASE} {aside} The landlord heats the flat for the tenant in every month of winter.");
    let text = answer_from("Give me an overview", &[&longer]).await;
    assert_eq!(text.matches("[1]").count(), 5, "{text}");
    assert!(!text.contains(aside), "{text}");
    // A subject turns it.
    let text = answer_from("Summarise what it says about parrots", &[&longer]).await;
    assert!(text.contains("Dogs and parrots need written consent. [1]"), "{text}");
    // A second document has its say, and what both hold is said once.
    let other =
        Passage { title: "House rules".to_owned(), ..passage(2, "Bicycles are kept in the yard of the house.") };
    let passages = vec![passage(1, &longer), passage(3, LEASE), other];
    let text =
        answer(ChatRequest { passages, max_output_tokens: 1000, ..question("Summarise these documents") }).await.text();
    assert!(text.ends_with("Bicycles are kept in the yard of the house. [2]"), "{text}");
    assert!(!text.contains("[3]"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn quotes_stand_in_the_document_over_the_ends_of_its_lines() {
    let served = crate::support::served::Served::new().await;
    let person = served.person("ann").await;
    let document = served.library.add(&person.actor, "lease.txt", LEASE.as_bytes()).await;
    let decoy = "Parrots live long.\nA summary of parrots.";
    served.library.add(&person.actor, "decoy.txt", decoy.as_bytes()).await;
    let query = "mutation($input: SendMessageInput!) { sendMessage(input: $input) { reply { content citations { \
                 marker startChar endChar quote document { filename } } } } }";
    for (ask, start, count) in [
        ("How much is the monthly rent in euros?", "The tenant pays the landlord a monthly", None),
        ("Summarise this document", "The tenant pays the landlord a monthly", Some(5)),
        ("Summarise the attached contract", "The tenant pays the landlord a monthly", Some(5)),
        ("Fasse das Dokument zusammen", "The tenant pays the landlord a monthly", Some(5)),
    ] {
        let document_ids = [document.id.to_string()];
        let input = json!({ "text": ask, "documentIds": document_ids, "waitForReply": true });
        let answer = served.ask(Some(&person.token), query, json!({ "input": input })).await;
        let reply = &answer["data"]["sendMessage"]["reply"];
        let content = reply["content"].as_str().unwrap_or_else(|| panic!("{answer}"));
        let citations = reply["citations"].as_array().unwrap();
        assert!(content.contains(&format!("\n\n{start}")), "{ask}: {content}");
        assert_eq!(count.unwrap_or(citations.len()), citations.len(), "{ask}: {content}");
        assert_eq!(citations[0]["quote"].as_str().unwrap().matches('\n').count(), 1, "{ask}: {citations:?}");
        for citation in citations {
            let place = |name: &str| usize::try_from(citation[name].as_u64().unwrap()).unwrap();
            let quote = citation["quote"].as_str().unwrap();
            let text: Vec<char> = LEASE.chars().collect();
            assert_eq!(quote, text[place("startChar")..place("endChar")].iter().collect::<String>());
            assert_eq!(citation["document"]["filename"], "lease.txt");
            let said = quote.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(content.contains(&format!("{said} [{}]", citation["marker"])), "{said:?} {content}");
        }
    }
    // Nothing attached: all that the person may see.
    let input = json!({ "text": "Give me an overview of the documents", "waitForReply": true });
    let answer = served.ask(Some(&person.token), query, json!({ "input": input })).await;
    let content = answer["data"]["sendMessage"]["reply"]["content"].as_str().unwrap();
    assert!(content.contains("The tenant pays") && content.contains("arrots"), "{content}");
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
