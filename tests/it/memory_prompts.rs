//! System prompts: a file for each kind of assistant, with a version, replaced without a build.

use std::path::Path;
use std::process::Output;

use serde_json::{Value, json};

use crate::support::database::TestDatabase;
use crate::support::talk::{Said, Talk, answer};

async fn version(talk: &Talk, said: &Said) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on Generation { promptVersion } } }";
    talk.run(query, json!({ "id": said.generation })).await["node"]["promptVersion"].clone()
}

/// Asks, and gives the system prompt and the version that was stored.
async fn asked(talk: &Talk, kind: &str) -> (String, Value) {
    let said = talk.say(json!({ "text": "What is a lien?", "kind": kind })).await;
    let version = version(talk, &said).await;
    (talk.prompt().0, version)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_assistant_has_its_prompt_and_every_text_says_which_it_was() {
    let talk = Talk::new(&[], |_, _, _| answer("Well.")).await;
    let (system, version) = asked(&talk, "GENERAL").await;
    assert!(system.starts_with("You are Elenchus, an assistant that answers from"), "{system}");
    assert_eq!(version, "general@1");
    let (system, version) = asked(&talk, "LEGAL_RESEARCH").await;
    for principle in ["1. Sources:", "2. Citations:", "3. Jurisdiction:", "4. Advice:", "5. Confidentiality:"] {
        assert!(system.contains(principle), "{principle} {system}");
    }
    assert_eq!(version, "legal_research@1");
    let ask = "mutation($input: AskInput!) { ask(input: $input) { generation { promptVersion } } }";
    let input = json!({ "question": "What is a lien?", "kind": "LEGAL_RESEARCH", "waitForAnswer": true });
    let answered = talk.run(ask, json!({ "input": input })).await;
    assert_eq!(answered["ask"]["generation"]["promptVersion"], "legal_research@1");
    talk.rest().await;
    let titles = "(SELECT string_agg(DISTINCT prompt_version, ' ') FROM generations WHERE purpose = 'TITLE')";
    assert_eq!(talk.served.library.text(titles).await.as_deref(), Some("title@1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operators_file_takes_its_place_at_the_next_run() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("legal_research.md");
    std::fs::write(&file, "version: 7-ours\r\n\r\nOnly ours.\r\n").unwrap();
    let talk = Talk::new(&[("PROMPTS_DIR", folder.path().to_str().unwrap())], |_, _, _| answer("Well.")).await;
    assert_eq!(asked(&talk, "LEGAL_RESEARCH").await, ("Only ours.".to_owned(), json!("legal_research@7-ours")));
    assert_eq!(asked(&talk, "GENERAL").await.1, "general@1");
    std::fs::write(&file, "version: 8\nStill ours.").unwrap();
    assert_eq!(asked(&talk, "LEGAL_RESEARCH").await, ("Still ours.".to_owned(), json!("legal_research@8")));
    // Spoilt while the server runs: people go on being answered, by the built-in one.
    std::fs::write(&file, "Still ours, without a version.").unwrap();
    assert_eq!(asked(&talk, "LEGAL_RESEARCH").await.1, "legal_research@1");
}

/// Runs the binary with this folder of prompts until it ends.
async fn elenchus(command: &str, database: &TestDatabase, prompts: &Path) -> Output {
    let data = tempfile::tempdir().unwrap();
    tokio::process::Command::new(env!("CARGO_BIN_EXE_elenchus"))
        .arg(command)
        .current_dir(data.path())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs([("DATABASE_URL", database.url.as_str()), ("PORT", "0"), ("EMBEDDING_MODEL", "none")])
        .env("DATA_DIR", data.path().join("data"))
        .env("PROMPTS_DIR", prompts)
        .kill_on_drop(true)
        .output()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_malformed_file_stops_the_start_and_doctor_with_a_line_that_names_it() {
    let database = TestDatabase::new().await;
    for (name, content, problem) in [
        ("general.md", "You are ours.\n", "the first line must be `version: …`"),
        ("general.md", "version: two words\nYou are ours.", "the first line must be `version: …`"),
        ("summary.md", "version: 2\n \n", "below the version there must be a text"),
        (
            "generel.md",
            "version: 2\nYou are ours.",
            "there is no prompt of that name; there are general, legal_research,",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(name), content).unwrap();
        let refused = elenchus("serve", &database, folder.path()).await;
        assert!(!refused.status.success());
        let said = [refused.stdout, refused.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        let line = said.lines().find(|line| line.contains("PROMPTS_DIR")).unwrap_or_else(|| panic!("{said}"));
        assert!(line.contains(name) && line.contains(problem), "{line}");
        let doctor = elenchus("doctor", &database, folder.path()).await;
        let said = String::from_utf8(doctor.stdout).unwrap();
        let line = said.lines().find(|line| line.contains(" prompts ")).unwrap_or_else(|| panic!("{said}"));
        assert!(line.starts_with("FAIL") && line.contains(name) && line.contains(problem), "{line}");
        assert!(!doctor.status.success());
    }
    let folder = tempfile::tempdir().unwrap();
    let refused = elenchus("serve", &database, &folder.path().join("nowhere")).await;
    assert!(!refused.status.success());
    std::fs::write(folder.path().join("general.md"), "\u{feff}version: 2\nYou are ours.").unwrap();
    std::fs::write(folder.path().join("notes.txt"), "not a prompt").unwrap();
    let doctor = String::from_utf8(elenchus("doctor", &database, folder.path()).await.stdout).unwrap();
    let line = doctor.lines().find(|line| line.contains(" prompts ")).unwrap();
    assert_eq!(
        line.split_whitespace().collect::<Vec<_>>().join(" "),
        "OK prompts general@2, legal_research@1, title@1, summary@2, rewrite@1, themes@1, themes_merge@1, tutor@1, moderation@1, misconceptions@1, misconceptions_merge@1, data_question@1"
    );
}
