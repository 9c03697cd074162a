//! Questions in plain words without a model: what is understood is answered exactly, what is not is refused, and nothing is guessed.

use serde_json::{Value, json};

use super::support::classroom::{refusal, text};
use super::support::live::Person;
use super::support::office::{BY_REGION, Office};

const SHOWN: &str = "question { id question method status sql explanation assumptions attempts rating ratingComment
    refusal { code message suggestions } run { rows sql } savedQuery { name } generation { id } previous { question }
    asker { email } endedAt }";
const HISTORY: &str = "query ($id: ID!) { node(id: $id) { ... on DataSource { suggestedQuestions
    questions(first: 10) { nodes { question status } } } } }";

async fn ask(person: &Person, office: &Office, question: &str) -> Value {
    ask_with(person, json!({ "dataSourceId": office.source, "question": question, "waitMs": 10000 })).await
}

async fn ask_with(person: &Person, input: Value) -> Value {
    person.act("askData", "AskDataInput", input, SHOWN).await["question"].clone()
}

#[tokio::test]
async fn a_question_is_planned_run_and_part_of_the_history() {
    let office = Office::new().await;
    let asked = ask(&office.vera, &office, "What is the total net of orders by region?").await;
    assert_eq!((&asked["method"], &asked["status"]), (&json!("PLANNER"), &json!("ANSWERED")), "{asked}");
    let mut rows = asked["run"]["rows"].as_array().unwrap().clone();
    rows.sort_by_key(ToString::to_string);
    assert_eq!(rows, [json!(["north", 14]), json!(["south", 20])]);
    assert_eq!(asked["run"]["sql"], asked["sql"]);
    assert_eq!((&asked["attempts"], &asked["generation"], &asked["refusal"]), (&json!(0), &Value::Null, &Value::Null));
    assert!(!asked["explanation"].as_str().unwrap().is_empty());
    assert_eq!(asked["asker"]["email"], "vera@example.org");

    let refused = ask(&office.eddy, &office, "Why did the net of orders fall?").await;
    assert_eq!((&refused["status"], &refused["refusal"]["code"]), (&json!("REFUSED"), &json!("CAUSE")), "{refused}");
    assert_eq!((&refused["sql"], &refused["run"]), (&Value::Null, &Value::Null), "nothing is guessed");
    let suggestions = refused["refusal"]["suggestions"].as_array().unwrap();
    assert!(!suggestions.is_empty());
    for suggestion in suggestions {
        let answered = ask(&office.ada, &office, suggestion.as_str().unwrap()).await;
        assert_eq!(answered["status"], "ANSWERED", "{answered}");
    }

    let history = office.ada.run(HISTORY, json!({ "id": office.source })).await["node"].clone();
    let nodes = history["questions"]["nodes"].as_array().unwrap();
    assert_eq!(nodes.len(), 2 + suggestions.len());
    let first = json!({ "question": "What is the total net of orders by region?", "status": "ANSWERED" });
    assert_eq!(nodes.last(), Some(&first), "the newest first, by anybody");
    assert!(!history["suggestedQuestions"].as_array().unwrap().is_empty());
    let kept = office.desk.served.library.text("(samples -> 'region')::text FROM data_tables").await;
    assert_eq!(kept.as_deref(), Some(r#"["north", "south"]"#), "the most frequent first");
}

#[tokio::test]
async fn today_is_the_day_of_whoever_asks() {
    let office = Office::new().await;
    // At noon of the first of March in UTC.
    for (zone, yesterday) in
        [("UTC", "2026-02-28"), ("Pacific/Kiritimati", "2026-03-01"), ("Pacific/Pago_Pago", "2026-02-28")]
    {
        office.desk.served.library.sql(&format!("UPDATE users SET timezone = '{zone}'")).await;
        let asked = ask(&office.vera, &office, "How many orders were there yesterday?").await;
        assert!(asked["sql"].as_str().unwrap().contains(&format!("DATE '{yesterday}'")), "{zone}: {asked}");
    }
}

#[tokio::test]
async fn a_statement_can_be_looked_at_before_it_runs() {
    let office = Office::new().await;
    let input = json!({ "dataSourceId": office.source, "question": "How many orders are there?", "run": false });
    let ready = ask_with(&office.vera, input).await;
    assert_eq!((&ready["status"], &ready["run"], &ready["endedAt"]), (&json!("READY"), &Value::Null, &Value::Null));
    assert!(ready["sql"].is_string());
    let run = json!({ "id": ready["id"], "waitMs": 10000 });
    for (who, code) in [(&office.ada, "FORBIDDEN"), (&office.eve, "NOT_FOUND")] {
        assert_eq!(who.act_refused("runDataQuestion", "RunDataQuestionInput", run.clone()).await, refusal(code, &[]));
    }
    for _ in 0..2 {
        let ran = office.vera.act("runDataQuestion", "RunDataQuestionInput", run.clone(), SHOWN).await;
        let ran = &ran["question"];
        assert_eq!((&ran["status"], &ran["run"]["rows"]), (&json!("ANSWERED"), &json!([[3]])), "{ran}");
    }
    assert_eq!(office.desk.served.library.text("count(*) FROM query_runs").await.as_deref(), Some("1"));
    let refused = ask(&office.vera, &office, "Why is that?").await;
    let run = json!({ "id": refused["id"] });
    let told = office.vera.act_refused("runDataQuestion", "RunDataQuestionInput", run).await;
    assert_eq!(told, refusal("CONFLICT", &[]));
}

#[tokio::test]
async fn a_verified_query_answers_its_question() {
    let office = Office::new().await;
    let input =
        json!({ "dataSourceId": office.source, "name": "Sellers", "question": "Who sold how much?", "sql": BY_REGION });
    let made = office.eddy.act("createQuery", "CreateQueryInput", input, "query { id }").await;
    let id = text(&made["query"]["id"]);
    let before = ask(&office.vera, &office, "who sold HOW much").await;
    assert_eq!(before["method"], "PLANNER", "nobody vouches for it");
    let verify = json!({ "id": id, "verified": true });
    office.eddy.act("verifyQuery", "VerifyQueryInput", verify, "query { id }").await;
    let answered = ask(&office.vera, &office, "who sold HOW much").await;
    assert_eq!((&answered["method"], &answered["status"]), (&json!("VERIFIED"), &json!("ANSWERED")), "{answered}");
    assert_eq!(answered["run"], json!({ "rows": [["north", 14], ["south", 20]], "sql": BY_REGION }));
    assert_eq!(answered["savedQuery"]["name"], "Sellers");
    assert_eq!(answered["explanation"], "This is the verified query “Sellers”.");

    // Nobody vouches for it any more when it is to run, though it was not changed.
    let input = json!({ "dataSourceId": office.source, "question": "Who sold how much?", "run": false });
    let ready = ask_with(&office.vera, input).await;
    assert_eq!((&ready["method"], &ready["status"]), (&json!("VERIFIED"), &json!("READY")));
    let vouch = async |is_verified: bool| {
        let verify = json!({ "id": id, "verified": is_verified });
        office.eddy.act("verifyQuery", "VerifyQueryInput", verify, "query { id }").await;
    };
    vouch(false).await;
    let run = json!({ "id": ready["id"], "waitMs": 10000 });
    let stale = office.vera.act("runDataQuestion", "RunDataQuestionInput", run, SHOWN).await["question"].clone();
    assert_eq!((&stale["status"], &stale["refusal"]["code"]), (&json!("FAILED"), &json!("CONFLICT")), "{stale}");
    vouch(true).await;

    // What it was answered by is changed before it runs.
    let input = json!({ "dataSourceId": office.source, "question": "Who sold how much?", "run": false });
    let ready = ask_with(&office.vera, input).await;
    let change = json!({ "id": id, "version": 1, "sql": "SELECT 1" });
    office.eddy.act("updateQuery", "UpdateQueryInput", change, "query { id }").await;
    let run = json!({ "id": ready["id"], "waitMs": 10000 });
    let stale = office.vera.act("runDataQuestion", "RunDataQuestionInput", run, SHOWN).await["question"].clone();
    assert_eq!((&stale["status"], &stale["refusal"]["code"]), (&json!("FAILED"), &json!("CONFLICT")), "{stale}");
}

#[tokio::test]
async fn answers_are_rated_by_whoever_asked() {
    let office = Office::new().await;
    let asked = ask(&office.vera, &office, "How many orders are there?").await;
    let rate = |rating: Value, comment: Value| json!({ "id": asked["id"], "rating": rating, "comment": comment });
    let input = rate(json!("DOWN"), json!(" Not mine. "));
    for (who, code) in [(&office.ada, "FORBIDDEN"), (&office.eve, "NOT_FOUND")] {
        assert_eq!(who.act_refused("rateDataAnswer", "RateDataAnswerInput", input.clone()).await, refusal(code, &[]));
    }
    let rated = office.vera.act("rateDataAnswer", "RateDataAnswerInput", input, SHOWN).await["question"].clone();
    assert_eq!((&rated["rating"], &rated["ratingComment"]), (&json!("DOWN"), &json!("Not mine.")));
    let long = rate(json!("UP"), json!("x".repeat(1001)));
    let told = office.vera.act_refused("rateDataAnswer", "RateDataAnswerInput", long).await;
    assert_eq!(told, refusal("BAD_USER_INPUT", &["input.comment"]));
    let back = rate(Value::Null, json!("gone"));
    let back = office.vera.act("rateDataAnswer", "RateDataAnswerInput", back, SHOWN).await["question"].clone();
    assert_eq!((&back["rating"], &back["ratingComment"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn what_is_no_question_and_what_is_foreign_is_refused() {
    let office = Office::new().await;
    let input = |question: &str| json!({ "dataSourceId": office.source, "question": question });
    for question in [" ".to_owned(), "x".repeat(2001)] {
        let told = office.vera.act_refused("askData", "AskDataInput", input(&question)).await;
        assert_eq!(told, refusal("BAD_USER_INPUT", &["input.question"]));
    }
    let told = office.eve.act_refused("askData", "AskDataInput", input("How many orders are there?")).await;
    assert_eq!(told, refusal("NOT_FOUND", &[]));
    let mut follows = input("How many orders are there?");
    follows["previousId"] = json!("question_nothing");
    let told = office.vera.act_refused("askData", "AskDataInput", follows).await;
    assert_eq!(told, refusal("NOT_FOUND", &["input.previousId"]));
    assert_eq!(office.desk.served.library.text("count(*) FROM data_questions").await.as_deref(), Some("0"));
}

#[tokio::test]
async fn words_of_the_workspace_are_understood() {
    let office = Office::new().await;
    let before = ask(&office.vera, &office, "What is the turnover of orders?").await;
    assert_eq!(before["status"], "REFUSED", "{before}");
    let term = |word: &str| {
        json!({ "workspaceId": office.workspace, "term": word, "synonyms": [], "definition": "All net sums.",
            "expression": "sum(net)" })
    };
    let told = office.vera.act_refused("defineTerm", "DefineTermInput", term("turnover")).await;
    assert_eq!(told, refusal("FORBIDDEN", &[]));
    let told = office.eve.act_refused("defineTerm", "DefineTermInput", term("turnover")).await;
    assert_eq!(told, refusal("NOT_FOUND", &[]));
    let shown = "term { id term synonyms definition expression version author { email } }";
    let made = office.eddy.act("defineTerm", "DefineTermInput", term("turnover"), shown).await["term"].clone();
    assert_eq!(
        made,
        json!({ "id": made["id"], "term": "turnover", "synonyms": [], "definition": "All net sums.", "expression": "sum(net)",
            "version": 1, "author": { "email": "eddy@example.org" } })
    );
    let again = office.ada.act_refused("defineTerm", "DefineTermInput", term("Turnover")).await;
    assert_eq!(again, refusal("CONFLICT", &["input.term"]));
    let answered = ask(&office.vera, &office, "What is the turnover of orders?").await;
    assert_eq!((&answered["status"], &answered["run"]["rows"]), (&json!("ANSWERED"), &json!([[34]])), "{answered}");

    let change = json!({ "id": made["id"], "version": 1, "synonyms": ["sales"] });
    let changed = office.ada.act("updateTerm", "UpdateTermInput", change.clone(), shown).await["term"].clone();
    assert_eq!((&changed["synonyms"], &changed["version"]), (&json!(["sales"]), &json!(2)));
    let told = office.eddy.act_refused("updateTerm", "UpdateTermInput", change).await;
    assert_eq!(told, refusal("CONFLICT", &["input.version"]));
    let list = "query ($id: ID!) { node(id: $id) { ... on Workspace { glossary { nodes { term } } } } }";
    let list = office.vera.run(list, json!({ "id": office.workspace })).await;
    assert_eq!(list["node"]["glossary"]["nodes"], json!([{ "term": "turnover" }]));
    let deleted = office.ada.act("deleteTerm", "DeleteTermInput", json!({ "id": made["id"] }), "deletedId").await;
    assert_eq!(deleted["deletedId"], made["id"]);
    assert_eq!(
        office.trail("glossary_term").await,
        [
            r#"glossary_term.defined {"version": 1}"#,
            r#"glossary_term.updated {"version": 2}"#,
            r#"glossary_term.deleted {"version": 2}"#,
        ]
    );
}
