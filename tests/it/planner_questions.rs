//! The planner's questions, asked of real tables: what its statements give is what they should.

use serde_json::{Value, json};

use super::support::desk::Desk;
use super::support::folders::checkout;

fn read(name: &str) -> Vec<u8> {
    std::fs::read(checkout("src/planner/tests").join(name)).unwrap()
}

/// Rows in which `900.00` and `900.0` are the same number.
fn plain(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Number(number) => json!(number.as_f64()),
        other => other.clone(),
    }
}

#[tokio::test]
async fn planned_statements_give_these_rows() {
    let file: Value = serde_json::from_slice(&read("questions.json")).unwrap();
    let desk = Desk::new().await;
    let ada = desk.served.person("ada").await;
    let mut sources = json!({});
    for table in file["tables"].as_array().unwrap() {
        let name = format!("{}.csv", table["name"].as_str().unwrap());
        let upload = desk.bring(&ada, &name, &read(&name), json!({})).await;
        assert_eq!((&upload["status"], &upload["table"]["name"]), (&json!("LOADED"), &table["name"]), "{upload}");
        // The planner was told of the columns that an upload makes.
        let column = |column: &Value| json!([column["name"], column["type"], column["unit"]]);
        let found: Vec<Value> = upload["inspection"]["columns"].as_array().unwrap().iter().map(column).collect();
        let told: Vec<Value> = table["columns"].as_array().unwrap().iter().map(column).collect();
        assert_eq!(found, told, "{name}");
        sources[table["name"].as_str().unwrap()] = upload["dataSource"]["id"].clone();
    }
    for expected in file["planned"].as_array().unwrap() {
        let run =
            desk.run(&ada, &sources[expected["table"].as_str().unwrap()], expected["sql"].as_str().unwrap()).await;
        assert_eq!(run["error"], Value::Null, "{expected}");
        assert_eq!(plain(&run["rows"]), plain(&expected["rows"]), "{expected}");
        let of_role = |column: &Value| column.as_str().unwrap().rsplit_once(' ').unwrap().0.to_owned();
        let names: Vec<String> = expected["columns"].as_array().unwrap().iter().map(of_role).collect();
        let found: Vec<&str> =
            run["columns"].as_array().unwrap().iter().map(|column| column["name"].as_str().unwrap()).collect();
        assert_eq!(found, names, "{expected}");
    }
}
