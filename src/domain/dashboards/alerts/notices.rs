//! What kind of news an alert is.

use super::model::AlertState;
use crate::domain::notifications::model::NotificationKind;

/// What kind of notice it is to come to a state.
#[must_use]
pub const fn kind(to: AlertState) -> NotificationKind {
    match to {
        AlertState::Firing => NotificationKind::AlertFiring,
        AlertState::NoData => NotificationKind::AlertNoData,
        AlertState::Error => NotificationKind::AlertFailing,
        AlertState::Ok | AlertState::Pending => NotificationKind::AlertResolved,
    }
}
