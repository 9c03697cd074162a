//! A copy of all that is one's own.

use std::io::{Cursor, Read as _};

use chrono::TimeDelta;
use elenchus::domain::accounts::jobs::{RemoveExports, WriteExport};
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::support::library::FIRST;
use super::support::people::PASSWORD;
use super::support::served::Served;

const EXPORT: &str = "mutation { exportMyData { dataExport { id status progress byteSize downloadUrl expiresAt } } }";
const NEWEST: &str = "{ viewer { dataExport { id status progress byteSize downloadUrl expiresAt } } }";
const SEND: &str = "mutation ($input: SendMessageInput!) { sendMessage(input: $input) { conversation { id } message { id } reply { id generation { id } } } }";

/// The files of an archive by name.
pub async fn unpacked(served: &Served, path: &str) -> Vec<(String, Vec<u8>)> {
    let response = reqwest::get(served.url(path)).await.unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/zip");
    assert_eq!(
        response.headers()["content-disposition"],
        "attachment; filename=\"my-data.zip\"; filename*=UTF-8''my-data.zip"
    );
    let mut zip = zip::ZipArchive::new(Cursor::new(response.bytes().await.unwrap())).unwrap();
    let mut files = Vec::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        files.push((file.name().unwrap().into_owned(), bytes));
    }
    files
}

pub fn list(files: &[(String, Vec<u8>)], name: &str) -> Vec<Value> {
    let (_, bytes) = files.iter().find(|(found, _)| found == name).unwrap_or_else(|| panic!("no {name}"));
    serde_json::from_slice(bytes).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[tokio::test]
async fn a_copy_holds_all_that_is_ones_own_and_nothing_else() {
    let served = Served::new().await;
    let (ada, bob) = (served.person("ada").await, served.person("bob").await);
    let text = "The zanzibar clause ends every quagmire of the law.";
    let document = served.library.add(&ada.actor, "../Verträge/zanzibar.txt", text.as_bytes()).await;
    served.library.add(&bob.actor, "secret.txt", b"Bob owns the swamp.").await;
    let sent = json!({"input": {"text": "When does the zanzibar end?", "documentIds": [document.id.to_string()], "waitForReply": true}});
    let sent = served.ask(Some(&ada.token), SEND, sent).await["data"]["sendMessage"].clone();
    served.library.sql("UPDATE users SET role = 'PROFESSOR' WHERE username = 'ada'").await;
    let create = "mutation { createCourse(input: {code: \"LAW-1\", name: \"Law\"}) { course { id } } }";
    let course = served.ask(Some(&ada.token), create, json!({})).await["data"]["createCourse"]["course"]["id"].clone();
    let week = "mutation ($input: AddWeekInput!) { addWeek(input: $input) { week { id } } }";
    let input = json!({"courseId": course, "number": 1, "title": "Offer", "documentIds": [document.id.to_string()]});
    assert_eq!(served.ask(Some(&ada.token), week, json!({ "input": input })).await.get("errors"), None);
    served.ask(Some(&bob.token), SEND, json!({"input": {"text": "swamp?", "waitForReply": true}})).await;
    served.library.work_off().await;

    assert_eq!(served.ask(None, EXPORT, json!({})).await["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!(served.ask(Some(&ada.token), NEWEST, json!({})).await["data"]["viewer"]["dataExport"], Value::Null);
    let asked = served.ask(Some(&ada.token), EXPORT, json!({})).await;
    let export = &asked["data"]["exportMyData"]["dataExport"];
    let id = export["id"].as_str().unwrap_or_else(|| panic!("{asked}"));
    let begun = json!({"id": id, "status": "RUNNING", "progress": 0.0, "byteSize": null, "downloadUrl": null, "expiresAt": null});
    assert_eq!(*export, begun);
    let twice = served.ask(Some(&ada.token), EXPORT, json!({})).await;
    assert_eq!(twice["errors"][0]["extensions"]["code"], "CONFLICT");
    served.library.work_off().await;

    let newest = served.ask(Some(&ada.token), NEWEST, json!({})).await["data"]["viewer"]["dataExport"].clone();
    assert_eq!((&newest["status"], &newest["progress"]), (&json!("READY"), &json!(1.0)));
    assert_eq!(newest["expiresAt"], "2026-03-08T12:00:00+00:00");
    assert_eq!(served.ask(Some(&bob.token), NEWEST, json!({})).await["data"]["viewer"]["dataExport"], Value::Null);
    let path = newest["downloadUrl"].as_str().unwrap();
    let files = unpacked(&served, path).await;
    let own = format!("documents/{}-zanzibar.txt", document.id);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let lists = [
        "profile",
        "sign_ins",
        "identities",
        "api_keys",
        "conversations",
        "messages",
        "documents",
        "generations",
        "courses",
        "weeks",
        "audit_trail",
    ]
    .map(|name| format!("{name}.json"));
    let mut expected: Vec<&str> = lists.iter().map(String::as_str).collect();
    expected.insert(0, "README.txt");
    expected.push(&own);
    let of_ours = |name: &&str| expected.contains(name);
    assert_eq!(names.iter().copied().filter(of_ours).collect::<Vec<_>>(), expected, "in {names:?}");
    assert_eq!(files.iter().find(|(name, _)| *name == own).unwrap().1, text.as_bytes());

    let courses = list(&files, "courses.json");
    assert_eq!((courses.len(), &courses[0]["code"], &courses[0]["role"]), (1, &json!("LAW-1"), &json!("PROFESSOR")));
    assert_eq!(courses[0]["course_id"], course);
    let weeks = list(&files, "weeks.json");
    assert_eq!((weeks.len(), &weeks[0]["course_id"], &weeks[0]["title"]), (1, &course, &json!("Offer")));
    assert_eq!(weeks[0]["document_ids"], json!([document.id.to_string()]));
    let profile = list(&files, "profile.json");
    assert_eq!(
        (profile.len(), &profile[0]["id"], &profile[0]["email"]),
        (1, &json!(ada.id), &json!("ada@example.org"))
    );
    assert_eq!(list(&files, "sign_ins.json").len(), 1);
    let conversations = list(&files, "conversations.json");
    assert_eq!(conversations.len(), 1);
    assert_eq!(conversations[0]["id"], sent["conversation"]["id"]);
    assert_eq!(conversations[0]["document_ids"], json!([document.id.to_string()]));
    let messages = list(&files, "messages.json");
    let ids: Vec<&Value> = messages.iter().map(|message| &message["id"]).collect();
    assert_eq!(ids, [&sent["message"]["id"], &sent["reply"]["id"]]);
    assert_eq!(messages[0]["content"], "When does the zanzibar end?");
    assert_eq!(
        (&messages[1]["parent_id"], &messages[1]["conversation_id"]),
        (&sent["message"]["id"], &sent["conversation"]["id"])
    );
    assert_eq!(messages[1]["generation_id"], sent["reply"]["generation"]["id"]);
    let documents = list(&files, "documents.json");
    assert_eq!((documents.len(), &documents[0]["filename"]), (1, &json!("zanzibar.txt")));
    assert!(list(&files, "generations.json").iter().any(|run| run["id"] == sent["reply"]["generation"]["id"]));

    let trail = list(&files, "audit_trail.json");
    assert!(trail.iter().any(|event| event["action"] == "data.exported" && event["object"] == id), "{trail:?}");

    let whole: Vec<u8> = files.into_iter().flat_map(|(_, bytes)| bytes).collect();
    let whole = String::from_utf8_lossy(&whole).to_lowercase();
    let hash = served.library.text("password_hash FROM users WHERE username = 'ada'").await.unwrap().to_lowercase();
    for foreign in ["swamp", "bob@", &hash, "argon2", "storage_key", PASSWORD] {
        assert!(!whole.contains(foreign), "{foreign} is in the copy");
    }
}

#[tokio::test]
async fn a_copy_is_gone_after_seven_days_and_when_a_newer_one_is_there() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let newest = async || served.ask(Some(&ada.token), NEWEST, json!({})).await["data"]["viewer"]["dataExport"].clone();
    let export = async || {
        assert_eq!(served.ask(Some(&ada.token), EXPORT, json!({})).await.get("errors"), None);
        served.library.work_off().await;
        newest().await["downloadUrl"].as_str().unwrap().to_owned()
    };
    let first = export().await;
    assert_eq!(served.get(&format!("{}x", &first[..first.len() - 1])).await.0, 404, "a forged address");
    served.library.app.clock.advance(TimeDelta::minutes(1));
    let second = export().await;
    let status = async |path: &str| reqwest::get(served.url(path)).await.unwrap().status().as_u16();
    assert_eq!((status(&first).await, status(&second).await), (404, 200));
    assert_eq!(served.library.text("count(*) FROM data_exports").await.unwrap(), "1");

    // With addresses that would still hold.
    served.library.sql("UPDATE data_exports SET expires_at = '2026-03-01T12:30:00Z'").await;
    served.library.app.clock.advance(TimeDelta::minutes(29));
    assert_eq!(status(&second).await, 404);
    assert_eq!(newest().await, Value::Null);
    RemoveExports {}.run(served.library.app.clone(), FIRST).await.unwrap();
    assert_eq!(served.library.text("count(*) FROM data_exports").await.unwrap(), "0");
    let folder = served.library.folder.path().join("files/exports");
    let left: usize =
        std::fs::read_dir(folder).unwrap().map(|owner| std::fs::read_dir(owner.unwrap().path()).unwrap().count()).sum();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn whoever_has_left_gets_no_copy() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    served.library.work_off().await;
    let asked = served.ask(Some(&ada.token), EXPORT, json!({})).await;
    let id = asked["data"]["exportMyData"]["dataExport"]["id"].as_str().unwrap().parse().unwrap();
    served.library.sql("UPDATE users SET deleted_at = now()").await;
    Box::pin(WriteExport { id }.run(served.library.app.clone(), FIRST)).await.unwrap();
    assert_eq!(
        served.library.text("status FROM data_exports").await.unwrap(),
        "RUNNING",
        "untouched, and purged with the account"
    );
    assert!(!served.library.folder.path().join("files/exports").exists());
}
