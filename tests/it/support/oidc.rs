//! An issuer of OpenID Connect on this machine: discovery, keys, authorization by redirect, tokens against code and
//! verifier, signed with RS256. It can be told to misbehave.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64};
use elenchus::clock::Clock;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

pub const CLIENT_ID: &str = "elenchus-at-the-issuer";
pub const CLIENT_SECRET: &str = "a secret: with signs+that/need%20encoding";

/// Keys for tests, made for nothing else: the private key, and the modulus of the public one.
const KEYS: [(&str, &str); 2] = [
    (include_str!("../fixtures/issuer-1.pem"), include_str!("../fixtures/issuer-1.modulus")),
    (include_str!("../fixtures/issuer-2.pem"), include_str!("../fixtures/issuer-2.modulus")),
];

/// What an endpoint does instead of its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    #[default]
    Well,
    /// Never answers.
    Silent,
    /// Answers with this status.
    Status(u16),
    /// Answers with a megabyte.
    Endless,
    /// Sends the caller to itself.
    Elsewhere,
    /// Answers with something that is no JSON.
    Garbled,
}

/// What the issuer holds against a code.
#[derive(Debug, Clone)]
struct Grant {
    client_id: String,
    redirect_uri: String,
    nonce: String,
    challenge: String,
}

#[derive(Default)]
struct Inside {
    url: String,
    /// Which of the keys are published, by their place.
    published: Vec<usize>,
    /// Which signs.
    signing: usize,
    /// Claims that are said besides the usual ones, or in their place; null leaves one out.
    said: Map<String, Value>,
    /// The header's algorithm, and the key, when it is not the issuer's own.
    forged: Option<(Algorithm, EncodingKey)>,
    discovered: Map<String, Value>,
    grants: HashMap<String, Grant>,
    codes: usize,
    mood: HashMap<&'static str, Mood>,
    calls: HashMap<&'static str, usize>,
}

/// A running issuer; ends when dropped.
pub struct Issuer {
    pub url: String,
    inside: Arc<Mutex<Inside>>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Clone)]
struct Shared {
    inside: Arc<Mutex<Inside>>,
    clock: Clock,
}

/// Where the browser is sent back to.
#[derive(Debug, Clone)]
pub struct Back {
    pub page: String,
    pub code: String,
    pub state: String,
}

impl Issuer {
    /// Whose time is that of the server under test.
    pub async fn start(clock: Clock) -> Self {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        Self::on(listener, clock)
    }

    /// An address for an issuer that starts later, when the clock is known.
    pub async fn address() -> (tokio::net::TcpListener, String) {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        (listener, url)
    }

    pub fn on(listener: tokio::net::TcpListener, clock: Clock) -> Self {
        let url = format!("http://{}", listener.local_addr().unwrap());
        let inside = Inside { url: url.clone(), published: vec![0], ..Inside::default() };
        let inside = Arc::new(Mutex::new(inside));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .with_state(Shared { inside: Arc::clone(&inside), clock });
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { url, inside, task }
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().unwrap()
    }

    /// What the next ID tokens say.
    pub fn says(&self, claims: Value) {
        self.inside().said = serde_json::from_value(claims).unwrap();
    }

    /// What discovery says besides, or in the place of what it says.
    pub fn describes_itself(&self, metadata: Value) {
        self.inside().discovered = serde_json::from_value(metadata).unwrap();
    }

    /// How an endpoint behaves: `discovery`, `keys` or `token`.
    pub fn mood(&self, endpoint: &'static str, mood: Mood) {
        self.inside().mood.insert(endpoint, mood);
    }

    /// Signs with another key from now on, and publishes these.
    pub fn exchanges_keys(&self, signing: usize, published: &[usize]) {
        let mut inside = self.inside();
        inside.signing = signing;
        inside.published = published.to_vec();
    }

    /// Signs otherwise; `None` for its own way.
    pub fn forges(&self, forged: Option<(Algorithm, EncodingKey)>) {
        self.inside().forged = forged;
    }

    /// Takes the secret only in the body of a request.
    pub fn wants_secret_in_body(&self) {
        self.describes_itself(json!({"token_endpoint_auth_methods_supported": ["client_secret_post"]}));
    }

    /// How often an endpoint was called.
    pub fn calls(&self, endpoint: &'static str) -> usize {
        self.inside().calls.get(endpoint).copied().unwrap_or_default()
    }

    /// Somebody signs in at the issuer: where their browser is sent.
    pub async fn visit(&self, authorization_url: &str) -> Back {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let response = client.get(authorization_url).send().await.unwrap();
        assert_eq!(response.status(), 302, "{}", response.text().await.unwrap());
        let location = url::Url::parse(response.headers()[header::LOCATION].to_str().unwrap()).unwrap();
        let given: HashMap<_, _> = location.query_pairs().into_owned().collect();
        let page = location[..url::Position::AfterPath].to_owned();
        Back { page, code: given["code"].clone(), state: given["state"].clone() }
    }

    /// The issuer's own key, to sign with by hand.
    pub fn key(place: usize) -> EncodingKey {
        EncodingKey::from_rsa_pem(KEYS[place].0.as_bytes()).unwrap()
    }
}

impl Drop for Issuer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Counts a call, and behaves as it was told to.
async fn behave(shared: &Shared, endpoint: &'static str) -> Option<Response> {
    let mood = {
        let mut inside = shared.inside.lock().unwrap();
        *inside.calls.entry(endpoint).or_default() += 1;
        inside.mood.get(endpoint).copied().unwrap_or_default()
    };
    match mood {
        Mood::Well => None,
        Mood::Silent => {
            tokio::time::sleep(Duration::from_hours(1)).await;
            None
        }
        Mood::Status(status) => Some((StatusCode::from_u16(status).unwrap(), "{}").into_response()),
        Mood::Endless => Some(Json(json!({"padding": "x".repeat(1 << 20)})).into_response()),
        Mood::Elsewhere => Some((StatusCode::FOUND, [(header::LOCATION, "/keys")]).into_response()),
        Mood::Garbled => Some(([(header::CONTENT_TYPE, "application/json")], "{\"issuer\":").into_response()),
    }
}

async fn discovery(State(shared): State<Shared>) -> Response {
    if let Some(answer) = behave(&shared, "discovery").await {
        return answer;
    }
    let inside = shared.inside.lock().unwrap();
    let url = &inside.url;
    let mut metadata = json!({
        "issuer": url,
        "authorization_endpoint": format!("{url}/authorize"),
        "token_endpoint": format!("{url}/token"),
        "jwks_uri": format!("{url}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile"],
    });
    metadata.as_object_mut().unwrap().extend(inside.discovered.clone());
    Json(metadata).into_response()
}

async fn keys(State(shared): State<Shared>) -> Response {
    if let Some(answer) = behave(&shared, "keys").await {
        return answer;
    }
    let published = shared.inside.lock().unwrap().published.clone();
    let keys: Vec<_> = published
        .into_iter()
        .map(|place| {
            let modulus = KEYS[place].1.trim();
            json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": kid(place), "n": modulus, "e": "AQAB"})
        })
        .collect();
    Json(json!({ "keys": keys })).into_response()
}

fn kid(place: usize) -> String {
    format!("key-{place}")
}

async fn authorize(State(shared): State<Shared>, Query(asked): Query<HashMap<String, String>>) -> Response {
    let wrong = |what: &str| (StatusCode::BAD_REQUEST, format!("{what}: {asked:?}")).into_response();
    let get = |name: &str| asked.get(name).cloned().unwrap_or_default();
    if get("response_type") != "code" || get("client_id") != CLIENT_ID || get("code_challenge_method") != "S256" {
        return wrong("not a request for a code");
    }
    let scope = get("scope");
    if !["openid", "email", "profile"].iter().all(|wanted| scope.split(' ').any(|given| given == *wanted)) {
        return wrong("scopes");
    }
    // As long as 256 bits are in base64.
    if ["state", "nonce", "code_challenge"].iter().any(|name| get(name).len() < 43) {
        return wrong("too short to be random");
    }
    let code = {
        let mut inside = shared.inside.lock().unwrap();
        inside.codes += 1;
        let code = format!("code/{}+", inside.codes);
        let grant = Grant {
            client_id: get("client_id"),
            redirect_uri: get("redirect_uri"),
            nonce: get("nonce"),
            challenge: get("code_challenge"),
        };
        inside.grants.insert(code.clone(), grant);
        code
    };
    let mut back = url::Url::parse(&get("redirect_uri")).unwrap();
    back.query_pairs_mut().append_pair("code", &code).append_pair("state", &get("state"));
    (StatusCode::FOUND, [(header::LOCATION, back.to_string())]).into_response()
}

async fn token(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Form(given): Form<HashMap<String, String>>,
) -> Response {
    if let Some(answer) = behave(&shared, "token").await {
        return answer;
    }
    let refused = |error: &str| (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
    let get = |name: &str| given.get(name).map(String::as_str).unwrap_or_default();
    let mut inside = shared.inside.lock().unwrap();
    if !is_client(&headers, &given, inside.discovered.contains_key("token_endpoint_auth_methods_supported")) {
        return (StatusCode::UNAUTHORIZED, Json(json!({"error": "invalid_client"}))).into_response();
    }
    // A code is good for one try, right or wrong.
    let Some(grant) = inside.grants.remove(get("code")) else { return refused("invalid_grant") };
    let challenge = BASE64.encode(Sha256::digest(get("code_verifier")));
    if get("grant_type") != "authorization_code"
        || grant.redirect_uri != get("redirect_uri")
        || grant.challenge != challenge
    {
        return refused("invalid_grant");
    }
    let now = shared.clock.now().timestamp();
    let mut claims = json!({
        "iss": inside.url, "sub": "subject-1", "aud": grant.client_id, "nonce": grant.nonce,
        "iat": now, "exp": now + 300, "azp": CLIENT_ID,
        "email": "ada@example.org", "email_verified": true, "name": "Ada Lovelace",
    });
    for (name, value) in inside.said.clone() {
        match value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(&name)),
            value => claims[name] = value,
        }
    }
    let (algorithm, key) = inside.forged.clone().unwrap_or_else(|| (Algorithm::RS256, Issuer::key(inside.signing)));
    let header = Header { kid: Some(kid(inside.signing)), ..Header::new(algorithm) };
    let id_token = jsonwebtoken::encode(&header, &claims, &key).unwrap();
    let answer = json!({"access_token": "unused", "token_type": "Bearer", "expires_in": 300, "id_token": id_token});
    Json(answer).into_response()
}

/// Whether the client has proved itself, with the secret in a header (RFC 6749, section 2.3.1: both parts encoded) or in
/// the body.
fn is_client(headers: &HeaderMap, given: &HashMap<String, String>, in_body: bool) -> bool {
    if in_body {
        return given.get("client_id").is_some_and(|id| id == CLIENT_ID)
            && given.get("client_secret").is_some_and(|secret| secret == CLIENT_SECRET)
            && !headers.contains_key(header::AUTHORIZATION);
    }
    let decoded = |text: &str| {
        let pairs: Vec<_> = url::form_urlencoded::parse(format!("x={text}").as_bytes()).into_owned().collect();
        pairs[0].1.clone()
    };
    let basic = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Basic "));
    let basic = basic.and_then(|basic| String::from_utf8(STANDARD.decode(basic).ok()?).ok());
    basic.is_some_and(|basic| {
        basic.split_once(':').is_some_and(|(id, secret)| decoded(id) == CLIENT_ID && decoded(secret) == CLIENT_SECRET)
    })
}
