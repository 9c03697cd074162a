//! That the parts come to the whole: for random runs, summed up at random moments and changed after, on random days of random
//! time zones, every breakdown equals what the records say, reckoned here one by one.

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use elenchus::domain::analytics::actions;
use elenchus::domain::analytics::model::{Figures, Range, Report, Subject};
use elenchus::domain::users::model::Role;
use elenchus::ids::UserId;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::support::library::Library;

/// With clocks that are put forward and back, over midnight, by half an hour, and offsets of three quarters of one.
const ZONES: [&str; 8] = [
    "UTC",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "America/Havana",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "America/St_Johns",
];
/// Around changes of the clocks in all of them.
const BEGINNINGS: [&str; 4] = ["2026-03-05", "2026-04-02", "2026-04-22", "2026-10-28"];
const CASES: usize = 24;

#[derive(Debug, Clone)]
struct Run {
    who: usize,
    after: i64,
    purpose: &'static str,
    status: &'static str,
    model: Option<&'static str>,
    tokens: Option<(i32, i32, bool)>,
    cost: Option<u32>,
    first_token_ms: Option<i32>,
    duration_ms: Option<i32>,
}

fn run() -> impl Strategy<Value = Run> {
    let purposes = prop::sample::select(vec!["ANSWER", "REPLY", "TUTOR", "TITLE", "SUMMARY"]);
    let statuses = prop::sample::select(vec!["COMPLETED", "COMPLETED", "COMPLETED", "FAILED", "STOPPED"]);
    let models = prop::option::of(prop::sample::select(vec!["small", "large"]));
    let tokens = prop::option::of((0..5000, 0..500, any::<bool>()));
    (
        (0_usize..2, 0_i64..20 * 86_400, purposes, statuses, models),
        (tokens, prop::option::of(0_u32..1000), prop::option::of(0..20_000), prop::option::of(0..300_000)),
    )
        .prop_map(|((who, after, purpose, status, model), (tokens, cost, first_token_ms, duration_ms))| Run {
            who,
            after,
            purpose,
            status,
            model,
            tokens,
            cost,
            first_token_ms,
            duration_ms,
        })
}

impl Run {
    fn at(&self, from: NaiveDate) -> DateTime<Utc> {
        from.and_hms_opt(0, 0, 0).unwrap().and_utc() + TimeDelta::seconds(self.after)
    }

    fn row(&self, place: usize, people: &[UserId], from: NaiveDate) -> String {
        fn value<T: std::fmt::Display>(of: Option<T>) -> String {
            of.map_or("NULL".to_owned(), |of| format!("'{of}'"))
        }
        format!(
            "(md5('{place}')::uuid, '{}', '{}', '{}', {}, {}, {}, {}, {}, {}, {}, {}, '{}', now())",
            people[self.who].uuid(),
            self.purpose,
            self.status,
            value(self.model.map(|_| "openai")),
            value(self.model),
            value(self.tokens.map(|tokens| tokens.0)),
            value(self.tokens.map(|tokens| tokens.1)),
            self.tokens.is_some_and(|tokens| tokens.2),
            value(self.cost.map(|cost| BigDecimal::new(cost.into(), 6))),
            value(self.first_token_ms),
            value(self.duration_ms),
            self.at(from)
        )
    }

    /// What the run comes to by itself, without its times.
    fn add_to(&self, figures: &mut Sums) {
        let (input, output, counted) = self.tokens.unwrap_or_default();
        let one = |whether: bool| i64::from(whether);
        let is_query = ["ANSWER", "REPLY", "TUTOR"].contains(&self.purpose);
        let told = [
            1,
            one(is_query),
            one(self.status == "FAILED"),
            one(self.status == "STOPPED"),
            one(self.tokens.is_some() && !counted),
            one(self.tokens.is_some() && counted),
            one(self.cost.is_none() && input + output > 0),
            input.into(),
            output.into(),
            if counted { input.into() } else { 0 },
            if counted { output.into() } else { 0 },
        ];
        figures.counts.iter_mut().zip(told).for_each(|(sum, one)| *sum += one);
        figures.cost += BigDecimal::new(self.cost.unwrap_or(0).into(), 6);
        figures.responses.extend(self.duration_ms.filter(|_| self.status == "COMPLETED").map(i64::from));
        figures.first_tokens.extend(self.first_token_ms.map(i64::from));
    }
}

/// Sums, reckoned here.
#[derive(Debug, Default, Clone)]
struct Sums {
    counts: [i64; 11],
    cost: BigDecimal,
    responses: Vec<i64>,
    first_tokens: Vec<i64>,
}

fn matches(found: &Figures, expected: &Sums, what: &str) {
    let counts = [
        found.runs,
        found.queries,
        found.failures,
        found.stopped,
        found.measured_runs,
        found.counted_runs,
        found.unpriced_runs,
        found.input_tokens,
        found.output_tokens,
        found.counted_input_tokens,
        found.counted_output_tokens,
    ];
    assert_eq!((counts, &found.cost_usd), (expected.counts, &expected.cost), "{what}");
    for (found, times) in [(&found.response, &expected.responses), (&found.first_token, &expected.first_tokens)] {
        let mut times = times.clone();
        times.sort_unstable();
        let extremes = times.first().copied().zip(times.last().copied());
        let count = i64::try_from(times.len()).unwrap();
        assert_eq!((found.count(), found.sum_ms, found.extremes_ms), (count, times.iter().sum(), extremes), "{what}");
        for share in [500, 900, 950, 990] {
            let rank = usize::try_from((count * share + 999) / 1000).unwrap();
            let exact = rank.checked_sub(1).map(|place| times[place]);
            let near =
                found.per_mille(share).zip(exact).is_none_or(|(found, exact)| (found - exact).abs() * 128 <= exact);
            assert!(near && found.per_mille(share).is_some() == exact.is_some(), "{what}: {found:?} for {exact:?}");
        }
    }
}

/// Every breakdown of a report against the records.
fn check(report: &Report, runs: &[Run], who: usize, from: NaiveDate, what: &str) {
    let range = report.range;
    let dated = runs.iter().filter(|run| run.who == who).map(|run| {
        let date = run.at(from).with_timezone(&range.zone).date_naive();
        (date, run)
    });
    let dated: Vec<_> = dated.filter(|(date, _)| (range.from..=range.to).contains(date)).collect();
    let mut totals = Sums::default();
    let (mut days, mut models, mut purposes) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (date, run) in dated {
        let model = run.model.map(str::to_owned);
        run.add_to(&mut totals);
        run.add_to(days.entry(date).or_insert_with(Sums::default));
        run.add_to(models.entry((model.as_ref().map(|_| "openai".to_owned()), model)).or_insert_with(Sums::default));
        run.add_to(purposes.entry(run.purpose.to_owned()).or_insert_with(Sums::default));
    }
    matches(&report.totals.figures, &totals, what);
    let dates: Vec<_> = report.days.iter().map(|day| day.date).collect();
    assert_eq!(dates, range.dates().collect::<Vec<_>>(), "{what}");
    for day in &report.days {
        let expected = days.remove(&day.date).unwrap_or_default();
        matches(&day.totals.figures, &expected, &format!("{what} on {}", day.date));
    }
    for share in &report.by_model {
        matches(&share.figures, &models.remove(&share.key).unwrap(), &format!("{what} by {:?}", share.key));
    }
    for share in &report.by_purpose {
        matches(&share.figures, &purposes.remove(&share.key).unwrap(), &format!("{what} for {}", share.key));
    }
    assert!(days.is_empty() && models.is_empty() && purposes.is_empty(), "{what}: {days:?} {models:?} {purposes:?}");
}

#[tokio::test]
async fn the_parts_come_to_the_whole() {
    let library = Library::new().await;
    let people = [library.person("ada", Role::Member).await, library.person("bob", Role::Member).await];
    let ids = [people[0].require_id().unwrap(), people[1].require_id().unwrap()];
    let mut runner = TestRunner::deterministic();
    let mut any = 0;
    for case in 0..CASES {
        let strategy = (
            prop::collection::vec(run(), 1..120),
            prop::sample::select(BEGINNINGS.to_vec()),
            (0_i64..15, 0_i64..8),
            prop::collection::vec(run(), 0..20),
        );
        let (mut runs, begins, (skipped, days), changed) = strategy.new_tree(&mut runner).unwrap().current();
        let from: NaiveDate = begins.parse().unwrap();
        let zone: Tz = ZONES[case % ZONES.len()].parse().unwrap();
        let first = from + TimeDelta::days(skipped);
        let range = Range { from: first, to: first + TimeDelta::days(days), zone };
        library.sql("DELETE FROM generations").await;
        let insert = |rows: Vec<String>| {
            let columns = "id, owner_id, purpose, status, provider, model, input_tokens, output_tokens, usage_is_estimated, \
                           cost_usd, first_token_ms, duration_ms, created_at, ended_at";
            format!("INSERT INTO generations ({columns}) VALUES {}", rows.join(", "))
        };
        let rows = |runs: &[Run]| runs.iter().enumerate().map(|(place, run)| run.row(place, &ids, from)).collect();
        // Some of them are summed up before the others are there.
        let half = runs.len() / 2;
        let mut all: Vec<String> = rows(&runs);
        let later = all.split_off(half);
        if !all.is_empty() {
            library.sql(&insert(all)).await;
        }
        library.roll_up().await;
        library.sql(&insert(later)).await;
        for (step, run) in [None].into_iter().chain(changed.into_iter().map(Some)).enumerate() {
            // Some are corrected, some removed.
            if let Some(run) = run {
                let place = step * 7 % runs.len();
                library.sql(&format!("DELETE FROM generations WHERE id = md5('{place}')::uuid")).await;
                library.sql(&insert(vec![run.row(place, &ids, from)])).await;
                runs[place] = run;
                if step % 5 != 0 {
                    continue;
                }
            }
            for (who, actor) in people.iter().enumerate() {
                let reports = actions::of_users(&library.app, actor, &[ids[who]], range).await.unwrap();
                let report = &reports[&Subject::User(ids[who])];
                any += report.totals.figures.runs;
                check(report, &runs, who, from, &format!("case {case}, step {step}, {zone}, {}", range.from));
            }
        }
        library.roll_up().await;
        for (who, actor) in people.iter().enumerate() {
            let reports = actions::of_users(&library.app, actor, &[ids[who]], range).await.unwrap();
            let what = format!("case {case}, summed up, {zone}, {}", range.from);
            check(&reports[&Subject::User(ids[who])], &runs, who, from, &what);
        }
    }
    assert!(any > 500, "only {any} runs were looked at");
}
