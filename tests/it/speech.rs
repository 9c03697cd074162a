//! Providers of speech as servers on this machine, in their true wire formats.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use bytes::Bytes;
use elenchus::ai::chat::backoff::Backoff;
use elenchus::ai::speech::elevenlabs::ElevenLabs;
use elenchus::ai::speech::error::SpeechError;
use elenchus::ai::speech::exchange::Patience;
use elenchus::ai::speech::format::{RecordingFormat, SpeechFormat};
use elenchus::ai::speech::synthesis::{SoundStream, Synthesizer};
use elenchus::ai::speech::transcription::{MOST_RECORDED, Recording, Transcriber};
use elenchus::config::env::Env;
use elenchus::config::models::ModelsConfig;
use elenchus::config::speech::SpeechConfig;
use elenchus::error::{Error, ErrorCode};
use futures::StreamExt as _;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::support::provider::{ProviderServer, Reply, Step};

const KEY: &str = "sk_hunter2";

/// No wait before the new try, and little patience where a server says nothing.
fn patience(idle: Duration) -> Patience {
    let backoff = Backoff { base: Duration::ZERO, cap: Duration::ZERO, longest_asked: Duration::from_secs(5) };
    Patience { idle, backoff, ..Patience::LONG }
}

const PATIENT: Duration = Duration::from_secs(20);
const HASTY: Duration = Duration::from_millis(80);

fn configs(pairs: &[(&str, &str)]) -> (ModelsConfig, SpeechConfig) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let env = Env::from_pairs(pairs.iter().copied());
    (ModelsConfig::from_env(&env).unwrap(), SpeechConfig::from_env(&env).unwrap())
}

fn broker(base: &str, idle: Duration) -> ElevenLabs {
    let (_, speech) = configs(&[("ELEVENLABS_API_KEY", KEY), ("ELEVENLABS_BASE_URL", base)]);
    ElevenLabs::new(&speech, &patience(idle)).unwrap().unwrap()
}

fn openai(base: &str) -> (ModelsConfig, SpeechConfig) {
    let pairs = [("OPENAI_API_KEY", KEY), ("OPENAI_BASE_URL", base), ("SPEECH_VOICE", "nova")];
    configs(&[&pairs[..], &[("TRANSCRIPTION_MODEL", "openai/whisper-1"), ("SPEECH_MODEL", "openai/tts-1")]].concat())
}

fn transcriber(base: &str, idle: Duration) -> Transcriber {
    let (models, speech) = openai(base);
    Transcriber::new(&models, &speech, &patience(idle)).unwrap().unwrap()
}

fn synthesizer(base: &str, idle: Duration) -> Synthesizer {
    let (models, speech) = openai(base);
    Synthesizer::new(&models, &speech, &patience(idle)).unwrap().unwrap()
}

fn answer(body: &Value) -> Reply {
    Reply::refusal(200, body)
}

/// Neither key nor address stands in what is said of a failure.
fn told(error: &SpeechError) -> String {
    let said = format!("{error} {error:?}");
    assert!(!said.contains("hunter2") && !said.contains("127.0.0.1"), "{said}");
    error.to_string()
}

#[tokio::test]
async fn a_browser_gets_leave_and_never_the_key() {
    let replies = [json!({"token": "eyJhbGciOi.x-y_z"}), json!({"signed_url": "wss://api.example.org/v1?x=a&y=b"})];
    let server = ProviderServer::start(replies.iter().map(answer).collect()).await;
    let broker = broker(&format!("{}/gateway/", server.base_url), PATIENT);
    assert_eq!(broker.conversation_token("agent_1&x=2").await.unwrap().expose_secret(), "eyJhbGciOi.x-y_z");
    let address = broker.signed_url("agent_1").await.unwrap();
    assert_eq!(address.expose_secret(), "wss://api.example.org/v1?x=a&y=b");
    assert!(!format!("{broker:?} {address:?}").contains("hunter2"));
    let requests = server.requests();
    assert_eq!(requests[0].path, "/gateway/v1/convai/conversation/token?agent_id=agent_1%26x%3D2");
    assert_eq!(requests[1].path, "/gateway/v1/convai/conversation/get-signed-url?agent_id=agent_1");
    assert!(requests.iter().all(|request| request.header("xi-api-key") == Some(KEY)));
}

#[tokio::test]
async fn a_refusal_is_final_and_what_passes_is_tried_once_more() {
    let wrong_key = json!({"detail": {"status": "invalid_api_key", "message": format!("Invalid API key {KEY}")}});
    for status in [400, 401, 403, 404, 422, 302] {
        let server = ProviderServer::start(vec![Reply::refusal(status, &wrong_key)]).await;
        let error = broker(&server.base_url, PATIENT).conversation_token("agent").await.unwrap_err();
        assert_eq!((&error, server.requests().len()), (&SpeechError::Refused { status }, 1));
        assert_eq!(told(&error), format!("the provider of speech refused ({status})"));
        assert_eq!(Error::from(error).code(), ErrorCode::UpstreamUnavailable);
    }
    let busy = |status| Reply::refusal(status, &json!({"detail": "busy"}));
    let good = answer(&json!({"token": "t"}));
    for status in [429, 500, 503] {
        let server = ProviderServer::start(vec![busy(status).header("retry-after", "0"), good.clone()]).await;
        let token = broker(&server.base_url, PATIENT).conversation_token("agent").await.unwrap();
        assert_eq!((token.expose_secret(), server.requests().len()), ("t", 2));
        let server = ProviderServer::start(vec![busy(status), busy(status), good.clone()]).await;
        let error = broker(&server.base_url, PATIENT).conversation_token("agent").await.unwrap_err();
        assert!(error.is_transient() && server.requests().len() == 2);
        assert_eq!(told(&error), format!("the provider of speech is unavailable: it answered with status {status}"));
    }
    // Nobody waits that long.
    let server = ProviderServer::start(vec![busy(429).header("retry-after", "60"), good]).await;
    assert!(broker(&server.base_url, PATIENT).conversation_token("agent").await.unwrap_err().is_transient());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn what_is_no_leave_is_not_passed_on() {
    let reply = |body: &str| {
        let steps = vec![Step::Send(body.into())];
        Reply { status: 200, headers: vec![("content-type".into(), "application/json".into())], steps, hang_up: false }
    };
    let long = json!({"token": "t".repeat(9000)}).to_string();
    let garbage = ["", "<html>", "[]", "{}", r#"{"token": 1}"#, r#"{"token": ""}"#, r#"{"token": "a b"}"#, &long];
    for body in garbage {
        let server = ProviderServer::start(vec![reply(body)]).await;
        let error = broker(&server.base_url, PATIENT).conversation_token("agent").await.unwrap_err();
        assert!(told(&error).starts_with("the answer of the provider of speech is wrong: "), "{body:.40}");
        assert!(!error.is_transient());
    }
    for url in ["", "agent", "javascript:alert(1)", "https://api.example.org/", "wss:"] {
        let server = ProviderServer::start(vec![answer(&json!({"signed_url": url}))]).await;
        let error = broker(&server.base_url, PATIENT).signed_url("agent").await.unwrap_err();
        assert_eq!(told(&error), "the answer of the provider of speech is wrong: it holds no address", "{url}");
    }
    let server =
        ProviderServer::start(vec![reply(&format!("{{\"token\": \"t\", \"more\": \"{}\"}}", "x".repeat(70_000)))])
            .await;
    let error = broker(&server.base_url, PATIENT).conversation_token("agent").await.unwrap_err();
    assert_eq!(told(&error), "the answer of the provider of speech is wrong: it is longer than 65536 bytes");
    for agent in [String::new(), "a".repeat(129)] {
        let error = broker(&server.base_url, PATIENT).conversation_token(&agent).await.unwrap_err();
        assert_eq!(error, SpeechError::Refused { status: 422 });
    }
    assert_eq!(server.requests().len(), 1, "it is not asked for an agent that cannot be");
}

#[tokio::test]
async fn silence_has_an_end() {
    let silent = Reply { steps: vec![Step::Stall], ..answer(&json!({})) };
    let half = Reply { steps: vec![Step::Send(b"{\"token\": ".to_vec()), Step::Stall], ..silent.clone() };
    for reply in [silent, half] {
        let server = ProviderServer::start(vec![reply]).await;
        let error = broker(&server.base_url, HASTY).conversation_token("agent").await.unwrap_err();
        assert_eq!(told(&error), "the provider of speech is unavailable: it did not answer in time");
        assert_eq!(server.requests().len(), 1);
        server.closed(1).await;
    }
    let cut = Reply { steps: vec![Step::Send(b"{\"token\": ".to_vec()), Step::Cut], ..answer(&json!({})) };
    let server = ProviderServer::start(vec![cut]).await;
    let error = broker(&server.base_url, PATIENT).conversation_token("agent").await.unwrap_err();
    assert_eq!(told(&error), "the provider of speech is unavailable: its answer broke off");
    let error = broker("http://127.0.0.1:1", PATIENT).conversation_token("agent").await.unwrap_err();
    assert_eq!(told(&error), "the provider of speech is unavailable: it cannot be reached");
}

/// A server that writes down what it hears: bodies as they came, and a status for each request.
#[derive(Clone, Default)]
struct Hearing {
    heard: Arc<Mutex<Vec<(HeaderMap, Bytes)>>>,
    statuses: Arc<Mutex<Vec<u16>>>,
    body: String,
}

impl Hearing {
    async fn start(statuses: &[u16], body: &str) -> (Self, String) {
        let statuses = Arc::new(Mutex::new(statuses.iter().rev().copied().collect()));
        let hearing = Self { statuses, body: body.to_owned(), ..Self::default() };
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let base = format!("http://{}/v1", listener.local_addr().unwrap());
        let router = Router::new()
            .route(
                "/v1/audio/transcriptions",
                post(async |State(hearing): State<Self>, headers: HeaderMap, body: Bytes| hearing.hear(headers, body)),
            )
            .layer(axum::extract::DefaultBodyLimit::disable())
            .with_state(hearing.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        (hearing, base)
    }

    fn hear(self, headers: HeaderMap, body: Bytes) -> Response {
        self.heard.lock().unwrap().push((headers, body));
        let status = self.statuses.lock().unwrap().pop().unwrap_or(200);
        let json = [("content-type", "application/json")];
        (StatusCode::from_u16(status).unwrap(), json, self.body).into_response()
    }

    /// The parts of request `place`: name, file name, media type, content.
    async fn parts(&self, place: usize) -> Vec<(String, Option<String>, Option<String>, Bytes)> {
        let (headers, body) = self.heard.lock().unwrap()[place].clone();
        assert_eq!(headers["authorization"], format!("Bearer {KEY}"));
        assert_eq!(headers["content-length"], body.len().to_string());
        let boundary = multer::parse_boundary(headers["content-type"].to_str().unwrap()).unwrap();
        let mut form = multer::Multipart::new(futures::stream::iter([Ok::<_, std::io::Error>(body)]), boundary);
        let mut parts = Vec::new();
        while let Some(part) = form.next_field().await.unwrap() {
            let (name, file) = (part.name().unwrap().to_owned(), part.file_name().map(str::to_owned));
            let media_type = part.content_type().map(ToString::to_string);
            parts.push((name, file, media_type, part.bytes().await.unwrap()));
        }
        parts
    }
}

fn recording() -> Recording {
    Recording { bytes: Bytes::from_static(b"OggS\0\r\n--\xff"), format: RecordingFormat::Ogg }
}

#[tokio::test]
async fn a_recording_is_written_down() {
    let heard = json!({"text": " What is consideration?\n", "usage": {"type": "duration", "seconds": 3}}).to_string();
    let (hearing, base) = Hearing::start(&[200, 503, 200], &heard).await;
    let transcriber = transcriber(&base, PATIENT);
    assert_eq!(transcriber.transcribe(&recording(), Some("de")).await.unwrap(), "What is consideration?");
    let field = |name: &str, text: &'static str| (name.to_owned(), None, None, Bytes::from_static(text.as_bytes()));
    let file = ("file".to_owned(), Some("recording.ogg".to_owned()), Some("audio/ogg".to_owned()), recording().bytes);
    let plain = [file, field("model", "whisper-1"), field("response_format", "json")];
    assert_eq!(hearing.parts(0).await, [&plain[..], &[field("language", "de")]].concat());
    // The new try sends all of it again.
    assert_eq!(transcriber.transcribe(&recording(), Some("German")).await.unwrap(), "What is consideration?");
    assert_eq!((hearing.parts(1).await, hearing.parts(2).await), (plain.to_vec(), plain.to_vec()));
    assert_eq!(hearing.heard.lock().unwrap().len(), 3);
    let (_, base) = Hearing::start(&[], r#"{"text": ""}"#).await;
    assert_eq!(self::transcriber(&base, PATIENT).transcribe(&recording(), None).await.unwrap(), "", "nobody spoke");
}

#[tokio::test]
async fn what_is_no_transcript_is_an_error() {
    let wrong_key = json!({"error": {"message": format!("Incorrect API key {KEY}"), "type": "invalid_request_error"}});
    let (hearing, base) = Hearing::start(&[401], &wrong_key.to_string()).await;
    let error = transcriber(&base, PATIENT).transcribe(&recording(), None).await.unwrap_err();
    assert_eq!((&error, told(&error).contains("Incorrect")), (&SpeechError::Refused { status: 401 }, false));
    let huge = Recording { bytes: vec![0; MOST_RECORDED + 1].into(), ..recording() };
    let error = transcriber(&base, PATIENT).transcribe(&huge, None).await.unwrap_err();
    assert_eq!((error, hearing.heard.lock().unwrap().len()), (SpeechError::Refused { status: 413 }, 1));
    let long = json!({"text": "x".repeat(2 << 20)}).to_string();
    for body in ["", "What is consideration?", "{}", r#"{"text": null}"#, &long] {
        let (_, base) = Hearing::start(&[], body).await;
        let error = transcriber(&base, PATIENT).transcribe(&recording(), None).await.unwrap_err();
        assert!(matches!(error, SpeechError::Answer(_)), "{body:.40}: {error}");
    }
    let silent = ProviderServer::start(vec![Reply { steps: vec![Step::Stall], ..answer(&json!({})) }]).await;
    let error = transcriber(&silent.base_url, HASTY).transcribe(&recording(), None).await.unwrap_err();
    assert_eq!(told(&error), "the provider of speech is unavailable: it did not answer in time");
}

fn sound(steps: Vec<Step>) -> Reply {
    Reply { status: 200, headers: vec![("content-type".into(), "audio/mpeg".into())], steps, hang_up: false }
}

/// The sound, and how it ended.
async fn listen(mut stream: SoundStream) -> (Vec<u8>, Result<(), SpeechError>) {
    let mut heard = Vec::new();
    while let Some(chunk) = stream.next().await {
        match chunk {
            Ok(chunk) => heard.extend_from_slice(&chunk),
            Err(error) => {
                assert!(stream.next().await.is_none(), "an error is the last item");
                return (heard, Err(error));
            }
        }
    }
    (heard, Ok(()))
}

#[tokio::test]
async fn a_text_is_read_aloud() {
    let pieces = || vec![Step::Send(b"ID3\x04".to_vec()), Step::Send(vec![0xff, 0xfb, 0]), Step::Send(b"end".to_vec())];
    let busy = Reply::refusal(429, &json!({"error": {"message": "slow down", "type": "requests"}}));
    let server = ProviderServer::start(vec![busy, sound(pieces())]).await;
    let voice = synthesizer(&format!("{}/v1", server.base_url), PATIENT);
    let stream = voice.speak(" What is a promise? ", SpeechFormat::Mp3).await.unwrap();
    assert_eq!(listen(stream).await, (b"ID3\x04\xff\xfb\0end".to_vec(), Ok(())));
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(
        (requests[1].path.as_str(), requests[1].header("authorization")),
        ("/v1/audio/speech", Some("Bearer sk_hunter2"))
    );
    let asked = json!({"model": "tts-1", "input": "What is a promise?", "voice": "nova", "response_format": "mp3"});
    assert_eq!([&requests[0].body, &requests[1].body], [&asked, &asked]);
    for text in ["", " \n", &"a".repeat(4097)] {
        let error = voice.speak(text, SpeechFormat::Opus).await.err().unwrap();
        assert_eq!(error, SpeechError::Refused { status: 400 });
    }
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn sound_that_goes_wrong_ends_in_an_error() {
    let piece = || Step::Send(b"sound".to_vec());
    let cases = [
        (vec![piece(), Step::Cut], "the provider of speech is unavailable: its answer broke off"),
        (vec![piece(), Step::Stall], "the provider of speech is unavailable: it did not answer in time"),
        (vec![piece(), piece()], "the answer of the provider of speech is wrong: it is longer than 9 bytes"),
    ];
    for (steps, expected) in cases {
        let server = ProviderServer::start(vec![sound(steps)]).await;
        let idle = if expected.contains("time") { HASTY } else { PATIENT };
        let stream = synthesizer(&server.base_url, idle).with_most(9).speak("Hello.", SpeechFormat::Wav).await.unwrap();
        let (heard, end) = listen(stream).await;
        assert_eq!((heard.as_slice(), told(&end.unwrap_err()).as_str()), (b"sound".as_slice(), expected));
    }
    let server = ProviderServer::start(vec![sound(Vec::new())]).await;
    let stream = synthesizer(&server.base_url, PATIENT).speak("Hello.", SpeechFormat::Wav).await.unwrap();
    let expected = SpeechError::Answer("it is empty".to_owned());
    assert_eq!(listen(stream).await, (Vec::new(), Err(expected)));
    let failures = [
        (
            answer(&json!({"error": {"message": "no such voice"}})),
            "the answer of the provider of speech is wrong: it is no sound",
        ),
        (Reply::refusal(401, &json!({"error": {"message": KEY}})), "the provider of speech refused (401)"),
        (sound(vec![Step::Stall]).header("x", "y"), ""),
    ];
    for (reply, expected) in failures {
        let server = ProviderServer::start(vec![reply]).await;
        let begun = synthesizer(&server.base_url, HASTY).speak("Hello.", SpeechFormat::Wav).await;
        let error = match begun {
            Err(error) => error,
            Ok(stream) => listen(stream).await.1.unwrap_err(),
        };
        let said = told(&error);
        assert!(said == expected || (expected.is_empty() && said.contains("in time")), "{said}");
    }
}

#[test]
fn speech_is_there_when_it_is_set_up() {
    let quick = Patience::SHORT;
    let (models, speech) = configs(&[]);
    assert!(ElevenLabs::new(&speech, &quick).unwrap().is_none());
    assert!(Transcriber::new(&models, &speech, &quick).unwrap().is_none());
    assert!(Synthesizer::new(&models, &speech, &quick).unwrap().is_none());
    let named = [("TRANSCRIPTION_MODEL", "openai/whisper-1"), ("SPEECH_MODEL", "openai/tts-1")];
    let (models, speech) = configs(&named);
    let missing = SpeechError::Setting { setting: "OPENAI_API_KEY", problem: "must be set for speech" };
    assert_eq!(Transcriber::new(&models, &speech, &quick).err(), Some(missing.clone()));
    assert_eq!(Synthesizer::new(&models, &speech, &quick).err(), Some(missing));
    // A server of one's own may need no key.
    let (models, speech) = configs(&[&named[..], &[("OPENAI_BASE_URL", "http://localhost:9/v1")]].concat());
    assert!(Transcriber::new(&models, &speech, &quick).unwrap().is_some());
}
