//! The real server in this process, on a port of its own, and people who talk to it over HTTP.

use elenchus::domain::users::actor::Actor;
use elenchus::server::{Options, Running, serve};
use serde_json::{Value, json};

use super::library::Library;
use super::people::PASSWORD;

pub struct Served {
    pub library: Library,
    pub running: Running,
    client: reqwest::Client,
}

/// Somebody with an account and an access token.
pub struct Person {
    pub id: String,
    pub token: String,
    pub refresh_token: String,
    pub actor: Actor,
}

/// The body of an answer, and its headers.
pub struct Answer {
    pub body: Value,
    pub headers: reqwest::header::HeaderMap,
}

impl Served {
    /// A server without background jobs, whose clock stands still.
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// As [`Self::new`], with these settings besides.
    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let settings = [&[("PORT", "0"), ("EMBEDDING_MODEL", "none")], settings].concat();
        let library = Library::with(&settings).await;
        let options = Options { without_worker: true, ..Options::default() };
        let running = serve(library.app.clone(), options).await.unwrap();
        Self { library, running, client: reqwest::Client::new() }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.running.address)
    }

    /// Makes an account and signs it in.
    pub async fn person(&self, name: &str) -> Person {
        let email = format!("{name}@example.org");
        let input =
            json!({"email": email, "username": name, "fullName": format!("{name} the person"), "password": PASSWORD});
        let register =
            "mutation ($input: RegisterInput!) { register(input: $input) { accessToken refreshToken user { id } } }";
        let answer = self.ask(None, register, json!({ "input": input })).await;
        let registered = &answer["data"]["register"];
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
        let token = text(&registered["accessToken"]);
        let actor =
            elenchus::domain::users::actions::authenticate::authenticate(&self.library.app, &token).await.unwrap();
        let refresh_token = text(&registered["refreshToken"]);
        Person { id: text(&registered["user"]["id"]), token, refresh_token, actor }
    }

    /// What the server answers to a query or mutation.
    pub async fn ask(&self, token: Option<&str>, query: &str, variables: Value) -> Value {
        self.answer(token, query, variables).await.body
    }

    /// As [`Self::ask`], with the headers.
    pub async fn answer(&self, token: Option<&str>, query: &str, variables: Value) -> Answer {
        let body = json!({ "query": query, "variables": variables });
        let response = self.post(token, "application/json", &body).await;
        let headers = response.headers().clone();
        Answer { body: response.json().await.unwrap(), headers }
    }

    /// All events of a subscription until it completes.
    pub async fn follow(&self, token: Option<&str>, query: &str, variables: Value) -> Vec<Value> {
        let body = json!({ "query": query, "variables": variables });
        let text = self.post(token, "text/event-stream", &body).await.text().await.unwrap();
        text.lines()
            .filter_map(|line| line.strip_prefix("data: "))
            .filter(|data| !data.is_empty())
            .map(|data| serde_json::from_str(data).unwrap())
            .collect()
    }

    /// Sends one small text file in a multipart request.
    pub async fn upload(&self, token: Option<&str>, query: &str, text: &str) -> Value {
        let operations = json!({ "query": query, "variables": { "files": [null] } }).to_string();
        let form = reqwest::multipart::Form::new()
            .text("operations", operations)
            .text("map", json!({ "0": ["variables.files.0"] }).to_string())
            .part("0", reqwest::multipart::Part::text(text.to_owned()).file_name("upload.txt"));
        let request = self.client.post(self.url("/graphql")).header("apollo-require-preflight", "1").multipart(form);
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Status and body of a plain GET.
    pub async fn get(&self, path: &str) -> (u16, String) {
        let response = self.client.get(self.url(path)).send().await.unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    }

    async fn post(&self, token: Option<&str>, accept: &str, body: &Value) -> reqwest::Response {
        let request = self.client.post(self.url("/graphql")).header("content-type", "application/json");
        let request = request.header("accept", accept).body(body.to_string());
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        request.send().await.unwrap()
    }
}
