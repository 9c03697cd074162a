//! Times that alerts rest on.

use chrono::TimeDelta;

/// How long one evaluation may take before another begins: longer than a statement may wait and take, and until upkeep has ended one whose
/// server was killed.
pub const CLAIMED: TimeDelta = TimeDelta::minutes(25);
/// After what time a query that failed is tried once more before that is taken as an error.
pub const AGAIN: TimeDelta = TimeDelta::seconds(60);
/// Longest time from one evaluation to the next, and longest grace, in seconds.
pub const DAY: i32 = 86_400;
/// How far back a change looks at most, and how long between two notices, in seconds.
pub const WEEK: i32 = 604_800;
/// How long it is kept what was seen: longer than a change looks back.
pub const VALUES_KEPT: TimeDelta = TimeDelta::days(8);
/// How long it is kept what happened.
pub const EVENTS_KEPT: TimeDelta = TimeDelta::days(365);

/// So many seconds.
#[must_use]
pub fn seconds(seconds: i32) -> TimeDelta {
    TimeDelta::seconds(i64::from(seconds))
}
