//! Charts by their addresses: what is drawn, how it is sent, and who gets it.

use chrono::TimeDelta;
use elenchus::ids::UserId;
use serde_json::{Value, json};

use super::dashboards_support::{OF_REGION, regions};
use super::support::classroom::{refusal, text};
use super::support::live::Person;
use super::support::office::{BY_REGION, Office};

const IMAGE: &str = "query ($id: ID!, $format: ImageFormat! = PNG, $width: Int! = 720, $height: Int! = 420, $theme: PictureTheme! = LIGHT,
    $scale: Float! = 1) { node(id: $id) { ... on Chart { imageUrl(format: $format, width: $width, height: $height, theme: $theme,
    scale: $scale) } } }";
const TILES: &str = "query ($id: ID!, $filters: [FilterValueInput!]) { node(id: $id) { ... on Dashboard { tiles {
    imageUrl(filters: $filters, format: SVG) } } } }";

/// What came of fetching an address.
struct Fetched {
    status: u16,
    headers: reqwest::header::HeaderMap,
    bytes: Vec<u8>,
}

impl Fetched {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    /// Width and height of a PNG.
    fn sides(&self) -> (u32, u32) {
        assert_eq!(&self.bytes[..8], b"\x89PNG\r\n\x1a\n");
        let number = |at: usize| u32::from_be_bytes(self.bytes[at..at + 4].try_into().unwrap());
        (number(16), number(20))
    }
}

impl Office {
    /// The id of a chart of Eddy's: bars of net by region.
    pub async fn bars(&self, query: &str, title: &str) -> String {
        let spec = json!({ "mark": "bar", "encoding": { "x": { "field": "region", "type": "nominal" },
            "y": { "field": "net", "type": "quantitative" } } });
        let input = json!({ "queryId": query, "title": title, "spec": spec });
        text(&self.eddy.act("createChart", "CreateChartInput", input, "chart { id }").await["chart"]["id"])
    }

    async fn fetch(&self, url: &str, known: Option<&str>) -> Fetched {
        let request = reqwest::Client::new().get(self.desk.served.url(url));
        let request = known.map_or(request.try_clone().unwrap(), |known| request.header("if-none-match", known));
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Fetched { status, headers, bytes: response.bytes().await.unwrap().to_vec() }
    }
}

async fn image(person: &Person, chart: &str, mut how: Value) -> Value {
    how["id"] = json!(chart);
    person.run(IMAGE, how).await["node"]["imageUrl"].clone()
}

#[tokio::test]
async fn a_chart_is_drawn_when_its_address_is_fetched() {
    let office = Office::new().await;
    let query = office.query("By region", BY_REGION).await;
    let chart = office.bars(&query, "Net <by> region").await;
    assert_eq!(image(&office.vera, &chart, json!({})).await, Value::Null, "nothing was run");
    office.run(&office.eddy, &query, json!([])).await;

    let url = text(&image(&office.vera, &chart, json!({})).await);
    assert!(url.starts_with("/pictures/"), "{url}");
    assert_eq!(json!(url), image(&office.vera, &chart, json!({})).await, "one picture, one address");
    let png = office.fetch(&url, None).await;
    assert_eq!((png.status, png.sides()), (200, (720, 420)));
    let told =
        ["content-type", "content-disposition", "cache-control", "content-security-policy", "x-content-type-options"];
    assert_eq!(
        told.map(|name| png.header(name)),
        [
            "image/png",
            "inline",
            "private, max-age=900",
            "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            "nosniff"
        ]
    );
    let etag = png.header("etag").to_owned();
    assert_eq!(etag.len(), 34, "{etag}");
    for known in [etag.clone(), format!("\"other\", W/{etag}")] {
        let same = office.fetch(&url, Some(&known)).await;
        assert_eq!((same.status, same.bytes.len(), same.header("etag")), (304, 0, etag.as_str()));
    }
    assert_eq!(office.fetch(&url, Some("\"other\"")).await.status, 200);

    let larger = image(&office.vera, &chart, json!({ "width": 300, "height": 200, "scale": 2 })).await;
    assert_eq!(office.fetch(&text(&larger), None).await.sides(), (600, 400));
    let dark = image(&office.vera, &chart, json!({ "format": "SVG", "theme": "DARK" })).await;
    let svg = office.fetch(&text(&dark), None).await;
    assert_eq!((svg.status, svg.header("content-type")), (200, "image/svg+xml"));
    let drawn = svg.text();
    assert!(drawn.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"420\""), "{drawn}");
    for word in [">north</text>", ">south</text>", "Net &lt;by&gt; region", "#111827"] {
        assert!(drawn.contains(word), "{word}");
    }
    assert_ne!(svg.header("etag"), etag);

    // Another version of the chart is another picture at the same address; another result has another address.
    let change = json!({ "id": chart, "version": 1, "title": "Nets" });
    office.eddy.act("updateChart", "UpdateChartInput", change, "chart { version }").await;
    let changed = office.fetch(&url, Some(&etag)).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), etag);
    office.desk.served.library.sql("UPDATE data_sources SET data_version = data_version + 1").await;
    office.run(&office.eddy, &query, json!([])).await;
    let newer = text(&image(&office.vera, &chart, json!({})).await);
    assert_ne!(newer, url);
    let newest = office.fetch(&newer, Some(changed.header("etag"))).await;
    assert_eq!(newest.status, 200);
    assert_ne!(newest.header("etag"), changed.header("etag"));
}

#[tokio::test]
async fn sizes_of_which_there_is_no_picture_are_refused() {
    let office = Office::new().await;
    let query = office.query("By region", BY_REGION).await;
    let chart = office.bars(&query, "Net").await;
    let cases = [
        (json!({ "width": 59 }), "width"),
        (json!({ "height": 4001 }), "height"),
        (json!({ "scale": 0 }), "scale"),
        (json!({ "width": 4000, "height": 4000, "scale": 1.1 }), "scale"),
    ];
    for (mut how, field) in cases {
        how["id"] = json!(chart);
        assert_eq!(office.vera.refused(IMAGE, how).await, refusal("BAD_USER_INPUT", &[field]));
    }
}

#[tokio::test]
async fn an_address_is_for_one_person_one_chart_and_a_while() {
    let office = Office::new().await;
    let query = office.query("By region", BY_REGION).await;
    let chart = office.bars(&query, "Net").await;
    office.run(&office.eddy, &query, json!([])).await;
    assert_eq!(office.eve.refused(IMAGE, json!({ "id": chart })).await, refusal("NOT_FOUND", &["id"]));
    let veras = text(&image(&office.vera, &chart, json!({})).await);
    let eddys = text(&image(&office.eddy, &chart, json!({})).await);
    assert_ne!(veras, eddys);
    let status = async |url: &str| office.fetch(url, None).await.status;
    assert_eq!((status(&veras).await, status(&eddys).await), (200, 200));
    let token = veras.strip_prefix("/pictures/").unwrap();
    assert_eq!(status(&format!("/files/{token}")).await, 404, "it is no address of a file");
    let forged = format!("/pictures/{token}x");
    assert_eq!((status(&forged).await, status("/pictures/x").await), (404, 404));

    let member: UserId = {
        let me = office.vera.run("{ viewer { user { id } } }", json!({})).await;
        text(&me["viewer"]["user"]["id"]).parse().unwrap()
    };
    let library = &office.desk.served.library;
    library.sql(&format!("DELETE FROM workspace_members WHERE user_id = '{}'", member.uuid())).await;
    assert_eq!((status(&veras).await, status(&eddys).await), (404, 200), "she is no member any more");
    let second = office.bars(&query, "Net").await;
    let other = text(&image(&office.eddy, &second, json!({})).await);
    office.eddy.act("deleteChart", "DeleteChartInput", json!({ "id": chart }), "deletedId").await;
    assert_eq!((status(&eddys).await, status(&other).await), (404, 200), "the chart is gone");
    library.app.clock.advance(TimeDelta::minutes(59));
    assert_eq!(status(&other).await, 200);
    library.app.clock.advance(TimeDelta::minutes(17));
    assert_eq!(status(&other).await, 404, "its time is over");
}

#[tokio::test]
async fn a_tile_shows_the_result_of_its_values() {
    let office = Office::new().await;
    let query = office.of_region().await;
    assert!(OF_REGION.contains("$region"));
    let chart = office.bars(&query, "By region").await;
    let mapped = json!([{ "parameter": "region", "filter": "where" }]);
    let tiles = json!([
        { "chartId": chart, "x": 0, "y": 0, "width": 6, "height": 4, "parameters": mapped },
        { "queryId": query, "x": 6, "y": 0, "width": 6, "height": 4 },
        { "text": "Words", "x": 0, "y": 5, "width": 12, "height": 1 },
    ]);
    let id = office.dashboard(json!({ "tiles": tiles, "filters": regions(Value::Null) })).await;
    office.run(&office.eddy, &query, json!([{ "name": "region", "value": "south" }])).await;
    office.run(&office.eddy, &query, json!([{ "name": "region", "value": "north" }])).await;
    let shown = async |filters: Value| {
        let data = office.vera.run(TILES, json!({ "id": id, "filters": filters })).await;
        let urls: Vec<Value> =
            data["node"]["tiles"].as_array().unwrap().iter().map(|tile| tile["imageUrl"].clone()).collect();
        assert_eq!(urls[1..], [Value::Null, Value::Null], "only charts are drawn by themselves");
        urls[0].clone()
    };
    for (filters, there, other) in
        [(json!([]), "south", "north"), (json!([{ "name": "where", "value": "north" }]), "north", "south")]
    {
        let drawn = office.fetch(&text(&shown(filters).await), None).await.text();
        assert!(drawn.contains("width=\"568\" height=\"274\""), "as large as its tile: {drawn}");
        assert!(drawn.contains(&format!(">{there}</text>")) && !drawn.contains(&format!(">{other}</text>")), "{drawn}");
    }
    assert_eq!(shown(json!([{ "name": "where", "value": "east" }])).await, Value::Null);
    let wrong = json!({ "id": id, "filters": [{ "name": "none", "value": "x" }] });
    let told = office.vera.respond(TILES, wrong).await;
    let codes: Vec<&Value> = told["errors"].as_array().unwrap().iter().map(|it| &it["extensions"]["code"]).collect();
    assert_eq!(codes, ["BAD_USER_INPUT"; 3], "one for each tile: {told}");
}

#[tokio::test]
async fn the_number_of_statements_does_not_grow_with_pictures() {
    const NESTED: &str =
        "query ($first: Int!) { dashboards(first: $first) { nodes { tiles { imageUrl chart { imageUrl } } } } }";
    let office = Office::new().await;
    let query = office.query("By region", BY_REGION).await;
    let chart = office.bars(&query, "By region").await;
    office.run(&office.eddy, &query, json!([])).await;
    for count in 1..=8 {
        let tile = |row: usize| json!({ "chartId": chart, "x": 0, "y": row * 4, "width": 12, "height": 4 });
        let tiles: Vec<Value> = (0..count).map(tile).collect();
        office.dashboard(json!({ "tiles": tiles })).await;
    }
    let mut counted = Vec::new();
    for first in [1, 3, 8] {
        let served = &office.desk.served;
        let answer = served.answer(Some(&office.vera.token), NESTED, json!({ "first": first })).await;
        assert_eq!(answer.body.get("errors"), None, "{}", answer.body);
        for dashboard in answer.body["data"]["dashboards"]["nodes"].as_array().unwrap() {
            for tile in dashboard["tiles"].as_array().unwrap() {
                assert!(tile["imageUrl"].is_string() && tile["chart"]["imageUrl"].is_string(), "{tile}");
            }
        }
        counted.push(answer.headers["x-sql-statements"].to_str().unwrap().to_owned());
    }
    assert_eq!(counted, [counted[0].as_str(); 3]);
}
