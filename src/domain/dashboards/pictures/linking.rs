//! Addresses of charts that are drawn when somebody fetches them: for one person, one chart and one result, for about an hour.

use std::str::FromStr;

use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use super::drawing;
use super::format::{PictureFormat, PictureTheme};
use super::press::{press, refused};
use crate::app::App;
use crate::charts::png;
use crate::charts::render::options::{RenderOptions, SIDES};
use crate::domain::dashboards::charts::store as charts;
use crate::domain::data::following::Followed as _;
use crate::domain::data::queries::model::{QueryRun, RunStatus};
use crate::domain::users::actions::standing;
use crate::domain::users::actor::Actor;
use crate::domain::users::permissions::Permission;
use crate::error::{Error, ErrorCode, FieldError, Result};
use crate::ids::{ChartId, QueryRunId, UserId};
use crate::storage::signed::{self, Audience, Claim, Method};

/// What the signing key is for: no address of a file is one of a picture.
const KEY_USAGE: &str = "pictures";
/// The first part of what a token names.
const MARK: &str = "picture";
/// Seconds within which the same picture has the same address, so that it is not fetched again for nothing.
const STEP: i64 = 900;
/// How long a client may keep a picture without asking: its address is another one when its result is.
pub const KEPT_SECONDS: i64 = STEP;
/// How many of these an address is good for at least.
const STEPS: i64 = 4;

/// A chart as a picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Image {
    pub chart: ChartId,
    /// Whose result is drawn.
    pub run: QueryRunId,
    /// PNG or SVG.
    pub format: PictureFormat,
    pub size: Size,
}

/// How large, and how.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    pub width: u32,
    pub height: u32,
    pub theme: PictureTheme,
    /// Of a bitmap: how many of its pixels one pixel is.
    pub scale: f32,
}

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    pub media_type: &'static str,
    /// Tells this picture from every other, quotation marks included.
    pub etag: String,
    /// `None` when whoever asks has it already.
    pub bytes: Option<Vec<u8>>,
}

impl Size {
    /// A size as somebody asks for it.
    ///
    /// # Errors
    /// BAD_USER_INPUT for sides and scales of which no picture is made.
    pub fn checked(width: i32, height: i32, theme: PictureTheme, scale: f64) -> Result<Self> {
        let mut wrong = Vec::new();
        let mut side = |name: &str, side: i32| {
            let checked = u32::try_from(side).ok().filter(|side| SIDES.contains(side));
            if checked.is_none() {
                let message = format!("From {} to {} pixels.", SIDES.start(), SIDES.end());
                wrong.push(FieldError { path: name.to_owned(), message });
            }
            checked.unwrap_or(*SIDES.start())
        };
        let (width, height) = (side("width", width), side("height", height));
        let (least, most) = (f64::from(*png::SCALES.start()), f64::from(*png::SCALES.end()));
        // Hundredths are enough, and are the same however they are written.
        let hundredths = (scale * 100.0).round();
        let is_scale = scale.is_finite() && hundredths >= least * 100.0 - 0.001 && hundredths <= most * 100.0;
        let pixels = (f64::from(width) * scale) * (f64::from(height) * scale);
        let longest = f64::from(width.max(height)) * scale;
        if !is_scale {
            wrong.push(FieldError { path: "scale".to_owned(), message: format!("From 0.1 to {most}.") });
        } else if pixels > 16_000_000.0 || longest > f64::from(png::LONGEST_SIDE) {
            let message = format!(
                "A picture has no more than {} pixels on a side and {} in all.",
                png::LONGEST_SIDE,
                png::MOST_PIXELS
            );
            wrong.push(FieldError { path: "scale".to_owned(), message });
        }
        if !wrong.is_empty() {
            return Err(Error::bad_inputs(wrong));
        }
        let hundredths: u16 = format!("{hundredths:.0}").parse().unwrap_or(100);
        Ok(Self { width, height, theme, scale: f32::from(hundredths) / 100.0 })
    }
}

impl Image {
    /// What a token names.
    fn object(&self) -> String {
        let Size { width, height, theme, scale } = self.size;
        format!("{MARK}:{}:{}:{}:{width}:{height}:{theme}:{scale}", self.chart, self.run, self.format)
    }
}

impl FromStr for Image {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        fn part<T: FromStr>(text: &str) -> std::result::Result<T, ()> {
            text.parse().map_err(|_| ())
        }
        let parts: Vec<&str> = text.split(':').collect();
        let [MARK, chart, run, format, width, height, theme, scale] = parts.as_slice() else { return Err(()) };
        let size = Size { width: part(width)?, height: part(height)?, theme: part(theme)?, scale: part(scale)? };
        Ok(Self { chart: part(chart)?, run: part(run)?, format: part(format)?, size })
    }
}

/// Pictures that are drawn for addresses at once, in one process, with their rows in memory.
static AT_ONCE: Semaphore = Semaphore::const_new(8);

/// The token of an address `/pictures/<token>` of a chart with the result of a run, both of which the actor has loaded.
///
/// # Errors
/// UNAUTHENTICATED for nobody.
pub fn claim(app: &App, actor: &Actor, image: &Image) -> Result<String> {
    let viewer = actor.require_may(Permission::ReadOwnData)?.user.id;
    let claim = Claim {
        object: image.object(),
        audience: Audience::User(viewer.uuid()),
        method: Method::Get,
        expires_at: (app.clock.now().timestamp() / STEP + STEPS + 1) * STEP,
        filename: None,
    };
    Ok(signed::sign(&app.secrets.key_for(KEY_USAGE), &claim))
}

/// The picture of an address, if whom it was made for still sees the chart and the run, and the run is one of the chart's query. `known` is
/// what whoever asks has already, as HTTP's `If-None-Match` says it.
///
/// # Errors
/// `NOT_FOUND` for whatever keeps it from being shown; CONFLICT for what cannot be drawn, with a sentence why.
pub async fn open(app: &App, token: &str, known: Option<&str>) -> Result<Sent> {
    let none = || Error::not_found("picture");
    let claim = signed::verify_with_any(app.secrets.keys_for(KEY_USAGE), token, app.clock.now());
    let claim = claim.map_err(|error| none().with_source(error))?;
    let (Audience::User(viewer), Method::Get) = (&claim.audience, claim.method) else { return Err(none()) };
    let viewer = UserId::from_uuid(*viewer);
    let image: Image = claim.object.parse().map_err(|()| none())?;
    if image.format == PictureFormat::Pdf || !standing::is_open(app, viewer).await? {
        return Err(none());
    }
    let chart = charts::load(&*app.db.read().await?, viewer, &[image.chart]).await?.pop().ok_or_else(none)?;
    let run = QueryRun::look(app, viewer, image.run).await.map_err(|error| match error.code() {
        ErrorCode::NotFound => none(),
        _ => error,
    })?;
    if run.saved_query_id != Some(chart.query_id) || run.status != RunStatus::Succeeded || run.result_id.is_none() {
        return Err(none());
    }
    let etag = etag(&image, chart.version, &run);
    let media_type = image.format.media_type();
    if known.is_some_and(|known| known.split(',').any(|known| known.trim().trim_start_matches("W/") == etag)) {
        return Ok(Sent { media_type, etag, bytes: None });
    }
    let Size { width, height, theme, scale } = image.size;
    let options = RenderOptions { width, height, theme: theme.into(), title: Some(chart.title.clone()) };
    // Taken before the rows are read: how many addresses are fetched at once is nobody's to say but ours.
    let _place = AT_ONCE
        .try_acquire()
        .map_err(|_| Error::unavailable("Too many pictures are being drawn. Please try again in a moment."))?;
    let (svg, _) = drawing::chart(app, &chart, &run, options).await?.map_err(refused)?;
    let bytes = match image.format {
        PictureFormat::Png => press(move || png::png(&svg, scale)).await?.map_err(refused)?,
        PictureFormat::Svg | PictureFormat::Pdf => svg.into_bytes(),
    };
    Ok(Sent { media_type, etag, bytes: Some(bytes) })
}

/// The same for the same chart with the same result, drawn in the same way by the same version of the server.
fn etag(image: &Image, version: i32, run: &QueryRun) -> String {
    let result = run.result_id.map(|result| result.to_string()).unwrap_or_default();
    let Size { width, height, theme, scale } = image.size;
    let drawn = [
        env!("CARGO_PKG_VERSION").to_owned(),
        image.chart.to_string(),
        version.to_string(),
        result,
        format!("{} {width} {height} {theme} {scale}", image.format),
    ];
    let hash = hex::encode(Sha256::digest(drawn.join("\n").as_bytes()));
    format!("\"{}\"", hash.get(..32).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn what_a_token_names_reads_back_and_nothing_else_does() {
        let now = DateTime::from_timestamp(1_772_366_400, 0).unwrap();
        let size = Size::checked(720, 420, PictureTheme::Dark, 1.5).unwrap();
        let image =
            Image { chart: ChartId::generate(now), run: QueryRunId::generate(now), format: PictureFormat::Png, size };
        let object = image.object();
        assert!(object.ends_with(":PNG:720:420:DARK:1.5"), "{object}");
        assert_eq!(object.parse(), Ok(image));
        let (chart, run) = (image.chart.to_string(), image.run.to_string());
        let others = [
            String::new(),
            object.replacen("picture", "chart", 1),
            object.replace(&run, &chart),
            object.replace("PNG", "GIF"),
            format!("{object}:"),
            object.replace(":720", ":-1"),
        ];
        for other in others {
            assert_eq!(other.parse::<Image>(), Err(()), "{other}");
        }
    }

    #[test]
    fn sizes_of_which_no_picture_is_made_are_refused() {
        let fields = |width, height, scale| {
            let refused = Size::checked(width, height, PictureTheme::Light, scale).err();
            let fields = refused.as_ref().map_or(&[] as &[FieldError], |error| error.fields());
            fields.iter().map(|field| field.path.clone()).collect::<Vec<_>>()
        };
        assert_eq!(fields(60, 4000, 1.0), [""; 0]);
        assert_eq!(fields(59, 4001, 0.0), ["width", "height", "scale"]);
        assert_eq!(fields(-1, 100, f64::NAN), ["width", "scale"]);
        assert_eq!(fields(4000, 4000, 1.0), [""; 0]);
        assert_eq!(fields(4000, 4000, 1.01), ["scale"]);
        assert_eq!(fields(4000, 60, 2.1), ["scale"]);
        assert_eq!(fields(100, 100, 8.0), [""; 0]);
        assert_eq!(fields(100, 100, 8.01), ["scale"]);
    }
}
