//! What a stranger sees: nothing. Every root field is tried as nobody and as another person, on everything that one
//! person can own; a root field that is not tried here fails the test.

use std::collections::BTreeSet;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use chrono::TimeDelta;
use elenchus::graphql::schema;
use elenchus::ids::{
    AlertId, ApiKeyId, ChartId, ChunkId, ConversationId, CourseId, DashboardId, DashboardShareId, DashboardTileId,
    DataQuestionId, DataSourceId, DataTableId, DatasetUploadId, DocumentId, GenerationId, GlossaryTermId, IdentityId,
    InsightId, LoginSessionId, MessageId, ModerationFlagId, NotificationId, PictureExportId, PromptTemplateId,
    QueryRunId, ResultExportId, SavedQueryId, ScheduledReportId, TutoringSessionId, UserId, WebhookDeliveryId,
    WebhookId, WeekId, WorkspaceId,
};
use serde_json::{Value, json};

use super::access_probes::{EVERYTHING, NODE, NODES, Probe, SEARCH, Stranger, Things, UPLOAD, probes};
use super::support::people::PASSWORD;
use super::support::served::Served;

/// Root fields that nobody may use as well. This list may only shrink.
pub const PUBLIC: [&str; 12] = [
    "Mutation.beginOidcSignIn",
    "Mutation.completeOidcSignIn",
    "Mutation.completeLogin",
    "Mutation.login",
    "Mutation.refreshSession",
    "Mutation.register",
    // Who cannot sign in asks for a link; whoever opens one, perhaps where nobody is signed in, proves who they are by it.
    "Mutation.requestPasswordReset",
    "Mutation.resetPassword",
    "Mutation.verifyEmail",
    "Mutation.confirmEmailChange",
    "Query.viewer",
    // Whoever has the token of a link sees what it shows: in `dashboard_shares_links.rs`.
    "Query.sharedDashboard",
];

/// Words that only Alice's things hold.
pub const SECRETS: [&str; 7] =
    ["zanzibar", "quagmire", "fandango", "marzipan", "alice@example.org", "alice the person", "gondola"];

/// Those that no foreign id can be given to: what they do for nobody is tried by itself.
const WITHOUT_IDS: [&str; 41] = [
    "Mutation.beginOidcSignIn",
    "Mutation.completeOidcSignIn",
    "Mutation.beginTwoFactor",
    "Mutation.completeLogin",
    "Mutation.confirmTwoFactor",
    "Mutation.createApiKey",
    "Mutation.disableTwoFactor",
    "Mutation.inviteUser",
    "Mutation.login",
    "Mutation.logout",
    "Mutation.refreshSession",
    "Mutation.regenerateRecoveryCodes",
    "Mutation.register",
    "Mutation.revokeInvitation",
    "Mutation.revokeOtherSessions",
    "Mutation.uploadDocuments",
    "Query.invitations",
    // In `passwords.rs`, `email_addresses.rs` and `profile.rs`.
    "Mutation.requestPasswordReset",
    "Mutation.resetPassword",
    "Mutation.changePassword",
    "Mutation.requestEmailVerification",
    "Mutation.verifyEmail",
    "Mutation.changeEmail",
    "Mutation.confirmEmailChange",
    "Mutation.updateProfile",
    // In `avatars.rs`, `account_deletion.rs` and `account_export.rs`.
    "Mutation.uploadAvatar",
    "Mutation.removeAvatar",
    "Mutation.deleteAccount",
    "Mutation.exportMyData",
    // They take files besides: in `recordings.rs` and `voice_plain.rs`.
    "Mutation.uploadRecording",
    "Mutation.sendTutoringSpeech",
    // In `courses.rs` and `courses_enrolment.rs`.
    "Mutation.createCourse",
    "Mutation.enrol",
    "Mutation.acceptCourseInvitation",
    "Mutation.revokeCourseInvitation",
    // In `workspaces.rs`.
    "Mutation.createWorkspace",
    // In `notifications_told.rs`.
    "Mutation.setNotificationPreferences",
    // It takes a file besides: in `data_uploads.rs`.
    "Mutation.uploadDataset",
    // In `dashboard_shares_links.rs`.
    "Query.sharedDashboard",
    // In `scheduled_reports.rs`.
    "Query.reportTimes",
    // In `analytics.rs`.
    "Mutation.refreshAnalytics",
];

fn roots() -> BTreeSet<String> {
    let mut roots = BTreeSet::new();
    for definition in parse_schema(schema::sdl()).unwrap().definitions {
        let TypeSystemDefinition::Type(kind) = definition else { continue };
        let name = kind.node.name.node.to_string();
        if let ("Query" | "Mutation" | "Subscription", TypeKind::Object(object)) = (name.as_str(), &kind.node.kind) {
            roots.extend(object.fields.iter().map(|field| format!("{name}.{}", field.node.name.node)));
        }
    }
    roots
}

impl Served {
    /// What the server says to a probe: one answer, or the events of a stream in a list.
    pub async fn try_out(&self, token: Option<&str>, probe: &Probe, variables: Value) -> Value {
        if probe.root.starts_with("Subscription.") {
            Value::Array(self.follow(token, probe.query, variables).await)
        } else {
            self.ask(token, probe.query, variables).await
        }
    }
}

/// Code and message of the only failure.
pub fn failure(answer: &Value) -> (&str, &str, &Value) {
    let answer = match answer {
        Value::Array(events) => {
            assert_eq!(events.len(), 1, "{answer}");
            &events[0]
        }
        answer => answer,
    };
    let errors = answer["errors"].as_array().unwrap_or_else(|| panic!("no failure: {answer}"));
    assert_eq!(errors.len(), 1, "{answer}");
    let code = errors[0]["extensions"]["code"].as_str().unwrap_or_default();
    (code, errors[0]["message"].as_str().unwrap_or_default(), &errors[0]["extensions"])
}

/// Panics when an answer holds anything of Alice's.
pub fn assert_clean(what: &str, answer: &Value, hers: &Things) {
    let text = answer.to_string().to_lowercase();
    for secret in SECRETS.into_iter().chain(hers.ids()) {
        assert!(!text.contains(secret), "{what} shows {secret}: {answer}");
    }
}

/// The variables with each of Alice's ids replaced.
fn with_ids(variables: &Value, hers: &Things, replace: impl Fn(&str) -> String) -> Value {
    let text = hers.ids().iter().fold(variables.to_string(), |text, id| text.replace(id, &replace(id)));
    serde_json::from_str(&text).unwrap()
}

/// An id of the same kind that nothing has.
fn unknown(served: &Served, id: &str) -> String {
    let now = served.library.app.clock.now();
    match id.split_once('_').map(|(prefix, _)| prefix) {
        Some("user") => UserId::generate(now).to_string(),
        Some("sess") => LoginSessionId::generate(now).to_string(),
        Some("idty") => IdentityId::generate(now).to_string(),
        Some("key") => ApiKeyId::generate(now).to_string(),
        Some("conv") => ConversationId::generate(now).to_string(),
        Some("msg") => MessageId::generate(now).to_string(),
        Some("gen") => GenerationId::generate(now).to_string(),
        Some("doc") => DocumentId::generate(now).to_string(),
        Some("course") => CourseId::generate(now).to_string(),
        Some("week") => WeekId::generate(now).to_string(),
        Some("tutoring") => TutoringSessionId::generate(now).to_string(),
        Some("source") => DataSourceId::generate(now).to_string(),
        Some("table") => DataTableId::generate(now).to_string(),
        Some("dataset") => DatasetUploadId::generate(now).to_string(),
        Some("run") => QueryRunId::generate(now).to_string(),
        Some("resultexport") => ResultExportId::generate(now).to_string(),
        Some("picture") => PictureExportId::generate(now).to_string(),
        Some("query") => SavedQueryId::generate(now).to_string(),
        Some("alert") => AlertId::generate(now).to_string(),
        Some("chart") => ChartId::generate(now).to_string(),
        Some("dashboard") => DashboardId::generate(now).to_string(),
        Some("share") => DashboardShareId::generate(now).to_string(),
        Some("report") => ScheduledReportId::generate(now).to_string(),
        Some("tile") => DashboardTileId::generate(now).to_string(),
        Some("question") => DataQuestionId::generate(now).to_string(),
        Some("notification") => NotificationId::generate(now).to_string(),
        Some("term") => GlossaryTermId::generate(now).to_string(),
        Some("webhook") => WebhookId::generate(now).to_string(),
        Some("delivery") => WebhookDeliveryId::generate(now).to_string(),
        Some("insight") => InsightId::generate(now).to_string(),
        Some("prompttemplate") => PromptTemplateId::generate(now).to_string(),
        Some("workspace") => WorkspaceId::generate(now).to_string(),
        Some("flag") => ModerationFlagId::generate(now).to_string(),
        Some("chunk") => ChunkId::generate(now).to_string(),
        _ => panic!("{id}"),
    }
}

#[tokio::test]
async fn a_stranger_sees_nothing_of_anybody() {
    let served = Served::with(&[("MAX_COST", "1000000"), ("MAX_COST_ANONYMOUS", "1000000")]).await;
    let (alice, hers) = served.alice().await;
    let (bob, own) = served.bob().await;
    let probes = probes(&hers, &own);
    let tried: BTreeSet<String> = probes.iter().map(|probe| probe.root).chain(WITHOUT_IDS).map(str::to_owned).collect();
    assert_eq!(tried, roots(), "every root field is tried, and there is no other");

    let before = served.ask(Some(&alice.token), EVERYTHING, json!({})).await;
    let shown = before.to_string().to_lowercase();
    for secret in SECRETS.into_iter().chain(hers.ids()).filter(|secret| *secret != hers.answer) {
        assert!(shown.contains(secret), "the test cannot see {secret} in {before}");
    }

    let mut told_apart = Vec::new();
    for probe in &probes {
        let what = format!("{} with {}", probe.root, probe.variables);
        let refused = served.try_out(None, probe, probe.variables.clone()).await;
        if PUBLIC.contains(&probe.root) {
            assert_eq!(refused, json!({"data": {"viewer": null}}), "{what}");
        } else {
            assert_eq!(failure(&refused).0, "UNAUTHENTICATED", "{what}: {refused}");
        }

        let foreign = served.try_out(Some(&bob.token), probe, probe.variables.clone()).await;
        assert_clean(&what, &foreign, &hers);
        if probe.stranger == Stranger::Own {
            assert_eq!(foreign.get("errors"), None, "{what}");
            continue;
        }
        let code = if probe.stranger == Stranger::Forbidden { "FORBIDDEN" } else { "NOT_FOUND" };
        assert_eq!(failure(&foreign).0, code, "{what}: {foreign}");
        let absent = with_ids(&probe.variables, &hers, |id| unknown(&served, id));
        let absent = served.try_out(Some(&bob.token), probe, absent).await;
        assert_eq!(failure(&foreign), failure(&absent), "{what}: told from one that nothing has");
        if probe.stranger == Stranger::Forbidden {
            continue;
        }
        for malformed in ["conv_!", "", "nonsense", "doc_00000000000000000000000000_"] {
            let malformed = with_ids(&probe.variables, &hers, |_| malformed.to_owned());
            let malformed = served.try_out(Some(&bob.token), probe, malformed).await;
            let ((code, message, _), (its_code, its_message, _)) = (failure(&foreign), failure(&malformed));
            if (code, message) != (its_code, its_message) {
                told_apart.push(format!("{what}: {message} but {its_code} {its_message}"));
            }
        }
    }
    assert_eq!(told_apart, Vec::<String>::new(), "told from ids that are none");
    let nodes = served.ask(Some(&bob.token), NODES, json!({"ids": hers.ids()})).await;
    assert_eq!(nodes, json!({"data": {"nodes": vec![Value::Null; hers.ids().len()]}}));
    let hits = served.ask(Some(&bob.token), SEARCH, json!({"query": "zanzibar quagmire"})).await;
    assert_eq!(hits, json!({"data": {"search": {"hits": []}}}));

    // What Bob tried has changed nothing, and has left nothing of hers with him.
    assert_eq!(served.ask(Some(&alice.token), EVERYTHING, json!({})).await, before);
    assert_clean("all of Bob's", &served.ask(Some(&bob.token), EVERYTHING, json!({})).await, &hers);
}

#[tokio::test]
async fn the_owner_gets_what_a_stranger_is_refused() {
    let served = Served::new().await;
    let (alice, hers) = served.alice().await;
    let ids =
        [&hers.user, &hers.conversation, &hers.message, &hers.reply, &hers.generation, &hers.document, &hers.chunk];
    for id in ids {
        let found = served.ask(Some(&alice.token), NODE, json!({ "id": id })).await;
        assert_eq!(found["data"]["node"]["id"], **id, "{found}");
    }
    let hits = served.ask(Some(&alice.token), SEARCH, json!({"query": "zanzibar quagmire"})).await;
    assert_eq!(hits["data"]["search"]["hits"][0]["document"]["id"], *hers.document);
    let steps = "subscription ($id: ID!) { generation(id: $id) { __typename } }";
    let steps = served.follow(Some(&alice.token), steps, json!({ "id": hers.generation })).await;
    assert_eq!(steps.last().unwrap()["data"]["generation"]["__typename"], "GenerationEnded");
    let progress = "subscription ($ids: [ID!]!) { documentProgress(ids: $ids) { status } }";
    let progress = served.follow(Some(&alice.token), progress, json!({"ids": [hers.document]})).await;
    assert_eq!(progress, [json!({"data": {"documentProgress": {"status": "READY"}}})]);
}

#[tokio::test]
async fn nobody_gets_no_further_than_the_door() {
    let served = Served::new().await;
    let bob = served.person("bob").await;
    let login = "mutation ($input: LoginInput!) { login(input: $input) { user { id } } }";
    let entered = served.ask(None, login, json!({"input": {"identifier": "bob", "password": PASSWORD}})).await;
    assert_eq!(entered["data"]["login"]["user"]["id"], *bob.id);
    let wrong = served.ask(None, login, json!({"input": {"identifier": "bob", "password": "wrong password"}})).await;
    let nobody = served.ask(None, login, json!({"input": {"identifier": "carol", "password": "wrong password"}})).await;
    assert_eq!(failure(&wrong), failure(&nobody), "a wrong password and an unknown name");
    let refresh = "mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { user { id } } }";
    let refreshed = served.ask(None, refresh, json!({"input": {"refreshToken": bob.refresh_token}})).await;
    assert_eq!(refreshed["data"]["refreshSession"]["user"]["id"], *bob.id);
    let forged = served.ask(None, refresh, json!({"input": {"refreshToken": "not a token"}})).await;
    assert_eq!(failure(&forged).0, "UNAUTHENTICATED");

    let logout = "mutation { logout { user { id } } }";
    assert_eq!(failure(&served.ask(None, logout, json!({})).await).0, "UNAUTHENTICATED");
    assert_eq!(failure(&served.upload(None, UPLOAD, "a file").await).0, "UNAUTHENTICATED");
    for (query, code) in [
        ("mutation { createApiKey(input: {name: \"x\", scopes: [DOCUMENTS_READ]}) { secret } }", None),
        ("mutation { revokeOtherSessions { sessions { id } } }", None),
        ("mutation { inviteUser(input: {email: \"eve@example.org\"}) { token } }", Some("FORBIDDEN")),
        (
            "mutation { revokeInvitation(input: {id: \"inv_01jnm9a2scf2a8ffyxqxs6d6n4\"}) { invitation { id } } }",
            Some("FORBIDDEN"),
        ),
        ("{ invitations { nodes { email } } }", Some("FORBIDDEN")),
    ] {
        assert_eq!(failure(&served.ask(None, query, json!({})).await).0, "UNAUTHENTICATED", "{query}");
        let answer = served.ask(Some(&bob.token), query, json!({})).await;
        assert_eq!(answer["errors"][0]["extensions"]["code"].as_str(), code, "{query}: {answer}");
    }
    let uploaded = served.upload(Some(&bob.token), UPLOAD, "a file").await;
    assert_eq!(uploaded["data"]["uploadDocuments"]["documents"][0]["filename"], "upload.txt", "{uploaded}");
    assert_eq!(served.ask(Some(&bob.token), logout, json!({})).await["data"]["logout"]["user"]["id"], *bob.id);
    let ended = served.ask(Some(&bob.token), EVERYTHING, json!({})).await;
    assert_eq!(failure(&ended).0, "UNAUTHENTICATED", "the token of a sign-in that has ended");
}

#[tokio::test]
async fn a_signed_address_opens_one_file_until_it_ends() {
    let served = Served::new().await;
    let (alice, hers) = served.alice().await;
    let query = "query ($id: ID!) { node(id: $id) { ... on Document { downloadUrl(expiresInSeconds: 600) } } }";
    let address = async || {
        let answer = served.ask(Some(&alice.token), query, json!({ "id": hers.document })).await;
        answer["data"]["node"]["downloadUrl"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    };
    let first = address().await;
    let (status, text) = served.get(&first).await;
    assert!(status == 200 && text.starts_with("The zanzibar clause"), "{status} {text}");
    let (head, last) = first.split_at(first.len() - 1);
    let forged = format!("{head}{}", if last == "A" { "B" } else { "A" });
    let (status, refusal) = served.get(&forged).await;
    assert_eq!(status, 404, "{refusal}");
    served.library.app.clock.advance(TimeDelta::seconds(601));
    assert_eq!(served.get(&first).await, (404, refusal.clone()), "after its end");

    let second = address().await;
    assert_eq!(served.get(&second).await.0, 200);
    let delete = "mutation ($input: DocumentInput!) { deleteDocument(input: $input) { id } }";
    let deleted = served.ask(Some(&alice.token), delete, json!({"input": {"id": hers.document}})).await;
    assert_eq!(deleted["data"]["deleteDocument"]["id"], *hers.document);
    assert_eq!(served.get(&second).await, (404, refusal), "after the document is gone");
}
