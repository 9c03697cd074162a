//! From one state to the next: nothing but what is given, so that every path can be tried.
//!
//! An evaluation has a number. It counts if nothing has happened to the alert since it was claimed ([`is_current`]), which is looked at in
//! the transaction that applies it: one that comes twice, or after another, changes nothing.

use chrono::{DateTime, TimeDelta, Utc};

use super::judging::Verdict;
use super::model::AlertState;
use super::rule::{ErrorState, NoDataState, Rule};
use super::times::{AGAIN, seconds};

/// Evaluations in a row that fail before that is an error: the first may be of the moment.
const FAILURES: i32 = 2;

/// How an alert stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub state: AlertState,
    pub since: DateTime<Utc>,
    /// Since when the condition of a firing alert does not hold.
    pub cleared_at: Option<DateTime<Utc>>,
    /// Evaluations in a row that failed.
    pub failures: i32,
    /// The time for which it was last told again; `None` since the state changed.
    pub notified_at: Option<DateTime<Utc>>,
    /// Whether somebody sees to it.
    pub is_acknowledged: bool,
}

/// How often it is looked at, and whether anybody is to hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    pub interval: TimeDelta,
    pub muted_until: Option<DateTime<Utc>>,
}

/// What people hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// Another state.
    Changed,
    /// The same, still.
    Again,
}

/// What an evaluation leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub standing: Standing,
    /// The state before, if it is another now.
    pub from: Option<AlertState>,
    /// `None` for what nobody is to hear.
    pub notice: Option<Notice>,
    /// When to look again.
    pub next_at: DateTime<Utc>,
}

/// Whether people hear of coming to or leaving a state.
#[must_use]
pub const fn is_loud(state: AlertState) -> bool {
    matches!(state, AlertState::Firing | AlertState::NoData | AlertState::Error)
}

/// Whether what comes of an evaluation of this number still counts.
#[must_use]
pub const fn is_current(sequence: i64, is_claimed: bool, evaluation: i64) -> bool {
    is_claimed && sequence == evaluation
}

/// What a verdict at `now` leads to.
#[must_use]
pub fn step(rule: &Rule, pace: Pace, was: &Standing, verdict: Verdict, now: DateTime<Utc>) -> Step {
    let failures = if verdict == Verdict::Failed { was.failures.saturating_add(1) } else { 0 };
    let (state, cleared_at) = match verdict {
        Verdict::Met => (met(rule, was, now), None),
        Verdict::Clear => cleared(rule, was, now),
        Verdict::NoData => match rule.no_data_state {
            NoDataState::Keep => (was.state, was.cleared_at),
            NoDataState::NoData => (AlertState::NoData, None),
            NoDataState::Ok => cleared(rule, was, now),
            NoDataState::Firing => (met(rule, was, now), None),
        },
        Verdict::Failed if failures >= FAILURES && rule.error_state == ErrorState::Error => (AlertState::Error, None),
        Verdict::Failed => (was.state, was.cleared_at),
    };
    let is_muted = pace.muted_until.is_some_and(|until| now < until);
    let from = (state != was.state).then_some(was.state);
    let mut standing = Standing { state, cleared_at, failures, ..was.clone() };
    let mut notice = None;
    if let Some(from) = from {
        standing = Standing { since: now, notified_at: None, is_acknowledged: false, ..standing };
        notice = (is_loud(from) || is_loud(state)).then_some(Notice::Changed);
    } else if let Some(due) = again_at(rule, &standing).filter(|due| *due <= now && !is_muted) {
        standing.notified_at = Some(latest(due, rule, now));
        notice = Some(Notice::Again);
    }
    let next_at = next_at(rule, pace, &standing, now);
    Step { standing, from, notice: notice.filter(|_| !is_muted), next_at }
}

/// The state when the condition holds.
fn met(rule: &Rule, was: &Standing, now: DateTime<Utc>) -> AlertState {
    let held = if was.state == AlertState::Pending { now - was.since } else { TimeDelta::zero() };
    if was.state == AlertState::Firing || held >= seconds(rule.for_seconds) {
        return AlertState::Firing;
    }
    AlertState::Pending
}

/// The state when it does not, and since when that is so of one that goes on firing.
fn cleared(rule: &Rule, was: &Standing, now: DateTime<Utc>) -> (AlertState, Option<DateTime<Utc>>) {
    let since = was.cleared_at.unwrap_or(now);
    if was.state == AlertState::Firing && now - since < seconds(rule.keep_firing_seconds) {
        return (AlertState::Firing, Some(since));
    }
    (AlertState::Ok, None)
}

/// When it is to be told again that an alert fires.
fn again_at(rule: &Rule, standing: &Standing) -> Option<DateTime<Utc>> {
    let every = rule.renotify_seconds.filter(|_| standing.state == AlertState::Firing && !standing.is_acknowledged)?;
    Some(standing.notified_at.unwrap_or(standing.since) + seconds(every))
}

/// The last of the times from `due` on at which it was to be told: being late once moves none of those that follow.
fn latest(due: DateTime<Utc>, rule: &Rule, now: DateTime<Utc>) -> DateTime<Utc> {
    let every = i64::from(rule.renotify_seconds.unwrap_or(1)).max(1);
    let missed = (now - due).num_seconds() / every;
    due + TimeDelta::seconds(missed.saturating_mul(every))
}

fn next_at(rule: &Rule, pace: Pace, standing: &Standing, now: DateTime<Utc>) -> DateTime<Utc> {
    let fires = (standing.state == AlertState::Pending).then(|| standing.since + seconds(rule.for_seconds));
    let ends = standing.cleared_at.map(|since| since + seconds(rule.keep_firing_seconds));
    let again = again_at(rule, standing).map(|due| pace.muted_until.map_or(due, |until| due.max(until)));
    let retry = (standing.failures > 0 && standing.failures < FAILURES).then(|| now + AGAIN);
    let wanted = [fires, ends, again, retry].into_iter().flatten().filter(|at| *at > now);
    wanted.fold(now + pace.interval, DateTime::min)
}

#[cfg(test)]
mod tests {
    use bigdecimal::BigDecimal;
    use proptest::prelude::*;

    use super::super::rule::{Condition, Operator, Reduce};
    use super::*;

    use AlertState::{Error as Failing, Firing, NoData, Ok as Fine, Pending};
    use Notice::{Again, Changed};
    use Verdict::{Clear, Failed, Met, NoData as Nothing};

    const START: i64 = 1_772_366_400;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(START + seconds, 0).unwrap()
    }

    fn rule() -> Rule {
        let value = BigDecimal::from(10);
        Rule {
            column: None,
            reduce: Reduce::Count,
            condition: Condition::Threshold { operator: Operator::Gt, value, resolve_value: None },
            for_seconds: 0,
            keep_firing_seconds: 0,
            renotify_seconds: None,
            no_data_state: NoDataState::NoData,
            error_state: ErrorState::Error,
        }
    }

    fn fresh() -> Standing {
        Standing {
            state: AlertState::Ok,
            since: at(0),
            cleared_at: None,
            failures: 0,
            notified_at: None,
            is_acknowledged: false,
        }
    }

    const PACE: Pace = Pace { interval: TimeDelta::seconds(300), muted_until: None };

    /// State, whether people heard, and seconds until the next look, after each verdict at its time.
    fn path(rule: &Rule, verdicts: &[(i64, Verdict)]) -> Vec<(AlertState, Option<Notice>, i64)> {
        let mut standing = fresh();
        let mut path = Vec::new();
        for (now, verdict) in verdicts {
            let step = step(rule, PACE, &standing, *verdict, at(*now));
            path.push((step.standing.state, step.notice, (step.next_at - at(*now)).num_seconds()));
            standing = step.standing;
        }
        path
    }

    #[test]
    fn without_grace_it_fires_and_ends_at_once() {
        let expected = [
            (Fine, None, 300),
            (Firing, Some(Changed), 300),
            (Firing, None, 300),
            (Fine, Some(Changed), 300),
            (Fine, None, 300),
        ];
        assert_eq!(path(&rule(), &[(0, Clear), (60, Met), (120, Met), (180, Clear), (240, Clear)]), expected);
    }

    #[test]
    fn it_fires_once_the_condition_has_held_for_long_enough() {
        let rule = Rule { for_seconds: 120, ..rule() };
        let verdicts = [(0, Met), (119, Met), (120, Met), (400, Clear), (500, Met), (510, Clear), (520, Met)];
        let expected = [
            (Pending, None, 120),
            (Pending, None, 1),
            (Firing, Some(Changed), 300),
            (Fine, Some(Changed), 300),
            (Pending, None, 120),
            (Fine, None, 300),
            (Pending, None, 120),
        ];
        assert_eq!(path(&rule, &verdicts), expected);
    }

    #[test]
    fn it_goes_on_until_the_condition_has_not_held_for_long_enough() {
        let rule = Rule { keep_firing_seconds: 100, ..rule() };
        let verdicts = [(0, Met), (10, Clear), (60, Met), (70, Clear), (169, Clear), (170, Clear)];
        let expected = [
            (Firing, Some(Changed), 300),
            (Firing, None, 100),
            (Firing, None, 300),
            (Firing, None, 100),
            (Firing, None, 1),
            (Fine, Some(Changed), 300),
        ];
        assert_eq!(path(&rule, &verdicts), expected);
    }

    #[test]
    fn it_is_told_again_at_its_times_and_late_ones_move_none() {
        let rule = Rule { renotify_seconds: Some(100), ..rule() };
        let verdicts = [(0, Met), (99, Met), (100, Met), (250, Met), (299, Met), (300, Met), (730, Met), (800, Met)];
        let expected = [
            (Firing, Some(Changed), 100),
            (Firing, None, 1),
            (Firing, Some(Again), 100),
            (Firing, Some(Again), 50),
            (Firing, None, 1),
            (Firing, Some(Again), 100),
            (Firing, Some(Again), 70),
            (Firing, Some(Again), 100),
        ];
        assert_eq!(path(&rule, &verdicts), expected);
    }

    #[test]
    fn what_is_not_there_does_what_was_chosen() {
        for (chosen, expected) in [
            (NoDataState::Keep, [(Fine, None), (Firing, Some(Changed)), (Firing, None), (Fine, Some(Changed))]),
            (
                NoDataState::NoData,
                [(NoData, Some(Changed)), (Firing, Some(Changed)), (NoData, Some(Changed)), (Fine, Some(Changed))],
            ),
            (NoDataState::Ok, [(Fine, None), (Firing, Some(Changed)), (Fine, Some(Changed)), (Fine, None)]),
            (NoDataState::Firing, [(Firing, Some(Changed)), (Firing, None), (Firing, None), (Fine, Some(Changed))]),
        ] {
            let rule = Rule { no_data_state: chosen, ..rule() };
            let path = path(&rule, &[(0, Nothing), (60, Met), (120, Nothing), (180, Clear)]);
            let path: Vec<_> = path.into_iter().map(|(state, notice, _)| (state, notice)).collect();
            assert_eq!(path, expected, "{chosen:?}");
        }
    }

    #[test]
    fn a_failure_counts_once_it_is_repeated() {
        let verdicts = [(0, Met), (60, Failed), (120, Met), (180, Failed), (240, Failed), (300, Failed), (360, Clear)];
        let expected = [
            (Firing, Some(Changed), 300),
            (Firing, None, 60),
            (Firing, None, 300),
            (Firing, None, 60),
            (Failing, Some(Changed), 300),
            (Failing, None, 300),
            (Fine, Some(Changed), 300),
        ];
        assert_eq!(path(&rule(), &verdicts), expected);
        let kept = Rule { error_state: ErrorState::Keep, ..rule() };
        let path = path(&kept, &verdicts);
        assert_eq!(path.iter().filter(|(_, notice, _)| notice.is_some()).count(), 2, "{path:?}");
    }

    #[test]
    fn nobody_hears_of_what_is_muted_or_seen_to() {
        let rule = Rule { renotify_seconds: Some(100), ..rule() };
        let muted = Pace { muted_until: Some(at(250)), ..PACE };
        let first = step(&rule, muted, &fresh(), Met, at(0));
        assert_eq!((first.standing.state, first.from, first.notice), (Firing, Some(Fine), None));
        assert_eq!(first.next_at, at(250), "what is due meanwhile is told then");
        let second = step(&rule, muted, &first.standing, Met, at(200));
        assert_eq!((second.notice, second.next_at), (None, at(250)));
        let third = step(&rule, muted, &second.standing, Met, at(250));
        assert_eq!((third.notice, third.next_at), (Some(Again), at(300)));
        let seen_to = Standing { is_acknowledged: true, ..third.standing };
        let fourth = step(&rule, PACE, &seen_to, Met, at(300));
        assert_eq!((fourth.notice, fourth.next_at, fourth.standing.is_acknowledged), (None, at(600), true));
        let fifth = step(&rule, PACE, &fourth.standing, Clear, at(600));
        assert_eq!((fifth.notice, fifth.standing.is_acknowledged), (Some(Changed), false));
    }

    fn verdicts() -> impl Strategy<Value = Verdict> {
        prop_oneof![3 => Just(Met), 3 => Just(Clear), 1 => Just(Nothing), 1 => Just(Failed)]
    }

    prop_compose! {
        fn rules()(
            for_seconds in prop_oneof![Just(0), 1..300],
            keep_firing_seconds in prop_oneof![Just(0), 1..300],
            renotify_seconds in prop_oneof![Just(None), (60..600).prop_map(Some)],
            no_data_state in prop_oneof![
                Just(NoDataState::Keep), Just(NoDataState::NoData), Just(NoDataState::Ok), Just(NoDataState::Firing)
            ],
            error_state in prop_oneof![Just(ErrorState::Keep), Just(ErrorState::Error)],
        ) -> Rule {
            Rule { for_seconds, keep_firing_seconds, renotify_seconds, no_data_state, error_state, ..rule() }
        }
    }

    /// What servers do with an alert.
    #[derive(Debug, Clone)]
    enum Move {
        /// Somebody claims an evaluation; the one before, if there is any, is lost or slow.
        Claim,
        /// What came of one of the claimed evaluations is applied, perhaps for the second time, perhaps late.
        Apply(prop::sample::Index, Verdict),
        /// A server dies: all that is not in the row is forgotten, and nothing is in memory alone.
        Pass(i64),
    }

    fn moves() -> impl Strategy<Value = Vec<Move>> {
        let one = prop_oneof![
            3 => Just(Move::Claim),
            5 => (any::<prop::sample::Index>(), verdicts()).prop_map(|(which, verdict)| Move::Apply(which, verdict)),
            2 => (1..400_i64).prop_map(Move::Pass),
        ];
        prop::collection::vec(one, 1..120)
    }

    proptest! {
        #[test]
        fn people_hear_once_of_every_loud_change_and_at_the_times_for_more(
            rule in rules(), path in prop::collection::vec((1..400_i64, verdicts()), 1..100)
        ) {
            let (mut standing, mut now) = (fresh(), 0);
            for (later, verdict) in path {
                now += later;
                let was = standing.clone();
                let next = step(&rule, PACE, &was, verdict, at(now));
                let is_change = next.standing.state != was.state;
                prop_assert_eq!(next.from, is_change.then_some(was.state));
                let is_loud_change = is_change && (is_loud(was.state) || is_loud(next.standing.state));
                prop_assert_eq!(next.notice == Some(Changed), is_loud_change);
                let anchor = was.notified_at.unwrap_or(was.since);
                let is_due = rule.renotify_seconds.is_some_and(|every| anchor + seconds(every) <= at(now));
                prop_assert_eq!(next.notice == Some(Again), !is_change && was.state == Firing && is_due);
                if let Some(told) = next.standing.notified_at {
                    let every = i64::from(rule.renotify_seconds.unwrap());
                    prop_assert_eq!((told - next.standing.since).num_seconds() % every, 0);
                    prop_assert!(told <= at(now) && at(now) - told < TimeDelta::seconds(every));
                }
                prop_assert!(next.next_at > at(now) && next.next_at <= at(now) + PACE.interval);
                prop_assert!(next.standing.state != Pending || rule.for_seconds > 0);
                prop_assert!(next.standing.cleared_at.is_none() || next.standing.state == Firing);
                standing = next.standing;
            }
        }

        #[test]
        fn an_evaluation_counts_once_whatever_order_they_come_in(rule in rules(), moves in moves()) {
            let (mut standing, mut sequence, mut is_claimed, mut now) = (fresh(), 0_i64, false, 0);
            let mut events: Vec<(i64, AlertState, AlertState)> = Vec::new();
            let mut applied = Vec::new();
            for one in moves {
                match one {
                    Move::Claim => (sequence, is_claimed) = (sequence + 1, true),
                    Move::Pass(later) => now += later,
                    Move::Apply(which, verdict) if sequence > 0 => {
                        let evaluation = 1 + i64::try_from(which.index(usize::try_from(sequence).unwrap())).unwrap();
                        if !is_current(sequence, is_claimed, evaluation) {
                            continue;
                        }
                        let next = step(&rule, PACE, &standing, verdict, at(now));
                        if let Some(from) = next.from {
                            events.push((evaluation, from, next.standing.state));
                        }
                        applied.push(evaluation);
                        (standing, is_claimed) = (next.standing, false);
                    }
                    Move::Apply(..) => {}
                }
            }
            prop_assert!(applied.is_sorted_by(|one, next| one < next), "each once, and in order");
            prop_assert!(events.iter().all(|(_, from, to)| from != to));
            prop_assert!(events.windows(2).all(|pair| pair[0].2 == pair[1].1), "each goes on from the one before");
            prop_assert_eq!(events.last().map_or(Fine, |last| last.2), standing.state);
        }
    }
}
