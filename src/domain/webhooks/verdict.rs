//! Pure rules of deliveries: what comes of a try.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::model::{DeliveryStatus, DisabledReason, Trouble};
use crate::outbound::posting::{Answer, Unanswered};

/// After which time a delivery that failed is tried again, by the tries so far: the schedule that Standard Webhooks gives as an example.
/// With the first try that is ten, over three days.
const SCHEDULE: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(14),
    Duration::from_hours(20),
    Duration::from_hours(24),
];
/// How much longer it may be at random, so that what failed together does not come back together.
const JITTER: f64 = 0.1;
/// Longest time for which an endpoint may ask to be left alone.
const RETRY_AFTER_MAX: Duration = Duration::from_hours(24);
/// How long every try may fail before nothing is sent any more.
const FAILING_MAX: TimeDelta = TimeDelta::days(5);

/// How a try went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// `None` without an answer.
    pub status: Option<u16>,
    /// `None` when it was taken.
    pub trouble: Option<Trouble>,
    /// How long the endpoint asks to be left alone; `None` when it does not say.
    pub retry_after: Option<Duration>,
}

impl Tried {
    /// One that came to nothing.
    #[must_use]
    pub const fn in_vain(trouble: Trouble) -> Self {
        Self { status: None, trouble: Some(trouble), retry_after: None }
    }
}

impl From<Result<Answer, Unanswered>> for Tried {
    fn from(posted: Result<Answer, Unanswered>) -> Self {
        let answer = match posted {
            Ok(answer) => answer,
            Err(Unanswered::NoAddress) => return Self::in_vain(Trouble::NoAddress),
            Err(Unanswered::Closed) => return Self::in_vain(Trouble::AddressClosed),
            Err(Unanswered::Plain) => return Self::in_vain(Trouble::Plaintext),
            Err(Unanswered::Tls) => return Self::in_vain(Trouble::Tls),
            Err(Unanswered::Late) => return Self::in_vain(Trouble::Timeout),
            Err(Unanswered::Broken) => return Self::in_vain(Trouble::Unreachable),
        };
        let trouble = match answer.status {
            200..=299 => None,
            300..=399 => Some(Trouble::Redirect),
            410 => Some(Trouble::Gone),
            _ => Some(Trouble::Status),
        };
        Self { status: Some(answer.status), trouble, retry_after: answer.retry_after }
    }
}

/// What comes of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// What becomes of the delivery.
    pub status: DeliveryStatus,
    /// When it is tried again; `None` for never.
    pub retry_in: Option<Duration>,
    /// Since when every try at the endpoint has failed; `None` when this one did not.
    pub failing_since: Option<DateTime<Utc>>,
    /// Why nothing is sent to the endpoint any more; `None` when it is.
    pub disabled: Option<DisabledReason>,
}

/// What comes of a try after `attempts` before it, at an endpoint that has failed since `failing_since`. `chance` is from 0 to 1.
#[must_use]
pub fn verdict(
    tried: &Tried,
    attempts: i32,
    failing_since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    chance: f64,
) -> Verdict {
    let Some(trouble) = tried.trouble else {
        return Verdict { status: DeliveryStatus::Delivered, retry_in: None, failing_since: None, disabled: None };
    };
    let since = failing_since.unwrap_or(now);
    let disabled = match trouble {
        Trouble::Gone => Some(DisabledReason::Gone),
        _ if now - since >= FAILING_MAX => Some(DisabledReason::Failing),
        _ => None,
    };
    let planned = usize::try_from(attempts).ok().and_then(|attempts| SCHEDULE.get(attempts));
    let retry_in = planned.filter(|_| disabled.is_none()).map(|planned| {
        let asked = tried.retry_after.unwrap_or_default().min(RETRY_AFTER_MAX);
        let waited = asked.max(*planned);
        waited + waited.mul_f64(chance.clamp(0.0, 1.0) * JITTER)
    });
    let status = if retry_in.is_some() { DeliveryStatus::Pending } else { DeliveryStatus::Failed };
    Verdict { status, retry_in, failing_since: Some(since), disabled }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, retry_after: Option<u64>) -> Tried {
        Ok(Answer { status, retry_after: retry_after.map(Duration::from_secs) }).into()
    }

    fn now() -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn only_2xx_is_taken() {
        for (status, trouble) in [
            (200, None),
            (204, None),
            (299, None),
            (199, Some(Trouble::Status)),
            (301, Some(Trouble::Redirect)),
            (308, Some(Trouble::Redirect)),
            (404, Some(Trouble::Status)),
            (410, Some(Trouble::Gone)),
            (500, Some(Trouble::Status)),
        ] {
            assert_eq!(answered(status, None).trouble, trouble, "{status}");
        }
        let taken = verdict(&answered(200, None), 3, Some(now()), now(), 0.5);
        let expected =
            Verdict { status: DeliveryStatus::Delivered, retry_in: None, failing_since: None, disabled: None };
        assert_eq!(taken, expected);
    }

    #[test]
    fn tries_are_spread_over_three_days_and_end() {
        let failed = answered(500, None);
        let waits = |chance: f64| -> Vec<Option<u64>> {
            let wait = |attempts| verdict(&failed, attempts, None, now(), chance).retry_in.map(|wait| wait.as_secs());
            (0..10).map(wait).collect()
        };
        let planned = [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map(Some);
        assert_eq!(waits(0.0), [&planned[..], &[None]].concat());
        assert_eq!(waits(1.0)[1], Some(330));
        assert_eq!(verdict(&failed, 9, None, now(), 0.0).status, DeliveryStatus::Failed);
        assert_eq!(verdict(&failed, -1, None, now(), 0.0).status, DeliveryStatus::Failed);
    }

    #[test]
    fn who_asks_to_be_left_alone_is_for_a_day_at_most() {
        let wait = |asked| verdict(&answered(503, Some(asked)), 1, None, now(), 0.0).retry_in.unwrap().as_secs();
        assert_eq!((wait(10), wait(4000), wait(u64::MAX)), (300, 4000, 86_400));
    }

    #[test]
    fn an_endpoint_that_is_gone_or_failed_for_five_days_is_turned_off() {
        let gone = verdict(&answered(410, None), 0, None, now(), 0.0);
        assert_eq!((gone.status, gone.disabled), (DeliveryStatus::Failed, Some(DisabledReason::Gone)));
        let since = |days: i64, seconds: i64| Some(now() - TimeDelta::days(days) + TimeDelta::seconds(seconds));
        let failed = Tried::in_vain(Trouble::Timeout);
        let nearly = verdict(&failed, 0, since(5, 1), now(), 0.0);
        assert_eq!((nearly.status, nearly.disabled), (DeliveryStatus::Pending, None));
        assert_eq!(nearly.failing_since, since(5, 1));
        let late = verdict(&failed, 0, since(5, 0), now(), 0.0);
        assert_eq!((late.status, late.disabled), (DeliveryStatus::Failed, Some(DisabledReason::Failing)));
        assert_eq!(verdict(&failed, 0, None, now(), 0.0).failing_since, Some(now()));
    }
}
