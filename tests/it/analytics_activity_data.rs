//! What somebody did with data, in the list of what they did.

use serde_json::{Value, json};

use super::support::live::Person;
use super::support::office::{BY_REGION, Office};

const ACTIVITY: &str = "{ analytics(range: {}) { activity(first: 50) { nodes { kind status objectId } } } }";

/// What somebody did with data, each with what became of it and whether it leads anywhere.
async fn done(person: &Person) -> Vec<(String, String, Value)> {
    let nodes = person.run(ACTIVITY, json!({})).await["analytics"]["activity"]["nodes"].clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut done: Vec<_> = nodes
        .as_array()
        .unwrap()
        .iter()
        .map(|node| (text(&node["kind"]), text(&node["status"]), node["objectId"].clone()))
        .collect();
    done.retain(|(kind, ..)| kind != "SIGN_IN");
    done.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
    done
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_with_data_is_told_and_leads_nowhere_once_one_has_left() {
    let office = Office::new().await;
    let eddy = &office.eddy;
    let query = office.query("By region", BY_REGION).await;
    let run = office.run(eddy, &query, json!([])).await["id"].clone();
    let ask = async |question: &str| {
        let asked = json!({ "dataSourceId": office.source, "question": question, "waitMs": 10000 });
        eddy.act("askData", "AskDataInput", asked, "question { id }").await["question"]["id"].clone()
    };
    let (answered, refused) = (ask("How many orders are there?").await, ask("Why is the sky blue?").await);
    let insight = json!({ "runId": run, "waitMs": 10000 });
    let insight =
        eddy.act("generateInsight", "GenerateInsightInput", insight, "insight { id }").await["insight"]["id"].clone();
    let told = |kind: &str, status: &str, object: &Value| (kind.to_owned(), status.to_owned(), object.clone());
    let expected = [
        told("DATA_QUESTION", "FAILED", &refused),
        told("DATA_QUESTION", "SUCCEEDED", &answered),
        told("INSIGHT", "SUCCEEDED", &insight),
        told("STATEMENT", "SUCCEEDED", &run),
    ];
    assert_eq!(done(eddy).await, expected);
    let brought = done(&office.ada).await;
    assert_eq!((brought.len(), brought[0].0.as_str(), brought[0].1.as_str()), (1, "DATA_UPLOAD", "SUCCEEDED"));
    office.desk.served.library.sql("DELETE FROM workspace_members WHERE role = 'EDITOR'").await;
    let left: Vec<Value> = done(eddy).await.into_iter().map(|(_, _, object)| object).collect();
    assert_eq!(left, vec![Value::Null; 4]);
}
