//! Everybody against everything: each field of each type is read by its owner, who must see it, and by all others, who
//! must see nothing of it and no trace of it. The queries are made from the schema, so that a new field is read without a
//! line here, and fails the test until its owner's things have a value for it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::access::{SECRETS, assert_clean, failure};
use super::access_probes::{Stranger, Things, probes};
use super::matrix_things::{BESIDES, INVITATION};
use super::support::sdl::{Field, Sdl};
use super::support::served::{Person, Served};

/// What the roots of queries are asked with, but for those that are asked by hand. A new one needs a line.
const ROOTS: &[(&str, &str)] = &[
    ("search", "(query: \"zanzibar quagmire\", mode: KEYWORD)"),
    ("courses", ""),
    ("dataSources", ""),
    ("queries", ""),
    ("dashboards", ""),
    ("sharedDashboards", ""),
    ("analytics", "(range: {days: 1})"),
];

/// Roots that only administrators read. What they show is whatever anybody has.
const ADMINISTRATORS: &[&str] = &["auditTrail", "budgets", "installationAnalytics", "invitations", "users"];

/// What fields are asked with that must have arguments. A new one needs a line.
const REQUIRED: &[(&str, &str, &str)] = &[
    ("Course", "week", "(number: 1)"),
    ("Course", "analytics", "(range: {days: 1})"),
    ("User", "analytics", "(range: {days: 1})"),
];

/// Fields that Alice's things have no value for, and why. This list may only shrink.
const EMPTY: &[(&str, &str)] = &[
    ("AlertCondition.direction", "hers looks for a bound"),
    ("AlertCondition.olderThanSeconds", "hers looks for a bound"),
    ("AlertCondition.overSeconds", "hers looks for a bound"),
    ("AlertCondition.timeColumn", "hers looks for a bound"),
    ("AlertCondition.unit", "hers looks for a bound"),
    ("PictureExport.chart", "hers is of a dashboard"),
    ("PictureExport.height", "hers is of a dashboard"),
    ("ScheduledReport.disabledReason", "hers is on"),
    ("Course.archivedAt", "her course is in use"),
    ("Course.tutoringAllowance", "she teaches it"),
    ("Conversation.tutoringSession", "her conversation is none; a session's own is looked at from the session"),
    ("TutoringSession.transcriptDeletedAt", "what was said in her session is there"),
    // What is heard needs a provider; who gets leave to speak and to hear is tried in `voice.rs` and `voice_plain.rs`.
    ("TutoringSession.voice", "there is no provider of voices"),
    ("VoiceCredentials.agentId", "there is no provider of voices"),
    ("VoiceCredentials.conversationToken", "there is no provider of voices"),
    ("VoiceCredentials.customLlmExtraBody", "there is no provider of voices"),
    ("VoiceCredentials.expiresAt", "there is no provider of voices"),
    ("VoiceCredentials.firstMessage", "there is no provider of voices"),
    ("VoiceCredentials.signedUrl", "there is no provider of voices"),
    ("VoiceCredentials.voiceId", "there is no provider of voices"),
    ("Message.speechUrl", "there is no provider of voices"),
    ("TutoringAllowance.nextAt", "she teaches her course"),
    ("TutoringAllowance.sessionsLeft", "she teaches her course"),
    ("Conversation.contextSummary", "only long conversations have a summary"),
    ("Budget.apiKey", "she is signed in"),
    ("ApiKeyBudget.day", "she is signed in"),
    ("ApiKeyBudget.month", "she is signed in"),
    ("AuditEvent.before", "nothing of hers was changed"),
    ("AuditEvent.userAgent", "the client of the tests does not say what it is"),
    ("Document.error", "her document could be read"),
    ("Document.pageCount", "a text file has no pages"),
    ("Chunk.page", "a text file has no pages"),
    ("Citation.page", "a text file has no pages"),
    ("ProcessingError.code", "her document could be read"),
    ("ProcessingError.message", "her document could be read"),
    ("Generation.error", "her texts were written to their ends"),
    ("SearchHit.semanticRank", "the search is by words"),
    ("User.lastSeenAt", "it is written down later than it is answered, and left out of what is compared"),
    ("LoginSession.revokedAt", "only sign-ins that hold are listed"),
    ("Viewer.recoveryCodesLeft", "she has no second factor"),
    ("GenerationError.code", "her texts were written to their ends"),
    ("GenerationError.message", "her texts were written to their ends"),
];

pub struct Reading {
    pub root: String,
    pub query: String,
    pub variables: Value,
}

/// Reads all that hangs on the viewer, on these ids, and on the other roots; every list behind `cursor`, if one is given.
pub fn readings(sdl: &Sdl, ids: &[String], cursor: Option<&str>) -> Vec<Reading> {
    let arguments = |name: &str, field: &Field| {
        let required = REQUIRED.iter().find(|(kind, each, _)| (*kind, *each) == (name, field.name.as_str()));
        let needs = field.arguments.values().any(|must| *must);
        assert!(required.is_some() || !needs, "{name}.{} needs arguments: say which in REQUIRED", field.name);
        let required = required.map(|(_, _, given)| (*given).to_owned());
        match cursor.filter(|_| field.arguments.contains_key("after")) {
            Some(cursor) if required.is_none() => format!("(first: 100, after: {cursor:?})"),
            _ => required.unwrap_or_default(),
        }
    };
    let kinds = sdl.nodes().iter().map(|kind| format!("... on {kind} {}", sdl.select(kind, &arguments)));
    let kinds = kinds.collect::<Vec<_>>().join(" ");
    let reading = |root: &str, query: String, variables| Reading { root: root.to_owned(), query, variables };
    let mut all = Vec::new();
    for root in &sdl.objects["Query"] {
        let name = root.name.as_str();
        match name {
            "viewer" => {
                all.push(reading(name, format!("{{ viewer {} }}", sdl.select("Viewer", &arguments)), json!({})));
            }
            // What each has is looked at by `nodes`, which finds them in the same way, all at once.
            "node" => all.extend(ids.iter().map(|id| {
                reading(name, "query ($id: ID!) { node(id: $id) { __typename id } }".to_owned(), json!({ "id": id }))
            })),
            "nodes" => {
                let query = format!("query ($ids: [ID!]!) {{ nodes(ids: $ids) {{ __typename id {kinds} }} }}");
                all.push(reading(name, query, json!({ "ids": ids })));
            }
            "course" => all.extend(ids.iter().filter(|id| id.starts_with("course_")).map(|id| {
                let query = sdl.select("Course", &arguments);
                reading(name, format!("query ($id: ID!) {{ course(id: $id) {query} }}"), json!({ "id": id }))
            })),
            "dashboardSharedWithMe" => all.extend(ids.iter().filter(|id| id.starts_with("dashboard_")).map(|id| {
                let query = sdl.select("SharedDashboard", &arguments);
                let query = format!("query ($id: ID!) {{ dashboardSharedWithMe(id: $id) {query} }}");
                reading(name, query, json!({ "id": id }))
            })),
            // Whoever has a token may: in `dashboard_shares.rs`. Times of a report follow from what is asked alone.
            "sharedDashboard" | "reportTimes" => {}
            _ if ADMINISTRATORS.contains(&name) => {}
            _ => {
                let given = ROOTS.iter().find(|(root, _)| *root == name);
                let (_, given) =
                    given.unwrap_or_else(|| panic!("Query.{name} is new: say in ROOTS what to ask it with"));
                all.push(reading(
                    name,
                    format!("{{ {name}{given} {} }}", sdl.select(&root.kind, &arguments)),
                    json!({}),
                ));
            }
        }
    }
    all
}

/// The fields that an answer has a value for, by their aliases.
fn shown(answer: &Value, seen: &mut BTreeSet<String>) {
    match answer {
        Value::Object(fields) => {
            for (name, value) in fields {
                let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
                if let Some((kind, field)) = name.split_once("__").filter(|(kind, _)| !kind.is_empty() && !empty) {
                    seen.insert(format!("{kind}.{field}"));
                }
                shown(value, seen);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| shown(value, seen)),
        _ => {}
    }
}

/// All cursors of an answer.
fn cursors(answer: &Value, found: &mut BTreeSet<String>) {
    match answer {
        Value::Object(fields) => {
            for (name, value) in fields {
                if let Some(cursor) = value.as_str().filter(|_| name.to_lowercase().contains("cursor")) {
                    found.insert(cursor.to_owned());
                }
                cursors(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| cursors(value, found)),
        _ => {}
    }
}

/// An answer without the time of the last request, which is written down later than it is answered.
fn timeless(answer: Value) -> Value {
    without(answer, "User__lastSeenAt")
}

/// An answer without the fields of that alias.
fn without(mut answer: Value, alias: &str) -> Value {
    fn forget(value: &mut Value, alias: &str) {
        match value {
            Value::Object(fields) => {
                fields.remove(alias);
                fields.values_mut().for_each(|value| forget(value, alias));
            }
            Value::Array(values) => values.iter_mut().for_each(|value| forget(value, alias)),
            _ => {}
        }
    }
    forget(&mut answer, alias);
    answer
}

impl Served {
    async fn read(&self, token: Option<&str>, readings: &[Reading]) -> Vec<Value> {
        let mut answers = Vec::new();
        for reading in readings {
            answers.push(timeless(self.ask(token, &reading.query, reading.variables.clone()).await));
        }
        answers
    }

    /// Somebody of that role with a document, a conversation and an answer.
    async fn other(&self, name: &str, role: &str) -> (Person, Things) {
        let person = self.person(name).await;
        self.library.sql(&format!("UPDATE users SET role = '{role}' WHERE username = '{name}'")).await;
        let text = format!("The swamp of {name} is wet. It is {name}'s since the flood.");
        let things = self.things_of(&person, "swamp.txt", &text, "Who owns the swamp?").await;
        (person, things)
    }

    /// What administrators read they see, and these are refused, whatever they have.
    async fn administrators_alone(&self, sdl: &Sdl, people: &[Option<&Person>], seen: &mut BTreeSet<String>) {
        let root = self.person("root").await;
        self.library.sql("UPDATE users SET role = 'ADMIN' WHERE username = 'root'").await;
        self.library.sql(INVITATION).await;
        for name in ADMINISTRATORS {
            let kind = &sdl.objects["Query"].iter().find(|field| field.name == *name).unwrap().kind;
            let given = if *name == "installationAnalytics" { "(range: {days: 1})" } else { "" };
            let arguments = |kind: &str, field: &Field| {
                let found = REQUIRED.iter().find(|(on, each, _)| (*on, *each) == (kind, field.name.as_str()));
                found.map_or_else(String::new, |(_, _, given)| (*given).to_owned())
            };
            let query = format!("{{ {name}{given} {} }}", sdl.select(kind, &arguments));
            let answer = self.ask(Some(&root.token), &query, json!({})).await;
            assert_eq!(answer.get("errors"), None, "{name}");
            shown(&answer, seen);
            for person in people {
                let answer = self.ask(person.map(|person| person.token.as_str()), &query, json!({})).await;
                let code = if person.is_some() { "FORBIDDEN" } else { "UNAUTHENTICATED" };
                assert_eq!((failure(&answer).0, answer["data"].is_null()), (code, true), "{name}: {answer}");
            }
        }
    }
}

pub fn owned<'a>(ids: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    ids.into_iter().map(str::to_owned).collect()
}

/// Large enough for queries that select everything.
pub const ROOMY: &[(&str, &str)] = &[
    ("MAX_QUERY_BYTES", "1000000"),
    ("MAX_QUERY_FIELDS", "10000"),
    ("MAX_QUERY_ALIASES", "10000"),
    ("MAX_COST", "10000000"),
    ("MAX_COST_ADMIN", "10000000"),
    ("MAX_COST_ANONYMOUS", "10000000"),
];

#[tokio::test]
async fn everybody_sees_their_own_and_no_trace_of_anything_else() {
    let sdl = Sdl::read();
    let served = Served::with(ROOMY).await;
    let mut others = Vec::new();
    for role in ["MEMBER", "STUDENT", "PROFESSOR", "ANALYST"] {
        let (person, own) = served.other(&role.to_lowercase(), role).await;
        let readings = readings(&sdl, &owned(own.nodes()), None);
        let before = served.read(Some(&person.token), &readings).await;
        for (reading, answer) in readings.iter().zip(&before) {
            assert_eq!(answer.get("errors"), None, "{role} {}", reading.root);
        }
        others.push((role, person, own, readings, before));
    }

    let (alice, hers) = served.alice().await;
    served.library.sql(BESIDES).await;
    let ids = owned(hers.nodes());
    let all = readings(&sdl, &ids, None);
    let answers = served.read(Some(&alice.token), &all).await;
    let (mut seen, mut places) = (BTreeSet::new(), BTreeSet::new());
    for (reading, answer) in all.iter().zip(&answers) {
        assert_eq!(answer.get("errors"), None, "{}", reading.root);
        shown(answer, &mut seen);
        cursors(answer, &mut places);
    }
    let people: Vec<_> = others.iter().map(|(_, person, ..)| Some(person)).chain([Some(&alice), None]).collect();
    served.administrators_alone(&sdl, &people, &mut seen).await;
    let fields = sdl.readable().into_iter().flat_map(|kind| sdl.objects[kind].iter().map(move |field| (kind, field)));
    let every: BTreeSet<String> = fields.map(|(kind, field)| format!("{kind}.{}", field.name)).collect();
    let missing: Vec<_> =
        every.difference(&seen).filter(|field| !EMPTY.iter().any(|(empty, _)| empty == field)).collect();
    assert!(missing.is_empty(), "Alice has no value for {missing:?}: give her one, or say in EMPTY why not");
    let needless: Vec<_> = EMPTY.iter().filter(|(field, _)| seen.contains(*field) || !every.contains(*field)).collect();
    assert!(needless.is_empty(), "these have a value, or are gone: {needless:?}");
    let told = json!(answers).to_string().to_lowercase();
    for secret in SECRETS.into_iter().chain(hers.ids()) {
        assert!(told.contains(secret), "the test cannot see {secret}");
    }

    for (role, person, own, readings_of_own, before) in &others {
        let token = Some(person.token.as_str());
        // Nothing that Alice did shows anywhere: not in a total, not in an order, not in a score.
        let after = served.read(token, readings_of_own).await;
        for ((reading, before), after) in readings_of_own.iter().zip(before).zip(&after) {
            assert_eq!(before, after, "{role} {}", reading.root);
        }
        for reading in &all {
            let what = format!("{role} {} {}", reading.root, reading.variables);
            let answer = served.ask(token, &reading.query, reading.variables.clone()).await;
            assert_clean(&what, &answer, &hers);
            match reading.root.as_str() {
                "node" | "course" | "dashboardSharedWithMe" => assert_eq!(failure(&answer).0, "NOT_FOUND", "{what}"),
                "nodes" => assert_eq!(answer, json!({"data": {"nodes": vec![Value::Null; ids.len()]}}), "{what}"),
                _ => assert_eq!(answer.get("errors"), None, "{what}"),
            }
        }
        // A place in her lists is a place in nobody else's.
        for cursor in &places {
            for reading in readings(&sdl, &owned(own.nodes()), Some(cursor)) {
                let what = format!("{role} {} behind {cursor}", reading.root);
                let answer = served.ask(token, &reading.query, reading.variables).await;
                assert_clean(&what, &answer, &hers);
                for error in answer["errors"].as_array().into_iter().flatten() {
                    assert_eq!(error["extensions"]["code"], "BAD_USER_INPUT", "{what}: {error}");
                }
            }
        }
        for probe in probes(&hers, own).iter().filter(|probe| probe.stranger == Stranger::NotFound) {
            let what = format!("{role} {} with {}", probe.root, probe.variables);
            let answer = served.try_out(token, probe, probe.variables.clone()).await;
            assert_clean(&what, &answer, &hers);
            assert_eq!(failure(&answer).0, "NOT_FOUND", "{what}: {answer}");
        }
    }

    for (who, token) in [("nobody", None), ("a shut account", Some(others[0].1.token.as_str()))] {
        if token.is_some() {
            served.library.sql("UPDATE users SET is_active = false WHERE username = 'member'").await;
        }
        for reading in &all {
            let answer = served.ask(token, &reading.query, reading.variables.clone()).await;
            assert_clean(who, &answer, &hers);
            let is_open = token.is_none() && reading.root == "viewer";
            if is_open {
                assert_eq!(answer, json!({"data": {"viewer": null}}));
            } else {
                assert_eq!(failure(&answer).0, "UNAUTHENTICATED", "{who} {}: {answer}", reading.root);
            }
        }
    }
    assert_eq!(served.read(Some(&alice.token), &all).await, answers, "nobody changed anything of hers");
}

#[tokio::test]
async fn what_is_deleted_leaves_no_trace_with_its_owner_either() {
    let sdl = Sdl::read();
    let served = Served::with(ROOMY).await;
    let (alice, hers) = served.alice().await;
    let token = Some(alice.token.as_str());
    let ids = owned(hers.nodes());
    let mut places = BTreeSet::new();
    for answer in served.read(token, &readings(&sdl, &ids, None)).await {
        cursors(&answer, &mut places);
    }
    let url = "query ($id: ID!) { node(id: $id) { ... on Document { downloadUrl } } }";
    let url = served.ask(token, url, json!({ "id": hers.document })).await;
    let url = url["data"]["node"]["downloadUrl"].as_str().unwrap().to_owned();
    assert_eq!(served.get(&url).await.0, 200);
    for (mutation, input) in [
        (
            "mutation ($input: ConversationInput!) { deleteConversation(input: $input) { deletedId } }",
            json!({ "conversationId": hers.conversation }),
        ),
        ("mutation ($input: DocumentInput!) { deleteDocument(input: $input) { id } }", json!({ "id": hers.document })),
    ] {
        assert_eq!(served.ask(token, mutation, json!({ "input": input })).await.get("errors"), None);
    }
    assert_eq!(served.get(&url).await.0, 404);

    // Her account is still hers, and so is the answer that belongs to no conversation: but for its source.
    let gone = [&hers.conversation, &hers.message, &hers.reply, &hers.generation, &hers.document, &hers.chunk];
    let words = ["fandango", "marzipan", "ends every quagmire"];
    for cursor in places.iter().map(|cursor| Some(cursor.as_str())).chain([None]) {
        for reading in readings(&sdl, &ids, cursor) {
            let answer = served.ask(token, &reading.query, reading.variables.clone()).await;
            let text = answer.to_string();
            if reading.root == "node" && gone.iter().any(|id| reading.variables["id"] == **id) {
                assert_eq!(failure(&answer).0, "NOT_FOUND", "{}: {answer}", reading.variables);
            } else if reading.root != "node" && reading.root != "nodes" {
                for word in words {
                    assert!(!text.contains(word), "{} shows {word}: {answer}", reading.root);
                }
                // The trail says that they are gone, by their ids.
                let text = without(answer, "Viewer__auditTrail").to_string();
                for id in gone {
                    assert!(!text.contains(id.as_str()), "{} shows {id}: {text}", reading.root);
                }
            }
        }
    }
    for root in ["generation", "conversation", "documentProgress"] {
        for probe in probes(&hers, &hers).iter().filter(|probe| probe.root == format!("Subscription.{root}")) {
            if probe.variables["id"] == *hers.answer {
                continue;
            }
            let answer = served.try_out(token, probe, probe.variables.clone()).await;
            assert_eq!(failure(&answer).0, "NOT_FOUND", "{}: {answer}", probe.root);
        }
    }
}
