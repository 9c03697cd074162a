//! A class that has talked with the tutor, and what those who teach it find out about it.

use elenchus::domain::courses::misconceptions::refresh::RefreshMisconceptions;
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::dialogue::{answer, model};
use super::library::FIRST;
use super::live::{Person, until_some};
use super::provider::{ProviderServer, Received, Reply};
use super::tutorial::{Tutorial, id_of};

/// All that is shown of a week's misconceptions.
pub const FOUND: &str =
    "query ($id: ID!) { node(id: $id) { ... on Week { misconceptionSearch { status requestedAt endedAt }
    misconceptions { method sessionCount statementCount computedAt isStale items { id statement correction studentCount
      evidence { quote startChar endChar message { content } session { studentName } }
      reading { quote page startChar endChar document { filename text } chunk { content } } } } } } }";

const FIND: &str = "mutation ($input: FindMisconceptionsInput!) { findMisconceptions(input: $input) { week { id
    misconceptionSearch { status requestedAt endedAt } } } }";

impl Tutorial {
    /// A session of somebody's in which they say this, and which they end; its id.
    pub async fn hold(&self, who: &Person, said: &[&str]) -> String {
        let id = id_of(&self.start(who).await);
        for text in said {
            self.advance(1);
            who.tell_tutor(&id, text).await;
        }
        self.advance(59);
        self.end(who, &id).await;
        id
    }

    /// Asks for the misconceptions of the week; how the search stands then.
    pub async fn find(&self) -> Value {
        let input = json!({"input": {"weekId": self.week}});
        self.room.professor.run(FIND, input).await["findMisconceptions"]["week"]["misconceptionSearch"].clone()
    }

    pub async fn find_refused(&self, who: &Person) -> (String, Vec<String>) {
        who.refused(FIND, json!({"input": {"weekId": self.week}})).await
    }

    /// The week as somebody sees it.
    pub async fn insight(&self, who: &Person) -> Value {
        who.run(FOUND, json!({"id": self.week})).await["node"].clone()
    }

    /// The week as its professor sees it once the search has ended.
    pub async fn found(&self) -> Value {
        until_some("the misconceptions", async || {
            self.room.served.library.work_off().await;
            let week = self.insight(&self.room.professor).await;
            (week["misconceptionSearch"]["status"] != "PENDING").then_some(week)
        })
        .await
    }

    /// Upkeep, and what it queues.
    pub async fn refresh(&self) {
        RefreshMisconceptions {}.run(self.room.served.library.app.clone(), FIRST).await.unwrap();
        self.room.served.library.work_off().await;
    }

    /// Makes the newest search so much older: people would have to sign in anew if the clock ran for hours.
    pub async fn age_search(&self, by: &str) {
        let older = format!("UPDATE misconception_searches SET requested_at = requested_at - interval '{by}'");
        self.room.served.library.sql(&older).await;
    }
}

/// What was found.
pub fn items(week: &Value) -> &[Value] {
    week["misconceptions"]["items"].as_array().unwrap_or_else(|| panic!("{week}"))
}

/// The quotes of a misconception, with whose they are.
pub fn quotes(item: &Value) -> Vec<(&str, &str)> {
    let evidence = item["evidence"].as_array().unwrap_or_else(|| panic!("{item}"));
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{item}")).to_owned().leak() as &str;
    evidence.iter().map(|one| (text(&one["session"]["studentName"]), text(&one["quote"]))).collect()
}

/// Every quote is what stands at its place, to the letter.
pub fn assert_exact(week: &Value) {
    let there = |text: &Value, one: &Value| {
        let place = |name: &str| usize::try_from(one[name].as_u64().unwrap()).unwrap();
        let (start, end) = (place("startChar"), place("endChar"));
        text.as_str().unwrap().chars().skip(start).take(end - start).collect::<String>()
    };
    for item in items(week) {
        for one in item["evidence"].as_array().unwrap() {
            assert_eq!(one["quote"], there(&one["message"]["content"], one), "{one}");
        }
        let reading = &item["reading"];
        if !reading.is_null() {
            assert_eq!(reading["quote"], there(&reading["document"]["text"], reading), "{reading}");
        }
    }
}

/// A provider that is a tutor for students, who says `tutor`, and for those who teach answers by what it is asked: `script` gets
/// how often it was asked before, and the request.
pub async fn insightful(
    tutor: &'static [&'static str],
    script: impl Fn(usize, &Received) -> Reply + Send + Sync + 'static,
) -> ProviderServer {
    let before = std::sync::atomic::AtomicUsize::new(0);
    ProviderServer::answering(move |_, request| {
        if is_search(request) {
            script(before.fetch_add(1, std::sync::atomic::Ordering::SeqCst), request)
        } else {
            answer(tutor)
        }
    })
    .await
}

/// A tutorial over such a provider.
pub async fn tutorial(provider: &ProviderServer) -> Tutorial {
    Tutorial::with(&model(provider)).await
}

/// Whether a request is about what a class believes: no other has a schema here.
pub fn is_search(request: &Received) -> bool {
    !request.body["response_format"].is_null()
}

/// The requests for misconceptions, in their order.
pub fn searches(provider: &ProviderServer) -> Vec<Received> {
    provider.requests().into_iter().filter(is_search).collect()
}

/// The last thing that a request says, which holds what students said.
pub fn question(request: &Received) -> String {
    request.body["messages"].as_array().unwrap().last().unwrap()["content"].as_str().unwrap().to_owned()
}

/// The statements that a request holds, by their numbers: what stands between its marks, and not what looks like one.
pub fn statements(request: &Received) -> Vec<(u32, String)> {
    let text = question(request);
    let Some((_, rest)) = text.split_once("Between lines marked ") else { return Vec::new() };
    let mark = rest.split(' ').next().unwrap();
    let (mut statements, mut rest) = (Vec::new(), rest);
    while let Some((_, behind)) = rest.split_once("<<<statement ") {
        let (number, behind) = behind.split_once(&format!(" {mark}\n")).unwrap();
        let (said, behind) = behind.split_once(&format!("\nstatement {mark}>>>")).unwrap();
        statements.push((number.parse().unwrap(), said.to_owned()));
        rest = behind;
    }
    statements
}

/// An answer that names these.
pub fn named(misconceptions: &Value) -> Reply {
    answer(&[&json!({ "misconceptions": misconceptions }).to_string()])
}

/// A misconception as a model names it.
pub fn belief(belief: &str, correction: &str, passage: u32, evidence: &[(u32, &str)]) -> Value {
    let evidence: Vec<_> =
        evidence.iter().map(|(statement, quote)| json!({"statement": statement, "quote": quote})).collect();
    json!({"belief": belief, "correction": correction, "passage": passage, "evidence": evidence})
}
