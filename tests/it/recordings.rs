//! Recordings of sessions: only with consent, heard by few, and gone when they should be.

use std::path::PathBuf;

use elenchus::domain::accounts::jobs::PurgeAccounts;
use elenchus::domain::courses::recordings::jobs::RemoveOrphanRecordings;
use elenchus::domain::courses::tutoring::jobs::TendSessions;
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::account_export::{list, unpacked};
use super::support::classroom::refusal;
use super::support::dialogue::refusal_in;
use super::support::library::FIRST;
use super::support::live::Person;
use super::support::people::PASSWORD;
use super::support::tutorial::{Tutorial, id_of};
use super::support::voices::WEBM;

const SESSION: &str = "session { id endReason recordingConsentedAt recording { mediaType byteSize } }";
const RECORDING: &str = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on TutoringSession { \
     recording { mediaType byteSize uploadedAt expiresAt downloadUrl } } } }";

async fn upload(who: &Person, session: &str, sound: &[u8]) -> Value {
    let input = json!({"sessionId": session});
    who.send_file("uploadRecording", "UploadRecordingInput", &input, ("recording", sound), SESSION).await
}

async fn consent(who: &Person, session: &str, consents: bool) -> Value {
    let input = json!({"sessionId": session, "consents": consents});
    who.act("setRecordingConsent", "SetRecordingConsentInput", input, SESSION).await["session"].clone()
}

/// The recording as somebody sees it; null when they do not.
async fn recording(who: &Person, session: &str) -> Value {
    who.run(RECORDING, json!({"ids": [session]})).await["nodes"][0]["recording"].clone()
}

/// The files that are kept of recordings.
fn files(tutorial: &Tutorial) -> Vec<PathBuf> {
    let room = tutorial.room.served.library.folder.path().join("files/recordings");
    let Ok(owners) = std::fs::read_dir(room) else { return Vec::new() };
    owners
        .flat_map(|owner| std::fs::read_dir(owner.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .collect()
}

async fn begun(tutorial: &Tutorial, agrees: bool) -> String {
    let input = json!({"weekId": tutorial.week, "recordingConsent": agrees});
    id_of(&tutorial.student.act("startTutoringSession", "StartTutoringSessionInput", input, SESSION).await["session"])
}

#[tokio::test]
async fn a_recording_is_kept_with_consent_and_heard_by_those_who_teach() {
    let tutorial = Tutorial::new().await;
    let (student, professor) = (&tutorial.student, &tutorial.room.professor);
    let id = begun(&tutorial, false).await;
    assert_eq!(refusal_in(&upload(student, &id, WEBM).await), refusal("FORBIDDEN", &[]));
    assert_ne!(consent(student, &id, true).await["recordingConsentedAt"], Value::Null);
    let field = ["input.recording"];
    assert_eq!(refusal_in(&upload(student, &id, b"text").await), refusal("UNSUPPORTED_MEDIA_TYPE", &field));
    assert_eq!(refusal_in(&upload(student, &id, b"").await), refusal("BAD_USER_INPUT", &field));
    assert!(files(&tutorial).is_empty());
    let kept = upload(student, &id, WEBM).await["data"]["uploadRecording"]["session"]["recording"].clone();
    assert_eq!(kept, json!({"mediaType": "audio/webm", "byteSize": WEBM.len()}));

    let (olga, zoe) = (tutorial.room.student("olga").await, tutorial.room.somebody("zoe").await);
    let anna = tutorial.room.assistant("anna").await;
    for (who, hears) in [(student, true), (professor, true), (&anna, true), (&olga, false), (&zoe, false)] {
        let seen = recording(who, &id).await;
        assert_eq!(seen != Value::Null, hears, "{seen}");
        if !hears {
            assert_eq!(refusal_in(&upload(who, &id, WEBM).await), refusal("NOT_FOUND", &[]));
            continue;
        }
        let response = reqwest::get(tutorial.room.served.url(seen["downloadUrl"].as_str().unwrap())).await.unwrap();
        assert_eq!(response.headers()["content-type"], "audio/webm");
        let disposition = response.headers()["content-disposition"].to_str().unwrap().to_owned();
        assert!(disposition.starts_with("attachment;") && disposition.contains(".webm"), "{disposition}");
        assert_eq!(response.bytes().await.unwrap(), WEBM);
    }
    assert_eq!(refusal_in(&upload(professor, &id, WEBM).await), refusal("NOT_FOUND", &[]), "only its student");

    // Another takes its place, with the end of the session.
    let input = json!({"sessionId": id});
    let better = b"OggS\0\x02 better sound";
    let ended = student
        .send_file("endTutoringSession", "EndTutoringSessionInput", &input, ("recording", better), SESSION)
        .await["data"]["endTutoringSession"]["session"]
        .clone();
    assert_eq!(ended["recording"], json!({"mediaType": "audio/ogg", "byteSize": better.len()}));
    assert_eq!(ended["endReason"], "STUDENT");
    tutorial.room.served.library.work_off().await;
    let left = files(&tutorial);
    assert_eq!(left.len(), 1);
    assert_eq!(std::fs::read(&left[0]).unwrap(), better);
    // An address outlives neither a membership nor its fifteen minutes.
    let path = recording(&anna, &id).await["downloadUrl"].as_str().unwrap().to_owned();
    assert_eq!(tutorial.room.served.get(&path).await.0, 200);
    let member = tutorial.room.member(professor, "anna the person").await;
    let remove = json!({"courseId": tutorial.room.course, "memberId": member});
    professor.act("unenrol", "UnenrolInput", remove, "removedId").await;
    assert_eq!(tutorial.room.served.get(&path).await.0, 404);
    let path = recording(student, &id).await["downloadUrl"].as_str().unwrap().to_owned();
    tutorial.advance(900);
    assert_eq!(tutorial.room.served.get(&path).await.0, 404);
}

#[tokio::test]
async fn what_is_refused_ends_nothing() {
    let tutorial = Tutorial::new().await;
    tutorial.settle(json!({"recordingDays": 0})).await;
    let id = begun(&tutorial, true).await;
    let input = json!({"sessionId": id});
    let refused = tutorial
        .student
        .send_file("endTutoringSession", "EndTutoringSessionInput", &input, ("recording", WEBM), SESSION)
        .await;
    assert_eq!(refusal_in(&refused), refusal("FORBIDDEN", &[]), "the course takes none");
    assert_eq!(tutorial.student.session(&id).await["endedAt"], Value::Null);
    assert!(files(&tutorial).is_empty());
}

#[tokio::test]
async fn recordings_go_with_consent_with_what_was_said_and_when_their_time_is_over() {
    let tutorial = Tutorial::new().await;
    let student = &tutorial.student;
    tutorial.settle(json!({"sessionsPerSevenDays": 20, "recordingDays": 7})).await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        let id = begun(&tutorial, true).await;
        upload(student, &id, WEBM).await;
        tutorial.end(student, &id).await;
        ids.push(id);
    }
    let library = &tutorial.room.served.library;
    assert_eq!(files(&tutorial).len(), 4);
    assert_eq!(consent(student, &ids[0], false).await["recording"], Value::Null);
    assert_eq!(refusal_in(&upload(student, &ids[0], WEBM).await), refusal("FORBIDDEN", &[]));
    let input = json!({"sessionId": ids[1]});
    student.act("deleteTutoringTranscript", "TutoringSessionInput", input, "session { id }").await;
    let again = json!({"sessionId": ids[1], "consents": true});
    consent(student, &ids[1], false).await;
    let refused = student.act_refused("setRecordingConsent", "SetRecordingConsentInput", again).await;
    assert_eq!(refused, refusal("CONFLICT", &[]));
    let input = json!({"sessionId": ids[2]});
    let deleted = student.act("deleteRecording", "TutoringSessionInput", input.clone(), SESSION).await;
    assert_eq!(deleted["session"]["recording"], Value::Null);
    student.act("deleteRecording", "TutoringSessionInput", input, SESSION).await;
    for gone in &ids[..3] {
        assert_eq!(recording(student, gone).await, Value::Null);
        assert_eq!(recording(&tutorial.room.professor, gone).await, Value::Null);
    }
    library.work_off().await;
    assert_eq!(files(&tutorial).len(), 1, "and their files");
    let trail = "string_agg(action, ' ' ORDER BY id) FROM audit_events WHERE action LIKE 'recording.%'";
    let expected = "recording.uploaded recording.uploaded recording.uploaded recording.uploaded recording.consented \
                    recording.consented recording.deleted";
    assert_eq!(library.text(trail).await.as_deref(), Some(expected));

    // Seven days after it came, to the second: nobody hears it any more, and then it goes.
    let age = |seconds: i64| {
        format!(
            "UPDATE tutoring_recordings SET created_at = created_at - interval '{seconds} seconds', expires_at = expires_at - interval '{seconds} seconds'"
        )
    };
    library.sql(&age(7 * 86_400 - 30)).await;
    TendSessions {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_ne!(recording(student, &ids[3]).await, Value::Null);
    library.sql(&age(60)).await;
    assert_eq!(recording(student, &ids[3]).await, Value::Null);
    TendSessions {}.run(library.app.clone(), FIRST).await.unwrap();
    library.work_off().await;
    assert!(files(&tutorial).is_empty());
}

#[tokio::test]
async fn a_file_without_a_row_goes_after_a_day() {
    let tutorial = Tutorial::new().await;
    let id = begun(&tutorial, true).await;
    upload(&tutorial.student, &id, WEBM).await;
    let library = &tutorial.room.served.library;
    let kept = files(&tutorial).remove(0);
    let orphan = kept.with_file_name("01900000-0000-7000-8000-000000000000");
    std::fs::copy(&kept, &orphan).unwrap();
    RemoveOrphanRecordings {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(files(&tutorial).len(), 2, "it may be on its way");
    for file in [&kept, &orphan] {
        // Before the day at which the clock of these tests stands.
        let before = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        std::fs::File::options().write(true).open(file).unwrap().set_modified(before).unwrap();
    }
    RemoveOrphanRecordings {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(files(&tutorial), [kept]);
}

#[tokio::test]
async fn a_copy_of_ones_data_holds_ones_voice_which_goes_with_the_account() {
    let tutorial = Tutorial::new().await;
    let (student, served) = (&tutorial.student, &tutorial.room.served);
    let id = begun(&tutorial, true).await;
    upload(student, &id, WEBM).await;
    student.run("mutation { exportMyData { dataExport { id } } }", json!({})).await;
    served.library.work_off().await;
    let newest = student.run("{ viewer { dataExport { downloadUrl } } }", json!({})).await;
    let copy = unpacked(served, newest["viewer"]["dataExport"]["downloadUrl"].as_str().unwrap()).await;
    let rows = list(&copy, "tutoring_recordings.json");
    assert_eq!((rows.len(), &rows[0]["session_id"], &rows[0]["media_type"]), (1, &json!(id), &json!("audio/webm")));
    let name = format!("recordings/{}.webm", rows[0]["id"].as_str().unwrap());
    assert!(name.contains("recording_"), "{name}");
    assert_eq!(copy.iter().find(|(found, _)| *found == name).unwrap().1, WEBM);

    let delete = json!({ "input": { "password": PASSWORD } });
    let query = "mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { purgedAt } }";
    student.run(query, delete).await;
    assert_eq!(recording(&tutorial.room.professor, &id).await, Value::Null, "at once");
    assert_eq!(files(&tutorial).len(), 1);
    tutorial.room.advance(31 * 24 * 60);
    PurgeAccounts {}.run(served.library.app.clone(), FIRST).await.unwrap();
    assert!(files(&tutorial).is_empty());
    assert_eq!(served.library.text("count(*) FROM tutoring_recordings").await.as_deref(), Some("0"));
}
