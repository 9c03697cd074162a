//! Reads files by child processes, a bounded number of them at once.

use std::ffi::OsString;
use std::fs::File;
use std::future::Future;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::Semaphore;

use super::child::{SUBCOMMAND, Task};
use super::limits::Bounds;
use super::outcome;
use super::picture::child as picture;
use super::picture::drawing;
use super::report::{ExtractCode, ExtractError, Extracted};
use super::table::child as table;
use super::table::child::Wanted;
use super::table::received::{self, Tabulated};
use crate::config::documents::ExtractionConfig;
use crate::extraction::media::MediaKind;

/// How much of what a child complains about is kept for the log, in bytes.
const STDERR_BYTES: u64 = 16 * 1024;
/// Room in an answer for everything but the text: page starts, title, names.
const ANSWER_OVERHEAD: u64 = 8 * 1024 * 1024;

/// The whole environment of a child. Should the program's allocator be mimalloc, it would reserve 1 GiB before `main`,
/// where no limit holds yet; these are kibibytes. Every other allocator ignores it.
const ARENA: (&str, &str) = ("MIMALLOC_ARENA_RESERVE", "32768");

/// Starts the children. Cheap to clone; clones share the bound on their number.
#[derive(Debug, Clone)]
pub struct Extractor {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    exe: PathBuf,
    config: ExtractionConfig,
    pdfium: Option<PathBuf>,
    /// As many as there are processors: more would only make each other time out.
    slots: Semaphore,
}

impl Extractor {
    /// `exe` is this program, `pdfium` the library from [`locate_pdfium`](super::pdf::library::locate_pdfium).
    #[must_use]
    pub fn new(exe: PathBuf, config: ExtractionConfig, pdfium: Option<PathBuf>) -> Self {
        // The child runs in the root folder, where a path relative to ours means something else.
        let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        let (exe, pdfium) = (absolute(exe), pdfium.map(absolute));
        let slots = Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from));
        Self { shared: Arc::new(Shared { exe, config, pdfium, slots }) }
    }

    /// The text of `file`, which is read from its start. Dropping the future ends the child.
    ///
    /// # Errors
    /// The one reason why there is no text; only [`ExtractCode::is_temporary`] ones are worth another try.
    pub async fn extract(&self, kind: MediaKind, file: File) -> Result<Extracted, ExtractError> {
        let shared = &self.shared;
        let max_chars = shared.config.max_chars;
        let answer_bytes = (max_chars as u64).saturating_mul(4).saturating_add(ANSWER_OVERHEAD);
        let task = Task { kind, bounds: shared.bounds(), max_chars, pdfium: shared.pdfium.clone() };
        let answer = self.ask(SUBCOMMAND, task.to_args(), file, |stdout| whole(stdout, answer_bytes)).await?;
        // A long text takes a while to check: not on a thread that others wait for.
        let checked = tokio::task::spawn_blocking(move || outcome::of_answer(&answer, max_chars)).await;
        checked.map_err(|error| unavailable(&error))?
    }

    /// The picture in `file`, drawn anew as a square of each of [`drawing::SIDES`], in WebP. Dropping the future ends the
    /// child.
    ///
    /// # Errors
    /// As [`Extractor::extract`].
    pub async fn draw(&self, file: File) -> Result<Vec<Vec<u8>>, ExtractError> {
        let args = picture::to_args(self.shared.bounds());
        let answer = self.ask(picture::SUBCOMMAND, args, file, |stdout| whole(stdout, drawing::ANSWER_BYTES)).await;
        let answer = answer.map_err(|error| outcome::of_picture(error.code))?;
        let checked = tokio::task::spawn_blocking(move || drawing::of_answer(&answer)).await;
        checked.map_err(|error| unavailable(&error))?
    }

    /// The table in `file`, a workbook or a Parquet file, written to `sink` as lines of `most` bytes at most. Dropping the future
    /// ends the child.
    ///
    /// # Errors
    /// As [`Extractor::extract`].
    pub async fn tabulate(
        &self,
        wanted: &Wanted,
        file: File,
        sink: File,
        most: u64,
    ) -> Result<Tabulated, ExtractError> {
        let args = table::to_args(wanted, self.shared.bounds());
        let heard = self.ask(table::SUBCOMMAND, args, file, |stdout| lines(stdout, sink, most)).await?;
        received::of_heard(heard)
    }

    /// What a child that is called with this word and these others says of a file, as far as `hear` listens.
    async fn ask<T, F>(
        &self,
        word: &'static str,
        args: Vec<OsString>,
        file: File,
        hear: impl FnOnce(ChildStdout) -> F,
    ) -> Result<T, ExtractError>
    where
        F: Future<Output = std::io::Result<Result<T, ExtractCode>>>,
    {
        let shared = &self.shared;
        let kind = args.first().cloned().unwrap_or_default();
        let _slot = shared.slots.acquire().await.map_err(|error| unavailable(&error))?;
        let mut child = shared.spawn(word, args, file).map_err(|error| unavailable(&error))?;
        let group = Group(child.id().and_then(|id| Pid::from_raw(id.cast_signed())));
        let wall = shared.config.cpu.saturating_mul(3);
        let Ok(ended) = tokio::time::timeout(wall, converse(&mut child, hear)).await else {
            tracing::warn!(word, ?kind, "reading a file took longer than the wall clock allows");
            drop(group);
            reap(&mut child).await;
            return Err(outcome::of_code(ExtractCode::ExtractTimeout));
        };
        let Ended { status, answer, stderr } = match ended {
            Ok(Ok(ended)) => ended,
            Ok(Err(code)) => {
                tracing::warn!(word, ?kind, %code, "a reader wrote more than it may, or something else");
                drop(group);
                reap(&mut child).await;
                return Err(outcome::of_code(code));
            }
            Err(error) => return Err(unavailable(&error)),
        };
        group.ended();
        if !stderr.is_empty() || !status.success() {
            tracing::warn!(word, ?kind, %status, said = stderr.trim(), "a reader complained");
        }
        if !status.success() {
            return Err(outcome::of_failure(status, &stderr));
        }
        Ok(answer)
    }
}

fn unavailable(problem: &dyn std::fmt::Display) -> ExtractError {
    tracing::error!(%problem, "a file cannot be read for a reason that is not the file's");
    outcome::of_code(ExtractCode::Unavailable)
}

impl Shared {
    fn bounds(&self) -> Bounds {
        Bounds { cpu_seconds: self.config.cpu.as_secs().max(1), memory_bytes: self.config.memory_bytes }
    }

    fn spawn(&self, word: &str, args: Vec<OsString>, file: File) -> std::io::Result<Child> {
        Command::new(&self.exe)
            .arg(word)
            .args(args)
            .env_clear()
            .env(ARENA.0, ARENA.1)
            .current_dir("/")
            .stdin(Stdio::from(file))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
    }
}

struct Ended<T> {
    status: ExitStatus,
    answer: T,
    stderr: String,
}

/// What the child writes; the code inside when `hear` will have no more of it.
async fn converse<T, F>(
    child: &mut Child,
    hear: impl FnOnce(ChildStdout) -> F,
) -> std::io::Result<Result<Ended<T>, ExtractCode>>
where
    F: Future<Output = std::io::Result<Result<T, ExtractCode>>>,
{
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(std::io::Error::other("the child has no pipes"));
    };
    // The pipe of complaints is read in its own time: the answer ends the talk when it is too long.
    let complaints = tokio::spawn(first_part(stderr));
    let answer = match hear(stdout).await? {
        Ok(answer) => answer,
        Err(code) => {
            complaints.abort();
            return Ok(Err(code));
        }
    };
    let status = child.wait().await?;
    let stderr = complaints.await.map_err(std::io::Error::other)??;
    Ok(Ok(Ended { status, answer, stderr }))
}

/// All that a child writes, to its end, when that is no more than so many bytes.
async fn whole(stdout: ChildStdout, bytes: u64) -> std::io::Result<Result<Vec<u8>, ExtractCode>> {
    let mut answer = Vec::new();
    stdout.take(bytes + 1).read_to_end(&mut answer).await?;
    Ok(if answer.len() as u64 > bytes { Err(ExtractCode::ExtractCrashed) } else { Ok(answer) })
}

/// The lines of a table, to `sink`. The thread that reads them ends with the child.
async fn lines(stdout: ChildStdout, sink: File, most: u64) -> std::io::Result<Result<received::Heard, ExtractCode>> {
    let from = File::from(stdout.into_owned_fd()?);
    let heard = tokio::task::spawn_blocking(move || received::receive(from, sink, most));
    heard.await.map_err(std::io::Error::other)?
}

/// Reads to the end and keeps the first part.
async fn first_part(mut stream: impl AsyncRead + Unpin) -> std::io::Result<String> {
    let mut kept = Vec::new();
    (&mut stream).take(STDERR_BYTES).read_to_end(&mut kept).await?;
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
    Ok(String::from_utf8_lossy(&kept).into_owned())
}

/// Waits for a child that was just killed, so that the slot is not given on before the processor is.
async fn reap(child: &mut Child) {
    if tokio::time::timeout(Duration::from_secs(5), child.wait()).await.is_err() {
        tracing::warn!("a killed reader does not end");
    }
}

/// The child's process group, killed when this is dropped before [`Group::ended`].
struct Group(Option<Pid>);

impl Group {
    /// The child is reaped: its number may belong to somebody else from now on.
    fn ended(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0
            && let Err(error) = rustix::process::kill_process_group(group, Signal::KILL)
        {
            tracing::debug!(%error, "a reader's process group is gone already");
        }
    }
}
