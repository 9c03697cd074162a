//! Texts about results without a model: what is said, where its figures come from, who may have them, and the templates of those who have
//! a model.

use elenchus::domain::dashboards::insights::jobs::EndLostInsights;
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::support::classroom::{refusal, text};
use super::support::library::FIRST;
use super::support::live::Person;
use super::support::office::{BY_REGION, Office, told};

const SHOWN: &str = "insight { id status method title body figures { text isInTitle startChar endChar fact } struckSentences note
    focus language promptVersion attempts isStale isPartial error { code } rating ratingComment templateVersion { id } generation { id }
    chart { title } query { name } run { rows } author { email } dataSource { id } endedAt }";
const BODY: &str = "Net totals 34 across 2 regions, 17 on average. Net is highest for \"south\", at 20 (59 % of the total), and lowest for \"north\", at 14.";
const TEMPLATE: &str = "template { id kind name version body isBuiltIn isDeleted author { email }
    versions { nodes { number body note author { email } } } }";

async fn generate(person: &Person, input: Value) -> Value {
    person.act("generateInsight", "GenerateInsightInput", input, SHOWN).await["insight"].clone()
}

async fn refused(person: &Person, input: Value) -> (String, Vec<String>) {
    person.act_refused("generateInsight", "GenerateInsightInput", input).await
}

async fn chart(office: &Office, query: &str, title: &str) -> String {
    let spec = json!({ "mark": "bar", "encoding": { "x": { "field": "region", "type": "nominal" },
        "y": { "field": "net", "type": "quantitative" } } });
    let input = json!({ "queryId": query, "title": title, "spec": spec });
    text(&office.eddy.act("createChart", "CreateChartInput", input, "chart { id }").await["chart"]["id"])
}

async fn run_again(office: &Office, query: &str) -> Value {
    let input = json!({ "id": query, "fresh": true, "waitMs": 10000 });
    office.eddy.act("runSavedQuery", "RunSavedQueryInput", input, "run { id }").await["run"]["id"].clone()
}

async fn count(office: &Office) -> Option<String> {
    office.desk.served.library.text("count(*) FROM insights").await
}

#[tokio::test]
async fn a_result_is_described_and_every_figure_is_shown_where_it_is_from() {
    let office = Office::new().await;
    let query = office.query("Net by region", BY_REGION).await;
    let run = office.run(&office.eddy, &query, json!([])).await;
    let insight = generate(&office.vera, json!({ "runId": run["id"] })).await;
    assert_eq!(
        (&insight["status"], &insight["method"], &insight["title"]),
        (&json!("READY"), &json!("RULES"), &json!("Net by region"))
    );
    assert_eq!(insight["body"], BODY);
    let figures = insight["figures"].as_array().unwrap();
    let texts: Vec<&str> = figures.iter().map(|figure| figure["text"].as_str().unwrap()).collect();
    assert!(texts.contains(&"34") && texts.contains(&"20") && texts.contains(&"14"), "{texts:?}");
    for figure in figures {
        let place = |name: &str| usize::try_from(figure[name].as_u64().unwrap()).unwrap();
        let (start, end) = (place("startChar"), place("endChar"));
        assert_eq!(figure["text"], BODY.chars().skip(start).take(end - start).collect::<String>());
        assert_eq!(figure["isInTitle"], false);
        assert!(!figure["fact"].as_str().unwrap().is_empty(), "{figure}");
    }
    for (field, expected) in [
        ("struckSentences", json!(0)),
        ("attempts", json!(0)),
        ("isStale", json!(false)),
        ("isPartial", json!(false)),
        ("run", json!({ "rows": [["north", 14], ["south", 20]] })),
        ("query", json!({ "name": "Net by region" })),
        ("author", json!({ "email": "vera@example.org" })),
        ("dataSource", json!({ "id": office.source })),
        ("endedAt", json!("2026-03-01T12:00:00+00:00")),
    ] {
        assert_eq!(insight[field], expected, "{field}");
    }
    for field in
        ["note", "promptVersion", "error", "chart", "generation", "templateVersion", "focus", "language", "rating"]
    {
        assert_eq!(insight[field], Value::Null, "{field}");
    }

    // The same is not written twice, whoever asks, unless they want it so.
    assert_eq!(generate(&office.ada, json!({ "runId": run["id"] })).await["id"], insight["id"]);
    assert_ne!(generate(&office.ada, json!({ "runId": run["id"], "fresh": true })).await["id"], insight["id"]);
    let focused = generate(&office.ada, json!({ "runId": run["id"], "focus": " Why? ", "language": "de" })).await;
    assert_eq!(
        (&focused["focus"], &focused["language"], &focused["body"]),
        (&json!("Why?"), &json!("de"), &json!(BODY))
    );
    assert!(focused["note"].as_str().unwrap().starts_with("There is no model here"), "{focused}");
    assert_eq!(count(&office).await.as_deref(), Some("3"));
}

#[tokio::test]
async fn charts_queries_and_runs_show_what_was_said_until_it_is_stale() {
    let office = Office::new().await;
    let query = office.query("Net by region", BY_REGION).await;
    let chart = chart(&office, &query, "Regions").await;
    let told = refused(&office.vera, json!({ "chartId": chart })).await;
    assert_eq!(told, refusal("CONFLICT", &["input.chartId"]), "it was never run");
    office.run(&office.eddy, &query, json!([])).await;
    let insight = generate(&office.vera, json!({ "chartId": chart })).await;
    assert_eq!((&insight["title"], &insight["chart"]), (&json!("Regions"), &json!({ "title": "Regions" })));
    let tiles = json!([{ "chartId": chart, "x": 0, "y": 0, "width": 6, "height": 4 }]);
    let input = json!({ "workspaceId": office.workspace, "title": "Sales", "tiles": tiles });
    let made = office.eddy.act("createDashboard", "CreateDashboardInput", input, "dashboard { id }").await;
    let look = async || {
        let shown = "query ($d: ID!, $q: ID!, $c: ID!) { dashboard: node(id: $d) { ... on Dashboard { tiles { insight { id isStale } } } }
            query: node(id: $q) { ... on SavedQuery { insight { id isStale } latestRun { insight { id } } } }
            chart: node(id: $c) { ... on Chart { insight { id isStale } } } }";
        let found = office.vera.run(shown, json!({ "d": made["dashboard"]["id"], "q": query, "c": chart })).await;
        let tile = found["dashboard"]["tiles"][0]["insight"].clone();
        assert_eq!((&found["query"]["insight"], &found["chart"]["insight"]), (&tile, &tile), "{found}");
        (tile, found["query"]["latestRun"]["insight"].clone())
    };
    let (shown, latest) = look().await;
    assert_eq!((shown, latest), (json!({ "id": insight["id"], "isStale": false }), json!({ "id": insight["id"] })));

    let run = run_again(&office, &query).await;
    let (shown, latest) = look().await;
    assert_eq!((shown, latest), (json!({ "id": insight["id"], "isStale": true }), Value::Null));
    let newer = generate(&office.vera, json!({ "runId": run })).await;
    assert_eq!(
        look().await.0,
        json!({ "id": newer["id"], "isStale": false }),
        "a chart shows what is said of its result"
    );

    let change =
        json!({ "id": query, "version": 1, "sql": "SELECT region, max(net) AS net FROM orders GROUP BY region" });
    office.eddy.act("updateQuery", "UpdateQueryInput", change, "query { id }").await;
    assert_eq!(look().await.0["isStale"], true, "it is about another statement");
    office.desk.served.library.sql("DELETE FROM query_results").await;
    let kept = "query ($id: ID!) { node(id: $id) { ... on Insight { body isStale } } }";
    let kept = office.vera.run(kept, json!({ "id": newer["id"] })).await;
    assert_eq!(kept["node"], json!({ "body": BODY, "isStale": true }), "what was said stays when the result goes");
}

#[tokio::test]
async fn what_cannot_be_written_is_refused() {
    let office = Office::new().await;
    let query = office.query("Net by region", BY_REGION).await;
    let run = office.run(&office.eddy, &query, json!([])).await["id"].clone();
    let failed = office.query("Nothing", "SELECT 1 / (SELECT 0) AS nothing").await;
    let failed = office.run(&office.eddy, &failed, json!([])).await["id"].clone();
    for (input, expected) in [
        (json!({}), refusal("BAD_USER_INPUT", &["input.runId"])),
        (json!({ "runId": run, "chartId": run }), refusal("BAD_USER_INPUT", &["input.runId"])),
        (json!({ "runId": run, "focus": "x".repeat(501) }), refusal("BAD_USER_INPUT", &["input.focus"])),
        (json!({ "runId": run, "language": "German" }), refusal("BAD_USER_INPUT", &["input.language"])),
        (json!({ "runId": "nonsense" }), refusal("NOT_FOUND", &["input.runId"])),
        (json!({ "runId": run, "templateId": "nonsense" }), refusal("NOT_FOUND", &["input.templateId"])),
        (json!({ "runId": failed }), refusal("CONFLICT", &[])),
    ] {
        assert_eq!(refused(&office.vera, input.clone()).await, expected, "{input}");
    }
    assert_eq!(refused(&office.eve, json!({ "runId": run })).await, refusal("NOT_FOUND", &[]));
    office.desk.served.library.sql("UPDATE query_results SET row_count = 10001").await;
    assert_eq!(refused(&office.vera, json!({ "runId": run })).await, refusal("CONFLICT", &[]));
    assert_eq!(count(&office).await.as_deref(), Some("0"));
}

#[tokio::test]
async fn whoever_asked_rates_and_editors_delete() {
    let office = Office::new().await;
    let query = office.query("Net by region", BY_REGION).await;
    let run = office.run(&office.eddy, &query, json!([])).await["id"].clone();
    let insight = generate(&office.ada, json!({ "runId": run })).await;
    let rate = json!({ "id": insight["id"], "rating": "DOWN", "comment": " Dull. " });
    for (who, code) in [(&office.vera, "FORBIDDEN"), (&office.eve, "NOT_FOUND")] {
        assert_eq!(who.act_refused("rateInsight", "RateInsightInput", rate.clone()).await, refusal(code, &[]));
    }
    let rated = office.ada.act("rateInsight", "RateInsightInput", rate, SHOWN).await["insight"].clone();
    assert_eq!((&rated["rating"], &rated["ratingComment"]), (&json!("DOWN"), &json!("Dull.")));
    let delete = json!({ "id": insight["id"] });
    for (who, code) in [(&office.vera, "FORBIDDEN"), (&office.eve, "NOT_FOUND")] {
        assert_eq!(who.act_refused("deleteInsight", "DeleteInsightInput", delete.clone()).await, refusal(code, &[]));
    }
    let gone = office.eddy.act("deleteInsight", "DeleteInsightInput", delete.clone(), "deletedId").await;
    assert_eq!(gone["deletedId"], insight["id"]);
    assert!(office.ada.misses(insight["id"].as_str().unwrap()).await);
    assert_eq!(office.ada.act_refused("deleteInsight", "DeleteInsightInput", delete).await, refusal("NOT_FOUND", &[]));
    let own = generate(&office.vera, json!({ "runId": run })).await;
    office.vera.act("deleteInsight", "DeleteInsightInput", json!({ "id": own["id"] }), "deletedId").await;
    assert_eq!(
        office.trail("insight").await,
        [r#"insight.deleted {"status": "READY"}"#, r#"insight.deleted {"status": "READY"}"#]
    );
}

#[tokio::test]
async fn templates_are_kept_in_versions() {
    let office = Office::new().await;
    let save = async |person: &Person, input: Value| {
        person.act("savePromptTemplate", "SavePromptTemplateInput", input, TEMPLATE).await["template"].clone()
    };
    let new = json!({ "workspaceId": office.workspace, "name": " Board\n", "body": " For the board: {{result}} ", "note": "First." });
    let made = save(&office.eddy, new.clone()).await;
    let first = json!({ "number": 1, "body": "For the board: {{result}}", "note": "First.", "author": { "email": "eddy@example.org" } });
    let expected = json!({ "id": made["id"], "kind": "INSIGHT", "name": "Board", "version": 1, "body": "For the board: {{result}}",
        "isBuiltIn": false, "isDeleted": false, "author": { "email": "eddy@example.org" }, "versions": { "nodes": [first.clone()] } });
    assert_eq!(made, expected);
    let again = json!({ "workspaceId": office.workspace, "name": "board", "body": "{{result}}" });
    let taken = office.ada.act_refused("savePromptTemplate", "SavePromptTemplateInput", again).await;
    assert_eq!(taken, refusal("CONFLICT", &["input.name"]));

    let change = |version: i32, body: &str| json!({ "id": made["id"], "version": version, "body": body });
    let changed = save(&office.ada, change(1, "In {{language}}: {{result}}")).await;
    assert_eq!((&changed["version"], &changed["name"]), (&json!(2), &json!("Board")));
    let same = save(&office.ada, change(2, "In {{language}}: {{result}}")).await;
    assert_eq!(same["version"], 2, "what says the same makes no version");
    let late = office.eddy.act_refused("savePromptTemplate", "SavePromptTemplateInput", change(1, "{{result}}")).await;
    assert_eq!(late, refusal("CONFLICT", &["input.version"]));
    let restore = |version: i32| json!({ "id": made["id"], "version": version });
    let restored = office.eddy.act("restorePromptTemplate", "RestorePromptTemplateInput", restore(1), TEMPLATE).await;
    let versions = restored["template"]["versions"]["nodes"].as_array().unwrap();
    let numbers: Vec<_> = versions.iter().map(|version| (&version["number"], &version["note"])).collect();
    assert_eq!(
        numbers,
        [(&json!(3), &json!("Version 1 again.")), (&json!(2), &Value::Null), (&json!(1), &json!("First."))]
    );
    assert_eq!(restored["template"]["body"], first["body"]);
    let unknown = office.eddy.act_refused("restorePromptTemplate", "RestorePromptTemplateInput", restore(9)).await;
    assert_eq!(unknown, refusal("NOT_FOUND", &["input.version"]));

    let inputs = [
        ("savePromptTemplate", "SavePromptTemplateInput", new),
        ("savePromptTemplate", "SavePromptTemplateInput", change(3, "x {{result}}")),
        ("restorePromptTemplate", "RestorePromptTemplateInput", restore(1)),
        ("deletePromptTemplate", "DeletePromptTemplateInput", json!({ "id": made["id"] })),
    ];
    for (field, kind, input) in inputs {
        assert_eq!(office.vera.act_refused(field, kind, input.clone()).await, refusal("FORBIDDEN", &[]), "{field}");
        assert_eq!(office.eve.act_refused(field, kind, input).await, refusal("NOT_FOUND", &[]), "{field}");
    }
    let list = "query ($id: ID!) { node(id: $id) { ... on Workspace { promptTemplates { id name version isBuiltIn
        workspace { id } versions { nodes { number } } } } } }";
    let listed = office.vera.run(list, json!({ "id": office.workspace })).await["node"]["promptTemplates"].clone();
    assert_eq!(listed[0]["isBuiltIn"], true);
    assert_eq!((&listed[0]["name"], &listed[0]["workspace"]), (&json!("insight"), &Value::Null));
    assert_eq!(listed[0]["versions"]["nodes"], json!([{ "number": listed[0]["version"] }]));
    assert_eq!((&listed[1]["id"], &listed[1]["version"]), (&made["id"], &json!(3)));
    let built_in = json!({ "id": listed[0]["id"], "version": 1, "body": "{{result}}" });
    let built_in = office.eddy.act_refused("savePromptTemplate", "SavePromptTemplateInput", built_in).await;
    assert_eq!(built_in, refusal("NOT_FOUND", &[]));

    office
        .eddy
        .act("deletePromptTemplate", "DeletePromptTemplateInput", json!({ "id": made["id"] }), "deletedId")
        .await;
    let listed = office.vera.run(list, json!({ "id": office.workspace })).await["node"]["promptTemplates"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    let deleted = "query ($id: ID!) { node(id: $id) { ... on PromptTemplate { isDeleted version } } }";
    let deleted = office.vera.run(deleted, json!({ "id": made["id"] })).await;
    assert_eq!(deleted["node"], json!({ "isDeleted": true, "version": 3 }));
    let gone = office.eddy.act_refused("savePromptTemplate", "SavePromptTemplateInput", change(3, "{{result}}")).await;
    assert_eq!(gone, refusal("NOT_FOUND", &[]));
    let free = json!({ "workspaceId": office.workspace, "name": "Board", "body": "{{result}}" });
    assert_eq!(save(&office.ada, free).await["version"], 1, "the name is free again");
    assert_eq!(
        office.trail("prompt_template").await,
        [
            r#"prompt_template.created {"version": 1}"#,
            r#"prompt_template.updated {"version": 2}"#,
            r#"prompt_template.updated {"version": 3}"#,
            r#"prompt_template.deleted {"version": 3}"#,
            r#"prompt_template.created {"version": 1}"#,
        ]
    );
}

#[tokio::test]
async fn what_is_no_template_is_told_with_its_place() {
    let office = Office::new().await;
    let refused = async |body: &str| {
        let input = json!({ "workspaceId": office.workspace, "name": "Board", "body": body });
        told(&office.eddy, "savePromptTemplate", "SavePromptTemplateInput", input).await
    };
    let (code, fields) = refused("For {{result}}\n and {{rows}}.").await;
    assert_eq!((code.as_str(), fields[0].0.as_str()), ("BAD_USER_INPUT", "input.body"));
    assert!(
        fields[0].1.starts_with("Line 2, character 6: There is no placeholder “rows”. There are result,"),
        "{fields:?}"
    );
    for (body, expected) in [
        (
            "{% for row in result %}{{result}}{% endfor %}",
            "Line 1, character 1: There are placeholders such as {{result}}, and nothing else.",
        ),
        ("{{ result", "Line 1, character 1: This placeholder is not closed."),
        ("Write!", "The placeholder {{result}} has to stand there once: what the text is to be about."),
    ] {
        assert_eq!(refused(body).await.1, [("input.body".to_owned(), expected.to_owned())]);
    }
    assert_eq!(office.desk.served.library.text("count(*) FROM prompt_templates").await.as_deref(), Some("0"));
}

#[tokio::test]
async fn what_nobody_writes_any_more_is_ended() {
    let office = Office::new().await;
    let query = office.query("Net by region", BY_REGION).await;
    let run = office.run(&office.eddy, &query, json!([])).await["id"].clone();
    let insight = generate(&office.vera, json!({ "runId": run })).await;
    let library = &office.desk.served.library;
    let app = &library.app;
    let lose = "UPDATE insights SET status = 'WRITING', title = NULL, body = NULL, ended_at = NULL";
    library.sql(lose).await;
    EndLostInsights {}.run(app.clone(), FIRST).await.unwrap();
    assert_eq!(library.text("status FROM insights").await.as_deref(), Some("WRITING"), "somebody may be about to");
    library.sql("UPDATE insights SET updated_at = updated_at - interval '6 minutes'").await;
    EndLostInsights {}.run(app.clone(), FIRST).await.unwrap();
    let shown = "query ($id: ID!) { node(id: $id) { ... on Insight { status error { code } endedAt } } }";
    let ended = office.vera.run(shown, json!({ "id": insight["id"] })).await["node"].clone();
    assert_eq!(
        ended,
        json!({ "status": "FAILED", "error": { "code": "INTERRUPTED" }, "endedAt": "2026-03-01T12:00:00+00:00" })
    );
    let again = generate(&office.vera, json!({ "runId": run })).await;
    assert_eq!((&again["status"], &again["body"]), (&json!("READY"), &json!(BODY)), "what failed is not given again");
}

#[tokio::test]
async fn the_number_of_statements_does_not_grow_with_dashboards_and_insights() {
    const NESTED: &str = "query ($first: Int!) { dashboards(first: $first) { nodes { tiles { insight { title author { email } }
        run { rows(first: 5) insight { title } } chart { title insight { title body isStale figures { fact } run { sql } query { name } } } } } } }";
    let office = Office::with(&[("MAX_COST", "1000000")]).await;
    let query = office.query("Net by region", BY_REGION).await;
    let chart = chart(&office, &query, "Regions").await;
    office.run(&office.eddy, &query, json!([])).await;
    generate(&office.vera, json!({ "chartId": chart })).await;
    let tiles = json!([{ "chartId": chart, "x": 0, "y": 0, "width": 6, "height": 4 }]);
    let input = json!({ "workspaceId": office.workspace, "title": "Sales", "tiles": tiles });
    office.eddy.act("createDashboard", "CreateDashboardInput", input, "dashboard { id }").await;
    // Nineteen more, each with a chart and an insight of its own.
    office
        .desk
        .served
        .library
        .sql(
            "INSERT INTO charts (id, query_id, title, spec, author_id, created_at, updated_at)
                 SELECT md5('chart ' || n)::uuid, query_id, title, spec, author_id, created_at, updated_at FROM charts, generate_series(1, 19) n;
             INSERT INTO insights (id, source_id, run_id, result_id, chart_id, saved_query_id, author_id, parameters, method, status, cache_key,
                     title, body, figures, attempts, is_partial, created_at, updated_at, ended_at)
                 SELECT md5('insight ' || n)::uuid, source_id, run_id, result_id, md5('chart ' || n)::uuid, saved_query_id, author_id, parameters,
                     method, status, cache_key, 'Insight ' || n, body, figures, attempts, is_partial, created_at, updated_at, ended_at
                 FROM insights, generate_series(1, 19) n;
             INSERT INTO dashboards (id, workspace_id, title, tabs, filters, refresh_policy, read_at, author_id, created_at, updated_at)
                 SELECT md5('dashboard ' || n)::uuid, workspace_id, title, tabs, filters, 'MANUAL', read_at, author_id, created_at, updated_at
                 FROM dashboards, generate_series(1, 19) n;
             INSERT INTO dashboard_tiles (id, dashboard_id, tab, kind, chart_id, query_id, body, x, y, w, h, parameters)
                 SELECT md5('tile ' || n)::uuid, md5('dashboard ' || n)::uuid, t.tab, t.kind, md5('chart ' || n)::uuid, t.query_id, t.body,
                     t.x, t.y, t.w, t.h, t.parameters
                 FROM dashboard_tiles t, generate_series(1, 19) n",
        )
        .await;
    let mut counted = Vec::new();
    for first in [1, 5, 20] {
        let served = &office.desk.served;
        let answer = served.answer(Some(&office.vera.token), NESTED, json!({ "first": first })).await;
        assert_eq!(answer.body.get("errors"), None, "{}", answer.body);
        let dashboards = answer.body["data"]["dashboards"]["nodes"].as_array().unwrap();
        assert_eq!(dashboards.len(), first);
        for dashboard in dashboards {
            let tile = &dashboard["tiles"][0];
            assert_eq!(tile["chart"]["insight"]["body"], BODY, "{tile}");
            assert_eq!(tile["chart"]["insight"]["title"], tile["insight"]["title"], "{tile}");
        }
        counted.push(answer.headers["x-sql-statements"].to_str().unwrap().to_owned());
    }
    assert_eq!(counted, [counted[0].as_str(); 3]);
}
