//! A real server process, and clients that speak to it as others would.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use super::database::TestDatabase;
use super::people::PASSWORD;

/// How long anything may take before the test gives up. Far above what it takes.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Waits until there is something.
pub async fn until_some<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let looking = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, looking).await.unwrap_or_else(|_| panic!("never came: {what}"))
}

/// A server process; killed when dropped.
pub struct LiveServer {
    pub url: String,
    child: Child,
    _folder: tempfile::TempDir,
}

impl LiveServer {
    /// Starts a server on this database, with these settings besides those of every test.
    pub async fn start(database: &TestDatabase, settings: &[(&str, &str)]) -> Self {
        Self::start_on(&database.url, settings).await
    }

    pub async fn start_on(database_url: &str, settings: &[(&str, &str)]) -> Self {
        Self::launch(database_url, settings, Stdio::inherit()).await
    }

    /// A server that writes its log into this file.
    pub async fn start_logged(database_url: &str, settings: &[(&str, &str)], log: std::fs::File) -> Self {
        Self::launch(database_url, settings, Stdio::from(log)).await
    }

    async fn launch(database_url: &str, settings: &[(&str, &str)], log: Stdio) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_elenchus"));
        command
            .current_dir(folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs([
                ("DATABASE_URL", database_url),
                ("PORT", "0"),
                ("EMBEDDING_MODEL", "none"),
                ("SECRET_KEY", "one key for all servers of these tests"),
                ("ENCRYPTION_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
                ("HEARTBEAT_SECONDS", "1"),
                ("HEARTBEAT_TIMEOUT_SECONDS", "3"),
                ("SOCKETS_PER_USER", "1000"),
                ("RATE_LIMIT_DEFAULT", "0"),
                ("RATE_LIMIT_SIGN_IN", "0"),
                ("RATE_LIMIT_CHAT", "0"),
                ("RATE_LIMIT_STATEMENTS", "0"),
                ("RATE_LIMIT_UPLOAD", "0"),
                ("SIGN_IN_TRIES", "0"),
                ("SECOND_FACTOR_TRIES", "0"),
                ("SHARE_LINK_TRIES", "0"),
                ("RATE_LIMIT_SHARED_REFRESH", "0"),
                ("RATE_LIMIT_MAIL", "0"),
                ("LOG_LEVEL", "warn"),
            ])
            .env("DATA_DIR", folder.path().join("data"))
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(log);
        let mut child = command.spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (said, heard) = mpsc::channel();
        // Read to its end, so that the server never writes into a full pipe.
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if let Some((_, url)) = line.split_once("running at ") {
                    let _ = said.send(url.trim().to_owned());
                }
            }
        });
        let url = tokio::task::spawn_blocking(move || heard.recv_timeout(PATIENCE)).await.unwrap();
        Self { url: url.expect("the server starts"), child, _folder: folder }
    }

    /// As `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// As `kill`.
    pub fn terminate(&self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until the process has ended by itself.
    pub async fn ended(mut self) -> std::process::ExitStatus {
        tokio::time::timeout(PATIENCE, async {
            loop {
                if let Some(status) = self.child.try_wait().unwrap() {
                    return status;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await
        .expect("the server ends")
    }

    /// Somebody new, signed in.
    pub async fn register(&self, email: &str) -> Person {
        let person = Person { url: self.url.clone(), token: String::new() };
        let query = "mutation($input: RegisterInput!) { register(input: $input) { accessToken } }";
        let data = person.run(query, json!({ "input": { "email": email, "password": PASSWORD } })).await;
        Person { token: data["register"]["accessToken"].as_str().unwrap().to_owned(), ..person }
    }
}

impl Drop for LiveServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody who is signed in, at one of the servers.
#[derive(Debug, Clone)]
pub struct Person {
    pub url: String,
    pub token: String,
}

/// A message that was sent.
#[derive(Debug, Clone)]
pub struct Sent {
    pub conversation: String,
    pub reply: String,
    pub generation: String,
}

impl Person {
    /// The same person at another server.
    pub fn at(&self, server: &LiveServer) -> Self {
        Self { url: server.url.clone(), token: self.token.clone() }
    }

    /// Runs an operation and gives the whole response.
    pub async fn respond(&self, query: &str, variables: Value) -> Value {
        let mut request = reqwest::Client::new()
            .post(format!("{}/graphql", self.url))
            .json(&json!({ "query": query, "variables": variables }));
        if !self.token.is_empty() {
            request = request.bearer_auth(&self.token);
        }
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Runs an operation that must succeed and gives its data.
    pub async fn run(&self, query: &str, variables: Value) -> Value {
        let response = self.respond(query, variables).await;
        assert!(response.get("errors").is_none(), "{response}");
        response["data"].clone()
    }

    /// Sends a message into a new conversation.
    pub async fn send(&self, text: &str) -> Sent {
        let query = "mutation($input: SendMessageInput!) { sendMessage(input: $input) { \
                     conversation { id } reply { id generation { id } } } }";
        let data = self.run(query, json!({ "input": { "text": text } })).await;
        let sent = &data["sendMessage"];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Sent {
            conversation: text(&sent["conversation"]["id"]),
            reply: text(&sent["reply"]["id"]),
            generation: text(&sent["reply"]["generation"]["id"]),
        }
    }

    /// The generation as it now is.
    pub async fn generation(&self, id: &str) -> Value {
        let query = "query($id: ID!) { node(id: $id) { ... on Generation { status text finishReason error { code } \
                     provider model usage { inputTokens outputTokens isEstimated } costUsd firstTokenMs durationMs } } }";
        self.run(query, json!({ "id": id })).await["node"].clone()
    }

    /// Waits until the generation has this status.
    pub async fn until(&self, id: &str, status: &str) -> Value {
        tokio::time::timeout(PATIENCE, async {
            loop {
                let generation = self.generation(id).await;
                if generation["status"] == status {
                    return generation;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await
        .unwrap_or_else(|_| panic!("{id} never was {status}"))
    }

    /// Follows a generation over a websocket of its own.
    pub async fn follow(&self, generation: &str, after: Option<&str>) -> Stream {
        let mut stream = self.socket().await;
        let query = "subscription($id: ID!, $after: String) { generation(id: $id, after: $after) { __typename cursor \
                     ... on TextAppended { text } ... on CitationsFound { citations { marker quote } } \
                     ... on GenerationEnded { generation { status text error { code } } } } }";
        stream.subscribe(query, json!({ "id": generation, "after": after })).await;
        stream
    }

    /// A websocket on which nothing was said.
    pub async fn unacknowledged_socket(&self) -> Stream {
        let mut request = format!("{}/graphql/ws", self.url.replacen("http", "ws", 1)).into_client_request().unwrap();
        request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().unwrap());
        let (socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
        Stream { socket }
    }

    /// A websocket that is signed in.
    pub async fn socket(&self) -> Stream {
        let mut stream = self.unacknowledged_socket().await;
        let token = format!("Bearer {}", self.token);
        stream.tell(json!({ "type": "connection_init", "payload": { "Authorization": token } })).await;
        assert_eq!(stream.hear().await.unwrap()["type"], "connection_ack");
        stream
    }
}

/// One websocket with one subscription.
pub struct Stream {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Stream {
    pub async fn tell(&mut self, message: Value) {
        self.socket.send(Message::text(message.to_string())).await.unwrap();
    }

    pub async fn subscribe(&mut self, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.tell(json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
    }

    /// The next message; the close code when there is none.
    pub async fn hear(&mut self) -> Result<Value, u16> {
        let next = async {
            loop {
                match self.socket.next().await {
                    Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                    Some(Ok(Message::Close(frame))) => return Err(frame.map_or(1005, |frame| frame.code.into())),
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return Err(1006),
                }
            }
        };
        tokio::time::timeout(PATIENCE, next).await.expect("the server says something")
    }

    /// The next step of the subscription; `None` once it is complete.
    pub async fn step(&mut self) -> Option<Value> {
        let message = self.hear().await.unwrap_or_else(|code| panic!("closed with {code}"));
        match message["type"].as_str().unwrap() {
            "next" => {
                assert!(message["payload"].get("errors").is_none(), "{message}");
                Some(message["payload"]["data"].clone())
            }
            "complete" => None,
            _ => panic!("{message}"),
        }
    }

    /// All that is left of a generation: its text, and its ends.
    pub async fn rest(&mut self) -> (String, Vec<Value>) {
        let (mut text, mut ends) = (String::new(), Vec::new());
        while let Some(step) = self.step().await {
            let step = &step["generation"];
            match step["__typename"].as_str().unwrap() {
                "TextAppended" => text.push_str(step["text"].as_str().unwrap()),
                "GenerationEnded" => ends.push(step["generation"].clone()),
                _ => {}
            }
        }
        (text, ends)
    }
}
