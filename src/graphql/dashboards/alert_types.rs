//! Alerts and what happened to them, as data.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::dashboards::alerts::{model, rule};
use crate::graphql::scalars::{Decimal, id};
use crate::ids::{AlertId, SavedQueryId, UserId, WorkspaceId};

/// How an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::AlertState")]
pub enum AlertState {
    /// The condition does not hold.
    Ok,
    /// It holds, but not for forSeconds yet.
    Pending,
    /// It holds, or has not ceased to for keepFiringSeconds yet.
    Firing,
    /// There is no value to hold against the condition.
    NoData,
    /// The query failed twice in a row.
    Error,
}

/// How the rows of a result become one value. What is null, or no number, is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "rule::Reduce")]
pub enum AlertReduce {
    /// That of the last row.
    Last,
    /// That of the first row.
    First,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// All together.
    Sum,
    /// The arithmetic mean, to 20 places behind the point.
    Average,
    /// How many rows have a value in the column; without a column, how many rows there are.
    Count,
}

/// What kind of condition it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum AlertConditionKind {
    /// The value is beyond a bound.
    Threshold,
    /// The value is another than before.
    Change,
    /// There are no rows, or there is no value in them, or the newest time is too old.
    NoData,
}

/// How a value is held against a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "rule::Operator")]
pub enum AlertOperator {
    /// More than.
    Gt,
    /// At least.
    Gte,
    /// Less than.
    Lt,
    /// At most.
    Lte,
    /// The same number.
    Eq,
    /// Another number.
    Ne,
}

/// Which way a value has to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "rule::Direction")]
pub enum AlertDirection {
    /// It is more than before.
    Up,
    /// It is less than before.
    Down,
    /// Either.
    Any,
}

/// What the size of a change is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "rule::Unit")]
pub enum AlertUnit {
    /// In what the value is in.
    Absolute,
    /// Of the value before: 50 is a half of it. Whatever comes of 0 is enough.
    Percent,
}

/// What becomes of the state of a THRESHOLD or CHANGE when there is no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "rule::NoDataState")]
pub enum AlertNoDataState {
    /// It stays.
    Keep,
    /// It is `NO_DATA`.
    NoData,
    /// As if the condition did not hold.
    Ok,
    /// As if the condition held.
    Firing,
}

/// What becomes of the state when the query failed twice in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "rule::ErrorState")]
pub enum AlertErrorState {
    /// It stays.
    Keep,
    /// It is ERROR.
    Error,
}

/// When an alert fires.
#[derive(Debug, Clone, SimpleObject)]
pub struct AlertCondition {
    /// What kind it is.
    pub kind: AlertConditionKind,
    /// How the value is held against the bound. Null unless kind is THRESHOLD.
    pub operator: Option<AlertOperator>,
    /// The bound, or the least size of a change; in no currency but that of the data. Null for NO_DATA.
    pub value: Option<Decimal>,
    /// A firing alert goes on while this bound is passed. Null for the value itself.
    pub resolve_value: Option<Decimal>,
    /// Which way the value has to go. Null unless kind is CHANGE.
    pub direction: Option<AlertDirection>,
    /// What the size of a change is measured in. Null unless kind is CHANGE.
    pub unit: Option<AlertUnit>,
    /// Seconds before which the value is looked at that a change is measured from. Null for the evaluation before, and unless kind is
    /// CHANGE.
    pub over_seconds: Option<i32>,
    /// A column of times whose newest is looked at. Null when none is, and unless kind is NO_DATA.
    pub time_column: Option<String>,
    /// How old that may be, in seconds. Null without a column of times.
    pub older_than_seconds: Option<i32>,
}

impl From<rule::Condition> for AlertCondition {
    fn from(condition: rule::Condition) -> Self {
        let empty = |kind| Self {
            kind,
            operator: None,
            value: None,
            resolve_value: None,
            direction: None,
            unit: None,
            over_seconds: None,
            time_column: None,
            older_than_seconds: None,
        };
        match condition {
            rule::Condition::Threshold { operator, value, resolve_value } => Self {
                operator: Some(operator.into()),
                value: Some(Decimal(value)),
                resolve_value: resolve_value.map(Decimal),
                ..empty(AlertConditionKind::Threshold)
            },
            rule::Condition::Change { direction, unit, value, over_seconds } => Self {
                value: Some(Decimal(value)),
                direction: Some(direction.into()),
                unit: Some(unit.into()),
                over_seconds,
                ..empty(AlertConditionKind::Change)
            },
            rule::Condition::NoData { time_column, older_than_seconds } => {
                Self { time_column, older_than_seconds, ..empty(AlertConditionKind::NoData) }
            }
        }
    }
}

/// A value for what the query of an alert asks for.
#[derive(Debug, Clone, SimpleObject)]
pub struct AlertParameter {
    /// The name of the parameter, without the $.
    pub name: String,
    /// Its value, as Postgres reads it. Null for no value.
    pub value: Option<String>,
}

/// A condition over what comes of a saved query, which is evaluated at intervals and when data change. All members of the workspace see it,
/// and editors change it.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Alert {
    /// Opaque, and the same for the life of the alert.
    pub id: ID,
    /// Its name for people.
    pub name: String,
    /// What it is for. Null while nobody has said.
    pub description: Option<String>,
    /// Values that the query is run with; what is missing has its default.
    pub parameters: Vec<AlertParameter>,
    /// The column of the result that is watched. Null for how many rows there are.
    pub column: Option<String>,
    /// How rows become one value.
    pub reduce: AlertReduce,
    /// When it fires.
    pub condition: AlertCondition,
    /// Seconds that the condition holds before it fires.
    pub for_seconds: i32,
    /// Seconds that it does not hold before a firing alert is OK.
    pub keep_firing_seconds: i32,
    /// Seconds from one notice to the next while it fires. Null for one notice alone.
    pub renotify_seconds: Option<i32>,
    /// What becomes of the state without a value.
    pub no_data_state: AlertNoDataState,
    /// What becomes of the state when the query fails.
    pub error_state: AlertErrorState,
    /// Seconds from one evaluation to the next.
    pub interval_seconds: i32,
    /// How it stands.
    pub state: AlertState,
    /// Since when.
    pub since: DateTime<Utc>,
    /// The last value that was seen, in no currency but that of the data. Null before, and since the condition was changed.
    pub last_value: Option<Decimal>,
    /// What the last evaluation came to, in a sentence. Null before the first.
    pub last_message: Option<String>,
    /// When it was last evaluated. Null before the first time.
    pub last_evaluated_at: Option<DateTime<Utc>>,
    /// When it is evaluated next, unless its data change before.
    pub next_evaluation_at: DateTime<Utc>,
    /// Until when nobody is told of it. Null for told; a time that is past, too.
    pub muted_until: Option<DateTime<Utc>>,
    /// Since when somebody sees to it, so that nobody is told again before the state changes. Null while nobody does.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// From 1, one more with every change. Give it back with updateAlert.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last changed; when it was made, if it never was.
    pub updated_at: DateTime<Utc>,
    #[graphql(skip)]
    pub key: AlertId,
    #[graphql(skip)]
    pub workspace_key: WorkspaceId,
    #[graphql(skip)]
    pub query_key: SavedQueryId,
    #[graphql(skip)]
    pub author_key: Option<UserId>,
    #[graphql(skip)]
    pub acknowledger_key: Option<UserId>,
    #[graphql(skip)]
    pub recipient_keys: Vec<UserId>,
}

/// An alert whose row cannot be read is not shown: nothing stands in for its rule.
impl TryFrom<model::Alert> for Alert {
    type Error = crate::error::Error;

    fn try_from(row: model::Alert) -> Result<Self, Self::Error> {
        let rule = row.rule()?;
        let parameters = row.values()?.into_iter().map(|(name, value)| AlertParameter { name, value }).collect();
        Ok(Self {
            id: id(row.id),
            name: row.name,
            description: row.description,
            parameters,
            column: rule.column,
            reduce: rule.reduce.into(),
            condition: rule.condition.into(),
            for_seconds: rule.for_seconds,
            keep_firing_seconds: rule.keep_firing_seconds,
            renotify_seconds: rule.renotify_seconds,
            no_data_state: rule.no_data_state.into(),
            error_state: rule.error_state.into(),
            interval_seconds: row.interval_seconds,
            state: row.state.into(),
            since: row.since,
            last_value: row.last_value.map(Decimal),
            last_message: row.last_message,
            last_evaluated_at: row.last_evaluated_at,
            next_evaluation_at: row.next_evaluation_at,
            muted_until: row.muted_until,
            acknowledged_at: row.acknowledged_at,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
            key: row.id,
            workspace_key: row.workspace_id,
            query_key: row.query_id,
            author_key: row.author_id,
            acknowledger_key: row.acknowledger_id,
            recipient_keys: row.recipients,
        })
    }
}

/// Something that happened to an alert: its state changed, or people were told again that it fires.
#[derive(Debug, Clone, SimpleObject)]
pub struct AlertEvent {
    /// The state before.
    pub from: AlertState,
    /// The state since; the same when people were told again.
    pub to: AlertState,
    /// What was seen. Null without a value.
    pub value: Option<Decimal>,
    /// What the evaluation came to, in a sentence.
    pub message: String,
    /// When.
    pub at: DateTime<Utc>,
    /// How many people were told. 0 while the alert was muted, and for what nobody is told of.
    pub notified_count: i32,
}

impl From<model::AlertEvent> for AlertEvent {
    fn from(row: model::AlertEvent) -> Self {
        Self {
            from: row.from_state.into(),
            to: row.to_state.into(),
            value: row.value.map(Decimal),
            message: row.message,
            at: row.at,
            notified_count: row.notified_count,
        }
    }
}
