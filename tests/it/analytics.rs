//! What somebody used, in figures: exact, by whoever's midnights, the same before and after it is summed up.

use elenchus::domain::analytics::jobs::RollUpUsage;
use elenchus::jobs::job::Job as _;
use serde_json::{Value, json};

use super::support::library::{FIRST, Library};
use super::support::served::{Person, Served};

/// All figures of some runs.
pub const USAGE: &str = "{ queries runs failures stopped costUsd unpricedRuns
    tokens { input output total cachedInput countedInput countedOutput measuredRuns countedRuns }
    responseTime { count meanMs minMs p50Ms p90Ms p95Ms p99Ms maxMs } firstTokenTime { count meanMs minMs p50Ms p90Ms p95Ms p99Ms maxMs } }";

impl Library {
    /// Puts runs of somebody's into the records: purpose, status, provider, model, tokens read, written and cached, whether we
    /// counted them, cost, time to the first word, time in all, when it was asked for and its conversation, as SQL. All have ended.
    pub async fn ran(&self, who: &str, runs: &[&str]) {
        for run in runs {
            self.sql(&format!(
                "INSERT INTO generations (id, owner_id, purpose, status, provider, model, input_tokens, output_tokens, \
                 cached_input_tokens, usage_is_estimated, cost_usd, first_token_ms, duration_ms, created_at, conversation_id, ended_at) \
                 SELECT gen_random_uuid(), u.id, {run}, now() FROM users u WHERE username = '{who}'"
            ))
            .await;
        }
    }

    pub async fn roll_up(&self) {
        RollUpUsage {}.run(self.app.clone(), FIRST).await.unwrap();
        assert_eq!(self.text("count(*) FROM analytics_changes").await.as_deref(), Some("0"));
    }
}

impl Served {
    /// What somebody's own analytics show, on some days.
    pub async fn analytics(&self, person: &Person, range: Value, selection: &str) -> Value {
        let query = format!("query ($range: DateRangeInput!) {{ analytics(range: $range) {selection} }}");
        let answer = self.ask(Some(&person.token), &query, json!({ "range": range })).await;
        assert_eq!(answer.get("errors"), None, "{answer}");
        answer["data"]["analytics"].clone()
    }
}

/// On the two sides of midnight in Berlin and in UTC.
const RUNS: [&str; 5] = [
    "'REPLY', 'COMPLETED', 'openai', 'small', 100, 20, 40, false, 0.001, 300, 1000, timestamptz '2026-02-27 23:30Z', NULL::uuid",
    "'REPLY', 'COMPLETED', 'openai', 'small', 200, 30, 0, true, 0.002, 500, 3000, timestamptz '2026-02-28 22:59Z', NULL::uuid",
    "'REPLY', 'FAILED', NULL, NULL, NULL, NULL, NULL, false, NULL, NULL, NULL::integer, timestamptz '2026-02-28 23:01Z', NULL::uuid",
    "'TITLE', 'COMPLETED', 'openai', 'new', 10, 5, 0, false, NULL, 100, 200, timestamptz '2026-03-01 11:00Z', NULL::uuid",
    "'ANSWER', 'STOPPED', 'openai', 'small', 50, 5, 0, false, 0.0005, 400, 900, timestamptz '2026-03-01 11:10Z', NULL::uuid",
];

fn nothing_measured() -> Value {
    json!({"count": 0, "meanMs": null, "minMs": null, "p50Ms": null, "p90Ms": null, "p95Ms": null, "p99Ms": null, "maxMs": null})
}

fn once(ms: i32) -> Value {
    json!({"count": 1, "meanMs": f64::from(ms), "minMs": ms, "p50Ms": ms, "p90Ms": ms, "p95Ms": ms, "p99Ms": ms, "maxMs": ms})
}

#[tokio::test]
async fn figures_are_exact_and_the_same_before_and_after_they_are_summed_up() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    served.library.ran("ada", &RUNS).await;
    let selection = format!(
        "{{ range {{ from to timezone startsAt endsAt }} totals {{ usage {USAGE} documents {{ uploaded bytes failed }} \
         sessions {{ count seconds }} }} daily {{ date startsAt endsAt totals {{ usage {{ queries runs failures costUsd }} }} }} \
         byModel {{ provider model usage {{ runs costUsd responseTime {{ count }} }} }} byPurpose {{ purpose usage {{ runs }} }} \
         byCourse {{ usage {{ runs }} }} byConversation {{ usage {{ runs }} }} responseTime {{ p50Ms }} firstTokenTime {{ p50Ms }} }}"
    );
    let berlin = json!({"from": "2026-02-28", "to": "2026-03-01", "timezone": "Europe/Berlin"});
    let day = |date: &str, starts: &str, ends: &str, runs: (i32, i32, i32), cost: &str| {
        json!({"date": date, "startsAt": starts, "endsAt": ends,
               "totals": {"usage": {"queries": runs.0, "runs": runs.1, "failures": runs.2, "costUsd": cost}}})
    };
    let expected = json!({
        "range": {"from": "2026-02-28", "to": "2026-03-01", "timezone": "Europe/Berlin",
                  "startsAt": "2026-02-27T23:00:00+00:00", "endsAt": "2026-03-01T23:00:00+00:00"},
        "totals": {
            "usage": {
                "queries": 4, "runs": 5, "failures": 1, "stopped": 1, "costUsd": "0.0035", "unpricedRuns": 1,
                "tokens": {"input": 360, "output": 60, "total": 420, "cachedInput": 40, "countedInput": 200,
                           "countedOutput": 30, "measuredRuns": 3, "countedRuns": 1},
                // Of 200, 1000 and 3000: those to their ends. The middle of 1000 to 1007 stands for 1000.
                "responseTime": {"count": 3, "meanMs": 1400.0, "minMs": 200, "p50Ms": 1003, "p90Ms": 2991, "p95Ms": 2991,
                                 "p99Ms": 2991, "maxMs": 3000},
                "firstTokenTime": {"count": 4, "meanMs": 325.0, "minMs": 100, "p50Ms": 301, "p90Ms": 500, "p95Ms": 500,
                                   "p99Ms": 500, "maxMs": 500},
            },
            "documents": {"uploaded": 0, "bytes": 0, "failed": 0}, "sessions": {"count": 0, "seconds": 0},
        },
        "daily": [
            day("2026-02-28", "2026-02-27T23:00:00+00:00", "2026-02-28T23:00:00+00:00", (2, 2, 0), "0.003"),
            day("2026-03-01", "2026-02-28T23:00:00+00:00", "2026-03-01T23:00:00+00:00", (2, 3, 1), "0.0005"),
        ],
        "byModel": [
            {"provider": "openai", "model": "small", "usage": {"runs": 3, "costUsd": "0.0035", "responseTime": {"count": 2}}},
            {"provider": "openai", "model": "new", "usage": {"runs": 1, "costUsd": "0", "responseTime": {"count": 1}}},
            {"provider": null, "model": null, "usage": {"runs": 1, "costUsd": "0", "responseTime": {"count": 0}}},
        ],
        "byPurpose": [
            {"purpose": "REPLY", "usage": {"runs": 3}}, {"purpose": "ANSWER", "usage": {"runs": 1}},
            {"purpose": "TITLE", "usage": {"runs": 1}},
        ],
        "byCourse": [], "byConversation": [], "responseTime": {"p50Ms": 1003}, "firstTokenTime": {"p50Ms": 301},
    });
    assert_eq!(served.analytics(&ada, berlin.clone(), &selection).await, expected, "from the records");
    served.library.roll_up().await;
    assert_eq!(served.analytics(&ada, berlin.clone(), &selection).await, expected, "from the sums");
    served.library.roll_up().await;
    assert_eq!(served.analytics(&ada, berlin.clone(), &selection).await, expected, "summed up twice");
    let refresh = format!(
        "mutation ($input: RefreshAnalyticsInput!) {{ refreshAnalytics(input: $input) {{ analytics {selection} }} }}"
    );
    // Sums that somebody has meddled with are made anew.
    served.library.sql("UPDATE analytics_usage SET runs = runs + 7, input_tokens = 1").await;
    for _ in 0..2 {
        let fresh = served.ask(Some(&ada.token), &refresh, json!({"input": {"range": berlin}})).await;
        assert_eq!(fresh, json!({"data": {"refreshAnalytics": {"analytics": expected}}}));
    }
    assert_eq!(served.analytics(&ada, berlin, &selection).await, expected);

    // By the midnights of UTC, which is what her profile says, the first run was the day before.
    let range = json!({"from": "2026-02-28", "to": "2026-03-01"});
    let utc = served.analytics(&ada, range.clone(), &selection).await;
    assert_eq!(utc["range"]["timezone"], "UTC");
    assert_eq!(
        utc["daily"],
        json!([
            day("2026-02-28", "2026-02-28T00:00:00+00:00", "2026-03-01T00:00:00+00:00", (2, 2, 1), "0.002"),
            day("2026-03-01", "2026-03-01T00:00:00+00:00", "2026-03-02T00:00:00+00:00", (1, 2, 0), "0.0005"),
        ])
    );
    served.library.sql("UPDATE users SET timezone = 'Europe/Berlin'").await;
    assert_eq!(served.analytics(&ada, range, &selection).await, expected, "by her own time zone");
}

#[tokio::test]
async fn days_without_anything_are_there_and_seven_are_shown_when_nobody_says() {
    let served = Served::new().await;
    let ada = served.person("ada").await;
    served.library.ran("ada", &RUNS[..1]).await;
    let selection = format!("{{ totals {{ usage {USAGE} }} daily {{ date totals {{ usage {{ runs }} }} }} }}");
    let seen = served.analytics(&ada, json!({}), &selection).await;
    let days: Vec<_> = seen["daily"].as_array().unwrap().iter().map(|day| &day["date"]).collect();
    assert_eq!(
        days,
        ["2026-02-23", "2026-02-24", "2026-02-25", "2026-02-26", "2026-02-27", "2026-02-28", "2026-03-01"]
    );
    let runs: Vec<_> = seen["daily"].as_array().unwrap().iter().map(|day| &day["totals"]["usage"]["runs"]).collect();
    assert_eq!(runs, [0, 0, 0, 0, 1, 0, 0]);
    assert_eq!(seen["totals"]["usage"]["firstTokenTime"], once(300));
    assert_eq!(seen["totals"]["usage"]["responseTime"], once(1000));
    let none = served.analytics(&ada, json!({"days": 1}), &selection).await;
    let none = &none["totals"]["usage"];
    assert_eq!((&none["responseTime"], &none["costUsd"]), (&nothing_measured(), &json!("0")));

    let query = "query ($range: DateRangeInput!) { analytics(range: $range) { totals { usage { runs } } } }";
    for (range, field) in [
        (json!({"days": 367}), "range.days"),
        (json!({"days": 3, "from": "2026-02-01"}), "range.days"),
        (json!({"from": "2026-03-02"}), "range.from"),
        (json!({"timezone": "Europe/Nowhere"}), "range.timezone"),
    ] {
        let refused = served.ask(Some(&ada.token), query, json!({ "range": range })).await;
        let extensions = &refused["errors"][0]["extensions"];
        assert_eq!((&extensions["code"], &extensions["fields"][0]["path"]), (&json!("BAD_USER_INPUT"), &json!(field)));
    }
}
