//! Times as texts and cells write them.

use super::moment::{Moment, month};

/// Years that a bare number of four digits may be.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2100;

/// What is left to read of a text.
#[derive(Clone, Copy)]
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    /// So many digits, and no more behind them.
    fn digits(self, fewest: usize, most: usize) -> Option<(u32, Self)> {
        let length = self.0.bytes().take_while(u8::is_ascii_digit).count();
        if length < fewest || length > most {
            return None;
        }
        let (digits, rest) = self.0.split_at_checked(length)?;
        Some((digits.parse().ok()?, Self(rest)))
    }

    fn any(self, chars: &[char]) -> Option<Self> {
        self.0.strip_prefix(chars).map(Self)
    }

    fn word(self) -> Option<(&'a str, Self)> {
        let end = self.0.find(|c: char| !c.is_alphabetic()).unwrap_or(self.0.len());
        self.0.split_at_checked(end).filter(|(word, _)| !word.is_empty()).map(|(word, rest)| (word, Self(rest)))
    }

    /// Nothing of a word or a number goes on here.
    fn ends(self) -> bool {
        !self.0.starts_with(|c: char| c.is_alphanumeric())
    }
}

/// The time with which a text begins, and its length in bytes. A bare year is one between 1900 and 2100.
#[must_use]
pub fn read(text: &str) -> Option<(Moment, usize)> {
    let start = Rest(text);
    let (moment, rest) = written_out(start)
        .or_else(|| day_month(start))
        .or_else(|| ordinal_quarter(start))
        .or_else(|| quarter(start))
        .or_else(|| iso(start))
        .or_else(|| dotted(start))
        .or_else(|| clock(start).map(|(clock, rest)| (Moment { clock: Some(clock), ..Moment::default() }, rest)))
        .or_else(|| fiscal(start))?;
    rest.ends().then_some((moment, text.len() - rest.0.len()))
}

/// The time that is the whole of a cell.
#[must_use]
pub fn of_cell(text: &str) -> Option<Moment> {
    let text = text.trim();
    let (moment, length) = read(text)?;
    (length == text.len()).then_some(moment)
}

fn year(rest: Rest<'_>) -> Option<(i32, Rest<'_>)> {
    let (year, rest) = rest.digits(4, 4)?;
    Some((i32::try_from(year).ok().filter(|year| (1000..=2999).contains(year))?, rest))
}

/// A year behind a space or a comma, if there is one.
fn year_behind(rest: Rest<'_>) -> (Option<i32>, Rest<'_>) {
    let spaced = rest.any(&[',']).unwrap_or(rest);
    let spaced = Rest(spaced.0.strip_prefix(" of").unwrap_or(spaced.0));
    let found = spaced.any(&[' ', '-', '/', '\u{a0}']).and_then(year).filter(|(_, rest)| rest.ends());
    found.map_or((None, rest), |(year, rest)| (Some(year), rest))
}

/// `March`, `March 2024`, `Mar 5, 2024`.
fn written_out(start: Rest<'_>) -> Option<(Moment, Rest<'_>)> {
    let (word, rest) = start.word()?;
    let named = Moment { month: Some(month(word)?), ..Moment::default() };
    let rest =
        if word.len() == 3 { rest.any(&['.']).filter(|rest| rest.0.starts_with(' ')).unwrap_or(rest) } else { rest };
    if let Some((day, behind)) = rest.any(&[' ']).and_then(|rest| rest.digits(1, 2)) {
        let behind = ["st", "nd", "rd", "th"].iter().find_map(|end| behind.0.strip_prefix(end)).map_or(behind, Rest);
        let is_number = behind.0.starts_with(['%', '.']) && behind.0.len() > 1 || behind.0.starts_with(" %");
        if (1..=31).contains(&day) && behind.ends() && !is_number {
            let (year, rest) = year_behind(behind);
            return Some((Moment { year, day: Some(day), ..named }, rest));
        }
    }
    let (year, rest) = year_behind(rest);
    Some((Moment { year, ..named }, rest))
}

/// `5 March`, `5th of March 2024`.
fn day_month(start: Rest<'_>) -> Option<(Moment, Rest<'_>)> {
    let (day, rest) = start.digits(1, 2)?;
    let rest = ["st", "nd", "rd", "th"].iter().find_map(|end| rest.0.strip_prefix(end)).map_or(rest, Rest);
    let rest = Rest(rest.0.strip_prefix('.').unwrap_or(rest.0)).any(&[' '])?;
    let rest = rest.0.strip_prefix("of ").map_or(rest, Rest);
    let (word, rest) = rest.word()?;
    let month = Some(month(word)?);
    let (year, rest) = year_behind(rest);
    (1..=31).contains(&day).then_some((Moment { year, month, day: Some(day), ..Moment::default() }, rest))
}

/// `third quarter of 2024`.
fn ordinal_quarter(start: Rest<'_>) -> Option<(Moment, Rest<'_>)> {
    let (word, rest) = start.word()?;
    let place = ["first", "second", "third", "fourth"].iter().position(|name| word.eq_ignore_ascii_case(name))?;
    let rest = Rest(rest.0.strip_prefix(" quarter")?);
    let (year, rest) = year_behind(rest);
    Some((Moment { year, quarter: u32::try_from(place + 1).ok(), ..Moment::default() }, rest))
}

/// `Q3`, `Q3 2025`, `Q3-2025`.
fn quarter(start: Rest<'_>) -> Option<(Moment, Rest<'_>)> {
    let (quarter, rest) = start.any(&['Q'])?.digits(1, 1).filter(|(quarter, _)| (1..=4).contains(quarter))?;
    let (year, rest) = year_behind(rest);
    Some((Moment { year, quarter: Some(quarter), ..Moment::default() }, rest))
}

/// `2024`, `2024-03`, `2024-Q3`, `2024-03-05`, with an hour behind it.
fn iso(start: Rest<'_>) -> Option<(Moment, Rest<'_>)> {
    let (year, rest) = year(start)?;
    let found = Moment::in_year(year);
    let spaced = rest.any(&['-', '/', ' ']).unwrap_or(rest);
    if let Some((quarter, rest)) = spaced.any(&['Q']).and_then(|rest| rest.digits(1, 1)) {
        return ((1..=4).contains(&quarter) && rest.ends())
            .then_some((Moment { quarter: Some(quarter), ..found }, rest));
    }
    let alone = || (YEARS.contains(&year) && rest.ends()).then_some((found, rest));
    let Some((separator, (month, behind))) =
        ['-', '/'].into_iter().find_map(|c| Some((c, rest.any(&[c])?.digits(2, 2)?)))
    else {
        return alone();
    };
    if !(1..=12).contains(&month) || !behind.ends() {
        // `2024-25` or `2024/25` is a year that begins in one and ends in the next.
        let next = u32::try_from(year + 1).ok().is_some_and(|next| next % 100 == month);
        return if next { Some((found, behind)) } else { alone() };
    }
    let month = Moment { month: Some(month), ..found };
    let Some((day, behind_day)) = behind.any(&[separator]).and_then(|rest| rest.digits(2, 2)) else {
        return Some((month, behind));
    };
    let date = Moment { day: Some(day).filter(|day| (1..=31).contains(day)), ..month };
    date.day?;
    let Some((hour, rest)) = behind_day.any(&['T', ' ']).and_then(clock) else { return Some((date, behind_day)) };
    let rest = zone(rest);
    // Midnight is how databases write a day.
    Some((Moment { clock: Some(hour).filter(|hour| *hour != (0, 0)), ..date }, rest))
}

/// `05.03.2024`, the day first wherever dots are.
fn dotted(start: Rest<'_>) -> Option<(Moment, Rest<'_>)> {
    let (day, rest) = start.digits(1, 2)?;
    let (month, rest) = rest.any(&['.'])?.digits(1, 2)?;
    let (year, rest) = year(rest.any(&['.'])?)?;
    let is_date = (1..=31).contains(&day) && (1..=12).contains(&month);
    is_date.then_some((Moment { year: Some(year), month: Some(month), day: Some(day), ..Moment::default() }, rest))
}

/// `14:30`, with seconds that are left out.
fn clock(start: Rest<'_>) -> Option<((u32, u32), Rest<'_>)> {
    let (hour, rest) = start.digits(1, 2)?;
    let (minute, rest) = rest.any(&[':'])?.digits(2, 2)?;
    let rest = rest
        .any(&[':'])
        .and_then(|rest| rest.digits(2, 2))
        .map_or(rest, |(_, rest)| rest.any(&['.']).and_then(|rest| rest.digits(1, 9)).map_or(rest, |(_, rest)| rest));
    (hour < 24 && minute < 60).then_some(((hour, minute), rest))
}

fn zone(rest: Rest<'_>) -> Rest<'_> {
    if let Some(rest) = rest.any(&['Z']) {
        return rest;
    }
    let Some((_, hours)) = rest.any(&['+', '-']).and_then(|rest| rest.digits(2, 4)) else { return rest };
    hours.any(&[':']).and_then(|rest| rest.digits(2, 2)).map_or(hours, |(_, rest)| rest)
}

/// `FY2024`, `FY 2024`.
fn fiscal(start: Rest<'_>) -> Option<(Moment, Rest<'_>)> {
    let rest = Rest(start.0.strip_prefix("FY")?);
    let (year, rest) = year(rest.any(&[' ']).unwrap_or(rest))?;
    Some((Moment::in_year(year), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_written() {
        let shown = |text: &str| read(text).map(|(moment, length)| (moment.to_string(), length));
        let read = [
            ("March 2024 was", "March 2024", 10),
            ("Mar 5, 2024", "2024-03-05", 11),
            ("March 5 was", "March 5", 7),
            ("March 120 was", "March", 5),
            ("5th of March 2024", "2024-03-05", 17),
            ("Q3 2025", "Q3 2025", 7),
            ("Q3-2025 plan", "Q3 2025", 7),
            ("third quarter of 2024", "Q3 2024", 21),
            ("2024", "2024", 4),
            ("2024-03", "March 2024", 7),
            ("2024-Q2", "Q2 2024", 7),
            ("2024/25", "2024", 7),
            ("2024-03-05T14:30:00.25+02:00", "2024-03-05 14:30", 28),
            ("2024-03-05T00:00:00Z", "2024-03-05", 20),
            ("05.03.2024", "2024-03-05", 10),
            ("14:30", "14:30", 5),
            ("FY2024", "2024", 6),
        ];
        for (text, moment, length) in read {
            assert_eq!(shown(text), Some((moment.to_owned(), length)), "{text}");
        }
        for text in ["may be", "2150", "Q5", "12", "1,204", "25:10", "marching"] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
