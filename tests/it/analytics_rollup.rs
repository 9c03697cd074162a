//! Summing up: late ends, corrections, several at once, and a great many runs.

use elenchus::domain::analytics::jobs::RollUpUsage;
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::support::library::{FIRST, Library};
use super::support::served::{Person, Served};

const RUNS: &str = "{ totals { usage { runs queries failures costUsd tokens { total } } } }";

async fn usage(served: &Served, person: &Person, days: i32) -> Value {
    served.analytics(person, json!({ "days": days }), RUNS).await["totals"]["usage"].clone()
}

fn figures(runs: i64, failures: i64, cost: &str, tokens: i64) -> Value {
    json!({"runs": runs, "queries": runs, "failures": failures, "costUsd": cost, "tokens": {"total": tokens}})
}

/// Checks the figures as they are read and, once summed up, as they are then.
async fn holds(served: &Served, person: &Person, expected: &Value, what: &str) {
    assert_eq!(usage(served, person, 7).await, *expected, "{what}, at once");
    served.library.roll_up().await;
    assert_eq!(usage(served, person, 7).await, *expected, "{what}, summed up");
}

#[tokio::test]
async fn runs_that_end_late_and_corrections_count_at_once_and_once() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    let library = &served.library;
    library
        .sql(
            // Of an instance that lives: nobody else ends it.
            "INSERT INTO generations (id, owner_id, purpose, status, created_at, instance_id) \
             SELECT gen_random_uuid(), u.id, 'REPLY', 'RUNNING', '2026-02-27 08:00Z', i.id \
             FROM users u, instances i WHERE username = 'ada'",
        )
        .await;
    let touched = "count(*) FROM analytics_changes";
    assert_eq!(library.text(touched).await.as_deref(), Some("0"), "nothing that counts has happened");
    holds(&served, &ada, &figures(0, 0, "0", 0), "a run that goes on").await;
    library
        .sql(
            "UPDATE generations SET status = 'COMPLETED', provider = 'openai', model = 'small', input_tokens = 10, \
              output_tokens = 5, cost_usd = 0.25, ended_at = '2026-03-01 11:00Z'",
        )
        .await;
    holds(&served, &ada, &figures(1, 0, "0.25", 15), "days after it was asked for").await;
    for change in ["content = ''", "discarded_at = now()", "stop_requested_at = now()", "input = '{}'"] {
        library.sql(&format!("UPDATE generations SET {change}")).await;
    }
    assert_eq!(library.text(touched).await.as_deref(), Some("0"), "what was written is no figure");
    library.sql("UPDATE generations SET cost_usd = 0.5, output_tokens = 6").await;
    holds(&served, &ada, &figures(1, 0, "0.5", 16), "corrected").await;
    library.sql("UPDATE generations SET status = 'FAILED', created_at = '2026-02-26 08:00Z'").await;
    holds(&served, &ada, &figures(1, 1, "0.5", 16), "moved").await;
    let rows = "string_agg(starts_at::text, ' ') FROM analytics_usage";
    assert_eq!(library.text(rows).await.as_deref(), Some("2026-02-26 08:00:00+00"), "and gone from where it was");
    let bob = served.person("bob").await;
    library.sql("UPDATE generations SET owner_id = (SELECT id FROM users WHERE username = 'bob')").await;
    holds(&served, &bob, &figures(1, 1, "0.5", 16), "somebody else's").await;
    holds(&served, &ada, &figures(0, 0, "0", 0), "no longer hers").await;
    library.sql("DELETE FROM generations").await;
    holds(&served, &bob, &figures(0, 0, "0", 0), "gone").await;
    assert_eq!(library.text("count(*) FROM analytics_usage").await.as_deref(), Some("0"));
}

/// Runs of everybody, 38 seconds apart, from the newest to the oldest.
fn many(first: u32, last: u32) -> String {
    format!(
        "INSERT INTO generations (id, owner_id, purpose, status, provider, model, input_tokens, output_tokens, cost_usd, \
             first_token_ms, duration_ms, created_at, ended_at) \
         SELECT gen_random_uuid(), u.id, 'REPLY', 'COMPLETED', 'openai', 'model ' || n % 2, 2, 1, 0.001, 200 + n % 300, \
             1000 + n % 5000, timestamptz '2026-03-01 12:00Z' - n * interval '38 seconds', now() \
         FROM users u, generate_series({first}, {last}) n"
    )
}

const SUMS: &str = "concat_ws(' ', count(*), count(DISTINCT (user_id, starts_at, slot)), sum(runs), sum(cost_usd), \
                    (SELECT sum(n) FROM analytics_usage, unnest(response_counts) n)) FROM analytics_usage";

#[tokio::test(flavor = "multi_thread")]
async fn several_who_sum_up_at_once_count_nothing_twice() {
    let served = Served::new().await;
    for name in ["ada", "bob", "eve"] {
        served.person(name).await;
    }
    let library = &served.library;
    library.sql(&many(1, 3000)).await;
    let at_once = || async {
        let job = || RollUpUsage {}.run(library.app.clone(), FIRST);
        let (one, two, three, four) = tokio::join!(job(), job(), job(), job());
        for done in [one, two, three, four] {
            done.unwrap();
        }
    };
    let writing = async {
        for _ in 0..20 {
            library.sql("UPDATE generations SET cost_usd = cost_usd + 0.001 WHERE duration_ms % 7 = 0").await;
        }
    };
    tokio::join!(at_once(), writing, at_once());
    library.roll_up().await;
    let expected =
        library.text("concat_ws(' ', count(*), sum(cost_usd), count(duration_ms)) FROM generations").await.unwrap();
    let summed = library.text("concat_ws(' ', sum(runs), sum(cost_usd), (SELECT sum(n) FROM analytics_usage, unnest(response_counts) n)) FROM analytics_usage").await;
    assert_eq!(summed, Some(expected));
    let before = library.text(SUMS).await;
    let [rows, distinct] = [0, 1].map(|at| before.as_ref().unwrap().split(' ').nth(at).unwrap().to_owned());
    assert_eq!(rows, distinct);
    library
        .sql("INSERT INTO analytics_changes (user_id, starts_at) SELECT user_id, starts_at FROM analytics_usage")
        .await;
    at_once().await;
    assert_eq!(library.text(SUMS).await, before, "summed up anew without a change");
}

const BREAKDOWN: &str = "{ totals { usage { runs costUsd tokens { total } responseTime { count p50Ms p99Ms } } }
    daily { date totals { usage { runs responseTime { p95Ms } } } } byModel { model usage { runs } }
    byPurpose { usage { runs } } byConversation { usage { runs } } }";

async fn rows(library: &Library, of: &str) -> i64 {
    library.text(&format!("count(*) FROM {of}")).await.unwrap().parse().unwrap()
}

/// A run every 38 seconds for 88 days.
#[tokio::test]
async fn a_quarter_of_two_hundred_thousand_runs_is_read_from_the_sums_alone() {
    let served = Served::with(&[("STATEMENT_TIMEOUT_MS", "600000")]).await;
    let ada = served.person("ada").await;
    let library = &served.library;
    for from in (0..200_000).step_by(20_000) {
        library.sql(&many(from + 1, from + 20_000)).await;
    }
    library.roll_up().await;
    // Of each quarter of an hour two rows, for two models: 88 days of 96.
    let summed = rows(library, "analytics_usage").await;
    assert!(summed <= 2 * 96 * 88 + 2, "{summed} rows");
    let quarter = json!({"days": 90});
    let before = served.analytics(&ada, quarter.clone(), BREAKDOWN).await;
    assert_eq!(before["totals"]["usage"]["runs"], 200_000);
    assert_eq!(before["totals"]["usage"]["costUsd"], "200");
    assert_eq!(before["totals"]["usage"]["responseTime"]["count"], 200_000);
    let days = before["daily"].as_array().unwrap();
    let sum: i64 = days.iter().map(|day| day["totals"]["usage"]["runs"].as_i64().unwrap()).sum();
    assert_eq!((days.len(), sum), (90, 200_000));

    // Without a word of it the records go: nothing that is read is in them.
    library
        .sql("SET session_replication_role = replica; DELETE FROM generations; SET session_replication_role = DEFAULT")
        .await;
    assert_eq!(served.analytics(&ada, quarter, BREAKDOWN).await, before);
    // Whoever doubts them has them made anew.
    let refresh =
        "mutation { refreshAnalytics(input: {range: {days: 366}}) { analytics { totals { usage { runs } } } } }";
    let fresh = served.ask(Some(&ada.token), refresh, json!({})).await;
    assert_eq!(fresh, json!({"data": {"refreshAnalytics": {"analytics": {"totals": {"usage": {"runs": 0}}}}}}));
    library.roll_up().await;
    assert_eq!(rows(library, "analytics_usage").await, 0);
}
