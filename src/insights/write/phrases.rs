//! Names and values as sentences have them.

use super::digits;
use crate::insights::facts::field::{Field, Role, Unit};
use crate::insights::facts::view::View;
use crate::insights::figures::moment::{Moment, Step};

/// Characters of the longest name that a sentence takes.
const NAME_CHARS: usize = 60;
/// Words of a column that are a currency, with its sign.
const CURRENCIES: [(&str, &str); 4] = [("usd", "$"), ("eur", "€"), ("gbp", "£"), ("chf", "CHF ")];

/// What a column is called, without its currency. Nothing where there is no word in it.
#[must_use]
pub fn column(field: &Field) -> Option<String> {
    let said = field.said();
    let words: Vec<&str> = said.split_whitespace().collect();
    let kept = match words.split_last() {
        Some((last, rest)) if !rest.is_empty() && currency(last).is_some() => rest.join(" "),
        _ => words.join(" "),
    };
    let is_name = kept.contains(char::is_alphabetic) && !kept.chars().any(char::is_control);
    (is_name && kept.chars().count() <= NAME_CHARS).then_some(kept)
}

fn currency(word: &str) -> Option<&'static str> {
    CURRENCIES.iter().find(|(code, _)| word.eq_ignore_ascii_case(code)).map(|(_, sign)| *sign)
}

/// A value of a column with its unit. Nothing for what no sentence can hold.
#[must_use]
pub fn value(field: &Field, value: f64) -> Option<String> {
    if !digits::is_plain(value) {
        return None;
    }
    let sign = field.words.last().filter(|_| field.words.len() > 1).and_then(|word| currency(word));
    Some(match (field.unit, sign) {
        (Unit::Percent, _) => digits::percent(value),
        (Unit::Fraction, _) => digits::percent(100.0 * value),
        (_, Some(sign)) if value < 0.0 => format!("-{sign}{}", digits::number(-value)),
        (_, Some(sign)) => format!("{sign}{}", digits::number(value)),
        _ => digits::number(value),
    })
}

/// A value of a label: as it is, in quotes where it would not look like a name, behind its column's name where it is a number.
#[must_use]
pub fn label(field: &Field, name: &str) -> Option<String> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
        return None;
    }
    if !name.contains(char::is_alphabetic) {
        let words: Vec<&str> = field.words.iter().map(String::as_str).filter(|word| *word != "id").collect();
        let of = words.last().copied().unwrap_or("id");
        return Some(format!("{of} {name}"));
    }
    let is_name = name.starts_with(char::is_uppercase) && name.chars().count() > 1;
    let is_quoted = name.contains(['"', '“', '”']);
    Some(if is_name || is_quoted { name } else { format!("\"{name}\"") })
}

/// So many of something: "4 regions", "1 row".
#[must_use]
pub fn many(count: usize, noun: &str) -> String {
    let number = digits::number(crate::insights::facts::stats::count(count));
    if count == 1 { format!("1 {noun}") } else { format!("{number} {}", plural(noun)) }
}

fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if noun.ends_with(['s', 'x']) || noun.ends_with("ch") => format!("{noun}es"),
        _ => format!("{noun}s"),
    }
}

/// The label by which a result is best told apart, with a noun for its values. Labels whose values all differ come first.
#[must_use]
pub fn main_label(view: &View) -> Option<(usize, String)> {
    let labels = view.of(Role::Label).filter(|column| view.distinct.get(*column).is_some_and(|distinct| *distinct > 1));
    let best = labels.max_by_key(|column| {
        let distinct = view.distinct.get(*column).copied().unwrap_or(0);
        (distinct == view.rows, usize::MAX - column)
    })?;
    let field = view.field(best)?;
    let said = column(field)?.to_lowercase();
    let noun = said.strip_suffix(" id").or_else(|| said.strip_suffix(" name")).unwrap_or(&said).to_owned();
    Some((best, crate::insights::reading::words::singular(&noun)))
}

/// The first for a column whose name is singular, the second for a plural.
#[must_use]
pub fn verb<'a>(name: &str, singular: &'a str, plural: &'a str) -> &'a str {
    let last = name.split_whitespace().next_back().unwrap_or("");
    if crate::insights::reading::words::singular(&last.to_lowercase()) == last.to_lowercase() {
        singular
    } else {
        plural
    }
}

/// Behind "in" or "on", as its length asks for.
#[must_use]
pub fn at(moment: Moment) -> String {
    if moment.day.is_some() { format!("on {moment}") } else { format!("in {moment}") }
}

/// A step in time.
#[must_use]
pub fn step(step: Step) -> &'static str {
    match step {
        Step::Year => "year",
        Step::Quarter => "quarter",
        Step::Month => "month",
        Step::Day => "day",
    }
}

/// With a capital in front.
#[must_use]
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
