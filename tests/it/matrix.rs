//! Everybody against everything: each field of each type is read by its owner, who must see it, and by all others, who
//! must see nothing of it and no trace of it. The queries are made from the schema, so that a new field is read without a
//! line here, and fails the test until its owner's things have a value for it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::access::{SECRETS, assert_clean, failure};
use super::access_probes::{Stranger, Things, probes};
use super::matrix_readings::{
    ADMINISTRATORS, REQUIRED, ROOMY, Reading, cursors, owned, readings, shown, timeless, without,
};
use super::matrix_things::{BESIDES, EMPTY, INVITATION};
use super::support::sdl::{Field, Sdl};
use super::support::served::{Person, Served};

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
