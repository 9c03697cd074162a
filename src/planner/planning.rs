//! From a question to a statement: which table is meant, and whether everything of the question is in the answer.

use chrono::NaiveDate;

use super::describe;
use super::hints;
use super::languages::is_foreign;
use super::lexicon::Lexicon;
use super::pieces::is_known;
use super::plan::Plan;
use super::query::{Condition, Group, Query};
use super::reading::{Understood, read};
use super::refusal::{No, Reason, Refused, listed};
use super::schema::{Schema, Table, Term};
use super::sql::Writer;
use super::words::{Word, split};
use crate::sql::check::check;
use crate::sql::relations::Relations;
use crate::tabular::column::ColumnType;

/// Characters of a question.
const LONGEST: usize = 500;

/// The statement that answers the question. `today` is what words such as `yesterday` are told from.
///
/// # Errors
/// [`Refused`] when not every word of the question is in the answer, or there could be two answers.
pub fn plan(question: &str, schema: &Schema, glossary: &[Term], today: NaiveDate) -> Result<Plan, Refused> {
    let mut tried = Vec::new();
    if question.chars().nth(LONGEST).is_some() {
        let no = No::new(Reason::TooLong, format!("A question has at most {LONGEST} characters."));
        return Err(refused(no, schema, None));
    }
    if schema.tables.is_empty() {
        return Err(refused(No::new(Reason::NoTable, "There is no table to ask."), schema, None));
    }
    let words = split(question);
    if !words.iter().any(|word| word.low.chars().any(char::is_alphanumeric)) {
        return Err(refused(No::new(Reason::NotAQuestion, "Nothing is asked."), schema, None));
    }
    for table in &schema.tables {
        tried.push(Candidate { table, lexicon: Lexicon::new(table, glossary) });
    }
    if is_foreign(&words, |word| tried.iter().any(|it| is_known(word, &it.lexicon))) {
        return Err(refused(No::new(Reason::Language, "Only questions in English are understood here."), schema, None));
    }
    if greets(&words) {
        return Err(refused(No::new(Reason::NotAQuestion, "This asks nothing about the data."), schema, None));
    }
    let named: Vec<&Candidate<'_>> = tried.iter().filter(|it| it.is_named(&words)).collect();
    let (table, understood) =
        choose(&words, &tried, &named, glossary, today).map_err(|(no, table)| refused(no, schema, table))?;
    written(table, glossary, understood).map_err(|no| refused(no, schema, Some(table)))
}

struct Candidate<'a> {
    table: &'a Table,
    lexicon: Lexicon,
}

impl Candidate<'_> {
    /// Whether the question says the name of the table.
    fn is_named(&self, words: &[Word]) -> bool {
        (0..words.len()).any(|at| {
            let found = self.lexicon.find(words, at);
            found.thing.is_some_and(|thing| thing.is_table)
                && !["row", "record"].contains(&words.get(at).map_or("", |it| it.stem.as_str()))
        })
    }
}

type Chosen<'a> = Result<(&'a Table, Understood), (No, Option<&'a Table>)>;

/// The only table about which the question can be read.
fn choose<'a>(
    words: &[Word],
    all: &[Candidate<'a>],
    named: &[&Candidate<'a>],
    glossary: &[Term],
    today: NaiveDate,
) -> Chosen<'a> {
    let everything: Vec<&Candidate<'a>> = all.iter().collect();
    let candidates = if named.is_empty() { &everything } else { named };
    let mut read_by = Vec::new();
    let mut refusals = Vec::new();
    for candidate in candidates {
        match read(words, candidate.table, glossary, &candidate.lexicon, today) {
            Ok(understood) => read_by.push((candidate.table, understood)),
            Err(no) => refusals.push((candidate.table, no)),
        }
    }
    // What is called like a table may be a column of another: "top 3 branches by revenue", where sales have a branch.
    if read_by.is_empty() && refusals.iter().all(|(_, no)| !no.words.is_empty()) {
        let is_other = |it: &&Candidate<'a>| !candidates.iter().any(|known| std::ptr::eq(known.table, it.table));
        let read = |it: &Candidate<'a>| Some((it.table, read(words, it.table, glossary, &it.lexicon, today).ok()?));
        read_by.extend(all.iter().filter(is_other).filter_map(read));
    }
    if read_by.len() > 1 {
        let names: Vec<String> = read_by.iter().map(|(table, _)| table.spoken()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let message = format!("This may be asked of {}: say of which.", listed(&names));
        return Err((No::new(Reason::AmbiguousTable, message), None));
    }
    if let Some((table, mut understood)) = read_by.pop() {
        if !named.iter().any(|it| std::ptr::eq(it.table, table)) && all.len() > 1 {
            understood.notes.push(format!("The question was taken to be about {}.", table.name));
        }
        return Ok((table, understood));
    }
    Err(why_not(all, named, refusals))
}

/// The refusal to give when no table can answer.
fn why_not<'a>(
    all: &[Candidate<'a>],
    named: &[&Candidate<'a>],
    refusals: Vec<(&'a Table, No)>,
) -> (No, Option<&'a Table>) {
    let only = (refusals.len() == 1).then(|| refusals.first().map(|(table, _)| *table)).flatten();
    // What cannot be answered about one cannot be answered about any.
    let is_final = |no: &No| matches!(no.reason, Reason::Cause | Reason::Forecast | Reason::Change);
    if let Some((_, no)) = refusals.iter().find(|(_, no)| is_final(no)) {
        return (no.clone(), only);
    }
    if let Some(((_, first), others)) = refusals.split_first()
        && others.iter().all(|(_, no)| no == first)
    {
        return (first.clone(), only);
    }
    // A word that no table knows is the reason, whatever else there is.
    let is_nowhere = |word: &str| !all.iter().any(|it| is_known(&Word::new(word), &it.lexicon));
    for (_, no) in &refusals {
        if let Some(word) = no.words.iter().find(|word| is_nowhere(word)) {
            let message = format!("“{word}” is in no table and no word that is understood here.");
            return if only.is_some() { (no.clone(), only) } else { (No::new(Reason::UnknownWord, message), None) };
        }
    }
    // Words that other tables know.
    let is_elsewhere = refusals.iter().all(|(_, no)| !no.words.is_empty());
    if named.len() > 1 || (is_elsewhere && all.len() > 1) {
        let message = "This takes more than one table, and one is planned for.";
        return (No::new(Reason::SeveralTables, message), only);
    }
    // The table that knows all words says best what is wrong.
    let mut known: Vec<(&Table, No)> = refusals.into_iter().filter(|(_, no)| no.words.is_empty()).collect();
    if known.len() > 1 {
        let names: Vec<String> = known.iter().map(|(table, _)| table.spoken()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let message = format!("This may be asked of {}: say of which.", listed(&names));
        return (No::new(Reason::AmbiguousTable, message), None);
    }
    match known.pop() {
        Some((table, no)) => (no, Some(table)),
        None => (No::new(Reason::UnknownWord, "This was not understood."), only),
    }
}

fn written(table: &Table, glossary: &[Term], understood: Understood) -> Result<Plan, No> {
    let Understood { query, mut notes } = understood;
    let (sql, columns) = Writer { table, glossary }.statement(&query);
    let relations = Relations::new(&[(table.schema.as_deref(), table.name.as_str())]);
    // Nothing that is written here may need an exception there. What can be refused is what others wrote: names and expressions.
    if let Err(refusal) = check(&sql, &relations, &[]) {
        return No::err(Reason::Unsupported, format!("The statement for this may not be run. {}", refusal.message));
    }
    if reads_utc(&query, table) {
        notes.push("Days are those of UTC.".to_owned());
    }
    let explanation = describe::sentence(&query, table, glossary);
    Ok(Plan { table: table.name.clone(), sql, explanation, assumptions: notes, columns })
}

/// Whether moments with an offset were divided into days.
fn reads_utc(query: &Query, table: &Table) -> bool {
    let is_such = |column: usize| table.columns.get(column).is_some_and(|it| it.kind == ColumnType::TimestampTz);
    let filters = query.filters.iter().chain(&query.part);
    query.groups.iter().any(|group| matches!(group, Group::Time(column, _) if is_such(*column)))
        || filters
            .map(|filter| &filter.condition)
            .any(|it| matches!(it, Condition::Times { column, .. } if is_such(*column)))
}

fn greets(words: &[Word]) -> bool {
    const GREETINGS: &[&str] =
        &["hello", "hi", "hey", "thanks", "thank", "bye", "goodbye", "help", "ok", "okay", "yes", "no"];
    words.first().is_some_and(|word| GREETINGS.contains(&word.low.as_str())) && words.len() <= 3
}

fn refused(no: No, schema: &Schema, table: Option<&Table>) -> Refused {
    let suggestions = table.map_or_else(|| hints::questions(schema), hints::of_table);
    Refused { reason: no.reason, message: no.message, suggestions }
}
