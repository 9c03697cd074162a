//! What the tutor is told, and what of a model's words passes: the rules hold whatever the model does.

use serde_json::{Value, json};

use super::support::dialogue::{answer, beginning, model};
use super::support::provider::{ProviderServer, Received, Reply, Step};
use super::support::tutorial::{Tutorial, id_of};

/// A tutorial whose tutor is a model that answers so.
async fn tutorial(provider: &ProviderServer) -> Tutorial {
    Tutorial::with(&model(provider)).await
}

async fn saying(words: &'static [&'static str]) -> ProviderServer {
    ProviderServer::answering(move |_, _| answer(words)).await
}

/// The system prompt, and all that the model was told after it.
fn told(received: &Received) -> (String, String) {
    let messages = received.body["messages"].as_array().unwrap();
    let text = |message: &Value| message["content"].to_string();
    (text(&messages[0]), messages[1..].iter().map(text).collect::<Vec<_>>().join("\n"))
}

#[tokio::test]
async fn a_model_is_told_the_theme_and_what_was_said_and_reads_this_week_alone() {
    let provider = saying(&["Is it an offer to the world [1]? "]).await;
    let tutorial = tutorial(&provider).await;
    let id = id_of(&tutorial.start(&tutorial.student).await);
    tutorial.student.tell_tutor(&id, "An advertisement is an offer.").await;
    tutorial.student.tell_tutor(&id, "Because it can be accepted by anybody.").await;
    let requests = provider.requests();
    let (system, first) = told(&requests[0]);
    for part in [
        "You are a tutor who teaches by asking",
        "The theme: Advertisements.",
        "You opened the talk with:",
        "Law of contracts",
    ] {
        assert!(system.contains(part), "{part}: {system}");
    }
    assert!(first.contains("invitation to treat") && !first.contains("Damages put"), "{first}");
    let temperature = requests[0].body["temperature"].as_f64().unwrap();
    assert_eq!(format!("{temperature:.1}"), "0.7");
    let (_, second) = told(&requests[1]);
    for said in ["An advertisement is an offer.", "Is it an offer to the world?", "accepted by anybody"] {
        assert!(second.contains(said), "{said}: {second}");
    }
}

#[tokio::test]
async fn a_lecture_is_cut_to_three_sentences_with_a_question_at_the_end() {
    for (said, shown) in [
        // As it should be.
        (&["A promise binds [1]. ", "Why?"][..], "A promise binds [1]. Why?"),
        (
            &["You say it binds. Good point. ", "What of a bare promise?"],
            "You say it binds. Good point. What of a bare promise?",
        ),
        // Three questions are three sentences.
        (&["Why? How? When? Where?"], "Why? How? When?"),
        // A lecture: what has no room is not said, and a question is asked in its place.
        (
            &["First this. Then that. Further more. And so on. What do you think?"],
            "First this. Then that. What in the readings speaks for your view of “Advertisements”, and what against it?",
        ),
        // A question and a lecture behind it.
        (&["First this. Why so? The reason is that it is so. And so on."], "First this. Why so?"),
        // No question at all.
        (
            &["That is right."],
            "That is right. What in the readings speaks for your view of “Advertisements”, and what against it?",
        ),
        (&[" "], "What in the readings speaks for your view, and what against it?"),
        // Cut anywhere; markers that stand for nothing, or another week's reading, are dropped.
        (&["A prom", "ise bi", "nds. [", "1] [9", "] W", "hy", "?"], "A promise binds. [1] Why?"),
    ] {
        let provider = saying(said).await;
        let tutorial = tutorial(&provider).await;
        let id = id_of(&tutorial.start(&tutorial.student).await);
        let reply = tutorial.student.tell_tutor(&id, "An advertisement is an offer.").await;
        assert_eq!(
            (reply["content"].as_str().unwrap().trim(), &reply["status"]),
            (shown, &json!("COMPLETED")),
            "{said:?}"
        );
        for citation in reply["citations"].as_array().unwrap() {
            assert_eq!(citation["document"]["filename"], "offers.txt");
        }
    }
}

#[tokio::test]
async fn a_sentence_is_shown_only_when_the_next_has_begun() {
    let provider =
        ProviderServer::start(vec![beginning(&["A promise binds. ", "So does a dee"]).then(Step::Stall)]).await;
    let tutorial = tutorial(&provider).await;
    let id = id_of(&tutorial.start(&tutorial.student).await);
    let generation = tutorial.student.begin_telling(&id, "An advertisement is an offer.").await;
    let mut stream = tutorial.student.shown(&generation, "A promise binds.").await;
    // While it is written nothing else can be said; stopped, what was held back is shown to nobody.
    assert_eq!(tutorial.student.tell_tutor_refused(&id, "Well?").await.0, "CONFLICT");
    assert_eq!(tutorial.student.stop(&generation).await, json!({"status": "STOPPED", "text": "A promise binds. "}));
    let (rest, ends) = stream.rest().await;
    assert_eq!((rest.trim(), ends.len()), ("", 1));
}

#[tokio::test]
async fn the_end_of_the_session_stops_what_is_being_said() {
    let provider =
        ProviderServer::start(vec![beginning(&["A promise binds. ", "So does a dee"]).then(Step::Stall)]).await;
    let tutorial = tutorial(&provider).await;
    let id = id_of(&tutorial.start(&tutorial.student).await);
    let generation = tutorial.student.begin_telling(&id, "An advertisement is an offer.").await;
    tutorial.student.shown(&generation, "A promise binds.").await;
    tutorial.advance(300);
    assert_eq!(tutorial.student.tell_tutor_refused(&id, "Well?").await.0, "SESSION_ENDED");
    tutorial.student.until(&generation, "STOPPED").await;
    let session = tutorial.student.session(&id).await;
    let transcript = session["transcript"].as_array().unwrap();
    let last: Vec<(&str, &str)> =
        transcript[2..].iter().map(|said| (said["kind"].as_str().unwrap(), said["status"].as_str().unwrap())).collect();
    assert_eq!(last, [("TEXT", "STOPPED"), ("CLOSING", "COMPLETED")]);
    assert_eq!(transcript[2]["content"], "A promise binds. ");
}

#[tokio::test]
async fn the_same_message_is_sent_once_and_a_model_that_fails_says_so() {
    let provider = ProviderServer::answering(|place, _| {
        if place == 0 { answer(&["Why?"]) } else { Reply::refusal(500, &json!({"error": {"message": "down"}})) }
    })
    .await;
    let tutorial = tutorial(&provider).await;
    let student = &tutorial.student;
    let id = id_of(&tutorial.start(student).await);
    let send = async |text: &str| {
        let input = json!({"sessionId": id, "text": text, "idempotencyKey": "one", "waitForReply": true});
        student
            .act("sendTutoringMessage", "SendTutoringMessageInput", input, "message { id } reply { id content }")
            .await
    };
    let first = send("An advertisement is an offer.").await;
    assert_eq!(first["reply"]["content"], "Why?");
    assert_eq!(send("An advertisement is an offer.").await, first);
    let other = json!({"sessionId": id, "text": "Something else", "idempotencyKey": "one"});
    let refused = student.act_refused("sendTutoringMessage", "SendTutoringMessageInput", other).await;
    assert_eq!(refused, ("CONFLICT".to_owned(), vec!["input.idempotencyKey".to_owned()]));
    assert_eq!(provider.requests().len(), 1);
    let failed = student.tell_tutor(&id, "Because anybody can accept it.").await;
    assert_eq!((&failed["status"], &failed["content"]), (&json!("FAILED"), &json!("")));
    // Said in time: asked for again when it is over, it is still answered.
    tutorial.advance(301);
    assert_eq!(send("An advertisement is an offer.").await, first);
}
