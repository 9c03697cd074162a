//! Values of somebody else's database: read where that is wanted, for questions that name them, and forgotten.

use serde_json::{Value, json};

use super::data_external::{CREATE, OPEN, REFRESH, act, own_workspace, source};
use super::support::desk::Desk;
use super::support::foreign::{Door, Foreign, SWORDFISH};

const ASK: &str = "mutation($input: AskDataInput!) { askData(input: $input) { question { status sql refusal { code } run { rows } } } }";
const READ: &str = "mutation($input: UpdateDataSourceInput!) { updateDataSource(input: $input) { dataSource { connection { readsValues } } } }";

#[tokio::test]
async fn values_are_read_where_that_is_wanted_and_forgotten_with_it() {
    let (desk, foreign, door) = (Desk::with(&OPEN).await, Foreign::new().await, Door::plain().await);
    let ada = desk.served.person("ada").await;
    let mut input = foreign.entered(&own_workspace(&desk, &ada).await, &door);
    input["schemas"] = json!(["public"]);
    let id = source(&act(&desk, &ada, CREATE, input).await)["id"].clone();
    let asked = async |question: &str| {
        let input = json!({ "dataSourceId": id, "question": question, "waitMs": 10000 });
        act(&desk, &ada, ASK, input).await["data"]["askData"]["question"].clone()
    };
    let reads = async |reads_values: bool| {
        let made = source(&act(&desk, &ada, READ, json!({ "id": id, "readsValues": reads_values })).await);
        assert_eq!(made["connection"]["readsValues"], reads_values);
    };
    let known = async || {
        let values = "string_agg(name || ' ' || (samples -> 'region')::text, ', ' ORDER BY name) FROM data_tables";
        desk.served.library.text(values).await
    };
    let question = "What is the average net of orders in north?";
    let blind = asked(question).await;
    assert_eq!((&blind["status"], &blind["sql"]), (&json!("REFUSED"), &Value::Null), "nobody knows what north is");
    assert_eq!(known().await, None);

    reads(true).await;
    let seen = asked(question).await;
    assert_eq!((&seen["status"], &seen["run"]["rows"]), (&json!("ANSWERED"), &json!([[15.25]])), "{seen}");
    let both = r#"orders ["north", "south"], totals ["north", "south"]"#;
    assert_eq!(known().await.as_deref(), Some(both));

    // What changes there is known when somebody looks again.
    foreign.sql("UPDATE orders SET region = 'west' WHERE region = 'south'").await;
    assert_eq!(asked("What is the average net of orders in west?").await["status"], "REFUSED");
    act(&desk, &ada, REFRESH, json!({ "id": id })).await;
    assert_eq!(known().await, None);
    assert_eq!(asked("What is the average net of orders in west?").await["run"]["rows"], json!([[5]]));

    // Whatever is behind another password may be something else.
    let entered = json!({ "id": id, "password": SWORDFISH });
    assert_eq!(source(&act(&desk, &ada, READ, entered).await)["connection"]["readsValues"], true);
    assert_eq!(known().await, None);
    assert_eq!(asked(question).await["status"], "ANSWERED");
    reads(false).await;
    assert_eq!(known().await, None);
    assert_eq!(asked(question).await["status"], "REFUSED");
}
