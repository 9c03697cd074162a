//! Dashboards as they change: every follower on every server hears of it, and nothing is run twice for that.

use chrono::TimeDelta;
use elenchus::app::App;
use elenchus::domain::dashboards::boards::claimed::Claim;
use elenchus::domain::dashboards::boards::jobs::{self as dashboards_jobs, PruneClaims, RunClaimed, RunInterrupted};
use elenchus::domain::users::actor::Actor;
use elenchus::events::bus::Bus;
use elenchus::jobs::job::Job as _;
use elenchus::server::{Options, Running, serve};
use elenchus::worker;
use serde_json::{Value, json};

use super::dashboards_support::{chosen_region, regions};
use super::support::library::FIRST;
use super::support::live::{Person, Stream, until_some};
use super::support::office::{BY_REGION, Office};
use super::support::people::PASSWORD;
use super::support::served;

const FOLLOW: &str =
    "subscription ($id: ID!, $filters: [FilterValueInput!]) { dashboard(id: $id, filters: $filters) { __typename
    ... on DashboardChanged { dashboard { version title } }
    ... on DashboardResult { tile { y } run { id status rows error { code } } }
    ... on DashboardDeleted { id } } }";
/// Other orders than those that the office begins with.
const LATER: &[u8] = b"region,net,ordered\nnorth,1,2026-02-01\nsouth,2,2026-02-02\n";

/// Another server on the database of the first, which shares nothing else with it.
async fn another(office: &Office) -> Running {
    let app = App { bus: Bus::default(), ..office.desk.served.library.app.clone() };
    serve(app, Options { without_worker: true, ..Options::default() }).await.unwrap()
}

fn at(person: &Person, server: &Running) -> Person {
    Person { url: format!("http://{}", server.address), token: person.token.clone() }
}

async fn follow(person: &Person, id: &str, filters: Value) -> Stream {
    let mut stream = person.socket().await;
    stream.subscribe(FOLLOW, json!({ "id": id, "filters": filters })).await;
    stream
}

async fn next(stream: &mut Stream) -> Value {
    stream.step().await.expect("the stream goes on")["dashboard"].clone()
}

fn changed(version: i32, title: &str) -> Value {
    json!({ "__typename": "DashboardChanged", "dashboard": { "version": version, "title": title } })
}

/// The rows of the next event, which is a result, and the id of its run.
async fn result(stream: &mut Stream) -> (Value, Value) {
    let event = next(stream).await;
    assert_eq!(
        (&event["__typename"], &event["run"]["status"]),
        (&json!("DashboardResult"), &json!("SUCCEEDED")),
        "{event}"
    );
    (event["run"]["rows"].clone(), event["run"]["id"].clone())
}

impl Office {
    /// A dashboard of the region that is chosen, which is the south when nobody chooses.
    async fn regional(&self, refresh: Value) -> String {
        let query = self.of_region().await;
        let tiles = json!([chosen_region(&query, 0)]);
        self.dashboard(json!({ "filters": regions(Value::Null), "tiles": tiles, "refresh": refresh })).await
    }

    /// Puts other rows in the place of the orders.
    async fn replace_orders(&self, rows: &[u8]) {
        let token = self.ada.token.clone();
        let ada = served::Person { id: String::new(), token, refresh_token: String::new(), actor: Actor::nobody() };
        let loaded = self.desk.bring(&ada, "orders.csv", rows, json!({ "workspaceId": self.workspace })).await;
        assert_eq!(loaded["status"], "LOADED", "{loaded}");
    }

    async fn refresh(&self, person: &Person, id: &str) {
        person.act("refreshDashboard", "RefreshDashboardInput", json!({ "id": id }), "dashboard { id }").await;
    }

    /// Has done by now what is to be done every minute, after all that was to be done before.
    async fn minute(&self) {
        let library = &self.desk.served.library;
        let waiting = "count(*) FROM jobs WHERE state IN ('QUEUED', 'RUNNING')";
        until_some("an idle minute", async || library.text(waiting).await.filter(|waiting| waiting == "0")).await;
        worker::every_minute(&library.app).await.unwrap();
    }

    async fn jobs(&self, kind: &str) -> String {
        self.desk.served.library.text(&format!("count(*) FROM jobs WHERE kind = '{kind}'")).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn data_that_change_reach_every_follower_on_every_server_by_one_run() {
    let office = Office::new().await;
    let id = office.regional(json!({ "policy": "ON_CHANGE" })).await;
    let server = another(&office).await;
    let north = json!([{ "name": "where", "value": "north" }]);
    let mut south = Vec::new();
    for person in [&office.vera, &at(&office.vera, &server), &at(&office.ada, &server), &office.eddy] {
        south.push(follow(person, &id, json!([])).await);
    }
    let mut others =
        [follow(&office.vera, &id, north.clone()).await, follow(&at(&office.ada, &server), &id, north).await];
    for stream in south.iter_mut().chain(&mut others) {
        assert_eq!(next(stream).await, changed(1, "Sales"));
    }
    // Nothing was there: what they ask for is run, once for all who ask it.
    let mut runs = Vec::new();
    for stream in &mut south {
        let (rows, run) = result(stream).await;
        assert_eq!(rows, json!([["south", 20]]));
        runs.push(run);
    }
    assert!(runs.iter().all(|run| *run == runs[0]), "{runs:?}");
    for stream in &mut others {
        assert_eq!(result(stream).await.0, json!([["north", 14]]));
    }
    assert_eq!(office.runs().await, "2");

    office.replace_orders(LATER).await;
    let mut later = Vec::new();
    for stream in &mut south {
        let (rows, run) = result(stream).await;
        assert_eq!(rows, json!([["south", 2]]));
        later.push(run);
    }
    assert!(later.iter().all(|run| *run == later[0]) && later[0] != runs[0], "{later:?}");
    for stream in &mut others {
        assert_eq!(result(stream).await.0, json!([["north", 1]]));
    }
    assert_eq!(office.runs().await, "4", "one of each more");
    let askers = "count(asker_id) FROM query_runs WHERE saved_query_id IS NOT NULL";
    assert_eq!(office.desk.served.library.text(askers).await.as_deref(), Some("0"), "in nobody's name");

    // Whoever comes later finds all there, and has nothing run.
    let mut late = follow(&at(&office.eddy, &server), &id, json!([])).await;
    assert_eq!(next(&mut late).await, changed(1, "Sales"));
    assert_eq!(result(&mut late).await, (json!([["south", 2]]), later[0].clone()));
    assert_eq!(office.runs().await, "4");
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_hear_of_changes_of_refreshes_and_of_the_end() {
    let office = Office::new().await;
    let id = office.regional(json!({ "policy": "MANUAL" })).await;
    let server = another(&office).await;
    let mut streams =
        [follow(&office.vera, &id, json!([])).await, follow(&at(&office.ada, &server), &id, json!([])).await];
    for stream in &mut streams {
        assert_eq!(next(stream).await, changed(1, "Sales"));
    }
    office.refresh(&office.eddy, &id).await;
    for stream in &mut streams {
        assert_eq!(result(stream).await.0, json!([["south", 20]]));
    }
    office.replace_orders(LATER).await;
    assert_eq!(office.runs().await, "1", "only when somebody says so");
    let change = json!({ "id": id, "version": 1, "title": "Sold", "filters": [{ "name": "where", "type": "TEXT", "default": "north" }] });
    office.eddy.act("updateDashboard", "UpdateDashboardInput", change, "dashboard { version }").await;
    for stream in &mut streams {
        assert_eq!(next(stream).await, changed(2, "Sold"));
    }
    office.refresh(&office.eddy, &id).await;
    for stream in &mut streams {
        assert_eq!(result(stream).await.0, json!([["north", 1]]));
    }
    office.eddy.act("deleteDataTable", "DeleteDataTableInput", json!({ "id": office.table }), "deletedId").await;
    office.refresh(&office.eddy, &id).await;
    for stream in &mut streams {
        let event = next(stream).await;
        assert_eq!(
            (&event["run"]["status"], &event["run"]["error"]["code"]),
            (&json!("FAILED"), &json!("RELATION_NOT_ALLOWED"))
        );
    }
    // What there is comes first, the newest failure behind the newest result.
    let mut late = follow(&office.eddy, &id, json!([])).await;
    assert_eq!(next(&mut late).await, changed(2, "Sold"));
    assert_eq!(result(&mut late).await.0, json!([["north", 1]]));
    assert_eq!(next(&mut late).await["run"]["status"], "FAILED");
    drop(late);

    office.eddy.act("deleteDashboard", "DeleteDashboardInput", json!({ "id": id }), "deletedId").await;
    for stream in &mut streams {
        assert_eq!(next(stream).await, json!({ "__typename": "DashboardDeleted", "id": id }));
        assert_eq!(stream.step().await, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_no_member_any_more_hears_nothing_more() {
    let office = Office::new().await;
    let id = office.regional(json!({ "policy": "MANUAL" })).await;
    let mut eddy = follow(&office.eddy, &id, json!([])).await;
    assert_eq!(next(&mut eddy).await, changed(1, "Sales"));
    let leave = json!({ "workspaceId": office.workspace });
    office.eddy.act("removeWorkspaceMember", "RemoveWorkspaceMemberInput", leave, "removedId").await;
    office.refresh(&office.ada, &id).await;
    assert_eq!(next(&mut eddy).await, json!({ "__typename": "DashboardDeleted", "id": id }));
    assert_eq!(eddy.step().await, None);
    let mut eve = office.eve.socket().await;
    eve.subscribe(FOLLOW, json!({ "id": id })).await;
    let refused = eve.hear().await.unwrap();
    assert_eq!(refused["payload"]["errors"][0]["extensions"]["code"], "NOT_FOUND", "{refused}");
    let mut vera = office.vera.socket().await;
    vera.subscribe(FOLLOW, json!({ "id": id, "filters": [{ "name": "none" }] })).await;
    let refused = vera.hear().await.unwrap();
    let place = &refused["payload"]["errors"][0]["extensions"]["fields"][0]["path"];
    assert_eq!(place, "filters.0.name", "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn dashboards_are_run_at_intervals_for_as_long_as_somebody_reads_them() {
    let office = Office::new().await;
    let id = office.regional(json!({ "policy": "INTERVAL", "seconds": 60 })).await;
    let library = &office.desk.served.library;
    let app = &library.app;
    let mut vera = follow(&office.vera, &id, json!([])).await;
    assert_eq!(next(&mut vera).await, changed(1, "Sales"));
    assert_eq!(office.runs().await, "0", "to follow it runs nothing");
    office.minute().await;
    assert_eq!(result(&mut vera).await.0, json!([["south", 20]]), "it is due at once");
    let refreshed = async |at: &str| {
        let at = at.to_owned();
        until_some("a refresh", async || {
            let found = library.text("to_char(refreshed_at AT TIME ZONE 'UTC', 'HH24:MI:SS') FROM dashboards").await;
            found.filter(|found| *found == at)
        })
        .await
    };
    refreshed("12:00:00").await;
    office.minute().await;
    assert_eq!(office.jobs("dashboards.refresh").await, "1", "it is not due again");

    app.clock.advance(TimeDelta::seconds(60));
    office.minute().await;
    refreshed("12:01:00").await;
    assert_eq!(office.runs().await, "1", "the same statement on the same data gives the same");
    office.replace_orders(LATER).await;
    assert_eq!(office.runs().await, "1", "it waits for its time");
    app.clock.advance(TimeDelta::seconds(60));
    office.minute().await;
    assert_eq!(result(&mut vera).await.0, json!([["south", 2]]));
    refreshed("12:02:00").await;
    assert_eq!((office.runs().await, office.jobs("dashboards.refresh").await), ("2".to_owned(), "3".to_owned()));
    drop(vera);

    app.clock.advance(TimeDelta::days(7));
    office.minute().await;
    assert_eq!(office.jobs("dashboards.refresh").await, "3", "nobody has looked for a week");
    let login = "mutation ($p: String!) { login(input: { identifier: \"vera\", password: $p }) { accessToken } }";
    let signed_in = office.desk.served.ask(None, login, json!({ "p": PASSWORD })).await;
    let token = signed_in["data"]["login"]["accessToken"].as_str().unwrap().to_owned();
    let vera = Person { url: office.vera.url.clone(), token };
    office.refresh(&vera, &id).await;
    office.minute().await;
    assert_eq!(office.jobs("dashboards.refresh").await, "4", "somebody does again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_is_run_for_its_versions_alone_and_forgotten_in_time() {
    let office = Office::new().await;
    let id = office.regional(json!({ "policy": "ON_CHANGE" })).await;
    let library = &office.desk.served.library;
    let mut vera = follow(&office.vera, &id, json!([])).await;
    assert_eq!(next(&mut vera).await, changed(1, "Sales"));
    assert_eq!(result(&mut vera).await.0, json!([["south", 20]]));
    drop(vera);
    let query = library.text("replace(query_id::text, '-', '') FROM dashboard_claims").await.unwrap();
    let query_id = elenchus::ids::SavedQueryId::from_uuid(query.parse().unwrap());
    let values = vec![("region".to_owned(), Some("south".to_owned()))];
    let version: i64 = library.text("data_version FROM dashboard_claims").await.unwrap().parse().unwrap();
    for (query_version, data_version) in [(1, version), (1, version - 1), (1, version + 1), (2, version)] {
        let claim = Claim { query_id, values: values.clone(), query_version, data_version };
        RunClaimed { claims: vec![claim] }.run(library.app.clone(), FIRST).await.unwrap();
        assert_eq!(office.runs().await, "1", "there already, or another's to run");
    }
    let claims = "count(*) FROM dashboard_claims";
    library.app.clock.advance(TimeDelta::days(59));
    PruneClaims {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(library.text(claims).await.as_deref(), Some("1"));
    library.app.clock.advance(TimeDelta::days(2));
    PruneClaims {}.run(library.app.clone(), FIRST).await.unwrap();
    assert_eq!(library.text(claims).await.as_deref(), Some("0"));
}

/// The newest run of a kept query was left by a server that is gone, and its result with it.
async fn interrupt(office: &Office) {
    let library = &office.desk.served.library;
    let now = library.app.clock.now();
    let interrupt = format!(
        "UPDATE query_runs SET status = 'FAILED', error_code = 'INTERRUPTED', result_id = NULL, ended_at = '{now}' \
         WHERE id = (SELECT id FROM query_runs WHERE saved_query_id IS NOT NULL ORDER BY id DESC LIMIT 1)"
    );
    library.sql(&interrupt).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_server_is_gone_is_ended_by_the_minute() {
    let office = Office::new().await;
    let query = office.query("By region", BY_REGION).await;
    office.run(&office.eddy, &query, json!([])).await;
    let library = &office.desk.served.library;
    let left = "UPDATE query_runs SET status = 'RUNNING', result_id = NULL, ended_at = NULL, leased_until = '2026-03-01T12:01:30Z'";
    library.sql(left).await;
    let status = "status || ' ' || coalesce(error_code, '') FROM query_runs";
    worker::every_minute(&library.app).await.unwrap();
    office.idle().await;
    assert_eq!(library.text(status).await.unwrap(), "RUNNING ", "it may be there");
    library.app.clock.advance(TimeDelta::seconds(91));
    worker::every_minute(&library.app).await.unwrap();
    office.idle().await;
    assert_eq!(library.text(status).await.unwrap(), "FAILED INTERRUPTED");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dashboard_whose_run_was_interrupted_is_due_again() {
    let office = Office::new().await;
    office.regional(json!({ "policy": "INTERVAL", "seconds": 3600 })).await;
    let library = &office.desk.served.library;
    office.minute().await;
    let runs = async |count: &str| {
        let ended = "count(*) FROM query_runs WHERE status <> 'RUNNING' AND saved_query_id IS NOT NULL";
        until_some("the runs", async || library.text(ended).await.filter(|found| found == count)).await;
    };
    runs("1").await;
    RunInterrupted {}.run(library.app.clone(), FIRST).await.unwrap();
    assert!(!dashboards_jobs::is_any_due(&library.app).await.unwrap(), "not for another hour");
    interrupt(&office).await;
    RunInterrupted {}.run(library.app.clone(), FIRST).await.unwrap();
    assert!(dashboards_jobs::is_any_due(&library.app).await.unwrap());
    office.minute().await;
    runs("2").await;
    RunInterrupted {}.run(library.app.clone(), FIRST).await.unwrap();
    assert!(!dashboards_jobs::is_any_due(&library.app).await.unwrap());
    for _ in 0..2 {
        interrupt(&office).await;
        RunInterrupted {}.run(library.app.clone(), FIRST).await.unwrap();
        assert!(!dashboards_jobs::is_any_due(&library.app).await.unwrap(), "twice in a row is left alone");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_whose_run_was_interrupted_is_run_again() {
    let office = Office::new().await;
    let id = office.regional(json!({ "policy": "ON_CHANGE" })).await;
    let library = &office.desk.served.library;
    let mut vera = follow(&office.vera, &id, json!([])).await;
    assert_eq!(next(&mut vera).await, changed(1, "Sales"));
    assert_eq!(result(&mut vera).await.0, json!([["south", 20]]));
    drop(vera);
    interrupt(&office).await;
    for _ in 0..2 {
        RunInterrupted {}.run(library.app.clone(), FIRST).await.unwrap();
        assert_eq!(office.runs().await, "2", "once more");
    }
    let mut vera = follow(&office.vera, &id, json!([])).await;
    assert_eq!(next(&mut vera).await, changed(1, "Sales"));
    assert_eq!(result(&mut vera).await.0, json!([["south", 20]]));
}
