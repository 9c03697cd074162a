//! Pictures of charts and dashboards, as data.

use async_graphql::{Enum, ID, SimpleObject};
use chrono::{DateTime, Utc};

use crate::domain::dashboards::pictures::exports::model;
use crate::domain::dashboards::pictures::model as pictures;
use crate::graphql::data::exports::ResultExportStatus;
use crate::graphql::scalars::{id, whole};

/// What a picture is that a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ImageFormat {
    /// A bitmap.
    Png,
    /// Lines and text, sharp at every size.
    Svg,
}

impl From<ImageFormat> for pictures::PictureFormat {
    fn from(format: ImageFormat) -> Self {
        match format {
            ImageFormat::Png => Self::Png,
            ImageFormat::Svg => Self::Svg,
        }
    }
}

/// What a file of a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "pictures::PictureFormat")]
pub enum PictureFormat {
    /// A bitmap. A dashboard that would be more than 8,192 pixels high is made smaller.
    Png,
    /// Lines and text, sharp at every size.
    Svg,
    /// Text that can be selected and searched. A dashboard has a page for each tab.
    Pdf,
}

/// How a picture looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "pictures::PictureTheme")]
pub enum PictureTheme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// Why there is no picture.
#[derive(Debug, Clone, SimpleObject)]
pub struct PictureExportError {
    /// A stable code: NO_RESULT, NOT_THERE for what is gone or not yours to see any more, NOT_DRAWN, UNFITTING_ROWS, TOO_MANY_MARKS or
    /// PICTURE_SIZE for what cannot be drawn, PICTURE_FAILED or PROCESSING_FAILED.
    pub code: String,
    /// A sentence for a person.
    pub message: String,
}

/// A tile that shows less on a picture than it should.
#[derive(Debug, Clone, SimpleObject)]
pub struct PictureLeftOut {
    /// The id of the tile.
    pub tile_id: ID,
    /// What it is called. Null for one without a title.
    pub title: Option<String>,
    /// Why, in a sentence.
    pub reason: String,
}

/// A picture of a chart or a dashboard as a file, for whoever had it made; nobody else sees it.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct PictureExport {
    /// Opaque, and the same for the life of the export.
    pub id: ID,
    /// How far it has come.
    pub status: ResultExportStatus,
    /// What it is.
    pub format: PictureFormat,
    /// How it looks.
    pub theme: PictureTheme,
    /// Pixels that it was asked to be wide.
    pub width: i32,
    /// Pixels that it was asked to be high. Null for a dashboard, which is as high as its tiles.
    pub height: Option<i32>,
    /// Of the drawing, 0 to 1.
    pub progress: f64,
    /// Size of the file, in bytes; above 2,147,483,647 that number. Null until it is READY.
    pub byte_size: Option<i32>,
    /// Whether something is missing on it: leftOut says what.
    pub is_partial: bool,
    /// Tiles without a result, and those that do not show all rows. Empty for a chart, and until it is READY.
    pub left_out: Vec<PictureLeftOut>,
    /// When the file is removed. Null until it is READY.
    pub expires_at: Option<DateTime<Utc>>,
    /// Why there is no picture. Null unless status is FAILED.
    pub error: Option<PictureExportError>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    #[graphql(skip)]
    pub row: Box<model::PictureExport>,
}

impl From<model::PictureExport> for PictureExport {
    fn from(row: model::PictureExport) -> Self {
        let status = ResultExportStatus::from(row.status);
        let is_there = matches!(status, ResultExportStatus::Ready | ResultExportStatus::Expired);
        let message = row.error_message.clone().unwrap_or_default();
        let left_out: Vec<model::LeftOut> = serde_json::from_value(row.left_out.clone()).unwrap_or_default();
        let left_out: Vec<PictureLeftOut> = left_out.into_iter().map(PictureLeftOut::from).collect();
        Self {
            id: id(row.id),
            status,
            format: row.format.into(),
            theme: row.theme.into(),
            width: row.width,
            height: row.height,
            progress: row.progress.into(),
            byte_size: row.byte_size.map(whole),
            is_partial: !left_out.is_empty(),
            left_out,
            expires_at: is_there.then_some(row.expires_at),
            error: row.error_code.clone().map(|code| PictureExportError { code, message }),
            created_at: row.created_at,
            row: Box::new(row),
        }
    }
}

impl From<model::LeftOut> for PictureLeftOut {
    fn from(left_out: model::LeftOut) -> Self {
        Self { tile_id: id(left_out.tile), title: left_out.title, reason: left_out.reason }
    }
}
