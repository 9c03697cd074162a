//! A dashboard becomes a letter: pictures of its charts, short tables, and a sentence in the place of whatever is missing. What a run of this
//! report could not compute is missing, even where an older result is there: a report says how things are, or that it does not know.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;

use super::attaching::{self, Room, Shown};
use super::model::{Awaited, Part, Problem, Report, Run};
use super::problems::{in_mail, of_query};
use super::recipient_store;
use super::schedule::Schedule;
use crate::app::App;
use crate::domain::dashboards::boards::model::{Dashboard, TileKind};
use crate::domain::dashboards::boards::values;
use crate::domain::dashboards::pictures::drawing::{self, Content, Drawn};
use crate::domain::dashboards::pictures::paper;
use crate::domain::data::queries::model::{QueryRun, RunStatus};
use crate::error::{ErrorCode, Result};
use crate::exporting::text::text;
use crate::ids::{DashboardTileId, QueryRunId};
use crate::mail::report_letter::{ReportLetter, Section, Shows};
use crate::warehouse::cells::CellColumn;

/// Rows of a table that stand in the mail itself.
const ROWS: usize = 20;
/// Columns of one.
const COLUMNS: usize = 10;
/// Characters of a value.
const CHARS: usize = 60;
/// Pixels of a picture for each of the drawing.
const SCALE: f32 = 2.0;

/// A letter, and what is missing in it.
#[derive(Debug)]
pub struct Composed {
    pub letter: ReportLetter,
    /// Tiles with a result that are shown.
    pub shown: i32,
    /// Tiles that are not.
    pub missing: i32,
    pub problems: Vec<Problem>,
}

/// Writes the letter of a run whose queries have ended, or have taken too long.
///
/// # Errors
/// When Postgres or the disk fails.
pub(super) async fn compose(
    app: &App,
    report: &Report,
    run: &Run,
    dashboard: &Dashboard,
    (awaited, runs): (&[Awaited], &HashMap<QueryRunId, QueryRun>),
) -> Result<Composed> {
    let filled = values::fitting(&dashboard.filters()?, &report.chosen()?);
    let of_tile: HashMap<DashboardTileId, Option<&QueryRun>> =
        awaited.iter().map(|it| (it.tile, runs.get(&it.run))).collect();
    let mut drawn = drawing::tiles(app, dashboard, &filled).await?;
    // There is one letter for all: whom the dashboard is only shared with are not told what its queries are called.
    if !recipient_store::are_all_members(&*app.db.read().await?, report.id).await? {
        for tile in drawn.iter_mut().filter(|tile| tile.tile.kind == TileKind::Table) {
            tile.title = None;
        }
    }
    let mut problems = Vec::new();
    for tile in &mut drawn {
        problems.extend(judged(tile, of_tile.get(&tile.tile.id).copied().flatten()));
    }
    let mut room = Room::default();
    let mut sections = Vec::new();
    for tile in &mut drawn {
        let (section, problem) = section(tile, &mut room).await?;
        sections.push(section);
        problems.extend(problem);
    }
    let is_missing = |tile: &&Drawn| matches!(tile.content, Content::Missing(_));
    let missing = drawn.iter().filter(is_missing).count();
    let with_result = drawn.iter().filter(|tile| tile.tile.kind != TileKind::Text).count();
    let shown: Vec<Shown<'_>> = drawn
        .iter()
        .filter(|tile| !is_missing(tile))
        .filter_map(|tile| {
            let run = of_tile.get(&tile.tile.id).copied().flatten()?;
            Some(Shown { title: tile.title.as_deref(), run })
        })
        .collect();
    let now = app.clock.now();
    let attached =
        attaching::files(app, &report.attached()?, (dashboard, drawn.as_slice()), &shown, &mut room, now).await?;
    let left_out = attached.problems.iter().map(|it| {
        let name = it.name.as_deref().unwrap_or("A file");
        format!("{name}: {}", it.message)
    });
    let letter = ReportLetter {
        title: report.title.clone(),
        dashboard: dashboard.title.clone(),
        time: time_in_words(report, run),
        address: app.mail.app_url().to_owned(),
        sections,
        left_out: left_out.collect(),
        files: attached.files,
    };
    problems.extend(attached.problems);
    Ok(Composed {
        letter,
        shown: i32::try_from(with_result.saturating_sub(missing)).unwrap_or(i32::MAX),
        missing: i32::try_from(missing).unwrap_or(i32::MAX),
        problems,
    })
}

fn time_in_words(report: &Report, run: &Run) -> String {
    let schedule = Schedule::read(&report.cron, &report.time_zone, "input");
    schedule.map_or_else(
        |_| run.scheduled_for.format("%-d %B %Y, %H:%M (UTC)").to_string(),
        |schedule| schedule.in_words(run.scheduled_for),
    )
}

/// Takes away what a tile shows if its query did not succeed this time, and says so; `run` is `None` for a tile without one.
fn judged(tile: &mut Drawn, run: Option<&QueryRun>) -> Option<Problem> {
    let name = tile.title.as_deref();
    let problem = match run {
        Some(run) => match run.status {
            RunStatus::Succeeded if !matches!(tile.content, Content::Missing(_)) => return None,
            RunStatus::Succeeded => Problem::new(Part::Tile, name, "NOT_DRAWN", "Its result could not be drawn."),
            RunStatus::Failed => of_query(name, run.error_code.as_deref(), run.error_message.as_deref()),
            RunStatus::Cancelled => Problem::new(Part::Tile, name, "CANCELLED", "Its query was cancelled."),
            RunStatus::Running => {
                Problem::new(Part::Tile, name, "TIMEOUT", "Its query had not ended after ten minutes.")
            }
        },
        None if tile.tile.kind == TileKind::Text => return None,
        None => Problem::new(Part::Tile, name, "NO_RESULT", "There is no result of it."),
    };
    tile.content = Content::Missing(in_mail(&problem.code).to_owned());
    Some(problem)
}

/// What stands in the mail for a tile. One whose picture cannot be made, or does not go in, is missing from here on.
async fn section(tile: &mut Drawn, room: &mut Room) -> Result<(Section, Option<Problem>)> {
    let mut problem = None;
    let shows = match &tile.content {
        Content::Chart(svg) => match paper::png(svg.clone(), SCALE).await {
            Ok(png) if room.take(png.len()) => Shows::Picture(BASE64.encode(png)),
            // Others draw just now: the job tries again.
            Err(error) if error.code() == ErrorCode::UpstreamUnavailable => return Err(error),
            made => {
                let (code, message) = match made {
                    Ok(_) => ("TOO_LARGE", "Its picture is too large for a mail."),
                    Err(error) => {
                        tracing::warn!(tile = %tile.tile.id, error = %error.chain(), "a report lacks a picture");
                        ("NOT_DRAWN", "Its picture could not be drawn.")
                    }
                };
                problem = Some(Problem::new(Part::Tile, tile.title.as_deref(), code, message));
                Shows::Missing(in_mail(code).to_owned())
            }
        },
        Content::Table { columns, rows, more } => table(columns, rows, *more),
        Content::Text(text) => Shows::Text(text.clone()),
        Content::Missing(why) => Shows::Missing(why.clone()),
    };
    if let (Some(_), Shows::Missing(why)) = (&problem, &shows) {
        tile.content = Content::Missing(why.clone());
    }
    let note = tile.is_truncated.then(|| "The result was longer than what is kept of one, and is cut.".to_owned());
    Ok((Section { title: tile.title.clone(), note, shows }, problem))
}

fn table(columns: &[CellColumn], rows: &[Vec<Value>], more: usize) -> Shows {
    let headers = columns.iter().take(COLUMNS).map(|column| cut(&column.name)).collect();
    let row = |row: &Vec<Value>| {
        let values = columns.iter().zip(row).take(COLUMNS);
        values.map(|(column, value)| text(column.kind, value).map_or_else(String::new, |text| cut(&text))).collect()
    };
    Shows::Table {
        headers,
        rows: rows.iter().take(ROWS).map(row).collect(),
        more: more.saturating_add(rows.len().saturating_sub(ROWS)),
        more_columns: columns.len().saturating_sub(COLUMNS),
    }
}

/// A value in one line, and not longer than a table bears.
fn cut(text: &str) -> String {
    let mut chars = text.chars().map(|char| if char.is_control() { ' ' } else { char });
    let mut cut: String = chars.by_ref().take(CHARS).collect();
    if chars.next().is_some() {
        cut.push('\u{2026}');
    }
    cut
}
