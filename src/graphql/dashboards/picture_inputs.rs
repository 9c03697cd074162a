//! What is said of pictures.

use std::time::Duration;

use async_graphql::{ID, InputObject, Result, SimpleObject};

use super::board_inputs::{FilterValueInput, chosen};
use super::picture_types::{PictureExport, PictureFormat, PictureTheme};
use crate::domain::dashboards::pictures::exports::asking::Ask;
use crate::domain::dashboards::pictures::exports::model::Shown;
use crate::error::Error;
use crate::graphql::error::to_graphql;
use crate::graphql::scalars::parse_id;

/// A picture that is wanted: of exactly one of chartId and dashboardId.
#[derive(Debug, Clone, InputObject)]
pub struct ExportPictureInput {
    /// A chart, with the newest result of its query. Null for a dashboard.
    pub chart_id: Option<ID>,
    /// A dashboard that you see as a member of its workspace, or that is shared with you by name. Null for a chart.
    pub dashboard_id: Option<ID>,
    /// Values of the dashboard's filters; what is left out has its default. Null for all defaults.
    pub filters: Option<Vec<FilterValueInput>>,
    /// What the file is to be.
    pub format: PictureFormat,
    /// Pixels: 60 to 4,000 for a chart, 600 to 2,400 for a dashboard. A page of a dashboard is A4 across, whatever is given. Null for 720,
    /// and 1,200 for a dashboard.
    pub width: Option<i32>,
    /// Pixels, 60 to 4,000. Null for 420, and for a dashboard, which is as high as its tiles.
    pub height: Option<i32>,
    /// How it is to look.
    #[graphql(default_with = "PictureTheme::Light")]
    pub theme: PictureTheme,
    /// How long the answer may wait for the end, in milliseconds, 0 to 10,000. Null for 1,000. Follow what takes longer with `pictureExport`.
    pub wait_ms: Option<i32>,
}

impl ExportPictureInput {
    /// What is wanted.
    ///
    /// # Errors
    /// BAD_USER_INPUT unless exactly one thing is to be shown, `NOT_FOUND` for what is no id of one.
    pub fn ask(self) -> Result<Ask> {
        const USUAL: u64 = 1000;
        let shown = match (&self.chart_id, &self.dashboard_id) {
            (Some(chart), None) => Shown::Chart(parse_id(chart, "input.chartId", "chart")?),
            (None, Some(dashboard)) => Shown::Dashboard(parse_id(dashboard, "input.dashboardId", "dashboard")?),
            _ => {
                let refused = Error::bad_input("input.chartId", "Give exactly one of chartId and dashboardId.");
                return Err(to_graphql(refused));
            }
        };
        let wait = self.wait_ms.map(|wait| u64::try_from(wait).unwrap_or(0));
        Ok(Ask {
            shown,
            format: self.format.into(),
            width: self.width,
            height: self.height,
            theme: self.theme.into(),
            filters: chosen(self.filters),
            wait: Duration::from_millis(wait.unwrap_or(USUAL)),
        })
    }
}

/// A picture as it is now.
#[derive(Debug, Clone, SimpleObject)]
pub struct ExportPicturePayload {
    /// The export.
    pub export: PictureExport,
}
