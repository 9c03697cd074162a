//! Random runs as the records have them, and what they come to, reckoned here one by one.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use elenchus::domain::analytics::model::Figures;
use elenchus::domain::users::model::Role;
use elenchus::ids::{ConversationId, CourseId, UserId};
use proptest::prelude::*;
use uuid::Uuid;

use super::support::library::Library;

/// Which course the talks of everybody count for, by place: two have no session, one's session is of a course that was purged, and the last
/// one's is a trial.
pub const COURSE_OF: [Option<usize>; 6] = [None, None, Some(0), Some(1), None, None];
const FIRST_SESSION: usize = 2;
/// The place of the trial, which is in the first course.
const TRIAL: usize = 5;
pub const COURSES: usize = 2;

#[derive(Debug, Clone)]
pub struct Run {
    pub who: usize,
    after: i64,
    pub purpose: &'static str,
    status: &'static str,
    pub model: Option<&'static str>,
    /// Which of their talks it was said in.
    pub talk: Option<usize>,
    tokens: Option<(i32, i32, bool)>,
    cost: Option<u32>,
    first_token_ms: Option<i32>,
    duration_ms: Option<i32>,
}

pub fn run() -> impl Strategy<Value = Run> {
    let purposes = prop::sample::select(vec!["ANSWER", "REPLY", "TUTOR", "TITLE", "SUMMARY"]);
    let statuses = prop::sample::select(vec!["COMPLETED", "COMPLETED", "COMPLETED", "FAILED", "STOPPED"]);
    let models = prop::option::of(prop::sample::select(vec!["small", "large"]));
    let talks = prop::option::weighted(0.8, 0..COURSE_OF.len());
    let tokens = prop::option::of((0..5000, 0..500, any::<bool>()));
    (
        (0_usize..2, 0_i64..20 * 86_400, purposes, statuses, models, talks),
        (tokens, prop::option::of(0_u32..1000), prop::option::of(0..20_000), prop::option::of(0..300_000)),
    )
        .prop_map(|((who, after, purpose, status, model, talk), (tokens, cost, first_token_ms, duration_ms))| {
            Run { who, after, purpose, status, model, talk, tokens, cost, first_token_ms, duration_ms }
        })
}

pub fn course_id(course: usize) -> CourseId {
    CourseId::from_uuid(Uuid::from_u128(0xc0 + course as u128))
}

fn conversation_id(who: usize, talk: usize) -> ConversationId {
    ConversationId::from_uuid(Uuid::from_u128(0x100 * (1 + who as u128) + talk as u128))
}

impl Run {
    pub fn at(&self, from: NaiveDate) -> DateTime<Utc> {
        from.and_hms_opt(0, 0, 0).unwrap().and_utc() + TimeDelta::seconds(self.after)
    }

    pub fn conversation(&self) -> Option<ConversationId> {
        self.talk.map(|talk| conversation_id(self.who, talk))
    }

    pub fn course(&self) -> Option<CourseId> {
        self.talk.and_then(|talk| COURSE_OF[talk]).map(course_id)
    }

    pub fn is_query(&self) -> bool {
        ["ANSWER", "REPLY", "TUTOR"].contains(&self.purpose)
    }

    pub fn row(&self, place: usize, people: &[UserId], from: NaiveDate) -> String {
        fn value<T: std::fmt::Display>(of: Option<T>) -> String {
            of.map_or("NULL".to_owned(), |of| format!("'{of}'"))
        }
        format!(
            "(md5('{place}')::uuid, '{}', '{}', '{}', {}, {}, {}, {}, {}, {}, {}, {}, {}, '{}', now())",
            people[self.who].uuid(),
            self.purpose,
            self.status,
            value(self.model.map(|_| "openai")),
            value(self.model),
            value(self.conversation().map(ConversationId::uuid)),
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
    pub fn add_to(&self, figures: &mut Sums) {
        let (input, output, counted) = self.tokens.unwrap_or_default();
        let one = |whether: bool| i64::from(whether);
        let told = [
            1,
            one(self.is_query()),
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
pub struct Sums {
    counts: [i64; 11],
    cost: BigDecimal,
    responses: Vec<i64>,
    first_tokens: Vec<i64>,
}

pub fn matches(found: &Figures, expected: &Sums, what: &str) {
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

impl Library {
    /// Gives these people the talks that runs are said in, and a teacher and all of them the courses of some of those.
    pub async fn talks(&self, teacher: UserId, people: &[UserId]) {
        for course in 0..COURSES {
            let id = course_id(course).uuid();
            self.sql(&format!(
                "INSERT INTO courses (id, code, name, professor_name, created_at, updated_at) \
                     VALUES ('{id}', 'C-{course}', 'Course {course}', 'Paula', now(), now()); \
                 INSERT INTO course_members (id, course_id, user_id, role, created_at) \
                     SELECT gen_random_uuid(), '{id}', u.id, CASE u.id WHEN '{}' THEN 'PROFESSOR' ELSE 'STUDENT' END, now() \
                     FROM users u WHERE u.role = '{}'",
                teacher.uuid(),
                Role::Member,
            ))
            .await;
        }
        for (who, talk) in (0..people.len()).flat_map(|who| (0..COURSE_OF.len()).map(move |talk| (who, talk))) {
            let (id, person) = (conversation_id(who, talk).uuid(), people[who].uuid());
            self.sql(&format!(
                "INSERT INTO conversations (id, owner_id, kind, title, created_at, updated_at) \
                 VALUES ('{id}', '{person}', 'TUTORING', 'talk', now(), now())"
            ))
            .await;
            if talk < FIRST_SESSION {
                continue;
            }
            let course = COURSE_OF[talk].or((talk == TRIAL).then_some(0));
            let course = course.map_or("NULL".to_owned(), |course| format!("'{}'", course_id(course).uuid()));
            self.sql(&format!(
                "INSERT INTO tutoring_sessions (id, student_id, course_id, conversation_id, is_trial, course_name, week_number, \
                     question, started_at, expires_at, ended_at, end_reason) \
                 VALUES (gen_random_uuid(), '{person}', {course}, '{id}', {}, 'Course', 1, 'Why?', '2026-03-01 09:00Z', \
                     '2026-03-01 09:05Z', '2026-03-01 09:05Z', 'TIME')",
                talk == TRIAL
            ))
            .await;
        }
    }
}
