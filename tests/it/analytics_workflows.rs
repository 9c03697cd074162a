//! Work in several steps, in the figures of whom it was done for, of its course and of everybody.

use serde_json::{Value, json};

use super::support::classroom::{Classroom, text};
use super::support::live::{Person, until_some};
use super::support::office::{BY_REGION, Office};

const FIGURES: &str =
    "{ totals { workflows { started running completed partial failed stopped successRate meanDurationMs } }
    daily { totals { workflows { started } } } byWorkflow { kind stats { started completed failed } } }";

async fn figures(person: &Person) -> Value {
    person.run(&format!("{{ analytics(range: {{days: 2}}) {FIGURES} }}"), json!({})).await["analytics"].clone()
}

fn by_kind(figures: &Value) -> Vec<(String, [i64; 3])> {
    let shares = figures["byWorkflow"].as_array().unwrap_or_else(|| panic!("{figures}"));
    let counts = |stats: &Value| ["started", "completed", "failed"].map(|name| stats[name].as_i64().unwrap());
    shares.iter().map(|share| (text(&share["kind"]), counts(&share["stats"]))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn work_is_counted_once_for_whom_it_was_done_and_outlives_what_it_made() {
    let office = Office::new().await;
    let (ada, eddy, library) = (&office.ada, &office.eddy, &office.desk.served.library);
    let query = office.query("By region", BY_REGION).await;
    let run = office.run(eddy, &query, json!([])).await["id"].clone();
    for format in ["CSV", "JSON"] {
        let input = json!({ "runId": run, "format": format });
        eddy.act("exportData", "ExportDataInput", input, "export { id }").await;
    }
    let ended = "count(*) FROM result_exports WHERE status = 'READY'";
    until_some("the files", async || (library.text(ended).await? == "2").then_some(())).await;
    library
        .sql("UPDATE analytics_workflows SET ended_at = started_at + interval '1500 ms' WHERE kind = 'RESULT_EXPORT'")
        .await;
    let used = figures(eddy).await;
    let expected = json!({ "started": 2, "running": 0, "completed": 2, "partial": 0, "failed": 0, "stopped": 0,
                           "successRate": 1.0, "meanDurationMs": 1500.0 });
    assert_eq!(used["totals"]["workflows"], expected);
    assert_eq!(by_kind(&used), [("RESULT_EXPORT".to_owned(), [2, 2, 0])]);
    let days: Vec<_> =
        used["daily"].as_array().unwrap().iter().map(|day| &day["totals"]["workflows"]["started"]).collect();
    assert_eq!(days, [&json!(0), &json!(2)]);
    // What was brought is hers, whoever else works with it.
    assert_eq!(by_kind(&figures(ada).await), [("DATA_LOAD".to_owned(), [1, 1, 0])]);

    // One that fails, one that is asked for and removed before its turn, one that is removed once it was there.
    let copy = "INSERT INTO result_exports (id, user_id, run_id, format, is_neutralised, is_for_excel, is_partial, status, progress, \
                    storage_key, created_at, expires_at) \
                SELECT gen_random_uuid(), user_id, run_id, format, is_neutralised, is_for_excel, is_partial, 'PENDING', 0, \
                    gen_random_uuid()::text, created_at, expires_at FROM result_exports LIMIT 1";
    for _ in 0..2 {
        library.sql(copy).await;
    }
    assert_eq!(figures(eddy).await["totals"]["workflows"]["running"], 2);
    library
        .sql(
            "UPDATE result_exports SET status = 'FAILED', ended_at = created_at, error_code = 'INTERNAL', error_message = 'x' \
              WHERE id = (SELECT id FROM result_exports WHERE status = 'PENDING' LIMIT 1); DELETE FROM result_exports",
        )
        .await;
    let expected = json!({ "started": 4, "running": 0, "completed": 2, "partial": 0, "failed": 1, "stopped": 1,
                           "successRate": 2.0 / 3.0, "meanDurationMs": 1500.0 });
    assert_eq!(figures(eddy).await["totals"]["workflows"], expected);
    // Of whom nothing came to its end, nothing has a time.
    let hers = "INSERT INTO data_exports (id, user_id, status, progress, created_at, ended_at) \
                SELECT gen_random_uuid(), id, 'FAILED', 0, '2026-03-01 11:00Z', '2026-03-01 11:01Z' FROM users WHERE email = 'vera@example.org'";
    library.sql(hers).await;
    let expected = json!({ "started": 1, "running": 0, "completed": 0, "partial": 0, "failed": 1, "stopped": 0,
                           "successRate": 0.0, "meanDurationMs": null });
    assert_eq!(figures(&office.vera).await["totals"]["workflows"], expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_read_anew_is_work_again() {
    let office = Office::new().await;
    let library = &office.desk.served.library;
    let states = "string_agg(status, ' ' ORDER BY id) FROM analytics_workflows";
    assert_eq!(library.text(states).await.as_deref(), Some("COMPLETED"));
    let steps = [
        ("PENDING", "COMPLETED RUNNING"),
        ("INSPECTING", "COMPLETED RUNNING"),
        ("INSPECTED", "COMPLETED COMPLETED"),
        ("PENDING", "COMPLETED COMPLETED RUNNING"),
        ("LOADING", "COMPLETED COMPLETED RUNNING"),
        ("FAILED", "COMPLETED COMPLETED FAILED"),
    ];
    for (status, expected) in steps {
        let change = format!(
            "UPDATE dataset_uploads SET status = '{status}', ended_at = CASE WHEN '{status}' = 'FAILED' THEN updated_at END, \
                 error_code = CASE WHEN '{status}' = 'FAILED' THEN 'BAD_ROWS' END"
        );
        library.sql(&change).await;
        assert_eq!(library.text(states).await.as_deref(), Some(expected), "{status}");
    }
    // Telling how far it is says nothing new.
    library.sql("UPDATE dataset_uploads SET progress = 0.5").await;
    assert_eq!(library.text(states).await.as_deref(), Some("COMPLETED COMPLETED FAILED"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_work_of_a_course_counts_for_it_and_for_nobody() {
    let room = Classroom::new().await;
    let reading = room
        .document("duty.txt", "A director owes the company a fiduciary duty. A fiduciary duty is not waived.")
        .await;
    let week = room.week(1, json!({ "documentIds": [reading] })).await;
    let extract = async |count: i32| {
        let input = json!({ "weekId": week, "count": count });
        room.professor.act("extractThemes", "ExtractThemesInput", input, "week { id }").await
    };
    extract(1).await;
    // Asked otherwise before the first was begun: that one is not done.
    let library = &room.served.library;
    library.sql("UPDATE theme_extractions SET requested_at = requested_at + interval '1 second'").await;
    // Something else is done with the same week at the same time.
    let search = "INSERT INTO misconception_searches (week_id, content_hash, status, requested_at) \
                  SELECT week_id, content_hash, 'PENDING', requested_at FROM theme_extractions";
    library.sql(search).await;
    library.work_off().await;
    let searches = "string_agg(status, ' ') FROM analytics_workflows WHERE kind = 'MISCONCEPTIONS'";
    assert_eq!(library.text(searches).await.as_deref(), Some("RUNNING"));
    library.sql("DELETE FROM misconception_searches").await;
    assert_eq!(library.text(searches).await.as_deref(), Some("STOPPED"));
    library.sql("DELETE FROM analytics_workflows WHERE kind = 'MISCONCEPTIONS'").await;
    let course =
        "query ($id: ID!) { node(id: $id) { ... on Week { course { analytics(range: {days: 2}) FIGURES } } } }";
    let of_course = room.professor.run(&course.replace("FIGURES", FIGURES), json!({ "id": week })).await;
    let of_course = &of_course["node"]["course"]["analytics"];
    let counts = ["started", "running", "completed", "stopped"]
        .map(|name| of_course["totals"]["workflows"][name].as_i64().unwrap());
    assert_eq!(counts, [2, 0, 1, 1], "{of_course}");
    assert_eq!(by_kind(of_course), [("THEMES".to_owned(), [2, 1, 0])]);
    assert_eq!(by_kind(&figures(&room.professor).await), []);

    let (root, _) = room.served.of_role("root", "ADMIN").await;
    let all = async || {
        let all = root.run(&format!("{{ installationAnalytics(range: {{days: 2}}) {FIGURES} }}"), json!({})).await;
        by_kind(&all["installationAnalytics"])
    };
    assert_eq!(all().await, [("THEMES".to_owned(), [2, 1, 0])]);
    room.served.library.sql("DELETE FROM weeks").await;
    assert_eq!(all().await, [("THEMES".to_owned(), [2, 1, 0])], "a week that is gone was worked on");
}
