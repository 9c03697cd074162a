//! The local model against a reference in float64; providers against a local server with OpenAI's protocol.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use elenchus::ai::embed::embedder::{Embedder, Purpose};
use elenchus::ai::embed::error::EmbedError;
use elenchus::ai::embed::load::load;
use elenchus::config::env::Env;
use elenchus::config::models::ModelsConfig;
use elenchus::error::{Error, ErrorCode};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::support::folders::kept;

fn data_dir() -> PathBuf {
    kept().to_owned()
}

fn config(pairs: &[(&str, &str)]) -> ModelsConfig {
    let _ = rustls::crypto::ring::default_provider().install_default();
    ModelsConfig::from_env(&Env::from_pairs(pairs.iter().copied())).unwrap()
}

/// One model for all tests of the binary. Its threads are its own, so that it outlives any test's runtime.
async fn local() -> Arc<dyn Embedder> {
    static MODEL: OnceCell<Arc<dyn Embedder>> = OnceCell::const_new();
    let model = MODEL.get_or_init(async || load(&config(&[]), &data_dir()).await.unwrap().unwrap());
    Arc::clone(model.await)
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

fn furthest(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// Ordinary, empty, many scripts, code, and longer than 256 tokens.
fn reference() -> (Vec<String>, Vec<Vec<f32>>) {
    let fixture: Value = serde_json::from_str(include_str!("fixtures/minilm.json")).unwrap();
    let items = fixture["texts"].as_array().unwrap();
    let vector = |item: &Value| serde_json::from_value::<Vec<f32>>(item["vector"].clone()).unwrap();
    (items.iter().map(|item| item["text"].as_str().unwrap().to_owned()).collect(), items.iter().map(vector).collect())
}

#[tokio::test]
async fn local_vectors_equal_the_reference() {
    let (texts, wanted) = reference();
    let model = local().await;
    assert_eq!((model.model(), model.dimensions()), ("local/all-MiniLM-L6-v2", 384));
    for purpose in [Purpose::Passage, Purpose::Query] {
        let vectors = model.embed(&texts, purpose).await.unwrap();
        assert_eq!((vectors.len(), texts.len()), (5, 5));
        for ((text, vector), wanted) in texts.iter().zip(&vectors).zip(&wanted) {
            assert_eq!(vector.len(), 384);
            assert!(cosine(vector, wanted) >= 0.999_999, "{text:.40}: {}", cosine(vector, wanted));
            assert!(furthest(vector, wanted) < 3e-6, "{text:.40}: {}", furthest(vector, wanted));
        }
    }
}

#[tokio::test]
async fn a_text_has_one_vector_alone_and_in_any_batch() {
    let (mut texts, _) = reference();
    for length in 0..16 {
        texts.push("so it goes on and on ".repeat(length * length * 7 % 61));
    }
    let model = local().await;
    let together = model.embed(&texts, Purpose::Passage).await.unwrap();
    assert_eq!(together.len(), texts.len());
    texts.reverse();
    let mut reversed = model.embed(&texts, Purpose::Passage).await.unwrap();
    reversed.reverse();
    texts.reverse();
    for ((text, vector), reversed) in texts.iter().zip(&together).zip(&reversed) {
        let length: f64 = vector.iter().map(|x| f64::from(*x).powi(2)).sum();
        assert!((length - 1.0).abs() < 1e-6, "{text:.40} has length {length}");
        assert!(furthest(vector, reversed) < 1e-5, "{text:.40}");
        let alone = model.embed(std::slice::from_ref(text), Purpose::Query).await.unwrap();
        assert!(furthest(vector, &alone[0]) < 1e-5, "{text:.40}");
    }
}

#[tokio::test]
async fn nothing_comes_of_no_texts_and_similar_texts_are_near() {
    let model = local().await;
    assert_eq!(model.embed(&[], Purpose::Passage).await.unwrap(), Vec::<Vec<f32>>::new());
    let asked = texts(&["How do I reset my password?", "I forgot my login secret", "The river flows to the sea"]);
    let vectors = model.embed(&asked, Purpose::Passage).await.unwrap();
    assert!(cosine(&vectors[0], &vectors[1]) > 0.4);
    assert!(cosine(&vectors[0], &vectors[2]) < 0.2);
}

#[tokio::test]
async fn a_query_overtakes_passages_and_dropped_work_harms_nobody() {
    let model = local().await;
    let passages = vec!["a passage that is embedded in bulk ".repeat(40); 24];
    let query = texts(&["a query"]);
    let done = Mutex::new(Vec::new());
    let bulk = async {
        model.embed(&passages, Purpose::Passage).await.unwrap();
        done.lock().unwrap().push("passages");
    };
    let urgent = async {
        model.embed(&query, Purpose::Query).await.unwrap();
        done.lock().unwrap().push("query");
    };
    tokio::join!(bulk, urgent);
    assert_eq!(*done.lock().unwrap(), ["query", "passages"]);
    let abandoned = tokio::time::timeout(std::time::Duration::from_millis(1), model.embed(&passages, Purpose::Passage));
    assert!(abandoned.await.is_err());
    assert_eq!(model.embed(&query, Purpose::Query).await.unwrap().len(), 1);
}

#[tokio::test]
async fn settings_decide_and_name_what_is_wrong() {
    let dir = data_dir();
    assert!(load(&config(&[("EMBEDDING_MODEL", "none")]), &dir).await.unwrap().is_none());
    let failure = async |pairs: &[(&str, &str)]| load(&config(pairs), &dir).await.err().unwrap().to_string();
    assert_eq!(
        failure(&[("EMBEDDING_MODEL", "local/other")]).await,
        "EMBEDDING_MODEL: the local model is local/all-MiniLM-L6-v2, there is no local/other"
    );
    assert_eq!(
        failure(&[("EMBEDDING_DIMENSIONS", "256")]).await,
        "EMBEDDING_DIMENSIONS: the vectors of all-MiniLM-L6-v2 have 384 dimensions; leave it empty"
    );
    let empty = tempfile::tempdir().unwrap();
    let folder = empty.path().to_str().unwrap();
    let said = failure(&[("EMBED_MODEL_DIR", folder)]).await;
    assert!(said.contains("model.safetensors: No such file"), "{said}");
    std::fs::write(empty.path().join("model.safetensors"), [9; 100]).unwrap();
    std::fs::write(empty.path().join("tokenizer.json"), "{}").unwrap();
    let said = failure(&[("EMBED_MODEL_DIR", folder)]).await;
    assert!(said.starts_with("the local embedding model cannot be used: "), "{said}");
}

type Answers = dyn Fn(usize, &Value) -> Response + Send + Sync;

/// What the server is asked, and what it answers.
struct Script {
    asked: Mutex<Vec<(Option<String>, Value)>>,
    answers: Box<Answers>,
}

/// A server whose `n`th answer is `answers(n, request)`. Gives its settings and its script.
async fn server(
    answers: impl Fn(usize, &Value) -> Response + Send + Sync + 'static,
) -> (Vec<(&'static str, String)>, Arc<Script>) {
    async fn answer(State(script): State<Arc<Script>>, headers: HeaderMap, Json(body): Json<Value>) -> Response {
        let key = headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
        let mut asked = script.asked.lock().unwrap();
        asked.push((key, body.clone()));
        (script.answers)(asked.len() - 1, &body)
    }
    let script = Arc::new(Script { asked: Mutex::default(), answers: Box::new(answers) });
    let router = Router::new().route("/v1/embeddings", post(answer)).with_state(Arc::clone(&script));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1/", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    let settings = vec![
        ("EMBEDDING_MODEL", "openai/small".to_owned()),
        ("OPENAI_BASE_URL", url),
        ("MODEL_MAX_RETRIES", "1".to_owned()),
    ];
    (settings, script)
}

async fn connect(settings: &[(&str, String)], more: &[(&str, &str)]) -> Result<Arc<dyn Embedder>, EmbedError> {
    let mut pairs: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    pairs.extend(more);
    Ok(load(&config(&pairs), &data_dir()).await?.unwrap())
}

/// A vector that tells by its direction which text it is of: the text is its angle in degrees.
fn of(text: &Value) -> [f64; 2] {
    let angle = text.as_str().unwrap().parse::<f64>().unwrap_or(0.0).to_radians();
    [3.0 * angle.cos(), 3.0 * angle.sin()]
}

/// A right answer, from the last text to the first.
fn good(request: &Value) -> Response {
    let inputs = request["input"].as_array().unwrap();
    let item = |(index, text)| json!({"object": "embedding", "index": index, "embedding": of(text)});
    let data: Vec<Value> = inputs.iter().enumerate().map(item).rev().collect();
    Json(json!({"object": "list", "data": data, "model": "small", "usage": {"prompt_tokens": 1}})).into_response()
}

#[tokio::test]
async fn a_provider_is_asked_in_batches_and_answers_in_order() {
    let (settings, script) = server(|_, request| good(request)).await;
    let model = connect(&settings, &[("OPENAI_API_KEY", "sk-test")]).await.unwrap();
    assert_eq!((model.model(), model.dimensions(), model.max_batch()), ("openai/small@2", 2, 64));
    let asked: Vec<String> = (0..150).map(|at| at.to_string()).collect();
    let vectors = model.embed(&asked, Purpose::Passage).await.unwrap();
    assert_eq!(vectors.len(), 150);
    for (at, vector) in (0_u16..).zip(&vectors) {
        let angle = f32::from(at).to_radians();
        assert!(furthest(vector, &[angle.cos(), angle.sin()]) < 1e-5, "text {at}: {vector:?}");
    }
    model.embed(&texts(&["", &"é".repeat(9_000)]), Purpose::Query).await.unwrap();
    let asked = script.asked.lock().unwrap();
    assert!(asked.iter().all(|(key, _)| key.as_deref() == Some("Bearer sk-test")));
    let mut sizes: Vec<_> = asked[1..4].iter().map(|(_, body)| body["input"].as_array().unwrap().len()).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [22, 64, 64]);
    assert_eq!(asked[0].1, json!({"model": "small", "input": ["length"], "encoding_format": "float"}));
    assert_eq!(asked[4].1["input"], json!([" ", "é".repeat(8_000)]));
}

#[tokio::test]
async fn dimensions_are_asked_for_and_insisted_upon() {
    let (settings, script) = server(|_, _| answer_with(&json!([{"index": 0, "embedding": vec![1; 9]}]))).await;
    let model = connect(&settings, &[("EMBEDDING_DIMENSIONS", "9")]).await.unwrap();
    assert_eq!(model.model(), "openai/small@9");
    let failure = connect(&settings, &[("EMBEDDING_DIMENSIONS", "8")]).await.err().unwrap();
    assert_eq!(failure.to_string(), "the embedding provider's answer is wrong: a vector of 9 dimensions instead of 8");
    let asked = script.asked.lock().unwrap();
    assert_eq!((&asked[0].0, &asked[0].1["dimensions"]), (&None, &json!(9)));
}

fn answer_with(data: &Value) -> Response {
    Json(json!({ "data": data })).into_response()
}

#[tokio::test]
async fn wrong_answers_are_refused() {
    let right = json!({"index": 0, "embedding": [1.0, 0.0]});
    let other = |index: usize, embedding: Value| json!({"index": index, "embedding": embedding});
    let cases = [
        (json!([right]), "1 vectors for 2 texts"),
        (json!([right, right, right]), "3 vectors for 2 texts"),
        (json!([right, right]), "two vectors for text 0"),
        (json!([right, other(2, json!([1.0, 0.0]))]), "a vector for text 2 of 2"),
        (json!([right, other(1, json!([1.0]))]), "a vector of 1 dimensions instead of 2"),
        (json!([right, other(1, json!([0.0, 0.0]))]), "a vector is zero"),
        (json!([right, other(1, json!([1e300, 0.0]))]), "number out of range"),
        (json!([right, other(1, json!([null, 0.0]))]), "invalid type: null"),
    ];
    for (data, problem) in cases {
        let answer = data.clone();
        let (settings, script) =
            server(move |at, request| if at == 0 { good(request) } else { answer_with(&answer) }).await;
        let model = connect(&settings, &[]).await.unwrap();
        let failure = model.embed(&texts(&["1", "2"]), Purpose::Passage).await.unwrap_err();
        assert!(matches!(&failure, EmbedError::Answer(said) if said.starts_with(problem)), "{data}: {failure}");
        assert!(!failure.is_transient());
        assert_eq!(script.asked.lock().unwrap().len(), 2, "a wrong answer is not asked for again");
    }
    let nan = r#"{"data": [{"index": 0, "embedding": [NaN, 1.0]}]}"#;
    let (settings, _) = server(move |_, _| nan.into_response()).await;
    assert!(matches!(connect(&settings, &[]).await.err().unwrap(), EmbedError::Answer(_)));
}

#[tokio::test]
async fn a_busy_provider_is_asked_again() {
    let busy = || (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "0")], "slow down").into_response();
    let (settings, script) = server(move |at, request| if at == 0 { busy() } else { good(request) }).await;
    let model = connect(&settings, &[]).await.unwrap();
    assert_eq!(model.dimensions(), 2);
    assert_eq!(script.asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_provider_that_stays_down_is_given_up() {
    let down = |_: usize, _: &Value| (StatusCode::INTERNAL_SERVER_ERROR, "it\n broke").into_response();
    let (settings, script) = server(down).await;
    let failure = connect(&settings, &[]).await.err().unwrap();
    assert_eq!(failure.to_string(), "the embedding provider is unavailable: 500: it broke (tried 2 times)");
    assert!(failure.is_transient());
    assert_eq!(Error::from(failure).code(), ErrorCode::UpstreamUnavailable);
    assert_eq!(script.asked.lock().unwrap().len(), 2);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let closed = [("EMBEDDING_MODEL", "openai/small".to_owned()), ("OPENAI_BASE_URL", url)];
    let failure = connect(&closed, &[("MODEL_MAX_RETRIES", "0")]).await.err().unwrap();
    assert!(failure.is_transient(), "{failure}");
}

#[tokio::test]
async fn a_silent_provider_is_given_up() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let settings = [("EMBEDDING_MODEL", "openai/small".to_owned()), ("OPENAI_BASE_URL", url)];
    let patience = [("MODEL_MAX_RETRIES", "0"), ("MODEL_FIRST_TOKEN_TIMEOUT_MS", "50")];
    assert!(matches!(connect(&settings, &patience).await.err().unwrap(), EmbedError::Unavailable(_)));
}

#[tokio::test]
async fn a_refusal_is_final_and_shows_its_reason_but_no_key() {
    let refuse = |_: usize, _: &Value| {
        (StatusCode::UNAUTHORIZED, Json(json!({"error": {"message": "Incorrect API key", "code": 1}}))).into_response()
    };
    let (settings, script) = server(refuse).await;
    let failure = connect(&settings, &[("OPENAI_API_KEY", "sk-secret")]).await.err().unwrap();
    assert_eq!(failure.to_string(), "the embedding provider refused (401): Incorrect API key");
    assert!(!format!("{failure:?}").contains("sk-secret"));
    assert_eq!(script.asked.lock().unwrap().len(), 1);
}
