//! Speech without an agent: a recording is written down and answered, and a reply is read aloud.

use serde_json::{Value, json};

use super::support::classroom::refusal;
use super::support::dialogue::refusal_in;
use super::support::live::Person;
use super::support::provider::{ProviderServer, Reply};
use super::support::tutorial::{Tutorial, id_of};
use super::support::voices::{SOUND, WEBM, asked, provider, replied, settings};

const PAYLOAD: &str = "message { id content } reply { id content status speechUrl opus: speechUrl(format: OPUS) }";

async fn say(who: &Person, session: &str, more: Value, sound: &[u8]) -> Value {
    let mut input = json!({"sessionId": session, "waitForReply": true});
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    who.send_file("sendTutoringSpeech", "SendTutoringSpeechInput", &input, ("audio", sound), PAYLOAD).await
}

fn transcribed(provider: &ProviderServer) -> usize {
    provider.requests().iter().filter(|request| request.path == "/audio/transcriptions").count()
}

#[tokio::test]
async fn what_is_said_aloud_is_written_down_answered_and_the_answer_read_aloud() {
    let provider = provider(&["Is it an offer [1]?"], "An advertisement is an offer.").await;
    let tutorial = Tutorial::with(&settings(&provider)).await;
    let student = &tutorial.student;
    let id = id_of(&tutorial.start(student).await);
    let said = say(student, &id, json!({"language": "en", "idempotencyKey": "one"}), WEBM).await;
    let exchange = &said["data"]["sendTutoringSpeech"];
    assert_eq!(exchange["message"]["content"], "An advertisement is an offer.");
    assert_eq!(exchange["reply"]["content"], "Is it an offer [1]?");
    let request = provider.requests().into_iter().find(|request| request.path == "/audio/transcriptions").unwrap();
    let form = String::from_utf8_lossy(&request.raw).into_owned();
    for part in ["recording.webm", "audio/webm", "whisper-1", "name=\"language\"\r\n\r\nen", "some sound"] {
        assert!(form.contains(part), "{part}: {form}");
    }
    // Sent again, it is not even listened to.
    let again = say(student, &id, json!({"idempotencyKey": "one"}), WEBM).await;
    assert_eq!(again["data"]["sendTutoringSpeech"]["message"]["id"], exchange["message"]["id"]);
    assert_eq!((transcribed(&provider), asked(&provider)), (1, 1));

    // The reply, aloud: for the student and for those who teach, and not once they have signed out.
    let path = exchange["reply"]["speechUrl"].as_str().unwrap();
    let response = reqwest::get(tutorial.room.served.url(path)).await.unwrap();
    assert_eq!((response.status().as_u16(), response.headers()["content-type"].to_str().unwrap()), (200, "audio/mpeg"));
    assert_eq!(response.headers()["cache-control"], "private, max-age=3600");
    assert_eq!(response.bytes().await.unwrap(), SOUND);
    let opus = exchange["reply"]["opus"].as_str().unwrap();
    let response = reqwest::get(tutorial.room.served.url(opus)).await.unwrap();
    assert_eq!(response.headers()["content-type"], "audio/ogg");
    let spoken: Vec<Value> =
        provider.requests().into_iter().filter(|r| r.path == "/audio/speech").map(|r| r.body).collect();
    let body =
        |format| json!({"model": "tts-1", "input": "Is it an offer?", "voice": "alloy", "response_format": format});
    assert_eq!(spoken, [body("mp3"), body("opus")]);

    let query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Message { speechUrl } } }";
    let reply = json!({"ids": [exchange["reply"]["id"]]});
    let heard = tutorial.room.professor.run(query, reply).await["nodes"][0]["speechUrl"].clone();
    let heard = heard.as_str().unwrap();
    assert_eq!(tutorial.room.served.get(heard).await.0, 200);
    let own = json!({"ids": [exchange["message"]["id"]]});
    assert_eq!(student.run(query, own).await["nodes"][0]["speechUrl"], Value::Null, "one knows one's own words");
    let forged = path.replacen("/speech/e", "/speech/f", 1);
    for wrong in ["/speech/x", forged.as_str(), &path.replace("/speech/", "/files/")] {
        assert_eq!(tutorial.room.served.get(wrong).await.0, 404, "{wrong}");
    }
    student.run("mutation { logout { user { id } } }", json!({})).await;
    assert_eq!(tutorial.room.served.get(path).await.0, 404);
    // Nor once it is deleted, or the address is old.
    tutorial.advance(15 * 60);
    assert_eq!(tutorial.room.served.get(heard).await.0, 404);
}

#[tokio::test]
async fn what_cannot_be_heard_is_not_said() {
    let provider = ProviderServer::answering(|place, request| match place {
        0 => replied(request, &[], "  "),
        1 => Reply::refusal(400, &json!({"error": {"message": "Invalid file format.", "param": "file"}})),
        2 => Reply::refusal(401, &json!({"error": {"message": "Incorrect API key provided: sk-hunter2"}})),
        _ => replied(request, &["Why?"], "An advertisement is an offer."),
    })
    .await;
    let tutorial = Tutorial::with(&settings(&provider)).await;
    let (student, professor) = (&tutorial.student, &tutorial.room.professor);
    let id = id_of(&tutorial.start(student).await);
    let refused = async |sound: &[u8]| refusal_in(&say(student, &id, json!({}), sound).await);
    let field = ["input.audio"];
    assert_eq!(refused(b"no sound at all").await, refusal("UNSUPPORTED_MEDIA_TYPE", &field));
    assert_eq!(refused(b"").await, refusal("BAD_USER_INPUT", &field));
    assert_eq!(transcribed(&provider), 0);
    assert_eq!(refused(WEBM).await, refusal("BAD_USER_INPUT", &field), "silence");
    assert_eq!(refused(WEBM).await, refusal("BAD_USER_INPUT", &field), "a broken recording");
    let wrong_key = say(student, &id, json!({}), WEBM).await;
    assert_eq!(refusal_in(&wrong_key), refusal("UPSTREAM_UNAVAILABLE", &[]));
    assert!(!wrong_key.to_string().contains("hunter2"));
    // Only its student speaks in a session, and only while it goes on.
    for other in [professor, &tutorial.room.student("olga").await, &tutorial.room.somebody("zoe").await] {
        assert_eq!(refusal_in(&say(other, &id, json!({}), WEBM).await), refusal("NOT_FOUND", &[]));
    }
    let nobody = Person { token: String::new(), ..student.clone() };
    assert_eq!(refusal_in(&say(&nobody, &id, json!({}), WEBM).await), refusal("UNAUTHENTICATED", &[]));
    assert_eq!(transcribed(&provider), 3);
    assert_eq!(say(student, &id, json!({}), WEBM).await["data"]["sendTutoringSpeech"]["reply"]["content"], "Why?");
    tutorial.advance(301);
    assert_eq!(refused(WEBM).await, refusal("SESSION_ENDED", &[]));
    assert_eq!(transcribed(&provider), 4, "nobody pays for words that come too late");
    let said = student.session(&id).await["transcript"].as_array().unwrap().len();
    assert_eq!(said, 3);
}

#[tokio::test]
async fn without_models_for_it_nothing_is_heard_and_nothing_said() {
    let tutorial = Tutorial::new().await;
    let id = id_of(&tutorial.start(&tutorial.student).await);
    assert_eq!(refusal_in(&say(&tutorial.student, &id, json!({}), WEBM).await), refusal("FORBIDDEN", &[]));
    let query = "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on TutoringSession { voice { agentId } transcript { speechUrl } } } }";
    let session = tutorial.student.run(query, json!({"ids": [id]})).await["nodes"][0].clone();
    assert_eq!(session, json!({"voice": null, "transcript": [{"speechUrl": null}]}));
    let speech =
        tutorial.student.run("{ viewer { speech { conversations transcription synthesis } } }", json!({})).await;
    assert_eq!(speech["viewer"]["speech"], json!({"conversations": false, "transcription": false, "synthesis": false}));
}
