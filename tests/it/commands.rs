//! The command line as whoever runs it meets it: real processes, what they print, and how they end.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

use super::support::database::TestDatabase;
use super::support::folders::checkout;

/// Runs a command in an empty folder with nothing but these settings, and `input` to read.
fn run(arguments: &[&str], settings: &[(&str, &str)], input: &str) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_elenchus"))
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .envs(settings.iter().copied())
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may be gone before it is written to.
    let _unread = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// The one line on standard error of a command that must fail.
fn refusal(arguments: &[&str], settings: &[(&str, &str)]) -> String {
    let output = run(arguments, settings, "");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
    String::from_utf8(output.stderr).unwrap()
}

fn said(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_stands_against_a_start_is_said_in_one_line() {
    assert_eq!(
        refusal(&[], &[("PORT", "eighty")]),
        "elenchus: PORT: \"eighty\" is not valid: invalid digit found in string\n"
    );
    assert_eq!(
        refusal(&["serve"], &[("ENVIRONMENT", "production")]),
        "elenchus: SECRET_KEY: must be set in production; `openssl rand -base64 32` makes one\n"
    );
    let dead = [("DATABASE_URL", "postgres://me:hunter2@127.0.0.1:1/shop"), ("LOG_LEVEL", "off")];
    for command in ["serve", "worker", "migrate", "demo"] {
        assert_eq!(
            refusal(&[command], &dead),
            "elenchus: DATABASE_URL: cannot connect to shop at 127.0.0.1:1: error connecting to server: Connection \
             refused (os error 111)\n",
            "{command}"
        );
    }
}

#[test]
fn the_schema_is_printed_without_a_configuration() {
    let printed = said(run(&["schema"], &[("PORT", "eighty")], ""));
    assert_eq!(printed, std::fs::read_to_string(checkout("schema.graphql")).unwrap());
}

#[tokio::test]
async fn operators_make_accounts_on_any_database() {
    let database = TestDatabase::new().await;
    let settings = [("DATABASE_URL", database.url.as_str()), ("LOG_LEVEL", "off"), ("EMBEDDING_MODEL", "none")];
    let work = move || {
        assert_eq!(said(run(&["migrate"], &settings, "")), "The database is up to date.\n");
        let create =
            ["admin", "create-user", "--email", "prof@example.org", "--role", "PROFESSOR", "--username", "prof"];
        let made = said(run(&create, &settings, "eleven purple ducks\n"));
        assert!(made.starts_with("user_") && made.ends_with(" PROFESSOR prof@example.org\n"), "{made}");
        let again = run(&create, &settings, "eleven purple ducks\n");
        assert_eq!(again.status.code(), Some(1));
        let problem = String::from_utf8(again.stderr).unwrap();
        assert!(problem.starts_with("elenchus: ") && problem.lines().count() == 1, "{problem}");
        let weak = run(&["admin", "create-user", "--email", "b@example.org"], &settings, "short\n");
        assert_eq!(weak.status.code(), Some(1));
    };
    // The processes are waited for, and the database of the tests needs nobody of this runtime meanwhile.
    std::thread::scope(|scope| scope.spawn(work).join().unwrap());
}
