//! What is said of alerts.

use std::time::Duration;

use async_graphql::{ID, InputObject, MaybeUndefined, Result, SimpleObject};
use chrono::{DateTime, Utc};

use super::alert_types::{
    Alert, AlertConditionKind, AlertDirection, AlertErrorState, AlertNoDataState, AlertOperator, AlertReduce, AlertUnit,
};
use crate::domain::dashboards::alerts::rule;
use crate::error::{Error, FieldError};
use crate::graphql::data::runs::wait;
use crate::graphql::data::saved_inputs::ParameterValueInput;
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::{Decimal, changed, parse_id};
use crate::ids::WorkspaceMemberId;

/// When an alert is to fire.
#[derive(Debug, Clone, InputObject)]
pub struct AlertConditionInput {
    /// What kind it is. It says which of the others are given.
    pub kind: AlertConditionKind,
    /// For THRESHOLD, how the value is held against the bound. Null for all others.
    pub operator: Option<AlertOperator>,
    /// For THRESHOLD the bound, for CHANGE the least size of a change, which is more than 0; of at most 100 digits. Null for NO_DATA.
    pub value: Option<Decimal>,
    /// For THRESHOLD with GT, GTE, LT or LTE: the bound that a firing alert has to come back behind, on the other side of the value. Null
    /// for the value itself, and for all others.
    pub resolve_value: Option<Decimal>,
    /// For CHANGE, which way the value has to go. Null for all others.
    pub direction: Option<AlertDirection>,
    /// For CHANGE, what its size is measured in. Null for ABSOLUTE, and for all others.
    pub unit: Option<AlertUnit>,
    /// For CHANGE, how many seconds before it is measured from, 60 to 604,800. Null for the evaluation before, and for all others.
    pub over_seconds: Option<i32>,
    /// For NO_DATA, a column of times whose newest is looked at. Null for none, and for all others.
    pub time_column: Option<String>,
    /// For a column of times, how old the newest may be in seconds, 1 or more. Null without one.
    pub older_than_seconds: Option<i32>,
}

impl AlertConditionInput {
    /// The condition.
    ///
    /// # Errors
    /// BAD_USER_INPUT for what its kind needs and is not given, and for what is given and is of another kind.
    pub fn condition(self) -> Result<rule::Condition> {
        let mut wrong = Vec::new();
        let mut refuse = |part: &str, message: &str| {
            wrong.push(FieldError { path: format!("input.condition.{part}"), message: message.to_owned() });
        };
        let (is_threshold, is_change, is_none) = (
            self.kind == AlertConditionKind::Threshold,
            self.kind == AlertConditionKind::Change,
            self.kind == AlertConditionKind::NoData,
        );
        for (part, is_given, is_its) in [
            ("operator", self.operator.is_some(), is_threshold),
            ("value", self.value.is_some(), !is_none),
            ("resolveValue", self.resolve_value.is_some(), is_threshold),
            ("direction", self.direction.is_some(), is_change),
            ("unit", self.unit.is_some(), is_change),
            ("overSeconds", self.over_seconds.is_some(), is_change),
            ("timeColumn", self.time_column.is_some(), is_none),
            ("olderThanSeconds", self.older_than_seconds.is_some(), is_none),
        ] {
            let is_needed = is_its && ["operator", "value", "direction"].contains(&part);
            if is_needed && !is_given {
                refuse(part, "A condition of this kind needs this.");
            } else if is_given && !is_its {
                refuse(part, "A condition of this kind has no use for this.");
            }
        }
        if !wrong.is_empty() {
            return Err(to_graphql(Error::bad_inputs(wrong)));
        }
        Ok(match (self.kind, self.value, self.operator, self.direction) {
            (AlertConditionKind::Threshold, Some(Decimal(value)), Some(operator), _) => rule::Condition::Threshold {
                operator: operator.into(),
                value,
                resolve_value: self.resolve_value.map(|Decimal(value)| value),
            },
            (AlertConditionKind::Change, Some(Decimal(value)), _, Some(direction)) => rule::Condition::Change {
                direction: direction.into(),
                unit: self.unit.map_or(rule::Unit::Absolute, Into::into),
                value,
                over_seconds: self.over_seconds,
            },
            _ => rule::Condition::NoData { time_column: self.time_column, older_than_seconds: self.older_than_seconds },
        })
    }
}

/// An alert to make, or to try.
#[derive(Debug, Clone, InputObject)]
pub struct CreateAlertInput {
    /// The saved query whose result is watched.
    pub query_id: ID,
    /// Its name, 1 to 100 characters.
    pub name: String,
    /// What it is for, up to 2,000 characters. Null for nothing.
    pub description: Option<String>,
    /// Values of what the query asks for; what is left out is as the query says. Null or empty for none.
    pub parameters: Option<Vec<ParameterValueInput>>,
    /// The column of the result that is watched, which holds numbers. Null for how many rows there are.
    pub column: Option<String>,
    /// How rows become one value. Null for LAST, and for COUNT without a column, which nothing else goes with.
    pub reduce: Option<AlertReduce>,
    /// When it fires.
    pub condition: AlertConditionInput,
    /// Seconds that the condition holds before it fires, 0 to 86,400. Null for 0.
    pub for_seconds: Option<i32>,
    /// Seconds that it does not hold before a firing alert is OK, 0 to 86,400. Null for 0.
    pub keep_firing_seconds: Option<i32>,
    /// Seconds from one notice to the next while it fires, 60 to 604,800. Null for one notice alone.
    pub renotify_seconds: Option<i32>,
    /// What becomes of the state without a value. Null for `NO_DATA`.
    pub no_data_state: Option<AlertNoDataState>,
    /// What becomes of the state when the query fails twice in a row. Null for ERROR.
    pub error_state: Option<AlertErrorState>,
    /// Seconds from one evaluation to the next, 60 to 86,400. Null for 300.
    pub interval_seconds: Option<i32>,
    /// Members of the workspace, by the ids of their memberships, who are told; 50 at most. Null for you alone, empty for nobody.
    pub recipient_ids: Option<Vec<ID>>,
}

impl CreateAlertInput {
    /// What is to be kept, and who is told.
    ///
    /// # Errors
    /// `NOT_FOUND` for what is no id, BAD_USER_INPUT for a condition that is none.
    pub fn parts(self) -> Result<(rule::Content, Option<Vec<WorkspaceMemberId>>)> {
        let by_itself = if self.column.is_some() { rule::Reduce::Last } else { rule::Reduce::Count };
        let content = rule::Content {
            name: self.name,
            description: self.description,
            values: values(self.parameters.unwrap_or_default()),
            rule: rule::Rule {
                column: self.column,
                reduce: self.reduce.map_or(by_itself, Into::into),
                condition: self.condition.condition()?,
                for_seconds: self.for_seconds.unwrap_or(0),
                keep_firing_seconds: self.keep_firing_seconds.unwrap_or(0),
                renotify_seconds: self.renotify_seconds,
                no_data_state: self.no_data_state.map_or(rule::NoDataState::NoData, Into::into),
                error_state: self.error_state.map_or(rule::ErrorState::Error, Into::into),
            },
            interval_seconds: self.interval_seconds.unwrap_or(300),
        };
        Ok((content, self.recipient_ids.map(members).transpose()?))
    }
}

/// What to change in an alert. A field that is left out stays. Another condition, column, way of reducing or value of a parameter has it
/// begin from OK, and nobody is told.
#[derive(Debug, Clone, InputObject)]
pub struct UpdateAlertInput {
    /// The alert.
    pub id: ID,
    /// The version that you have seen.
    pub version: i32,
    /// Its name, 1 to 100 characters. Null for as it is.
    pub name: Option<String>,
    /// What it is for, up to 2,000 characters. Null for nothing.
    pub description: MaybeUndefined<String>,
    /// All values that the query is run with, in the place of those that it was. Null for as they are.
    pub parameters: Option<Vec<ParameterValueInput>>,
    /// The column that is watched. Null for how many rows there are.
    pub column: MaybeUndefined<String>,
    /// How rows become one value. Null for as it is.
    pub reduce: Option<AlertReduce>,
    /// When it fires: all of the condition. Null for as it is.
    pub condition: Option<AlertConditionInput>,
    /// Seconds that the condition holds before it fires, 0 to 86,400. Null for as it is.
    pub for_seconds: Option<i32>,
    /// Seconds that it does not hold before a firing alert is OK, 0 to 86,400. Null for as it is.
    pub keep_firing_seconds: Option<i32>,
    /// Seconds from one notice to the next while it fires, 60 to 604,800. Null for one notice alone.
    pub renotify_seconds: MaybeUndefined<i32>,
    /// What becomes of the state without a value. Null for as it is.
    pub no_data_state: Option<AlertNoDataState>,
    /// What becomes of the state when the query fails twice in a row. Null for as it is.
    pub error_state: Option<AlertErrorState>,
    /// Seconds from one evaluation to the next, 60 to 86,400. Null for as it is.
    pub interval_seconds: Option<i32>,
    /// All members of the workspace who are told, in the place of those who were; empty for nobody. Null for as they are.
    pub recipient_ids: Option<Vec<ID>>,
}

impl UpdateAlertInput {
    /// What is to be changed.
    ///
    /// # Errors
    /// As [`CreateAlertInput::parts`].
    pub fn change(self) -> Result<rule::Change> {
        Ok(rule::Change {
            name: self.name,
            description: changed(self.description),
            values: self.parameters.map(values),
            column: changed(self.column),
            reduce: self.reduce.map(Into::into),
            condition: self.condition.map(AlertConditionInput::condition).transpose()?,
            for_seconds: self.for_seconds,
            keep_firing_seconds: self.keep_firing_seconds,
            renotify_seconds: changed(self.renotify_seconds),
            no_data_state: self.no_data_state.map(Into::into),
            error_state: self.error_state.map(Into::into),
            interval_seconds: self.interval_seconds,
            recipients: self.recipient_ids.map(members).transpose()?,
        })
    }
}

fn values(given: Vec<ParameterValueInput>) -> Vec<(String, Option<String>)> {
    given.into_iter().map(|given| (given.name, given.value)).collect()
}

fn members(ids: Vec<ID>) -> Result<Vec<WorkspaceMemberId>> {
    let member = |(place, id): (usize, ID)| parse_id(&id, &format!("input.recipientIds.{place}"), "member");
    ids.into_iter().enumerate().map(member).collect()
}

/// An alert to delete.
#[derive(Debug, Clone, InputObject)]
pub struct DeleteAlertInput {
    /// The alert.
    pub id: ID,
}

/// An alert of which nobody is to be told.
#[derive(Debug, Clone, InputObject)]
pub struct MuteAlertInput {
    /// The alert.
    pub id: ID,
    /// Until when, within 365 days. Null for told from now on.
    pub until: Option<DateTime<Utc>>,
}

/// An alert that you see to.
#[derive(Debug, Clone, InputObject)]
pub struct AcknowledgeAlertInput {
    /// The alert.
    pub id: ID,
}

/// An alert to evaluate now.
#[derive(Debug, Clone, InputObject)]
pub struct EvaluateAlertInput {
    /// The alert.
    pub id: ID,
    /// How long the answer may wait for the end, in milliseconds, 0 to 10,000. Null for 1,000.
    pub wait_ms: Option<i32>,
}

impl EvaluateAlertInput {
    /// How long to wait; what is longer than allowed is cut by the domain.
    #[must_use]
    pub fn wait(&self) -> Duration {
        wait(self.wait_ms)
    }
}

/// An alert as it is now.
#[derive(Debug, Clone, SimpleObject)]
pub struct AlertPayload {
    /// The alert.
    pub alert: Alert,
}

/// An alert that was deleted.
#[derive(Debug, Clone, SimpleObject)]
pub struct DeleteAlertPayload {
    /// The id of what is gone.
    pub deleted_id: ID,
}

/// An alert that is evaluated.
#[derive(Debug, Clone, SimpleObject)]
pub struct EvaluateAlertPayload {
    /// The alert as it is now.
    pub alert: Alert,
    /// Whether it was evaluated by now. False while its query runs: its state follows.
    pub is_evaluated: bool,
}

/// What an alert would say of the newest result.
#[derive(Debug, Clone, SimpleObject)]
pub struct PreviewAlertPayload {
    /// Whether the condition holds, without any grace. Null when there is no value to hold against it, or the result cannot be looked at.
    pub is_met: Option<bool>,
    /// The value. Null without one.
    pub value: Option<Decimal>,
    /// What was seen, in a sentence.
    pub message: String,
    /// When the result was there.
    pub computed_at: DateTime<Utc>,
}
