//! A provider of vectors on this machine, in OpenAI's protocol, whose answers can be held back.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

/// As many numbers as the local model's vectors have.
const DIMENSIONS: usize = 384;
/// More answers than any test waits for.
const ALL: usize = 1 << 20;

/// The provider. Texts are near one another by the words that they share.
pub struct VectorServer {
    pub base_url: String,
    gate: Gate,
}

#[derive(Clone)]
struct Gate {
    answers: Arc<Semaphore>,
    waiting: watch::Sender<usize>,
}

/// Counts a request as long as it waits, however that ends.
struct Waiting<'a>(&'a watch::Sender<usize>);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|waiting| *waiting -= 1);
    }
}

impl VectorServer {
    pub async fn start() -> Self {
        let gate = Gate { answers: Arc::new(Semaphore::new(ALL)), waiting: watch::channel(0).0 };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        let router = Router::new().route("/v1/embeddings", post(answer)).with_state(gate.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base_url, gate }
    }

    /// Settings that make this the embedding model of a server.
    pub fn settings(&self) -> Vec<(&str, &str)> {
        vec![
            ("EMBEDDING_MODEL", "openai/by-words"),
            ("OPENAI_BASE_URL", &self.base_url),
            ("OPENAI_API_KEY", "sk-secret"),
        ]
    }

    /// Answers so many more requests, and no further ones until [`Self::release`].
    pub fn hold_after(&self, answers: usize) {
        self.gate.answers.forget_permits(usize::MAX);
        self.gate.answers.add_permits(answers);
    }

    pub fn release(&self) {
        self.gate.answers.add_permits(ALL);
    }

    /// Waits until a request is held.
    pub async fn held(&self) {
        self.gate.waiting.subscribe().wait_for(|waiting| *waiting > 0).await.unwrap();
    }

    /// Waits until none is, since whoever sent them is gone.
    pub async fn abandoned(&self) {
        self.gate.waiting.subscribe().wait_for(|waiting| *waiting == 0).await.unwrap();
    }
}

async fn answer(State(gate): State<Gate>, Json(body): Json<Value>) -> Json<Value> {
    if let Ok(free) = gate.answers.try_acquire() {
        free.forget();
    } else {
        gate.waiting.send_modify(|waiting| *waiting += 1);
        let _waiting = Waiting(&gate.waiting);
        gate.answers.acquire().await.unwrap().forget();
    }
    let inputs = body["input"].as_array().unwrap().iter().map(|input| vector(input.as_str().unwrap()));
    let data: Vec<Value> =
        inputs.enumerate().map(|(index, vector)| json!({ "index": index, "embedding": vector })).collect();
    Json(json!({ "object": "list", "data": data, "model": body["model"] }))
}

/// A number for each word, by its place in a hash (FNV-1a) of as many places as there are dimensions.
fn vector(text: &str) -> Vec<f32> {
    let mut vector = vec![0.0; DIMENSIONS];
    // So that no text is without direction.
    vector[0] = 0.01;
    for word in text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let hash = word
            .to_lowercase()
            .bytes()
            .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
        vector[usize::try_from(hash % DIMENSIONS as u64).unwrap()] += 1.0;
    }
    vector
}
