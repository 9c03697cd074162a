//! Charts of kept statements: what is drawn, what is refused and where, what is proposed.

use serde_json::{Value, json};

use super::support::classroom::{refusal, text};
use super::support::live::Person;
use super::support::office::{BY_REGION, Office, told};

const CHART: &str =
    "query ($id: ID!) { node(id: $id) { ... on Chart { title description spec version author { email } createdAt
    updatedAt query { id charts { id } } } } }";
const PROPOSALS: &str =
    "query ($id: ID!) { node(id: $id) { ... on QueryRun { chartProposals { kind spec reason } } } }";

async fn seen(person: &Person, id: &str) -> Value {
    person.run(CHART, json!({ "id": id })).await["node"].clone()
}

fn bars(x: &str, y: &str) -> Value {
    json!({ "mark": "bar", "encoding": { "x": { "field": x, "type": "nominal" }, "y": { "field": y, "type": "quantitative" } } })
}

/// The id of a new chart of Eddy's.
async fn draw(office: &Office, query: &str, title: &str, spec: Value) -> String {
    let input = json!({ "queryId": query, "title": title, "spec": spec });
    text(&office.eddy.act("createChart", "CreateChartInput", input, "chart { id }").await["chart"]["id"])
}

async fn proposals(person: &Person, run: &Value) -> Vec<Value> {
    let data = person.run(PROPOSALS, json!({ "id": run["id"] })).await;
    data["node"]["chartProposals"].as_array().unwrap_or_else(|| panic!("{data}")).clone()
}

#[tokio::test]
async fn a_chart_is_made_changed_and_deleted() {
    let office = Office::new().await;
    let query = office.query("By region", BY_REGION).await;
    let mut given = bars("region", "net");
    given["data"] = json!({ "name": "result" });
    let input = json!({ "queryId": query, "title": " Net\n", "description": " By region. ", "spec": given });
    let made = office.eddy.act("createChart", "CreateChartInput", input, "chart { id }").await;
    let id = text(&made["chart"]["id"]);
    assert!(id.starts_with("chart_"), "{id}");
    let expected = json!({
        "title": "Net", "description": "By region.", "spec": bars("region", "net"), "version": 1,
        "author": { "email": "eddy@example.org" }, "createdAt": "2026-03-01T12:00:00+00:00",
        "updatedAt": "2026-03-01T12:00:00+00:00", "query": { "id": query, "charts": [{ "id": id }] },
    });
    assert_eq!(seen(&office.vera, &id).await, expected);

    let change = json!({ "id": id, "version": 1, "title": "Nets", "description": null, "spec": bars("net", "net") });
    office.ada.act("updateChart", "UpdateChartInput", change.clone(), "chart { version }").await;
    let mut changed = expected;
    changed["title"] = json!("Nets");
    changed["description"] = Value::Null;
    changed["spec"] = bars("net", "net");
    changed["version"] = json!(2);
    assert_eq!(seen(&office.vera, &id).await, changed);
    let refused = office.eddy.act_refused("updateChart", "UpdateChartInput", change).await;
    assert_eq!(refused, refusal("CONFLICT", &["input.version"]));
    let same = json!({ "id": id, "version": 2, "title": "Nets" });
    let same = office.eddy.act("updateChart", "UpdateChartInput", same, "chart { version }").await;
    assert_eq!(same["chart"]["version"], 2, "nothing is otherwise");
    let wrong = json!({ "id": id, "version": 2, "title": "Other", "spec": { "mark": "bar" } });
    let wrong = office.eddy.act_refused("updateChart", "UpdateChartInput", wrong).await;
    assert_eq!(wrong, refusal("BAD_USER_INPUT", &["input.spec"]));
    assert_eq!(seen(&office.vera, &id).await, changed, "and none of it");

    let deleted = office.eddy.act("deleteChart", "DeleteChartInput", json!({ "id": id }), "deletedId").await;
    assert_eq!(deleted["deletedId"], id);
    assert_eq!(office.ada.refused(CHART, json!({ "id": id })).await, refusal("NOT_FOUND", &["id"]));
    let told = [
        r#"chart.created {"version": 1}"#,
        r#"chart.updated {"changed": ["title", "description", "spec"], "version": 2}"#,
        r#"chart.deleted {"version": 2}"#,
    ];
    assert_eq!(office.trail("chart").await, told);

    let other = draw(&office, &query, "Net", bars("region", "net")).await;
    office.eddy.act("deleteQuery", "DeleteQueryInput", json!({ "id": query }), "deletedId").await;
    assert_eq!(office.ada.refused(CHART, json!({ "id": other })).await, refusal("NOT_FOUND", &["id"]));
}

#[tokio::test]
async fn members_see_editors_draw_and_nobody_else_knows_of_it() {
    let office = Office::new().await;
    let query = office.query("By region", BY_REGION).await;
    let id = draw(&office, &query, "Net", bars("region", "net")).await;
    let changes = [
        (
            "createChart",
            "CreateChartInput",
            json!({ "queryId": query, "title": "mine", "spec": bars("region", "net") }),
        ),
        ("updateChart", "UpdateChartInput", json!({ "id": id, "version": 1, "title": "mine" })),
        ("deleteChart", "DeleteChartInput", json!({ "id": id })),
    ];
    let before = seen(&office.vera, &id).await;
    for (field, kind, input) in changes {
        assert_eq!(office.vera.act_refused(field, kind, input.clone()).await, refusal("FORBIDDEN", &[]), "{field}");
        assert_eq!(office.eve.act_refused(field, kind, input).await, refusal("NOT_FOUND", &[]), "{field}");
    }
    assert_eq!(seen(&office.vera, &id).await, before);
    assert_eq!(office.eve.refused(CHART, json!({ "id": id })).await, refusal("NOT_FOUND", &["id"]));
}

#[tokio::test]
async fn what_cannot_be_drawn_is_refused_at_its_place() {
    let office = Office::new().await;
    let query = office.query("By region", BY_REGION).await;
    let refused = async |spec: Value| {
        let input = json!({ "queryId": query, "title": "Net", "spec": spec });
        let (code, fields) = told(&office.eddy, "createChart", "CreateChartInput", input).await;
        assert_eq!(code, "BAD_USER_INPUT");
        fields
    };
    let field = |path: &str, message: &str| (path.to_owned(), message.to_owned());
    let missing = refused(json!({ "mark": "bar" })).await;
    assert_eq!(missing, [field("input.spec", "`encoding` is missing.")]);
    let mut misspelt = bars("region", "net");
    misspelt["encoding"]["x"] = json!({ "fild": "region" });
    let misspelt = refused(misspelt).await;
    assert_eq!(misspelt[0], field("input.spec.encoding.x.fild", "`fild` is not known here. Is `field` meant?"));
    let mut foreign = bars("region", "net");
    foreign["usermeta"] = json!({ "a": 1 });
    foreign["data"] = json!({ "name": "orders" });
    let paths: Vec<String> = refused(foreign).await.into_iter().map(|(path, _)| path).collect();
    assert!(paths.contains(&"input.spec.usermeta".to_owned()), "{paths:?}");
    assert!(paths.contains(&"input.spec.data.name".to_owned()), "{paths:?}");
    for spec in [json!([]), json!("bar"), json!(1), json!({ "mark": "bar", "encoding": {}, "layer": [] })] {
        assert!(refused(spec.clone()).await.iter().all(|(path, _)| path.starts_with("input.spec")), "{spec}");
    }
    let titles =
        json!({ "queryId": query, "title": " ", "description": "x".repeat(2001), "spec": bars("region", "net") });
    let titles = office.eddy.act_refused("createChart", "CreateChartInput", titles).await;
    assert_eq!(titles, refusal("BAD_USER_INPUT", &["input.title", "input.description"]));

    // Which columns there are is known when there is a result.
    draw(&office, &query, "Nett", bars("region", "nett")).await;
    office.run(&office.vera, &query, json!([])).await;
    let unknown = refused(bars("region", "nett")).await;
    assert_eq!(unknown, [field("input.spec.encoding.y.field", "The result has no column `nett`. Is `net` meant?")]);
    draw(&office, &query, "Net", bars("region", "net")).await;

    let many = "INSERT INTO charts (id, query_id, title, spec, created_at, updated_at)
        SELECT gen_random_uuid(), q.id, 'x', '{}', now(), now() FROM saved_queries q, generate_series(1, 98)";
    office.desk.served.library.sql(many).await;
    let one_more = json!({ "queryId": query, "title": "Net", "spec": bars("region", "net") });
    assert_eq!(office.eddy.act_refused("createChart", "CreateChartInput", one_more).await, refusal("CONFLICT", &[]));
}

#[tokio::test]
async fn what_is_proposed_can_be_drawn() {
    let office = Office::new().await;
    let query = office.query("By region", BY_REGION).await;
    let unsaid = json!({ "queryId": query, "title": "Net" });
    let refused = office.eddy.act_refused("createChart", "CreateChartInput", unsaid.clone()).await;
    assert_eq!(refused, refusal("CONFLICT", &["input.spec"]), "nothing was run");

    let run = office.run(&office.vera, &query, json!([])).await;
    let proposed = proposals(&office.vera, &run).await;
    let best = &proposed[0];
    let spec = |mark: Value, encoding: Value| {
        json!({ "$schema": "https://vega.github.io/schema/vega-lite/v6.json", "data": { "name": "result" }, "title": "net by region",
            "mark": mark, "encoding": encoding })
    };
    let net = json!({ "field": "net", "type": "quantitative" });
    let bar = json!({ "x": { "field": "region", "type": "nominal", "sort": "-y" }, "y": net });
    let pie = json!({ "theta": net, "color": { "field": "region", "type": "nominal" } });
    let expected = json!([
        { "kind": "BAR", "spec": spec(json!({ "type": "bar", "tooltip": true }), bar),
          "reason": "`net` of the 2 values of `region`: lengths are compared most exactly, the longest first." },
        { "kind": "PIE", "spec": spec(json!({ "type": "arc", "tooltip": true }), pie),
          "reason": "`net` of the 2 values of `region` as shares: few and positive, though bars are read more exactly." },
    ]);
    assert_eq!(json!(proposed), expected);
    let made = office.eddy.act("createChart", "CreateChartInput", unsaid.clone(), "chart { spec }").await;
    let mut spec = best["spec"].clone();
    spec.as_object_mut().unwrap().remove("data");
    assert_eq!(made["chart"]["spec"], spec);
    for (place, proposal) in proposed.iter().enumerate() {
        draw(&office, &query, &format!("Proposal {place}"), proposal["spec"].clone()).await;
    }

    // What another statement gave says nothing of this one.
    let change = json!({ "id": query, "version": 1, "sql": "SELECT count(*) AS n FROM orders" });
    office.eddy.act("updateQuery", "UpdateQueryInput", change, "query { id }").await;
    let refused = office.eddy.act_refused("createChart", "CreateChartInput", unsaid).await;
    assert_eq!(refused, refusal("CONFLICT", &["input.spec"]));

    let failed = json!({ "dataSourceId": office.source, "sql": "SELECT 1/0", "waitMs": 10000 });
    let failed = office.vera.act("runQuery", "RunQueryInput", failed, "run { chartProposals { kind } }").await;
    assert_eq!(failed["run"]["chartProposals"], json!([]));
}
