//! People with one of everything, for those who look whether anybody else sees it.

use elenchus::ids::{IdentityId, ModerationFlagId, TutoringSessionId, UserId};
use serde_json::{Value, json};

use super::access_probes::{ASK, SEND, Things};
use super::support::served::{Person, Served};

impl Served {
    /// A document that can be searched, a conversation with a rated reply that cites it, and an answer.
    pub async fn things_of(&self, person: &Person, file: &str, text: &str, question: &str) -> Things {
        let document = self.library.add(&person.actor, file, text.as_bytes()).await;
        let document = document.id.to_string();
        let input = json!({"text": question, "documentIds": [document], "waitForReply": true});
        let sent = self.ask(Some(&person.token), SEND, json!({ "input": input })).await;
        let exchange = &sent["data"]["sendMessage"];
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{sent}")).to_owned();
        let rate = "mutation ($input: RateMessageInput!) { rateMessage(input: $input) { message { id } } }";
        let rating =
            json!({"messageId": exchange["reply"]["id"], "rating": "UP", "comment": format!("{question} indeed")});
        let rated = self.ask(Some(&person.token), rate, json!({ "input": rating })).await;
        assert_eq!(rated.get("errors"), None);
        let input = json!({"question": question, "documentIds": [document], "waitForAnswer": true});
        let asked = self.ask(Some(&person.token), ASK, json!({ "input": input })).await;
        let key = "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey { id } } }";
        let input = json!({"name": question, "scopes": ["DOCUMENTS_READ"]});
        let key = self.ask(Some(&person.token), key, json!({ "input": input })).await;
        let sessions = self.ask(Some(&person.token), "{ viewer { sessions { id } } }", json!({})).await;
        let owner: UserId = person.id.parse().unwrap();
        let identity = IdentityId::generate(self.library.app.clock.now());
        let row = format!(
            "INSERT INTO identities (id, issuer, subject, user_id, email, created_at, last_used_at)
             SELECT '{}', 'https://accounts.google.com', email, id, email, now(), now() FROM users WHERE id = '{}'",
            identity.uuid(),
            owner.uuid()
        );
        self.library.sql(&row).await;
        let (course, week) = self.course_of(person, question, &document).await;
        let (tutoring, flag) = self.tutoring_of(person, &week, question).await;
        let workspace = self.workspace_of(person, question).await;
        let [
            source,
            table,
            dataset,
            run,
            query,
            chart,
            dashboard,
            tile,
            note,
            export,
            asked_data,
            term,
            share,
            notification,
            webhook,
            delivery,
            insight,
            template,
            picture,
            report,
            alert,
        ] = self.data_of(&owner, &workspace, question).await;
        Things {
            user: person.id.clone(),
            session: text(&sessions["data"]["viewer"]["sessions"][0]["id"]),
            key: text(&key["data"]["createApiKey"]["apiKey"]["id"]),
            identity: identity.to_string(),
            conversation: text(&exchange["conversation"]["id"]),
            message: text(&exchange["message"]["id"]),
            reply: text(&exchange["reply"]["id"]),
            generation: text(&exchange["reply"]["generation"]["id"]),
            answer: asked["data"]["ask"]["generation"]["id"].as_str().unwrap_or_else(|| panic!("{asked}")).to_owned(),
            document,
            chunk: text(&exchange["reply"]["citations"][0]["chunk"]["id"]),
            course,
            week,
            tutoring,
            flag,
            workspace,
            source,
            table,
            dataset,
            run,
            export,
            query,
            chart,
            dashboard,
            tile,
            note,
            question: asked_data,
            term,
            share,
            notification,
            webhook,
            delivery,
            insight,
            template,
            picture,
            report,
            alert,
        }
    }

    /// A workspace that a person shares, so far with nobody.
    async fn workspace_of(&self, person: &Person, name: &str) -> String {
        let create = "mutation ($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { workspace { id } } }";
        let made = self.ask(Some(&person.token), create, json!({"input": {"name": name}})).await;
        let id = made["data"]["createWorkspace"]["workspace"]["id"].as_str();
        id.unwrap_or_else(|| panic!("{made}")).to_owned()
    }

    /// A course that is a person's, with a week in which a document is read.
    async fn course_of(&self, person: &Person, name: &str, document: &str) -> (String, String) {
        let id = person.actor.require_id().unwrap().uuid();
        let role = self.library.text(&format!("role FROM users WHERE id = '{id}'")).await.unwrap();
        self.library.sql(&format!("UPDATE users SET role = 'PROFESSOR' WHERE id = '{id}'")).await;
        let create = "mutation ($input: CreateCourseInput!) { createCourse(input: $input) { course { id } } }";
        let input = json!({"code": person.id, "name": name, "description": name});
        let made = self.ask(Some(&person.token), create, json!({ "input": input })).await;
        self.library.sql(&format!("UPDATE users SET role = '{role}' WHERE id = '{id}'")).await;
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        let course = text(&made["data"]["createCourse"]["course"]["id"]);
        let add = "mutation ($input: AddWeekInput!) { addWeek(input: $input) { week { id } } }";
        let input = json!({"courseId": course, "number": 1, "title": name, "documentIds": [document]});
        let added = self.ask(Some(&person.token), add, json!({ "input": input })).await;
        let week = added["data"]["addWeek"]["week"]["id"].as_str().unwrap_or_else(|| panic!("{added}")).to_owned();
        (course, week)
    }

    /// A tutoring session that a person has begun, and something that was held back in it.
    async fn tutoring_of(&self, person: &Person, week: &str, text: &str) -> (String, String) {
        let start =
            "mutation ($input: StartTutoringSessionInput!) { startTutoringSession(input: $input) { session { id } } }";
        let begun = self.ask(Some(&person.token), start, json!({"input": {"weekId": week}})).await;
        let session = begun["data"]["startTutoringSession"]["session"]["id"].as_str();
        let session: TutoringSessionId = session.unwrap_or_else(|| panic!("{begun}")).parse().unwrap();
        let flag = ModerationFlagId::generate(self.library.app.clock.now());
        let (key, id) = (session.uuid(), flag.uuid());
        self.library
            .sql(&format!(
                "INSERT INTO moderation_flags (id, session_id, message_id, direction, categories, source, explanation, excerpt, created_at)
                 SELECT '{id}', t.id, m.id, 'INPUT', '{{GOSSIP}}', 'RULES', 'Gossip.', '{text}', now()
                 FROM tutoring_sessions t JOIN messages m ON m.conversation_id = t.conversation_id WHERE t.id = '{key}'"
            ))
            .await;
        (session.to_string(), flag.to_string())
    }

    pub async fn alice(&self) -> (Person, Things) {
        let alice = self.person("alice").await;
        let text = "The zanzibar clause ends every quagmire of the law. A marzipan court decides on it within a year.";
        let things =
            self.things_of(&alice, "fandango.txt", text, "When does the zanzibar gondola end the quagmire?").await;
        (alice, things)
    }

    pub async fn bob(&self) -> (Person, Things) {
        let bob = self.person("bob").await;
        let text = "A swamp is wet. Bob owns the swamp since the flood.";
        let things = self.things_of(&bob, "swamp.txt", text, "Who owns the swamp?").await;
        (bob, things)
    }
}
