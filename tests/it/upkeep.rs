//! What is tidied up by itself: files without rows, old sign-ins, logs, missing vectors; and how often.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, Utc};
use elenchus::domain::documents::actions::change;
use elenchus::domain::documents::jobs::{ProcessDocument, RemoveOrphanFiles};
use elenchus::domain::generation::jobs::PruneLogs;
use elenchus::domain::users::jobs::PurgeSignIns;
use elenchus::domain::users::model::Role;
use elenchus::ids::LoginSessionId;
use elenchus::jobs::job::{Attempt, Job as _};
use elenchus::storage::key::ObjectKey;
use elenchus::worker;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::documents::FirstBytes;
use super::support::bucket::Bucket;
use super::support::library::{FIRST, Library};
use super::support::live::PATIENCE;
use super::support::people::PASSWORD;
use super::support::served::Served;

/// Puts a file into the store without a row.
async fn put(library: &Library, key: &ObjectKey) {
    let path = library.app.storage.temp_dir().join(Uuid::new_v4().to_string());
    std::fs::write(&path, b"bytes").unwrap();
    library.app.storage.put_file(key, &path).await.unwrap();
}

/// What is left of these, by name.
async fn left<'a>(library: &Library, keys: &[(&'a str, ObjectKey)]) -> Vec<&'a str> {
    let mut left = Vec::new();
    for (name, key) in keys {
        if library.app.storage.exists(key).await.unwrap() {
            left.push(*name);
        }
    }
    left
}

/// Files of all sorts, a day and an hour old unless their name says else; sets their age by `date`.
async fn strew(library: &Library, date: impl Fn(&ObjectKey, DateTime<Utc>)) -> Vec<(&'static str, ObjectKey)> {
    let ada = library.person("ada", Role::Member).await;
    let owner = ada.require_id().unwrap().uuid();
    let (kept, deleted) = (library.upload(&ada, "a.txt", b"a").await, library.upload(&ada, "b.txt", b"b").await);
    change::delete(&library.app, &ada, deleted.id).await.unwrap();
    let keys = vec![
        ("of a document", kept.storage_key.parse().unwrap()),
        ("of a deleted document", deleted.storage_key.parse().unwrap()),
        ("orphan", ObjectKey::document(owner, Uuid::new_v4())),
        ("another orphan", ObjectKey::document(owner, Uuid::new_v4())),
        ("young orphan", ObjectKey::document(owner, Uuid::new_v4())),
        ("of a document, under another's name", ObjectKey::document(owner, kept.id.uuid())),
        ("of nobody known", ObjectKey::document(Uuid::new_v4(), Uuid::new_v4())),
        ("of another room", ObjectKey::of("drafts", owner, Uuid::new_v4()).unwrap()),
    ];
    for (name, key) in &keys {
        if !library.app.storage.exists(key).await.unwrap() {
            put(library, key).await;
        }
        let hours = if *name == "young orphan" { 23 } else { 25 };
        date(key, library.app.clock.now() - TimeDelta::hours(hours));
    }
    keys
}

const KNOWN: [&str; 5] = [
    "of a document",
    "of a deleted document",
    "of a document, under another's name",
    "of nobody known",
    "of another room",
];

#[tokio::test]
async fn files_without_a_row_go_after_a_day() {
    let library = Library::new().await;
    let files = library.folder.path().join("files");
    let date = |key: &ObjectKey, at: DateTime<Utc>| set_modified(files.join(key.as_str()), at);
    let keys = strew(&library, date).await;
    let stray = files.join("documents/read.me");
    std::fs::write(&stray, b"put here by hand").unwrap();
    set_modified(stray.clone(), library.app.clock.now() - TimeDelta::days(9));
    RemoveOrphanFiles {}.run(library.app.clone(), FIRST).await.unwrap();
    let mut expected = KNOWN.to_vec();
    expected.insert(2, "young orphan");
    assert_eq!(left(&library, &keys).await, expected);
    library.app.clock.advance(TimeDelta::minutes(61));
    RemoveOrphanFiles {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(left(&library, &keys).await, KNOWN);
    assert!(stray.exists(), "what is no file of ours is left alone");
}

fn set_modified(path: PathBuf, at: DateTime<Utc>) {
    std::fs::File::open(path).unwrap().set_modified(SystemTime::from(at)).unwrap();
}

#[tokio::test]
async fn files_without_a_row_go_from_a_bucket_too() {
    let bucket = Bucket::default();
    let endpoint = format!("http://{}", bucket.serve().await);
    let library = Library::with(&[
        ("STORAGE_URL", "s3://papers/of/us"),
        ("S3_ENDPOINT", &endpoint),
        ("S3_REGION", "region-1"),
        ("S3_ACCESS_KEY_ID", "the-key-id"),
        ("S3_SECRET_ACCESS_KEY", "the-secret"),
    ])
    .await;
    let date = |key: &ObjectKey, at| {
        bucket.modified.lock().unwrap().insert(format!("/papers/of/us/{key}"), at);
    };
    let keys = strew(&library, date).await;
    RemoveOrphanFiles {}.run(library.app.clone(), FIRST).await.unwrap();
    let mut expected = KNOWN.to_vec();
    expected.insert(2, "young orphan");
    assert_eq!(left(&library, &keys).await, expected);
}

#[tokio::test]
async fn sign_ins_go_thirty_days_after_their_end() {
    let library = Library::new().await;
    let ada = library.person("ada", Role::Member).await.require_id().unwrap().uuid();
    let now = library.app.clock.now();
    let days = |days: Option<i64>| days.map_or("NULL".to_owned(), |days| format!("'{}'", now + TimeDelta::days(days)));
    // Name, end, revocation, and the ends of its tokens, in days from now.
    for (name, ends, revoked, tokens) in [
        ("goes on", 7, None, vec![7, -1, -29, -31]),
        ("just over", -29, None, vec![-29]),
        ("long over", -31, None, vec![-31, -33]),
        ("just revoked", 3, Some(-29), vec![3]),
        ("long revoked", 3, Some(-31), vec![3, -31]),
    ] {
        let session = LoginSessionId::generate(now).uuid();
        let (ends, revoked) = (days(Some(ends)), days(revoked));
        library
            .sql(&format!(
                "INSERT INTO login_sessions (id, user_id, user_agent, created_at, last_used_at, expires_at, revoked_at) \
                 VALUES ('{session}', '{ada}', '{name}', '{now}', '{now}', {ends}, {revoked})"
            ))
            .await;
        for token in tokens {
            let hash = format!("sha256('{name} {token}')");
            let ends = days(Some(token));
            library
                .sql(&format!(
                    "INSERT INTO refresh_tokens (hash, session_id, issued_at, expires_at) \
                     VALUES ({hash}, '{session}', '{now}', {ends})"
                ))
                .await;
        }
    }
    let left = "string_agg(s.user_agent || ' ' || t.n, ', ' ORDER BY s.user_agent) FROM login_sessions s \
                CROSS JOIN LATERAL (SELECT count(*) AS n FROM refresh_tokens WHERE session_id = s.id) t";
    PurgeSignIns {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(library.text(left).await.as_deref(), Some("goes on 3, just over 1, just revoked 1"));
    library.app.clock.advance(TimeDelta::hours(25));
    PurgeSignIns {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(library.text(left).await.as_deref(), Some("goes on 2"));
}

const FOLLOW: &str = "subscription($id: ID!, $after: String) { generation(id: $id, after: $after) { __typename cursor \
     ... on TextAppended { text } ... on GenerationEnded { generation { status text } } } }";

fn text_of(events: &[Value]) -> String {
    events.iter().filter_map(|event| event["data"]["generation"]["text"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_go_an_hour_after_the_end_and_the_text_answers_every_cursor() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let told = "The tenant owes rent in advance. The landlord owes repairs. The court may fix the damages.";
    served.library.add(&ada.actor, "law.txt", told.as_bytes()).await;
    let ask = "mutation { ask(input: { question: \"What do tenant and landlord owe?\" }) { generation { id } } }";
    let answer = served.ask(Some(&ada.token), ask, json!({})).await;
    let id = &answer["data"]["ask"]["generation"]["id"];
    // While it is written, word by word.
    let events = served.follow(Some(&ada.token), FOLLOW, json!({ "id": id })).await;
    let end = &events.last().unwrap()["data"]["generation"]["generation"];
    let text = end["text"].as_str().unwrap();
    assert_eq!((&end["status"], text_of(&events).as_str()), (&json!("COMPLETED"), text));
    assert!(events.len() > 5, "{events:?}");

    let app = &served.library.app;
    let rows = "count(*) FROM generation_events";
    let before = served.library.text(rows).await;
    app.clock.advance(TimeDelta::minutes(60) - TimeDelta::milliseconds(1));
    PruneLogs {}.run(app.clone(), FIRST).await.unwrap();
    assert_eq!(served.library.text(rows).await, before, "kept for an hour");
    app.clock.advance(TimeDelta::milliseconds(2));
    PruneLogs {}.run(app.clone(), FIRST).await.unwrap();
    assert_eq!(served.library.text(rows).await.as_deref(), Some("0"));

    let login = "mutation($p: String!) { login(input: { identifier: \"ada\", password: $p }) { accessToken } }";
    let signed_in = served.ask(None, login, json!({ "p": PASSWORD })).await;
    let token = signed_in["data"]["login"]["accessToken"].as_str();
    for (place, event) in events.iter().enumerate() {
        let cursor = &event["data"]["generation"]["cursor"];
        let rest = served.follow(token, FOLLOW, json!({ "id": id, "after": cursor })).await;
        assert_eq!(text_of(&events[..=place]) + &text_of(&rest), text, "after step {place}");
        let ends = rest.iter().filter(|event| event["data"]["generation"]["__typename"] == "GenerationEnded").count();
        assert_eq!(ends, usize::from(place + 1 < events.len()), "after step {place}: {rest:?}");
    }
}

/// What is queued at each round of upkeep where no model reads texts; where one does, missing embeddings are too.
const KINDS: &[&str] = &[
    "accounts.purge",
    "accounts.remove_exports",
    "alerts.prune",
    "analytics.roll_up",
    "conversations.purge",
    "courses.purge",
    "courses.refresh_misconceptions",
    "courses.refresh_themes",
    "dashboards.end_lost_insights",
    "dashboards.prune_claims",
    "dashboards.remove_pictures",
    "dashboards.run_interrupted",
    "data.end_left_questions",
    "data.end_left_runs",
    "data.prune_history",
    "data.purge_history",
    "data.remove_exports",
    "data.remove_leavings",
    "documents.remove_orphan_files",
    "generation.prune_logs",
    "notifications.prune",
    "reports.tend",
    "tutoring.remove_orphan_recordings",
    "tutoring.tend_sessions",
    "users.purge_audit_trail",
    "users.purge_sign_ins",
    "webhooks.tend",
    "workspaces.purge",
];

#[tokio::test(flavor = "multi_thread")]
async fn upkeep_is_queued_as_often_as_it_is_due_and_done() {
    let library = Library::new().await;
    let app = &library.app;
    let ada = library.person("ada", Role::Member).await;
    library.add(&ada, "a.txt", b"Read before there was a model.").await;
    library.sql("DELETE FROM jobs").await;
    let jobs =
        "string_agg(kind || ' ' || n, ', ' ORDER BY kind) FROM (SELECT kind, count(*) AS n FROM jobs GROUP BY 1) k";
    worker::upkeep(app).await.unwrap();
    worker::upkeep(app).await.unwrap();
    let without_model: Vec<String> = KINDS.iter().map(|kind| format!("{kind} 1")).collect();
    assert_eq!(library.text(jobs).await.as_deref(), Some(without_model.join(", ").as_str()));
    library.embedder.send_replace(Some(Arc::new(FirstBytes)));
    let stop = CancellationToken::new();
    let working = tokio::spawn(worker::work(app.clone(), stop.clone(), Duration::from_secs(20)));
    let done = "count(DISTINCT kind) FROM jobs WHERE state = 'DONE'";
    let all_done = async {
        while library.text(done).await != Some((KINDS.len() + 1).to_string()) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, all_done).await.expect("every kind of upkeep is done");
    stop.cancel();
    working.await.unwrap();
    assert_eq!(library.text("count(*) FROM chunk_embeddings").await.as_deref(), Some("1"));
    library
        .sql(
            "DELETE FROM jobs; CREATE FUNCTION n(k text) RETURNS bigint LANGUAGE sql AS \
             'SELECT count(*) FROM jobs WHERE kind = k'",
        )
        .await;
    let counts = "concat_ws(' ', n('conversations.purge'), n('generation.prune_logs'), n('users.purge_sign_ins'), \
                  n('documents.index_missing_embeddings'), n('documents.remove_orphan_files'))";
    for (later, expected) in [
        ("0 minutes", "1 1 1 1 1"),
        ("59 minutes", "2 2 1 1 1"),
        ("2 minutes", "3 3 2 2 1"),
        ("22 hours", "4 4 3 3 1"),
        ("61 minutes", "5 5 4 4 2"),
    ] {
        library.sql(&format!("UPDATE jobs SET state = 'DONE', created_at = created_at - interval '{later}'")).await;
        worker::upkeep(app).await.unwrap();
        assert_eq!(library.text(counts).await.as_deref(), Some(expected), "{later} later");
    }
}

#[tokio::test]
async fn a_document_that_its_worker_dies_of_is_given_up() {
    let library = Library::new().await;
    let ada = library.person("ada", Role::Member).await;
    let document = library.upload(&ada, "a.txt", b"text").await;
    let attempt = |number| Attempt { number, is_last: number >= ProcessDocument::MAX_ATTEMPTS };
    library.process(&document, attempt(6)).await.unwrap();
    let given_up = library.get(&ada, &document).await.unwrap();
    assert_eq!((given_up.status.as_str(), given_up.error_code.as_deref()), ("FAILED", Some("PROCESSING_FAILED")));
    let anew = change::reprocess(&library.app, &ada, document.id).await.unwrap();
    library.process(&anew, attempt(5)).await.unwrap();
    assert_eq!(library.get(&ada, &document).await.unwrap().status.as_str(), "READY");
}
