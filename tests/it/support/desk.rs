//! A server where people bring data and ask questions of them.

use std::time::Duration;

use elenchus::worker;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::served::{Person, Served};

pub const UPLOAD: &str =
    "mutation($input: UploadDatasetInput!) { uploadDataset(input: $input) { upload { id status } } }";
const UPLOADED: &str = "subscription($id: ID!) { datasetProgress(id: $id) { id status progress loadedRows problemCount \
     problems { line column value message } error { code message } table { id name rowCount columns { name type } } \
     dataSource { id } inspection { rowCount sample dialect { encoding delimiter hasHeader decimalMark dateOrder } \
     columns { name header type unit note } sheets chosen: dialect { sheet } } } }";
pub const RUN: &str = "mutation($input: RunQueryInput!) { runQuery(input: $input) { run { id status isCached rowCount isTruncated \
     columns { name type } rows error { code message line column } } } }";

/// A server with its jobs at work.
pub struct Desk {
    pub served: Served,
    stop: CancellationToken,
}

impl Desk {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    pub async fn with(settings: &[(&str, &str)]) -> Self {
        let served = Served::with(settings).await;
        let stop = CancellationToken::new();
        tokio::spawn(worker::work(served.library.app.clone(), stop.clone(), Duration::from_secs(5)));
        Self { served, stop }
    }

    /// Sends a file with this input, whose `file` is null.
    pub async fn send(&self, person: &Person, name: &str, bytes: &[u8], input: Value) -> Value {
        let mut input = input;
        input["file"] = Value::Null;
        let operations = json!({ "query": UPLOAD, "variables": { "input": input } }).to_string();
        let part = reqwest::multipart::Part::bytes(bytes.to_vec()).file_name(name.to_owned());
        let form = reqwest::multipart::Form::new()
            .text("operations", operations)
            .text("map", json!({ "0": ["variables.input.file"] }).to_string())
            .part("0", part);
        let request = reqwest::Client::new().post(self.served.url("/graphql")).header("apollo-require-preflight", "1");
        request.multipart(form).bearer_auth(&person.token).send().await.unwrap().json().await.unwrap()
    }

    /// Sends a file and waits until nothing more happens to it; gives what came of it.
    pub async fn bring(&self, person: &Person, name: &str, bytes: &[u8], input: Value) -> Value {
        let sent = self.send(person, name, bytes, input).await;
        let id = sent["data"]["uploadDataset"]["upload"]["id"].as_str().unwrap_or_else(|| panic!("{sent}")).to_owned();
        self.ended(person, &id).await
    }

    /// An upload when nothing more happens to it.
    pub async fn ended(&self, person: &Person, id: &str) -> Value {
        let events = self.served.follow(Some(&person.token), UPLOADED, json!({ "id": id })).await;
        events.last().unwrap()["data"]["datasetProgress"].clone()
    }

    /// What comes of a statement.
    pub async fn run(&self, person: &Person, source: &Value, sql: &str) -> Value {
        self.run_with(person, json!({ "dataSourceId": source, "sql": sql, "waitMs": 10000 })).await
    }

    pub async fn run_with(&self, person: &Person, input: Value) -> Value {
        let answer = self.served.ask(Some(&person.token), RUN, json!({ "input": input })).await;
        let run = answer["data"]["runQuery"]["run"].clone();
        assert!(run.is_object(), "{answer}");
        run
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
