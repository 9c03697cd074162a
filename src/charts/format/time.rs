//! Times by a format of d3, in UTC.

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike};

use super::super::figures::whole;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
/// Characters of an abbreviated name.
const SHORT: usize = 3;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    /// A directive, and what pads it: `0`, a space, or nothing.
    Directive(char, Option<char>),
}

/// How a moment is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeFormat(Vec<Piece>);

impl TimeFormat {
    /// `None` for what is outside of the subset: the directives are `%Y %y %m %b %B %d %e %H %I %M %S %L %p %a %A %j %q %%`, each also with `-`
    /// or `_` for its padding.
    #[must_use]
    pub fn parse(format: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        let mut text = String::new();
        let mut chars = format.chars();
        while let Some(char) = chars.next() {
            if char != '%' {
                text.push(char);
                continue;
            }
            let mut directive = chars.next()?;
            let mut pad = Some(if directive == 'e' { ' ' } else { '0' });
            if matches!(directive, '-' | '_' | '0') {
                pad = match directive {
                    '-' => None,
                    '_' => Some(' '),
                    _ => Some('0'),
                };
                directive = chars.next()?;
            }
            match directive {
                '%' => text.push('%'),
                'Y' | 'y' | 'm' | 'b' | 'B' | 'd' | 'e' | 'H' | 'I' | 'M' | 'S' | 'L' | 'p' | 'a' | 'A' | 'j' | 'q' => {
                    if !text.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut text)));
                    }
                    pieces.push(Piece::Directive(directive, pad));
                }
                _ => return None,
            }
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text));
        }
        Some(Self(pieces))
    }

    /// The moment as text, in milliseconds since 1970.
    #[must_use]
    pub fn write(&self, millis: f64) -> String {
        let Some(moment) = DateTime::from_timestamp_millis(whole(millis.floor())) else { return "–".to_owned() };
        let moment = moment.naive_utc();
        let mut written = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => written.push_str(text),
                Piece::Directive(directive, pad) => written.push_str(&directive_text(*directive, *pad, &moment)),
            }
        }
        written
    }
}

fn directive_text(directive: char, pad: Option<char>, moment: &NaiveDateTime) -> String {
    let name = |names: &[&str], index: u32, length: usize| {
        let name = usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default();
        name.chars().take(length).collect::<String>()
    };
    let number = |number: u32, width: usize| {
        let digits = number.to_string();
        let missing = width.saturating_sub(digits.len());
        pad.map(|pad| pad.to_string().repeat(missing)).unwrap_or_default() + &digits
    };
    let weekday = moment.weekday().num_days_from_sunday();
    match directive {
        'Y' => moment.year().to_string(),
        'y' => number(moment.year().rem_euclid(100).unsigned_abs(), 2),
        'm' => number(moment.month(), 2),
        'b' => name(&MONTHS, moment.month0(), SHORT),
        'B' => name(&MONTHS, moment.month0(), usize::MAX),
        'd' | 'e' => number(moment.day(), 2),
        'H' => number(moment.hour(), 2),
        'I' => number(moment.hour12().1, 2),
        'M' => number(moment.minute(), 2),
        'S' => number(moment.second(), 2),
        'L' => number(moment.and_utc().timestamp_subsec_millis(), 3),
        'p' => if moment.hour() < 12 { "AM" } else { "PM" }.to_owned(),
        'a' => name(&DAYS, weekday, SHORT),
        'A' => name(&DAYS, weekday, usize::MAX),
        'j' => number(moment.ordinal(), 3),
        'q' => (moment.month0() / 3 + 1).to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(format: &str, millis: f64) -> String {
        TimeFormat::parse(format).unwrap().write(millis)
    }

    #[test]
    fn times_are_written_as_d3_writes_them() {
        // 2024-02-05T09:08:07.006Z, a Monday.
        let moment = 1_707_124_087_006.0;
        assert_eq!(write("%Y-%m-%dT%H:%M:%S.%L", moment), "2024-02-05T09:08:07.006");
        assert_eq!(write("%b %-d, %y", moment), "Feb 5, 24");
        assert_eq!(write("%B %e", moment), "February  5");
        assert_eq!(write("%a %A %j %I %p", moment), "Mon Monday 036 09 AM");
        assert_eq!(write("Q%q %Y 100%%", moment), "Q1 2024 100%");
        assert_eq!(write("%H", f64::INFINITY), "–");
        assert_eq!(write("%Y", -1.0), "1969");
    }

    #[test]
    fn other_formats_are_none() {
        for format in ["%", "%Q", "%Z", "%-", "%U"] {
            assert_eq!(TimeFormat::parse(format), None, "{format}");
        }
    }
}
