//! The history of data: how long it is kept, how it goes when it is long, and what is not run any more for what was deleted.

use chrono::TimeDelta;
use elenchus::domain::accounts::jobs::PurgeAccounts;
use elenchus::domain::dashboards::boards::jobs::{self as dashboards, RefreshDashboard};
use elenchus::domain::data::pruning::jobs::{PruneHistory, PurgeHistory};
use elenchus::domain::data::questions::jobs::EndLeftQuestions;
use elenchus::domain::workspaces::jobs::PurgeWorkspaces;
use elenchus::ids::{DashboardId, DataQuestionId, QueryRunId};
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::support::classroom::text;
use super::support::library::FIRST;
use super::support::live::{Person, until_some};
use super::support::office::{BY_REGION, Office};
use super::support::people::PASSWORD;

/// Many runs of the query that there is, asked by whoever has this address.
fn many_runs(email: &str) -> String {
    format!(
        "INSERT INTO query_runs (id, source_id, saved_query_id, asker_id, sql, parameters, status, started_at, ended_at) \
         SELECT gen_random_uuid(), q.source_id, q.id, u.id, q.sql, '[]', 'SUCCEEDED', now(), now() \
         FROM saved_queries q, users u, generate_series(1, 2500) WHERE u.email = '{email}'"
    )
}

async fn count(office: &Office, what: &str) -> String {
    office.desk.served.library.text(&format!("count(*) FROM {what}")).await.unwrap()
}

/// What comes of a statement of Vera's.
async fn run_sql(office: &Office, sql: &str) -> Value {
    let input = json!({ "dataSourceId": office.source, "sql": sql, "waitMs": 10000 });
    office.vera.act("runQuery", "RunQueryInput", input, "run { id status }").await["run"].clone()
}

/// A question of Vera's that is answered.
async fn answered(office: &Office, question: &str) -> Value {
    let input = json!({ "dataSourceId": office.source, "question": question, "waitMs": 10000 });
    let asked = office.vera.act("askData", "AskDataInput", input, "question { id status }").await["question"].clone();
    assert_eq!(asked["status"], "ANSWERED", "{asked}");
    asked
}

/// The office's workspace is deleted now.
async fn delete_workspace(office: &Office) {
    let library = &office.desk.served.library;
    let now = library.app.clock.now();
    library.sql(&format!("UPDATE workspaces SET deleted_at = '{now}' WHERE personal_of IS NULL")).await;
}

#[tokio::test]
async fn old_runs_and_questions_go_but_for_those_that_something_needs() {
    let office = Office::new().await;
    let library = &office.desk.served.library;
    let query = office.query("By region", BY_REGION).await;
    office.run(&office.vera, &query, json!([])).await;
    let newest = office.run(&office.vera, &query, json!([])).await;
    run_sql(&office, "SELECT 1 AS one").await;
    let exported = run_sql(&office, "SELECT 2 AS two").await;
    let export = json!({ "runId": exported["id"], "format": "CSV", "waitMs": 10000 });
    office.vera.act("exportData", "ExportDataInput", export, "export { id }").await;
    answered(&office, "How many orders are there?").await;
    let rated = answered(&office, "What is the total net of orders by region?").await;
    let rating = json!({ "id": rated["id"], "rating": "UP" });
    office.vera.act("rateDataAnswer", "RateDataAnswerInput", rating, "question { id }").await;
    let prune = async || {
        PruneHistory {}.run(library.app.clone(), FIRST).await.unwrap();
        (count(&office, "query_runs").await, count(&office, "data_questions").await)
    };
    library.app.clock.advance(TimeDelta::days(179));
    assert_eq!(prune().await, ("6".to_owned(), "2".to_owned()));
    library.app.clock.advance(TimeDelta::days(2));
    assert_eq!(prune().await, ("4".to_owned(), "2".to_owned()), "an older run, and one that nothing names");
    assert_eq!(count(&office, "query_runs WHERE sql = 'SELECT 1 AS one'").await, "0");
    let newest: QueryRunId = text(&newest["id"]).parse().unwrap();
    let left = library.text("id FROM query_runs WHERE saved_query_id IS NOT NULL").await;
    assert_eq!(left, Some(newest.uuid().to_string()));
    library.app.clock.advance(TimeDelta::days(185));
    assert_eq!(prune().await, ("3".to_owned(), "1".to_owned()), "a question that nobody rated, with its run");
}

#[tokio::test]
async fn the_last_success_outlives_the_failures_behind_it() {
    let office = Office::new().await;
    let library = &office.desk.served.library;
    let query = office.query("By region", BY_REGION).await;
    let good = office.run(&office.vera, &query, json!([])).await;
    let good: QueryRunId = text(&good["id"]).parse().unwrap();
    office.ada.act("deleteDataTable", "DeleteDataTableInput", json!({ "id": office.table }), "deletedId").await;
    for _ in 0..3 {
        assert_eq!(office.run(&office.vera, &query, json!([])).await["status"], "FAILED");
    }
    library.app.clock.advance(TimeDelta::days(181));
    PruneHistory {}.run(library.app.clone(), FIRST).await.unwrap();
    let left = library.text("string_agg(status, ' ' ORDER BY id) FROM query_runs").await;
    assert_eq!(left.as_deref(), Some("SUCCEEDED FAILED"));
    assert_eq!(library.text("min(id::text) FROM query_runs").await, Some(good.uuid().to_string()));
}

#[tokio::test]
async fn a_query_with_a_long_history_is_gone_at_once_and_lets_go_of_it_by_and_by() {
    let office = Office::new().await;
    let library = &office.desk.served.library;
    let query = office.query("By region", BY_REGION).await;
    let tiles = json!([{ "queryId": query, "x": 0, "y": 0, "width": 6, "height": 4 }]);
    office.dashboard(json!({ "tiles": tiles })).await;
    let run = office.run(&office.vera, &query, json!([])).await;
    library.sql(&many_runs("vera@example.org")).await;
    office.eddy.act("deleteQuery", "DeleteQueryInput", json!({ "id": query }), "deletedId").await;
    assert!(office.ada.misses(&query).await);
    assert_eq!(count(&office, "dashboard_tiles").await, "0");
    let left = office.ada.read(&text(&run["id"]), "QueryRun", "rows savedQuery { id }").await;
    assert_eq!(left, json!({ "rows": [["north", 14], ["south", 20]], "savedQuery": null }));
    let gone = async || (count(&office, "saved_queries").await == "0").then_some(());
    until_some("the end of the query", gone).await;
    assert_eq!(count(&office, "query_runs WHERE saved_query_id IS NULL").await, "2501", "what was run stays");
}

#[tokio::test]
async fn the_history_of_a_deleted_workspace_goes_before_it() {
    let office = Office::new().await;
    let library = &office.desk.served.library;
    let query = office.query("By region", BY_REGION).await;
    office.run(&office.vera, &query, json!([])).await;
    library.sql(&many_runs("vera@example.org")).await;
    delete_workspace(&office).await;
    let left = async || {
        PurgeHistory {}.run(library.app.clone(), FIRST).await.unwrap();
        (
            count(&office, "query_runs").await,
            count(&office, "query_results").await,
            count(&office, "saved_queries").await,
        )
    };
    library.app.clock.advance(TimeDelta::days(29));
    assert_eq!(left().await, ("2501".to_owned(), "1".to_owned(), "1".to_owned()));
    library.app.clock.advance(TimeDelta::hours(1));
    assert_eq!(left().await, ("0".to_owned(), "0".to_owned(), "1".to_owned()));
    library.app.clock.advance(TimeDelta::days(1));
    PurgeWorkspaces {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(count(&office, "saved_queries").await, "0");
}

#[tokio::test]
async fn an_account_lets_go_of_what_it_asked_and_takes_its_own_along() {
    let office = Office::new().await;
    let library = &office.desk.served.library;
    office.query("By region", BY_REGION).await;
    library.sql(&many_runs("eddy@example.org")).await;
    let owner = office.desk.served.person("olga").await;
    let upload = office.desk.bring(&owner, "n.csv", b"a\n1\n", json!({})).await;
    office.desk.run(&owner, &upload["dataSource"]["id"], "SELECT a FROM n").await;
    let olga = Person { url: office.desk.served.url(""), token: owner.token.clone() };
    for person in [&office.eddy, &olga] {
        person.act("deleteAccount", "DeleteAccountInput", json!({ "password": PASSWORD }), "deletedId").await;
    }
    library.app.clock.advance(TimeDelta::days(31));
    PurgeAccounts {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(
        (count(&office, "query_runs").await, count(&office, "query_results").await),
        ("2500".to_owned(), "0".to_owned())
    );
    assert_eq!(count(&office, "query_runs WHERE asker_id IS NOT NULL").await, "0");
}

#[tokio::test]
async fn nothing_is_run_for_a_workspace_that_was_deleted() {
    let office = Office::new().await;
    let library = &office.desk.served.library;
    let query = office.query("By region", BY_REGION).await;
    let tiles = json!([{ "queryId": query, "x": 0, "y": 0, "width": 6, "height": 4 }]);
    let refresh = json!({ "policy": "INTERVAL", "seconds": 60 });
    let id = office.dashboard(json!({ "tiles": tiles, "refresh": refresh })).await;
    let dashboard_id: DashboardId = id.parse().unwrap();
    assert!(dashboards::is_any_due(&library.app).await.unwrap());
    delete_workspace(&office).await;
    assert!(!dashboards::is_any_due(&library.app).await.unwrap());
    // It was queued before.
    RefreshDashboard { dashboard_id }.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(office.runs().await, "0");
    library.sql("UPDATE workspaces SET deleted_at = NULL").await;
    RefreshDashboard { dashboard_id }.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(office.runs().await, "1");
}

#[tokio::test]
async fn a_question_that_nobody_works_on_ends_once() {
    let office = Office::new().await;
    let library = &office.desk.served.library;
    let ready = async |question: &str| {
        let input = json!({ "dataSourceId": office.source, "question": question, "run": false });
        let asked = office.vera.act("askData", "AskDataInput", input, "question { id status }").await;
        assert_eq!(asked["question"]["status"], "READY", "{asked}");
        text(&asked["question"]["id"])
    };
    let (waits, left) = (ready("How many orders are there?").await, ready("How many orders are there?").await);
    let (queued, written) = (ready("How many orders are there?").await, ready("How many orders are there?").await);
    let answer = text(&answered(&office, "What is the total net of orders by region?").await["id"]);
    let uuid = |id: &str| id.parse::<DataQuestionId>().unwrap().uuid();
    for (id, status) in [(&left, "RUNNING"), (&queued, "RUNNING"), (&written, "WRITING"), (&answer, "RUNNING")] {
        let open = format!("UPDATE data_questions SET status = '{status}', ended_at = NULL WHERE id = '{}'", uuid(id));
        library.sql(&open).await;
    }
    library
        .sql(&format!(
            "INSERT INTO jobs (id, kind, payload, priority, max_attempts, dedupe_key, run_at) \
             VALUES (gen_random_uuid(), 'data.answer_question', '{{}}', 0, 5, '{queued}:0:late', now() + interval '1 day')"
        ))
        .await;
    let states = async || {
        EndLeftQuestions {}.run(library.app.clone(), FIRST).await.unwrap();
        let mut states = Vec::new();
        for id in [&waits, &left, &queued, &written, &answer] {
            let state = "concat_ws(' ', status, refusal_code, to_char(ended_at AT TIME ZONE 'UTC', 'HH24:MI')) FROM data_questions";
            states.push(library.text(&format!("{state} WHERE id = '{}'", uuid(id))).await.unwrap());
        }
        states
    };
    library.app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(states().await, ["READY", "RUNNING", "RUNNING", "WRITING", "RUNNING"]);
    library.app.clock.advance(TimeDelta::minutes(1));
    let ended = ["READY", "FAILED INTERRUPTED 12:11", "RUNNING", "FAILED INTERRUPTED 12:11", "ANSWERED 12:11"];
    assert_eq!(states().await, ended);
    library.app.clock.advance(TimeDelta::minutes(30));
    assert_eq!(states().await, ended, "once");
}
