//! What is refused before anything is read: reasons, forecasts, changes, statistics, commands.

use super::reader::Reader;
use super::refusal::{No, Reason};
use super::refused_words::{GUARDS, WRITING};
use super::times;
use super::vocabulary;

/// # Errors
/// When a word asks for what is not planned, or is not known at all.
pub(super) fn apply(reader: &Reader<'_>) -> Result<(), No> {
    let first = (0..reader.len()).find(|at| !["please", "can", "could", "you", ","].contains(&reader.low(*at)));
    if let Some(first) = first
        && reader.is(first, WRITING)
        && reader.thing(first).is_none()
    {
        let message = format!(
            "“{}” asks to do something. Questions are answered here, and data are only read.",
            text(reader, first)
        );
        return No::err(Reason::NotAQuestion, message);
    }
    for at in 0..reader.len() {
        if reader.thing(at).is_some() {
            continue;
        }
        if let Some((reason, _)) = GUARDS.iter().find(|(_, words)| reader.is(at, words)) {
            return No::err(*reason, message(*reason, text(reader, at)));
        }
        // Than what was at another time.
        if reader.low(at) == "than" && names_time(reader, at + 1) {
            return No::err(Reason::Change, message(Reason::Change, text(reader, at)));
        }
    }
    let unknown: Vec<usize> = (0..reader.len()).filter(|at| is_unknown(reader, *at)).collect();
    let Some(first) = unknown.first() else { return Ok(()) };
    let message =
        format!("“{}” is neither in {} nor a word that is understood here.", text(reader, *first), reader.table.name);
    let words = unknown.iter().map(|at| text(reader, *at).to_lowercase()).collect();
    Err(No { words, ..No::new(Reason::UnknownWord, message) })
}

fn text<'a>(reader: &'a Reader<'_>, at: usize) -> &'a str {
    reader.pieces.get(at).map_or("", |piece| piece.text.as_str())
}

fn names_time(reader: &Reader<'_>, at: usize) -> bool {
    let words: Vec<&str> = (0..reader.len()).map(|at| reader.low(at)).collect();
    let at = reader.skip(at, &["in", "on", "the", "during"]);
    let number = reader.piece(at).is_some_and(|piece| piece.number.is_some());
    !number && times::span(&words, at, reader.today).is_some()
}

/// Whether nothing at all is known of a piece.
fn is_unknown(reader: &Reader<'_>, at: usize) -> bool {
    reader.piece(at).is_some_and(|piece| {
        let is_something = piece.thing.is_some() || piece.number.is_some() || !piece.weak.is_empty() || piece.is_quoted;
        !is_something && !vocabulary::knows(&piece.low) && !times::is_of_time_or_number(&piece.low)
    })
}

fn message(reason: Reason, word: &str) -> String {
    let what = match reason {
        Reason::Cause => "asks for a reason. What happened can be computed, why it did cannot",
        Reason::Forecast => "asks for what may come. Only what is in the data can be computed",
        Reason::Change => {
            "asks for a comparison or a change. Ask for the numbers by time or by category instead, and compare them"
        }
        _ => "is more than counting, adding, averaging and ranking, which is what can be planned here",
    };
    format!("“{word}” {what}.")
}
