//! Rows of pictures as files.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Float, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::dashboards::boards::model::FilterValue;
use crate::domain::dashboards::pictures::model::{PictureFormat, PictureTheme};
use crate::domain::data::exports::model::ExportStatus;
use crate::domain::data::queries::identity::Given;
use crate::error::{Error, Result};
use crate::ids::{ChartId, DashboardId, DashboardTileId, PictureExportId, UserId};

/// A tile that shows less than it should.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    pub tile: DashboardTileId,
    /// Of the chart or the query; `None` for a text, and for a query whose name is none of the reader's business.
    pub title: Option<String>,
    /// A sentence for a person.
    pub reason: String,
}

/// A picture of a chart or a dashboard.
#[derive(Debug, Clone, PartialEq, QueryableByName)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct PictureExport {
    #[diesel(sql_type = SqlUuid)]
    pub id: PictureExportId,
    /// Who had it made: nobody else sees it.
    #[diesel(sql_type = SqlUuid)]
    pub user_id: UserId,
    /// `None` for a dashboard.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub chart_id: Option<ChartId>,
    /// `None` for a chart.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub dashboard_id: Option<DashboardId>,
    #[diesel(sql_type = Text)]
    pub format: PictureFormat,
    /// In pixels.
    #[diesel(sql_type = Integer)]
    pub width: i32,
    /// `None` for a dashboard, which is as high as its tiles.
    #[diesel(sql_type = Nullable<Integer>)]
    pub height: Option<i32>,
    #[diesel(sql_type = Text)]
    pub theme: PictureTheme,
    /// A list of [`Given`]: what the dashboard's filters were given.
    #[diesel(sql_type = Jsonb)]
    pub filters: Value,
    /// A list of [`LeftOut`].
    #[diesel(sql_type = Jsonb)]
    pub left_out: Value,
    #[diesel(sql_type = Text)]
    pub status: ExportStatus,
    /// 0 to 1.
    #[diesel(sql_type = Float)]
    pub progress: f32,
    /// `None` until it is READY.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub byte_size: Option<i64>,
    #[diesel(sql_type = Text)]
    pub storage_key: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub error_code: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub error_message: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// When the file is removed.
    #[diesel(sql_type = Timestamptz)]
    pub expires_at: DateTime<Utc>,
}

impl PictureExport {
    /// As it is at `now`: what is over is EXPIRED, before its file is removed too.
    #[must_use]
    pub fn at(mut self, now: DateTime<Utc>) -> Self {
        if self.status == ExportStatus::Ready && self.expires_at <= now {
            self.status = ExportStatus::Expired;
        }
        self
    }

    /// What the dashboard's filters were given.
    ///
    /// # Errors
    /// INTERNAL when the row holds something else.
    pub fn chosen(&self) -> Result<Vec<FilterValue>> {
        let given: Vec<Given> = serde_json::from_value(self.filters.clone()).map_err(Error::internal)?;
        Ok(given.into_iter().map(|given| FilterValue { name: given.name, value: given.value }).collect())
    }
}

/// What a picture is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    Chart(ChartId),
    Dashboard(DashboardId),
}

/// A picture that is asked for.
#[derive(Debug, Clone)]
pub struct NewExport {
    pub id: PictureExportId,
    pub user_id: UserId,
    pub shown: Shown,
    pub format: PictureFormat,
    pub width: i32,
    pub height: Option<i32>,
    pub theme: PictureTheme,
    pub filters: Value,
    pub storage_key: String,
    pub now: DateTime<Utc>,
    /// When what is left of it is removed, should it never come to an end.
    pub expires_at: DateTime<Utc>,
}
