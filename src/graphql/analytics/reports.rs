//! Reports of somebody, of a class and of everybody, as data.

use async_graphql::{InputObject, SimpleObject};

use super::types::{
    DateRange, DateRangeInput, LatencyStats, ModelUsage, PurposeUsage, UsageFigures, UsagePoint, UsageTotals,
    WorkflowUsage,
};
use crate::domain::analytics::model;
use crate::graphql::scalars::Date;
use crate::ids::{ConversationId, CourseId, UserId};

/// What was said in the tutoring sessions of a course came to.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct CourseUsage {
    /// What it came to.
    pub usage: UsageFigures,
    #[graphql(skip)]
    pub course_key: CourseId,
}

/// What was written for a conversation came to.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct ConversationUsage {
    /// What it came to.
    pub usage: UsageFigures,
    #[graphql(skip)]
    pub conversation_key: ConversationId,
}

impl From<&model::ConversationShare> for ConversationUsage {
    fn from(share: &model::ConversationShare) -> Self {
        Self { usage: (&share.figures).into(), conversation_key: share.key }
    }
}

/// What somebody used on some days, computed from what was recorded: always current, all of it of one moment. Runs count
/// also when their texts were deleted, for what they cost.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct Analytics {
    /// The days.
    pub range: DateRange,
    /// All of it.
    pub totals: UsageTotals,
    /// Every day of the range, also those without anything. They come to `totals`.
    pub daily: Vec<UsagePoint>,
    /// By model, what cost most first. They come to `totals.usage`.
    pub by_model: Vec<ModelUsage>,
    /// By purpose, what cost most first. They come to `totals.usage`.
    pub by_purpose: Vec<PurposeUsage>,
    /// Work in several steps by what is done, what was begun most often first. They come to `totals.workflows`.
    pub by_workflow: Vec<WorkflowUsage>,
    /// What was said in tutoring sessions, by course, what cost most first. What was purged since counts for no course.
    pub by_course: Vec<CourseUsage>,
    /// From the beginning of a run to its end, of those that were written to their ends.
    pub response_time: LatencyStats,
    /// From the beginning of a run to its first word, of those that had one.
    pub first_token_time: LatencyStats,
    #[graphql(skip)]
    pub owner: UserId,
    #[graphql(skip)]
    pub days: model::Range,
}

/// What a class used on some days: what its students said to the tutor, and what the answers came to. Trials of those who teach
/// are left out. What was said and is purged counts no more.
#[derive(Debug, Clone, SimpleObject)]
pub struct CourseAnalytics {
    /// The days.
    pub range: DateRange,
    /// All of it.
    pub totals: UsageTotals,
    /// Every day of the range, also those without anything. They come to `totals`.
    pub daily: Vec<UsagePoint>,
    /// By model, what cost most first. They come to `totals.usage`.
    pub by_model: Vec<ModelUsage>,
    /// By purpose, what cost most first. They come to `totals.usage`.
    pub by_purpose: Vec<PurposeUsage>,
    /// Work in several steps by what is done, what was begun most often first. They come to `totals.workflows`.
    pub by_workflow: Vec<WorkflowUsage>,
    /// How many students said something.
    pub active_students: i64,
}

/// What everybody used on some days.
#[derive(Debug, Clone, SimpleObject)]
pub struct InstallationAnalytics {
    /// The days.
    pub range: DateRange,
    /// All of it.
    pub totals: UsageTotals,
    /// Every day of the range, also those without anything. They come to `totals`.
    pub daily: Vec<UsagePoint>,
    /// By model, what cost most first. They come to `totals.usage`.
    pub by_model: Vec<ModelUsage>,
    /// By purpose, what cost most first. They come to `totals.usage`.
    pub by_purpose: Vec<PurposeUsage>,
    /// Work in several steps by what is done, what was begun most often first. They come to `totals.workflows`.
    pub by_workflow: Vec<WorkflowUsage>,
    /// How many people asked or said something.
    pub active_people: i64,
}

/// What a report says of any subject.
struct Parts {
    range: DateRange,
    totals: UsageTotals,
    daily: Vec<UsagePoint>,
    by_model: Vec<ModelUsage>,
    by_purpose: Vec<PurposeUsage>,
    by_workflow: Vec<WorkflowUsage>,
}

impl From<&model::Report> for Parts {
    fn from(report: &model::Report) -> Self {
        let days = report.days.iter().map(|day| UsagePoint {
            date: Date(day.date),
            starts_at: day.starts_at,
            ends_at: day.ends_at,
            totals: (&day.totals).into(),
        });
        let models = report.by_model.iter().map(|share| {
            let (provider, model) = share.key.clone();
            ModelUsage { provider, model, usage: (&share.figures).into() }
        });
        let purposes = report.by_purpose.iter();
        let purposes =
            purposes.map(|share| PurposeUsage { purpose: share.key.clone(), usage: (&share.figures).into() });
        let workflows = report.by_workflow.iter();
        let workflows = workflows.map(|(kind, figures)| WorkflowUsage { kind: (*kind).into(), stats: figures.into() });
        Self {
            range: DateRange {
                from: Date(report.range.from),
                to: Date(report.range.to),
                timezone: report.range.zone.name().to_owned(),
                starts_at: report.starts_at,
                ends_at: report.ends_at,
            },
            totals: (&report.totals).into(),
            daily: days.collect(),
            by_model: models.collect(),
            by_purpose: purposes.collect(),
            by_workflow: workflows.collect(),
        }
    }
}

impl Analytics {
    /// What this person used.
    #[must_use]
    pub fn of(owner: UserId, report: &model::Report) -> Self {
        let Parts { range, totals, daily, by_model, by_purpose, by_workflow } = report.into();
        let courses = report.by_course.iter();
        let courses = courses.map(|share| CourseUsage { usage: (&share.figures).into(), course_key: share.key });
        let figures = &report.totals.figures;
        Self {
            range,
            totals,
            daily,
            by_model,
            by_purpose,
            by_workflow,
            by_course: courses.collect(),
            response_time: (&figures.response).into(),
            first_token_time: (&figures.first_token).into(),
            owner,
            days: report.range,
        }
    }
}

impl From<&model::Report> for CourseAnalytics {
    fn from(report: &model::Report) -> Self {
        let Parts { range, totals, daily, by_model, by_purpose, by_workflow } = report.into();
        Self { range, totals, daily, by_model, by_purpose, by_workflow, active_students: report.people }
    }
}

impl From<&model::Report> for InstallationAnalytics {
    fn from(report: &model::Report) -> Self {
        let Parts { range, totals, daily, by_model, by_purpose, by_workflow } = report.into();
        Self { range, totals, daily, by_model, by_purpose, by_workflow, active_people: report.people }
    }
}

/// The days to be summed up anew.
#[derive(Debug, InputObject)]
pub struct RefreshAnalyticsInput {
    /// Which days.
    pub range: DateRangeInput,
}

/// The answer to summing up anew.
#[derive(Debug, SimpleObject)]
pub struct RefreshAnalyticsPayload {
    /// What you used on those days.
    pub analytics: Analytics,
}
