//! That the parts come to the whole: for random runs, summed up at random moments and changed after, on random days of random
//! time zones, every breakdown equals what the records say, reckoned here one by one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use elenchus::domain::analytics::actions;
use elenchus::domain::analytics::model::{Range, Report, Share, Subject};
use elenchus::domain::users::actor::Actor;
use elenchus::domain::users::model::Role;
use elenchus::ids::UserId;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::analytics_sums_cases::{COURSE_OF, COURSES, Run, Sums, course_id, matches, run};
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

/// Those of some runs that are in a range.
fn within<'a>(runs: impl Iterator<Item = &'a Run>, from: NaiveDate, range: Range) -> Vec<(NaiveDate, &'a Run)> {
    let dated = runs.map(|run| (run.at(from).with_timezone(&range.zone).date_naive(), run));
    dated.filter(|(date, _)| (range.from..=range.to).contains(date)).collect()
}

/// What runs come to by a key; those that have none are in none.
fn by<K: Ord>(dated: &[(NaiveDate, &Run)], key: impl Fn(&Run) -> Option<K>) -> BTreeMap<K, Sums> {
    let mut sums = BTreeMap::new();
    for (_, run) in dated {
        if let Some(key) = key(run) {
            run.add_to(sums.entry(key).or_default());
        }
    }
    sums
}

/// The shares are those that are expected, each once and no other.
fn shares<K: Ord + Debug>(found: &[Share<K>], mut expected: BTreeMap<K, Sums>, what: &str) {
    for share in found {
        let key = &share.key;
        let sums = expected.remove(key).unwrap_or_else(|| panic!("{what}: {key:?} is not expected, or twice there"));
        matches(&share.figures, &sums, &format!("{what} of {key:?}"));
    }
    assert!(expected.is_empty(), "{what}: {expected:?}");
}

/// Every breakdown of a report against the records that it is about.
fn check(report: &Report, dated: &[(NaiveDate, &Run)], what: &str) {
    let mut totals = Sums::default();
    let mut days = BTreeMap::new();
    for (date, run) in dated {
        run.add_to(&mut totals);
        run.add_to(days.entry(*date).or_insert_with(Sums::default));
    }
    matches(&report.totals.figures, &totals, what);
    let dates: Vec<_> = report.days.iter().map(|day| day.date).collect();
    assert_eq!(dates, report.range.dates().collect::<Vec<_>>(), "{what}");
    for day in &report.days {
        let expected = days.remove(&day.date).unwrap_or_default();
        matches(&day.totals.figures, &expected, &format!("{what} on {}", day.date));
    }
    assert!(days.is_empty(), "{what}: {days:?}");
    let model = |run: &Run| Some((run.model.map(|_| "openai".to_owned()), run.model.map(str::to_owned)));
    shares(&report.by_model, by(dated, model), &format!("{what} by model"));
    shares(&report.by_purpose, by(dated, |run| Some(run.purpose.to_owned())), &format!("{what} by purpose"));
    shares(&report.by_course, by(dated, Run::course), &format!("{what} by course"));
    let of_courses: i64 = report.by_course.iter().map(|share| share.figures.runs).sum();
    let of_none = dated.iter().filter(|(_, run)| run.course().is_none()).count();
    assert_eq!(report.totals.figures.runs - of_courses, i64::try_from(of_none).unwrap(), "{what} in no course");
    let people: BTreeSet<_> = dated.iter().filter(|(_, run)| run.is_query()).map(|(_, run)| run.who).collect();
    assert_eq!(report.people, i64::try_from(people.len()).unwrap(), "{what}: people");
}

/// Two people with courses in common, and who teaches those.
struct Class {
    library: Library,
    teacher: Actor,
    people: [Actor; 2],
    ids: [UserId; 2],
}

impl Class {
    async fn new() -> Self {
        let library = Library::new().await;
        let teacher = library.person("paula", Role::Member).await;
        let people = [library.person("ada", Role::Member).await, library.person("bob", Role::Member).await];
        let ids = [people[0].require_id().unwrap(), people[1].require_id().unwrap()];
        library.talks(teacher.require_id().unwrap(), &ids).await;
        Self { library, teacher, people, ids }
    }

    /// Everything that is shown of these runs, to everybody whom it is shown to. Says how many runs of somebody's and of courses that were.
    async fn check(&self, runs: &[Run], from: NaiveDate, range: Range, what: &str) -> [i64; 2] {
        let mut seen = [0, 0];
        let app = &self.library.app;
        for (who, actor) in self.people.iter().enumerate() {
            let id = self.ids[who];
            let dated = within(runs.iter().filter(|run| run.who == who), from, range);
            let reports = actions::of_users(app, actor, &[id], range).await.unwrap();
            let report = &reports[&Subject::User(id)];
            seen[0] += report.totals.figures.runs;
            check(report, &dated, what);
            let first = i32::try_from(COURSE_OF.len()).unwrap();
            let mut talks = actions::conversations(app, actor, &[id], range, first).await.unwrap();
            let talks = talks.remove(&id).unwrap_or_default();
            shares(&talks, by(&dated, Run::conversation), &format!("{what} by conversation"));
        }
        let courses: Vec<_> = (0..COURSES).map(course_id).collect();
        let reports = actions::of_courses(app, &self.teacher, &courses, range).await.unwrap();
        assert_eq!(reports.len(), courses.len(), "{what}");
        for course in courses {
            let dated = within(runs.iter().filter(|run| run.course() == Some(course)), from, range);
            let report = &reports[&Subject::Course(course)];
            seen[1] += report.totals.figures.runs;
            check(report, &dated, &format!("{what}, {course}"));
        }
        seen
    }
}

fn insert(rows: &[String]) -> String {
    let columns = "id, owner_id, purpose, status, provider, model, conversation_id, input_tokens, output_tokens, usage_is_estimated, \
                   cost_usd, first_token_ms, duration_ms, created_at, ended_at";
    format!("INSERT INTO generations ({columns}) VALUES {}", rows.join(", "))
}

#[tokio::test]
async fn the_parts_come_to_the_whole() {
    let class = Class::new().await;
    let Class { library, ids, .. } = &class;
    let mut runner = TestRunner::deterministic();
    let mut any = [0, 0];
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
        let mut all: Vec<String> = runs.iter().enumerate().map(|(place, run)| run.row(place, ids, from)).collect();
        // Some of them are summed up before the others are there.
        let later = all.split_off(runs.len() / 2);
        if !all.is_empty() {
            library.sql(&insert(&all)).await;
        }
        library.roll_up().await;
        library.sql(&insert(&later)).await;
        for (step, run) in [None].into_iter().chain(changed.into_iter().map(Some)).enumerate() {
            // Some are corrected, some removed.
            if let Some(run) = run {
                let place = step * 7 % runs.len();
                library.sql(&format!("DELETE FROM generations WHERE id = md5('{place}')::uuid")).await;
                library.sql(&insert(&[run.row(place, ids, from)])).await;
                runs[place] = run;
                if step % 5 != 0 {
                    continue;
                }
            }
            let what = format!("case {case}, step {step}, {zone}, {}", range.from);
            let seen = class.check(&runs, from, range, &what).await;
            any = [any[0] + seen[0], any[1] + seen[1]];
        }
        library.roll_up().await;
        class.check(&runs, from, range, &format!("case {case}, summed up, {zone}, {}", range.from)).await;
    }
    assert!(any[0] > 500 && any[1] > 100, "only {any:?} runs were looked at");
}
