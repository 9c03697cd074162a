//! The files that a report brings: the dashboard on paper, and the results of its tiles as tables. Each has a bound, and so has the whole
//! mail: what does not go in is left out, and told.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, Utc};
use serde_json::Value;
use tempfile::NamedTempFile;

use super::model::{Attachment, Part, Problem};
use crate::app::App;
use crate::domain::dashboards::boards::model::Dashboard;
use crate::domain::dashboards::pictures::drawing::Drawn;
use crate::domain::dashboards::pictures::format::PictureFormat;
use crate::domain::dashboards::pictures::paper;
use crate::domain::data::queries::history::{self, ROWS_MAX, Window};
use crate::domain::data::queries::model::{QueryRun, RunStatus};
use crate::error::{Error, ErrorCode, Result};
use crate::exporting::format::Format;
use crate::exporting::problem::ExportError;
use crate::exporting::rows::Options;
use crate::exporting::survey::Survey;
use crate::exporting::writer::TableWriter;
use crate::ids::QueryResultId;
use crate::mail::report_letter::FilePart;
use crate::warehouse::cells::CellColumn;

/// Longest file, in bytes as a mail carries it.
const FILE_MAX: usize = 5 << 20;
/// Longest mail, in bytes as it is carried; many mail servers take no more.
const MAIL_MAX: usize = 10 << 20;
/// Results whose values are longer than this, in bytes, are not written to find that out.
const RESULT_MAX: i64 = 32 << 20;
/// Longest name of a file without its ending, in characters.
const NAME_MAX: usize = 40;

/// What still goes into a mail.
#[derive(Debug)]
pub struct Room {
    left: usize,
}

impl Default for Room {
    /// A tenth is for texts and headers.
    fn default() -> Self {
        Self { left: MAIL_MAX / 10 * 9 }
    }
}

impl Room {
    /// Takes so many bytes of what is left, as a mail carries them; `false` when they are too many.
    pub fn take(&mut self, bytes: usize) -> bool {
        let carried = carried(bytes);
        let fits = carried <= FILE_MAX && carried <= self.left;
        if fits {
            self.left -= carried;
        }
        fits
    }
}

/// Bytes as a mail carries them: base64 in lines of 76 characters (RFC 2045, section 6.8).
#[must_use]
pub fn carried(bytes: usize) -> usize {
    let encoded = bytes.div_ceil(3).saturating_mul(4);
    encoded.saturating_add(encoded.div_ceil(76).saturating_mul(2))
}

/// A tile whose result is written, with the run that it is of.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    pub title: Option<&'a str>,
    pub run: &'a QueryRun,
}

/// The files that go in, and what is said of the others.
#[derive(Debug, Default)]
pub struct Attached {
    pub files: Vec<FilePart>,
    pub problems: Vec<Problem>,
}

impl Attached {
    fn add(&mut self, room: &mut Room, name: String, media_type: &str, bytes: &[u8]) {
        if room.take(bytes.len()) {
            self.files.push(FilePart { name, media_type: media_type.to_owned(), content: BASE64.encode(bytes) });
        } else {
            self.leave_out(&name, "TOO_LARGE", "It is too large for a mail.".to_owned());
        }
    }

    fn leave_out(&mut self, name: &str, code: &str, message: String) {
        self.problems.push(Problem::new(Part::Attachment, Some(name), code, message));
    }
}

/// Writes the files.
///
/// # Errors
/// When Postgres or the disk fails.
pub async fn files(
    app: &App,
    wanted: &[Attachment],
    (dashboard, drawn): (&Dashboard, &[Drawn]),
    shown: &[Shown<'_>],
    room: &mut Room,
    now: DateTime<Utc>,
) -> Result<Attached> {
    let mut attached = Attached::default();
    for attachment in wanted {
        match attachment {
            Attachment::Pdf => {
                let name = "dashboard.pdf";
                match paper::dashboard(dashboard, drawn, PictureFormat::Pdf, now).await {
                    Ok(bytes) => attached.add(room, name.to_owned(), "application/pdf", &bytes),
                    // Others draw just now: the job tries again.
                    Err(error) if error.code() == ErrorCode::UpstreamUnavailable => return Err(error),
                    Err(error) => {
                        tracing::warn!(dashboard = %dashboard.id, error = %error.chain(), "a report has no PDF");
                        attached.leave_out(name, "NOT_DRAWN", "It could not be drawn.".to_owned());
                    }
                }
            }
            Attachment::Csv => tables(app, Format::Csv, shown, &mut attached, room, now).await?,
            Attachment::Xlsx => tables(app, Format::Xlsx, shown, &mut attached, room, now).await?,
        }
    }
    Ok(attached)
}

async fn tables(
    app: &App,
    format: Format,
    shown: &[Shown<'_>],
    attached: &mut Attached,
    room: &mut Room,
    now: DateTime<Utc>,
) -> Result<()> {
    for (place, shown) in shown.iter().enumerate() {
        let name = file_name(place, shown.title, format);
        if shown.run.byte_size.is_some_and(|bytes| bytes > RESULT_MAX) {
            attached.leave_out(&name, "TOO_LARGE", "It is too large for a mail.".to_owned());
            continue;
        }
        match table(app, format, shown.run, now).await? {
            Ok(bytes) => attached.add(room, name, format.media_type(), &bytes),
            Err(message) => attached.leave_out(&name, "DOES_NOT_FIT", message),
        }
    }
    Ok(())
}

/// A result as a file, or why the format cannot hold it.
async fn table(
    app: &App,
    format: Format,
    run: &QueryRun,
    now: DateTime<Utc>,
) -> Result<std::result::Result<Vec<u8>, String>> {
    let gone = || Ok(Err("Its result is not there any more.".to_owned()));
    let (RunStatus::Succeeded, Some(result), Some(columns), Some(count)) =
        (run.status, run.result_id, run.columns.clone(), run.row_count)
    else {
        return gone();
    };
    let columns: Vec<CellColumn> = serde_json::from_value(columns).map_err(Error::internal)?;
    let count = usize::try_from(count).map_err(Error::internal)?;
    let Some(rows) = rows(app, result, count).await? else { return gone() };
    let folder = app.storage.temp_dir().to_owned();
    let written = tokio::task::spawn_blocking(move || -> std::result::Result<Vec<u8>, ExportError> {
        let file = NamedTempFile::new_in(&folder)?;
        let options = Options { neutralises: true, has_mark: false, made_at: now, temp_dir: folder };
        let survey = Survey::new(&columns);
        let mut writer = TableWriter::begin(format, &columns, &survey, &options, file.reopen()?)?;
        writer.add(&rows)?;
        writer.end()?;
        Ok(std::fs::read(file.path())?)
    });
    match written.await.map_err(Error::internal)? {
        Ok(bytes) => Ok(Ok(bytes)),
        Err(ExportError::Refused(message)) => Ok(Err(message)),
        Err(ExportError::Io(error)) => Err(Error::unavailable("The file could not be written.").with_source(error)),
    }
}

/// All rows of a result; `None` when they are not all there.
async fn rows(app: &App, result: QueryResultId, count: usize) -> Result<Option<Vec<Vec<Value>>>> {
    let mut all: Vec<Vec<Value>> = Vec::new();
    for offset in (0..count).step_by(ROWS_MAX) {
        let window = Window { result, first: ROWS_MAX, offset };
        let page = history::find_rows(app, &[window]).await?.remove(&window);
        all.extend(page.unwrap_or_default());
    }
    Ok((all.len() == count).then_some(all))
}

/// A name that every mail program and disk takes, told apart by its number.
fn file_name(place: usize, title: Option<&str>, format: Format) -> String {
    let mut name = String::new();
    for char in title.unwrap_or_default().chars() {
        if char.is_ascii_alphanumeric() {
            name.push(char.to_ascii_lowercase());
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        if name.len() >= NAME_MAX {
            break;
        }
    }
    let name = name.trim_end_matches('-');
    let name = if name.is_empty() { "tile" } else { name };
    format!("{:02}-{name}.{}", place + 1, format.extension())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_counted_as_it_is_carried() {
        assert_eq!([0, 1, 3, 57, 58].map(carried), [0, 6, 6, 78, 84]);
        let mut room = Room::default();
        assert!(!room.take(4 << 20), "longer than a file may be");
        assert!(room.take(3_800_000));
        assert!(!room.take(3_800_000), "no room is left");
        assert!(room.take(3_000_000));
    }

    #[test]
    fn names_of_files_are_plain() {
        assert_eq!(file_name(0, Some("By region"), Format::Csv), "01-by-region.csv");
        assert_eq!(file_name(9, Some("../Größe\r\n"), Format::Xlsx), "10-gr-e.xlsx");
        assert_eq!(file_name(1, None, Format::Csv), "02-tile.csv");
        assert_eq!(file_name(1, Some(&"x".repeat(90)), Format::Csv), format!("02-{}.csv", "x".repeat(40)));
    }
}
