//! Uploads to a server process as clients send them, whole or broken off, and what is left of them there.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use elenchus::extraction::pdf::library::locate_pdfium;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::OnceCell;

use super::database::TestDatabase;
use super::folders::kept;
use super::live::{LiveServer, PATIENCE, Person};

pub const UPLOAD: &str = "mutation($files: [Upload!]!) { uploadDocuments(input: { files: $files }) { \
     documents { id filename mediaType } } }";
const BOUNDARY: &str = "b0undary";

/// A folder for a server's data, which outlives the server, and the settings that go with it.
pub struct Place {
    folder: tempfile::TempDir,
    pdfium: String,
    data: String,
}

impl Place {
    pub async fn new() -> Self {
        static PDFIUM: OnceCell<Option<PathBuf>> = OnceCell::const_new();
        let folder = tempfile::tempdir().unwrap();
        let config = elenchus::config::env::Env::from_pairs([("PORT", "0")]);
        let config = elenchus::config::documents::DocumentsConfig::from_env(&config).unwrap();
        let library = PDFIUM.get_or_init(async || locate_pdfium(&config.extraction, kept()).await).await;
        // Where it cannot be fetched the built-in reader is used, which is what the name of no file asks for.
        let pdfium = library.clone().unwrap_or_else(|| folder.path().join("none"));
        let data = folder.path().join("data").to_str().unwrap().to_owned();
        Self { folder, pdfium: pdfium.to_str().unwrap().to_owned(), data }
    }

    pub async fn serve(&self, database: &TestDatabase, settings: &[(&str, &str)]) -> LiveServer {
        let own = [("DATA_DIR", self.data.as_str()), ("PDFIUM_LIB", self.pdfium.as_str())];
        LiveServer::start(database, &[&own, settings].concat()).await
    }

    /// The files that are kept, by their paths, and those that are arriving and have a name.
    pub fn files(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        collect(&self.folder.path().join("data/files"), &mut found);
        found
    }
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { collect(&path, found) } else { found.push(path) }
    }
}

/// Uploads files in one request and gives the whole response.
pub async fn respond(person: &Person, files: &[(&str, &[u8])]) -> Value {
    let mut body = opening(files.len());
    for (index, (name, bytes)) in files.iter().enumerate() {
        body.extend_from_slice(&file_head(index, name));
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    write!(body, "--{BOUNDARY}--\r\n").unwrap();
    let request = reqwest::Client::new().post(format!("{}/graphql", person.url)).bearer_auth(&person.token);
    let request = request.header("apollo-require-preflight", "1");
    let request = request.header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
    request.body(body).send().await.unwrap().json().await.unwrap()
}

/// Uploads files that are taken, and gives their ids in order.
pub async fn upload(person: &Person, files: &[(&str, &[u8])]) -> Vec<String> {
    let response = respond(person, files).await;
    let documents = response.pointer("/data/uploadDocuments/documents").and_then(Value::as_array);
    let documents = documents.unwrap_or_else(|| panic!("{response}"));
    documents.iter().map(|document| document["id"].as_str().unwrap().to_owned()).collect()
}

/// Sends the beginning of an upload of one file that is announced as larger than what is sent, and leaves it at that.
pub async fn begin(person: &Person, announced: usize, sent: &[u8]) -> TcpStream {
    let mut body = opening(1);
    body.extend_from_slice(&file_head(0, "half.txt"));
    body.extend_from_slice(sent);
    let host = person.url.trim_start_matches("http://");
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\napollo-require-preflight: 1\r\n\
         content-type: multipart/form-data; boundary={BOUNDARY}\r\ncontent-length: {announced}\r\n\r\n",
        person.token
    );
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body).await.unwrap();
    stream
}

/// What the server says before it closes the connection.
pub async fn hear(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer)).await.expect("an answer").unwrap();
    answer
}

/// Waits until so many files are arriving at the server: they have no name, but a handle.
pub async fn until_arriving(server: &LiveServer, count: usize) {
    let handles = PathBuf::from(format!("/proc/{}/fd", server.pid()));
    let arriving = || {
        let entries = std::fs::read_dir(&handles).unwrap();
        let open = entries.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
        open.filter(|path| path.to_str().is_some_and(|path| path.contains("/.incoming/"))).count()
    };
    let wait = async {
        while arriving() != count {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(PATIENCE, wait).await.unwrap_or_else(|_| panic!("{} files are arriving", arriving()));
}

fn opening(files: usize) -> Vec<u8> {
    let operations = json!({ "query": UPLOAD, "variables": { "files": vec![Value::Null; files] } });
    let map: serde_json::Map<_, _> =
        (0..files).map(|index| (index.to_string(), json!([format!("variables.files.{index}")]))).collect();
    let field = |name: &str, value: &Value| {
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    (field("operations", &operations) + &field("map", &Value::Object(map))).into_bytes()
}

/// The type that is claimed is always the same, and always wrong.
fn file_head(index: usize, name: &str) -> Vec<u8> {
    format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{index}\"; filename=\"{name}\"\r\n\
         Content-Type: image/png\r\n\r\n"
    )
    .into_bytes()
}
