//! Pictures as files: every format by its signed address, for one person, for one day.

use elenchus::domain::dashboards::pictures::exports::jobs::{RemovePictureExports, WritePictureExport};
use elenchus::jobs::job::{Attempt, Job as _};
use serde_json::{Value, json};

use super::dashboards_support::{chosen_region, regions};
use super::document_uploads::{row, until};
use super::support::classroom::{refusal, text};
use super::support::database::TestDatabase;
use super::support::library::{FIRST, LAST};
use super::support::live::Person;
use super::support::office::{BY_REGION, Office};
use super::support::uploads::Place;

const PAYLOAD: &str = "export { id status format theme width height progress byteSize isPartial leftOut { tileId title reason } url \
     expiresAt error { code message } chart { id } dashboard { id } }";
const LOOK: &str =
    "query ($id: ID!) { node(id: $id) { ... on PictureExport { id status url error { code message } } } }";
const MINE: &str = "{ viewer { pictureExports { nodes { id format } } } }";

async fn export(person: &Person, mut input: Value) -> Value {
    if input.get("waitMs").is_none() {
        input["waitMs"] = json!(10_000);
    }
    person.act("exportPicture", "ExportPictureInput", input, PAYLOAD).await["export"].clone()
}

async fn look(person: &Person, id: &Value) -> Value {
    person.run(LOOK, json!({ "id": id })).await["node"].clone()
}

/// The file of an export, its type and its name.
async fn file(office: &Office, export: &Value) -> (Vec<u8>, String, String) {
    let url = export["url"].as_str().unwrap_or_else(|| panic!("{export}"));
    let response = reqwest::get(office.desk.served.url(url)).await.unwrap();
    assert_eq!(response.status(), 200);
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    let (kind, name) = (header("content-type"), header("content-disposition"));
    let bytes = response.bytes().await.unwrap().to_vec();
    assert_eq!(export["byteSize"], json!(bytes.len()));
    (bytes, kind, name)
}

fn sides(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

fn pages(pdf: &[u8]) -> usize {
    assert!(pdf.starts_with(b"%PDF-1."));
    let count = |word: &[u8]| pdf.windows(word.len()).filter(|window| *window == word).count();
    count(b"/Type/Page/") + count(b"/Type /Page\n")
}

/// All files of the room of pictures.
fn stored(office: &Office) -> usize {
    let folder = office.desk.served.library.folder.path().join("files/pictures");
    let Ok(owners) = std::fs::read_dir(folder) else { return 0 };
    owners.map(|owner| std::fs::read_dir(owner.unwrap().path()).unwrap().count()).sum()
}

/// A dashboard with a chart, a table of a region that is chosen, a text, and a chart of what was never run, on two tabs.
async fn board(office: &Office) -> (String, String) {
    let (query, chosen) = (office.query("By region", BY_REGION).await, office.of_region().await);
    let never = office.query("Never run", BY_REGION).await;
    let (chart, empty) = (office.bars(&query, "Net by region").await, office.bars(&never, "Nothing").await);
    let table = chosen_region(&chosen, 4);
    let tiles = json!([
        { "chartId": chart, "x": 0, "y": 0, "width": 6, "height": 4 },
        table,
        { "tab": "notes", "text": "# Words\nto <read>", "x": 0, "y": 0, "width": 12, "height": 2 },
        { "tab": "notes", "chartId": empty, "x": 0, "y": 2, "width": 12, "height": 2 },
    ]);
    let tabs = json!([{ "key": "main", "title": "Main" }, { "key": "notes", "title": "Notes" }]);
    let more = json!({ "title": "Sales & more", "tabs": tabs, "filters": regions(Value::Null), "tiles": tiles });
    let id = office.dashboard(more).await;
    office.run(&office.eddy, &query, json!([])).await;
    office.run(&office.eddy, &chosen, json!([{ "name": "region", "value": "north" }])).await;
    (id, chart)
}

#[tokio::test]
async fn charts_and_dashboards_are_files_in_every_format() {
    let office = Office::new().await;
    let (dashboard, chart) = board(&office).await;
    let png = export(&office.vera, json!({ "chartId": chart, "format": "PNG" })).await;
    let expected = json!({ "id": png["id"], "status": "READY", "format": "PNG", "theme": "LIGHT", "width": 720, "height": 420,
        "progress": 1.0, "byteSize": png["byteSize"], "isPartial": false, "leftOut": [], "url": png["url"],
        "expiresAt": "2026-03-02T12:00:00+00:00", "error": null, "chart": { "id": chart }, "dashboard": null });
    assert_eq!(png, expected);
    let (bytes, kind, name) = file(&office, &png).await;
    assert_eq!((sides(&bytes), kind.as_str()), ((720, 420), "image/png"));
    assert_eq!(name, "attachment; filename=\"chart-20260301-120000.png\"; filename*=UTF-8''chart-20260301-120000.png");
    let svg = json!({ "chartId": chart, "format": "SVG", "theme": "DARK", "width": 300, "height": 200 });
    let (bytes, kind, _) = file(&office, &export(&office.vera, svg).await).await;
    let drawn = String::from_utf8(bytes).unwrap();
    assert_eq!(kind, "image/svg+xml");
    assert!(drawn.contains("width=\"300\" height=\"200\"") && drawn.contains(">Net by region</text>"), "{drawn}");
    let (bytes, kind, _) =
        file(&office, &export(&office.vera, json!({ "chartId": chart, "format": "PDF" })).await).await;
    assert_eq!((pages(&bytes), kind.as_str()), (1, "application/pdf"));

    let north = json!([{ "name": "where", "value": "north" }]);
    let input = |format: &str| json!({ "dashboardId": dashboard, "filters": north, "format": format });
    let made = export(&office.vera, input("SVG")).await;
    assert_eq!((&made["status"], &made["isPartial"], &made["height"]), (&json!("READY"), &json!(true), &Value::Null));
    let left_out = made["leftOut"].as_array().unwrap();
    assert_eq!((left_out.len(), &left_out[0]["title"]), (1, &json!("Nothing")), "{left_out:?}");
    assert_eq!(left_out[0]["reason"], "There is no result yet.");
    let drawn = String::from_utf8(file(&office, &made).await.0).unwrap();
    let document = roxmltree::Document::parse(&drawn).unwrap();
    let texts: Vec<&str> =
        document.descendants().filter(|node| node.tag_name().name() == "text").filter_map(|node| node.text()).collect();
    for words in [
        "Sales & more",
        "Region: north",
        "Results as of 2026-03-01 12:00 UTC, drawn 2026-03-01 12:00 UTC",
        "Main",
        "Net by region",
        "Of a region",
        "14",
        "Notes",
        "Words",
        "There is no result yet.",
    ] {
        assert!(texts.contains(&words), "{words} in {texts:?}");
    }
    let (bytes, ..) = file(&office, &export(&office.vera, input("PNG")).await).await;
    assert_eq!(sides(&bytes).0, 1200);
    let (bytes, ..) = file(&office, &export(&office.vera, input("PDF")).await).await;
    assert_eq!(pages(&bytes), 2, "a page for each tab");

    let mine = office.vera.run(MINE, json!({})).await;
    let formats: Vec<&Value> =
        mine["viewer"]["pictureExports"]["nodes"].as_array().unwrap().iter().map(|it| &it["format"]).collect();
    assert_eq!(json!(formats), json!(["PDF", "PNG", "SVG", "PDF", "SVG", "PNG"]));
    assert_eq!(office.trail("picture").await.len(), 6);
    let follow = "subscription ($id: ID!) { pictureExport(id: $id) { status progress } }";
    let events = office.desk.served.follow(Some(&office.vera.token), follow, json!({ "id": png["id"] })).await;
    assert_eq!(events, [json!({"data": {"pictureExport": {"status": "READY", "progress": 1.0}}})]);
}

#[tokio::test]
async fn nobody_else_sees_a_picture_and_whom_it_was_shared_with_has_their_own() {
    let office = Office::new().await;
    let (dashboard, chart) = board(&office).await;
    let input = json!({ "dashboardId": dashboard, "format": "PNG" });
    let hers = export(&office.vera, input.clone()).await;
    for person in [&office.eddy, &office.eve] {
        assert_eq!(person.refused(LOOK, json!({ "id": hers["id"] })).await, refusal("NOT_FOUND", &["id"]));
    }
    let refused = async |input: Value| office.eve.act_refused("exportPicture", "ExportPictureInput", input).await;
    assert_eq!(refused(input.clone()).await, refusal("NOT_FOUND", &["input.dashboardId"]));
    let of_chart = json!({ "chartId": chart, "format": "PNG" });
    assert_eq!(refused(of_chart.clone()).await, refusal("NOT_FOUND", &["input.chartId"]));

    let share = json!({ "id": dashboard, "person": { "email": "eve@example.org" }, "access": "VIEW" });
    let shared = office.eddy.act("shareDashboard", "ShareDashboardInput", share, "share { id }").await;
    let eves = export(&office.eve, json!({ "dashboardId": dashboard, "format": "SVG" })).await;
    assert_eq!((&eves["status"], &eves["dashboard"]), (&json!("READY"), &Value::Null), "{eves}");
    let drawn = String::from_utf8(file(&office, &eves).await.0).unwrap();
    assert!(drawn.contains(">Net by region</text>") && !drawn.contains("Of a region"), "no names of queries: {drawn}");
    assert_eq!(refused(of_chart).await, refusal("NOT_FOUND", &["input.chartId"]), "the dashboard, and not its charts");

    let url = text(&eves["url"]);
    assert_eq!(office.desk.served.get(&url).await.0, 200);
    let input = json!({ "id": shared["share"]["id"] });
    office.eddy.act("revokeShare", "RevokeShareInput", input, "__typename").await;
    assert_eq!(office.desk.served.get(&url).await.0, 404, "it is shared no more");
    assert_eq!(office.eve.refused(LOOK, json!({ "id": eves["id"] })).await, refusal("NOT_FOUND", &["id"]));
    assert_eq!(office.eve.run(MINE, json!({})).await["viewer"]["pictureExports"]["nodes"], json!([]));
}

#[tokio::test]
async fn what_cannot_be_drawn_says_why_and_nothing_is_left_behind() {
    let office = Office::new().await;
    let (dashboard, chart) = board(&office).await;
    let told = async |input: Value| office.vera.act_refused("exportPicture", "ExportPictureInput", input).await;
    let cases = [
        (json!({ "format": "PNG" }), "input.chartId"),
        (json!({ "format": "PNG", "chartId": chart, "dashboardId": dashboard }), "input.chartId"),
        (json!({ "format": "PNG", "chartId": chart, "width": 59 }), "input.width"),
        (json!({ "format": "PNG", "dashboardId": dashboard, "width": 599 }), "input.width"),
        (json!({ "format": "PNG", "dashboardId": dashboard, "height": 500 }), "input.height"),
        (json!({ "format": "PNG", "chartId": chart, "filters": [{ "name": "where", "value": "x" }] }), "input.filters"),
        (
            json!({ "format": "PNG", "dashboardId": dashboard, "filters": [{ "name": "x", "value": "x" }] }),
            "input.filters.0.name",
        ),
    ];
    for (input, field) in cases {
        assert_eq!(told(input).await, refusal("BAD_USER_INPUT", &[field]));
    }

    let never = office.query("Never", BY_REGION).await;
    let empty = office.bars(&never, "Never").await;
    let failed = export(&office.vera, json!({ "chartId": empty, "format": "PNG" })).await;
    let message = "There is no result yet. Run the query first.";
    assert_eq!((&failed["status"], &failed["url"]), (&json!("FAILED"), &Value::Null));
    assert_eq!(failed["error"], json!({ "code": "NO_RESULT", "message": message }));

    let app = &office.desk.served.library.app;
    let made = export(&office.vera, json!({ "chartId": chart, "format": "PNG" })).await;
    let id = text(&made["id"]).parse().unwrap();
    office.desk.served.library.sql("UPDATE picture_exports SET status = 'RUNNING' WHERE status = 'READY'").await;
    let dead = Attempt { number: 6, ..LAST };
    assert!(WritePictureExport { id }.run(app.clone(), dead).await.is_err());
    assert_eq!(look(&office.vera, &made["id"]).await["error"]["code"], json!("PROCESSING_FAILED"));

    let remove = async || RemovePictureExports {}.run(app.clone(), FIRST).await.unwrap();
    let kept = export(&office.vera, json!({ "dashboardId": dashboard, "format": "PNG" })).await;
    remove().await;
    assert_eq!(stored(&office), 2);
    office
        .desk
        .served
        .library
        .sql("UPDATE picture_exports SET expires_at = '2026-03-01T11:00:00Z' WHERE status = 'READY'")
        .await;
    assert_eq!(look(&office.vera, &kept["id"]).await["status"], json!("EXPIRED"));
    assert_eq!(office.desk.served.get(&text(&kept["url"])).await.0, 404);
    remove().await;
    assert_eq!(stored(&office), 1, "what failed has its file until its day is over");
    office.eddy.act("deleteDashboard", "DeleteDashboardInput", json!({ "id": dashboard }), "deletedId").await;
    office.eddy.act("deleteChart", "DeleteChartInput", json!({ "id": chart }), "deletedId").await;
    remove().await;
    let left = office
        .desk
        .served
        .library
        .text("count(*) FROM picture_exports WHERE chart_id IS NULL AND dashboard_id IS NULL")
        .await;
    assert_eq!((left.as_deref(), stored(&office)), (Some("0"), 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_outlives_the_death_of_its_server() {
    let (database, place) = (TestDatabase::new().await, Place::new().await);
    let settings = [("EMBEDDING_MODEL", "none")];
    let mut server = place.serve(&database, &settings).await;
    let person = server.register("ada@example.org").await;
    let mine = person.run("{ viewer { workspaces { id } } }", json!({})).await;
    let tiles = json!([{ "text": "# Words", "x": 0, "y": 0, "width": 12, "height": 2 }]);
    let input = json!({ "workspaceId": mine["viewer"]["workspaces"][0]["id"], "title": "Words", "tiles": tiles });
    let made = person.act("createDashboard", "CreateDashboardInput", input, "dashboard { id }").await;
    let (client, connection) = tokio_postgres::connect(&database.url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);

    // Killed while it waits for the tiles.
    client.batch_execute("BEGIN; LOCK TABLE dashboard_tiles IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let input = json!({ "dashboardId": made["dashboard"]["id"], "format": "PDF", "waitMs": 0 });
    let begun = person.act("exportPicture", "ExportPictureInput", input, "export { id }").await;
    until(&database, "SELECT status FROM picture_exports", "RUNNING").await;
    server.kill();
    client.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(row(&database, "SELECT status FROM picture_exports").await, "RUNNING");
    let lease = "UPDATE jobs SET locked_until = now() - interval '1 second' WHERE kind = 'dashboards.write_picture' AND state = 'RUNNING'";
    assert_eq!(client.execute(lease, &[]).await.unwrap(), 1);

    let server = place.serve(&database, &settings).await;
    let person = person.at(&server);
    until(&database, "SELECT status FROM picture_exports", "READY").await;
    let ended = look(&person, &begun["export"]["id"]).await;
    let url = text(&ended["url"]);
    let url = if url.starts_with('/') { format!("{}{url}", person.url) } else { url };
    assert_eq!(pages(&reqwest::get(url).await.unwrap().bytes().await.unwrap()), 1);
}
