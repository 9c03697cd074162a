//! What `elenchus doctor` says of the database of uploaded data, which is made at the first upload and not before.

use tokio_postgres::NoTls;
use url::Url;

use super::key_rotation::elenchus;
use super::support::database::TestDatabase;

/// The line about uploaded data, with the advice below it if there is one.
async fn said(main: &str, more: Option<(&'static str, &str)>) -> String {
    let settings: Vec<(&str, String)> =
        [("DATABASE_URL", main)].into_iter().chain(more).map(|(name, value)| (name, value.to_owned())).collect();
    let run = move || {
        let folder = tempfile::tempdir().unwrap();
        let settings: Vec<(&str, &str)> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        String::from_utf8(elenchus(&["doctor"], folder.path(), &settings).stdout).unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    let mut lines = output.lines().skip_while(|line| !line.contains(" datasets ")).take(2);
    let line = lines.next().unwrap_or_else(|| panic!("{output}"));
    let advice = lines.next().filter(|line| line.starts_with(' ')).unwrap_or_default();
    format!("{line} {advice}").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn uploads_are_looked_at_without_making_anything() {
    let database = TestDatabase::new().await;
    let main = Url::parse(&database.url).unwrap();
    let name = main.path().trim_start_matches('/').to_owned();
    let (client, connection) = tokio_postgres::connect(&database.url, NoTls).await.unwrap();
    tokio::spawn(connection);

    let made = format!("OK datasets the first upload makes the database {name}_datasets");
    assert_eq!(said(&database.url, None).await, made);
    assert_eq!(said(&database.url, None).await, made, "it was not made by looking");

    let role = format!("r_{name}");
    client.batch_execute(&format!("CREATE ROLE {role} LOGIN PASSWORD 'doctor'")).await.unwrap();
    let mut poor = main.clone();
    poor.set_username(&role).unwrap();
    poor.set_password(Some("doctor")).unwrap();
    let advice = "Nobody can upload data until then; all else works. See docs/DATA.md, For operators.";
    let may_not =
        format!("WARN datasets the user of the database {name}_datasets may not make roles (CREATEROLE) {advice}");
    assert_eq!(said(poor.as_str(), None).await, may_not);
    client.batch_execute(&format!("ALTER ROLE {role} CREATEROLE")).await.unwrap();
    let may_not = format!(
        "WARN datasets there is no database {name}_datasets, and the user of DATABASE_URL may not make it (CREATEDB) {advice}"
    );
    assert_eq!(said(poor.as_str(), None).await, may_not);

    client.batch_execute(&format!("CREATE DATABASE {name}_datasets")).await.unwrap();
    let there = format!("OK datasets uploaded data are in the database {name}_datasets");
    assert_eq!(said(poor.as_str(), None).await, there);
    let elsewhere = said(&database.url, Some(("DATASETS_DATABASE_URL", "postgres://nobody@127.0.0.1:1/data"))).await;
    assert!(elsewhere.starts_with("WARN datasets the database data does not answer: "), "{elsewhere}");
    client.batch_execute(&format!("DROP ROLE {role}")).await.unwrap();
}
