//! What the markers of an answer stand for: during the stream, after it, however a model writes them.

use serde_json::{Value, json};

use crate::support::provider::{Received, Reply, Step};
use crate::support::talk::{Talk, WIRE, answer};

/// Names of one length, so that spans are the same in all documents.
const NAMES: [&str; 5] = ["alpha", "bravo", "delta", "gamma", "sigma"];

/// Two sentences, the first over the end of a line.
fn content(name: &str) -> String {
    format!("Quokka\n\nQuokka {name} eats leaves\nat night. Quokka {name} is small.")
}

const LEAVES: (i64, i64) = (8, 42);
const SMALL: (i64, i64) = (43, 65);
const ALL: (i64, i64) = (0, 65);

const WRITTEN: &str = "It eats leaves at night [1]. It is small[1][2], small [9]indeed.\n\
    `x[1]` and\n```\nrows[2] = [1]\n[9]\n```\nAgain it is small [1, 2]; lost [12]. More [7]. 也是【1】。\n\
    See [2019] UKSC 5, [link](https://example.org) and [3](https://example.org). Two are small: [1-2].";
const SHOWN: &str = "It eats leaves at night [1]. It is small[1][2], smallindeed.\n\
    `x[1]` and\n```\nrows[2] = [1]\n[9]\n```\nAgain it is small [1][2]; lost. More. 也是[1]。\n\
    See [2019] UKSC 5, [link](https://example.org) and [3](https://example.org). Two are small: [1][2].";

/// Marker and span, in the order of the text: each span once a marker.
const CITED: [(i64, (i64, i64)); 4] = [(1, LEAVES), (1, SMALL), (2, SMALL), (1, ALL)];

async fn talk(script: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Talk {
    let talk = Talk::new(&[], move |_, _, received| script(received)).await;
    for name in NAMES {
        let file = format!("{name}.txt");
        talk.served.library.add(&talk.person.actor, &file, content(name).as_bytes()).await;
    }
    talk
}

const CITATION: &str =
    "citations { marker startChar endChar quote answerStartChar answerEndChar document { filename } }";

async fn send(talk: &Talk, text: &str) -> Value {
    let send = "mutation($input: SendMessageInput!) { sendMessage(input: $input) { reply { id generation { id } } } }";
    talk.run(send, json!({ "input": { "text": text } })).await["sendMessage"]["reply"].clone()
}

/// The steps of a generation until its end.
async fn steps(talk: &Talk, generation: &Value) -> Vec<Value> {
    let query = format!(
        "subscription($id: ID!) {{ generation(id: $id) {{ __typename ... on TextAppended {{ text }} \
         ... on CitationsFound {{ {CITATION} }} ... on GenerationEnded {{ generation {{ text {CITATION} }} }} }} }}"
    );
    let events = talk.served.follow(Some(&talk.person.token), &query, json!({ "id": generation })).await;
    events.into_iter().map(|event| event["data"]["generation"].clone()).collect()
}

/// What a list of citations says, after checking each against its document and its answer.
fn cited(citations: &Value, answer: &str) -> Vec<(i64, (i64, i64))> {
    let slice = |text: &str, from: i64, to: i64| {
        let (from, to) = (usize::try_from(from).unwrap(), usize::try_from(to).unwrap());
        text.chars().skip(from).take(to - from).collect::<String>()
    };
    let mut cited = Vec::new();
    for citation in citations.as_array().unwrap() {
        let number = |name: &str| citation[name].as_i64().unwrap();
        let (start, end) = (number("startChar"), number("endChar"));
        let name = citation["document"]["filename"].as_str().unwrap().strip_suffix(".txt").unwrap();
        assert_eq!(citation["quote"], slice(&content(name), start, end), "{citation}");
        let statement = slice(answer, number("answerStartChar"), number("answerEndChar"));
        assert!(statement.ends_with(&format!("[{}]", number("marker"))), "{statement:?} {citation}");
        cited.push((number("marker"), (start, end)));
    }
    cited
}

#[tokio::test(flavor = "multi_thread")]
async fn every_span_is_cited_in_the_order_of_the_text_however_tokens_fall() {
    let letters: Vec<String> = WRITTEN.chars().map(String::from).collect();
    let words: Vec<String> = WRITTEN.split_inclusive(' ').map(str::to_owned).collect();
    let whole = vec![WRITTEN.to_owned()];
    for tokens in [letters, words, whole] {
        let reply = {
            let tokens: Vec<&str> = tokens.iter().map(String::as_str).collect();
            Reply::stream([WIRE.transcript(&tokens)])
        };
        let talk = talk(move |_| reply.clone()).await;
        let sent = send(&talk, "What does every quokka of these five do at night?").await;
        let steps = steps(&talk, &sent["generation"]["id"]).await;
        let shown: String = steps.iter().filter_map(|step| step["text"].as_str()).collect();
        assert_eq!(shown, SHOWN);
        let streamed: Vec<Value> =
            steps.iter().filter_map(|step| step["citations"].as_array()).flatten().cloned().collect();
        assert_eq!(cited(&json!(streamed), SHOWN), CITED);
        let end = &steps.last().unwrap()["generation"];
        assert_eq!((&end["text"], &end["citations"]), (&json!(SHOWN), &json!(streamed)));
        let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Message {{ content {CITATION} }} }} }}");
        let stored = talk.run(&query, json!({ "id": sent["id"] })).await;
        assert_eq!(stored["node"], json!({ "content": SHOWN, "citations": streamed }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn citations_of_a_text_that_is_being_written_keep_their_places() {
    let (first, _) = WRITTEN.split_at(WRITTEN.find(", small [9]").unwrap() + 1);
    let opening = WIRE.opening() + &WIRE.token(first);
    let talk = talk(move |_| Reply::stream([opening.clone()]).then(Step::Stall)).await;
    let sent = send(&talk, "What does every quokka of these five do at night?").await;
    let found = "(SELECT count(*) FROM generation_events WHERE kind = 'CITATIONS')";
    talk.until(found, "1").await;
    let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on Generation {{ status text {CITATION} }} }} }}");
    let id = json!({ "id": sent["generation"]["id"] });
    let running = talk.run(&query, id.clone()).await["node"].clone();
    let shown = "It eats leaves at night [1]. It is small[1][2],";
    assert_eq!((&running["status"], &running["text"]), (&json!("RUNNING"), &json!(shown)));
    assert_eq!(cited(&running["citations"], shown), CITED[..3]);
    let stop = "mutation($id: ID!) { stopGeneration(input: { generationId: $id }) { generation { status } } }";
    talk.run(stop, id.clone()).await;
    let stopped = talk.run(&query, id).await["node"].clone();
    assert_eq!(stopped["status"], "STOPPED");
    assert_eq!((&stopped["text"], &stopped["citations"]), (&running["text"], &running["citations"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marker_that_is_cut_off_stands_for_nothing_and_is_shown_as_it_is_stored() {
    for (said, shown, markers) in [("It is small [1", "It is small [1", 0), ("It is small [1]", "It is small [1]", 1)] {
        let talk = talk(move |_| answer(said)).await;
        let sent = send(&talk, "Is every quokka of these five small?").await;
        let steps = steps(&talk, &sent["generation"]["id"]).await;
        let streamed: String = steps.iter().filter_map(|step| step["text"].as_str()).collect();
        let end = &steps.last().unwrap()["generation"];
        assert_eq!((streamed.as_str(), &end["text"]), (shown, &json!(shown)));
        assert_eq!(end["citations"].as_array().unwrap().len(), markers);
    }
}
