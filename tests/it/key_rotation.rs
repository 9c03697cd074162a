//! The secret that signs is exchanged, and nobody is signed out by it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use elenchus::config::env::Env;
use elenchus::config::key_files::KeyFile;
use elenchus::config::load::Config;
use elenchus::config::secrets::Secrets;
use serde_json::{Value, json};

use super::support::database::TestDatabase;
use super::support::live::{LiveServer, Person};

const OLD: &str = "the secret of this installation until today";
const NEW: &str = "the secret of this installation from today on";

const VIEWER: &str = "{ viewer { user { email } } }";

async fn email(person: &Person) -> Option<String> {
    let answer = person.respond(VIEWER, json!({})).await;
    answer["data"]["viewer"]["user"]["email"].as_str().map(str::to_owned)
}

async fn renewed(person: &Person, token: &Value) -> Value {
    let query = "mutation($input: RefreshSessionInput!) { refreshSession(input: $input) { accessToken refreshToken } }";
    let nobody = Person { url: person.url.clone(), token: String::new() };
    nobody.respond(query, json!({ "input": { "refreshToken": token } })).await
}

fn tokens(answer: &Value) -> (Person, Value) {
    let payload = answer["data"].as_object().and_then(|data| data.values().next());
    let payload = payload.unwrap_or_else(|| panic!("{answer}"));
    let token = payload["accessToken"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned();
    (Person { url: String::new(), token }, payload["refreshToken"].clone())
}

async fn registered(server: &LiveServer, email: &str) -> (Person, Value) {
    let query = "mutation($input: RegisterInput!) { register(input: $input) { accessToken refreshToken } }";
    let nobody = Person { url: server.url.clone(), token: String::new() };
    let answer = nobody.respond(query, json!({ "input": { "email": email, "password": "eleven purple ducks" } })).await;
    tokens(&answer)
}

#[tokio::test]
async fn servers_with_the_old_and_the_new_secret_take_each_others_tokens() {
    let database = TestDatabase::new().await;
    let files = tempfile::tempdir().unwrap();
    let storage = format!("file:{}", files.path().display());
    let start = async |key: &str, previous: &str| {
        let settings = [("SECRET_KEY", key), ("SECRET_KEY_PREVIOUS", previous), ("STORAGE_URL", storage.as_str())];
        LiveServer::start(&database, &settings).await
    };
    // A rolling exchange: first every server learns the new secret, then every server uses it.
    let (old, new) = tokio::join!(start(OLD, NEW), start(NEW, OLD));
    let (before, refresh) = registered(&old, "ada@example.org").await;
    let (after, _) = registered(&new, "eve@example.org").await;
    for server in [&old, &new] {
        assert_eq!(email(&before.at(server)).await.as_deref(), Some("ada@example.org"));
        assert_eq!(email(&after.at(server)).await.as_deref(), Some("eve@example.org"));
    }
    let url = file_url(&before.at(&old)).await;
    for server in [&old, &new] {
        assert_eq!(fetched(server, &url).await, 200);
    }
    // A refresh token that two windows exchange at servers with different secrets gives both the same.
    let (at_new, first) = tokens(&renewed(&before.at(&new), &refresh).await);
    let (at_old, again) = tokens(&renewed(&before.at(&old), &refresh).await);
    assert_eq!(first, again);
    for person in [&at_new, &at_old] {
        assert_eq!(email(&person.at(&new)).await.as_deref(), Some("ada@example.org"));
    }

    // The old secret is taken out: what it signed ends, what the new one signed goes on, and so does the sign-in.
    drop(old);
    let only = start(NEW, "").await;
    assert_eq!(email(&before.at(&only)).await, None);
    assert_eq!(before.at(&only).respond(VIEWER, json!({})).await["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!(email(&at_new.at(&only)).await.as_deref(), Some("ada@example.org"));
    assert_eq!(email(&after.at(&only)).await.as_deref(), Some("eve@example.org"));
    assert_eq!(fetched(&only, &url).await, 404);
    let (on, _) = tokens(&renewed(&before.at(&only), &first).await);
    assert_eq!(email(&on.at(&only)).await.as_deref(), Some("ada@example.org"), "nobody has to sign in again");
}

/// A token that was exchanged at one server and comes back to another is noticed there.
#[tokio::test]
async fn reuse_is_noticed_by_every_instance() {
    let database = TestDatabase::new().await;
    let settings = [("REFRESH_GRACE_SECONDS", "0")];
    let (one, two) = tokio::join!(LiveServer::start(&database, &settings), LiveServer::start(&database, &settings));
    let (person, first) = registered(&one, "ada@example.org").await;
    let (next, second) = tokens(&renewed(&person.at(&one), &first).await);
    assert_eq!(email(&next.at(&two)).await.as_deref(), Some("ada@example.org"));
    let reused = renewed(&person.at(&two), &first).await;
    assert_eq!(reused["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!(renewed(&person.at(&one), &second).await, reused, "the sign-in has ended everywhere");
    for server in [&one, &two] {
        assert_eq!(email(&next.at(server)).await, None);
    }
}

async fn file_url(person: &Person) -> String {
    let form = reqwest::multipart::Form::new()
        .text("operations", json!({
            "query": "mutation ($files: [Upload!]!) { uploadDocuments(input: {files: $files}) { documents { downloadUrl } } }",
            "variables": { "files": [null] },
        }).to_string())
        .text("map", json!({ "0": ["variables.files.0"] }).to_string())
        .part("0", reqwest::multipart::Part::text("The rent is due.").file_name("rent.txt"));
    let request = reqwest::Client::new().post(format!("{}/graphql", person.url)).bearer_auth(&person.token);
    let request = request.header("apollo-require-preflight", "1").multipart(form);
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    let url = answer["data"]["uploadDocuments"]["documents"][0]["downloadUrl"].as_str();
    let url = url.unwrap_or_else(|| panic!("{answer}"));
    url.rsplit('/').next().unwrap().to_owned()
}

async fn fetched(server: &LiveServer, token: &str) -> u16 {
    reqwest::get(format!("{}/files/{token}", server.url)).await.unwrap().status().as_u16()
}

pub(super) fn elenchus(arguments: &[&str], data_dir: &Path, settings: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_elenchus"))
        .args(arguments)
        .env_clear()
        .env("DATA_DIR", data_dir)
        .env("LOG_LEVEL", "off")
        .env("EMBEDDING_MODEL", "none")
        .envs(settings.iter().copied())
        .current_dir(data_dir)
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn secrets(data_dir: &Path) -> Secrets {
    let pairs = [("DATA_DIR", data_dir.to_str().unwrap())];
    Secrets::load(&Config::from_env(&Env::from_pairs(pairs)).unwrap().auth, data_dir).unwrap()
}

#[test]
fn a_generated_secret_is_exchanged_by_a_command() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path();
    let refused = elenchus(&["admin", "rotate-secret"], data_dir, &[]);
    assert_eq!(refused.status.code(), Some(1), "there is none yet");
    let mut keys = vec![secrets(data_dir).key_for("x")];
    for _ in 0..3 {
        let printed = said(&elenchus(&["admin", "rotate-secret"], data_dir, &[]));
        assert!(printed.starts_with("There is a new secret.key in ") && printed.lines().count() == 2, "{printed}");
        let loaded = secrets(data_dir);
        assert!(!keys.contains(&loaded.key_for("x")), "a new one signs");
        keys.insert(0, loaded.key_for("x"));
        assert_eq!(loaded.keys_for("x").collect::<Vec<_>>(), keys, "and all older ones count, newest first");
        let file = std::fs::read_to_string(data_dir.join("secret.key")).unwrap();
        assert!(!printed.contains(file.trim()), "it shows no key");
    }
    for name in ["secret.key", "secret.key.previous"] {
        let mode = std::fs::metadata(data_dir.join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{name}");
    }
    let left: Vec<_> = std::fs::read_dir(data_dir).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with(".key-")), "{left:?}");
    // As after a crash between the two files: the present one stands in both.
    std::fs::write(data_dir.join("secret.key.previous"), std::fs::read(data_dir.join("secret.key")).unwrap()).unwrap();
    assert_eq!(secrets(data_dir).keys_for("x").collect::<Vec<_>>(), keys[..1]);

    let given = elenchus(&["admin", "rotate-secret"], data_dir, &[("SECRET_KEY", NEW)]);
    assert_eq!(given.status.code(), Some(1));
    let problem = String::from_utf8(given.stderr).unwrap();
    assert!(problem.contains("SECRET_KEY is given") && problem.contains("SECRET_KEY_PREVIOUS"), "{problem}");
    assert!(!problem.contains(NEW), "{problem}");
}

#[test]
fn exchanges_at_once_lose_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path();
    let first = secrets(data_dir).key_for("x");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| KeyFile::Secret.rotate(data_dir).unwrap());
        }
    });
    let keys: Vec<_> = secrets(data_dir).keys_for("x").collect();
    assert_eq!((keys.len(), keys.last()), (9, Some(&first)));
}

/// The whole way of an operator: exchange the key, look, encrypt anew, look, remove the old key.
#[tokio::test]
async fn an_encryption_key_is_exchanged_and_then_removed() {
    let database = TestDatabase::new().await;
    let url = database.url.clone();
    let work = move || {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path();
        let settings = [("DATABASE_URL", url.as_str())];
        let run = |arguments: &[&str]| elenchus(arguments, data_dir, &settings);
        assert_eq!(said(&run(&["admin", "reseal"])), "0 values are encrypted anew.\n");
        seal_one(&url, &secrets(data_dir));
        assert!(said(&run(&["admin", "rotate-encryption-key"])).starts_with("There is a new encryption.key in "));
        let doctor = |what: &str| {
            let output = String::from_utf8(run(&["doctor"]).stdout).unwrap();
            let line = output.lines().find(|line| line.contains("encrypted  ")).unwrap_or_else(|| panic!("{output}"));
            assert!(line.contains(what), "{line}");
        };
        doctor("WARN  encrypted  1 stored values are encrypted with an older key, 0 with the newest");
        assert_eq!(said(&run(&["admin", "reseal"])), "1 values are encrypted anew.\n");
        doctor("OK    encrypted  1 stored values, all with the newest key");
        std::fs::remove_file(data_dir.join("encryption.key.previous")).unwrap();
        doctor("OK    encrypted  1 stored values, all with the newest key");
        assert_eq!(said(&run(&["admin", "reseal"])), "0 values are encrypted anew.\n");
        // The wrong one is removed.
        std::fs::remove_file(data_dir.join("encryption.key")).unwrap();
        doctor("FAIL  encrypted  1 stored values are encrypted with a key that is not here.");
        let lost = run(&["admin", "reseal"]);
        assert_eq!(lost.status.code(), Some(1));
        let problem = String::from_utf8(lost.stderr).unwrap();
        assert!(problem.starts_with("elenchus: 1 values cannot be decrypted"), "{problem}");
    };
    std::thread::scope(|scope| scope.spawn(work).join().unwrap());
}

/// Puts one value into the database, sealed with these keys.
fn seal_one(url: &str, secrets: &Secrets) {
    use elenchus::seal::columns::SECOND_FACTOR;
    let row = uuid::Uuid::from_u128(7);
    let sealer = elenchus::seal::sealer::Sealer::new(&secrets.encryption_keys);
    let sealed = hex::encode(sealer.seal(&SECOND_FACTOR, row, b"a secret").unwrap());
    let sql = format!(
        "INSERT INTO users (id, email, created_at, updated_at) VALUES ('{row}', 'a@example.org', now(), now()); \
         INSERT INTO second_factors VALUES ('{row}', decode('{sealed}', 'hex'), NULL, now())"
    );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        let running = tokio::spawn(connection);
        client.batch_execute(&sql).await.unwrap();
        running.abort();
    });
}
