//! A time as far as somebody names it: a year, a quarter of a year, a month, a day, an hour.

/// The parts of a time that are known. Without any it is no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment {
    pub year: Option<i32>,
    /// 1 to 4.
    pub quarter: Option<u32>,
    /// 1 to 12.
    pub month: Option<u32>,
    /// 1 to 31.
    pub day: Option<u32>,
    /// Hour and minute.
    pub clock: Option<(u32, u32)>,
}

/// How long a step in time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Year,
    Quarter,
    Month,
    Day,
}

impl Moment {
    /// A time of which only the year is known.
    #[must_use]
    pub fn in_year(year: i32) -> Self {
        Self { year: Some(year), ..Self::default() }
    }

    /// Nothing but a year, which may be any number as well.
    #[must_use]
    pub fn is_year_alone(self) -> bool {
        self == Self { year: self.year, ..Self::default() } && self.year.is_some()
    }

    /// Whether all that this names is so in the other, which may be more exact.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        fn is<T: PartialEq + Copy>(mine: Option<T>, other: Option<T>) -> bool {
            mine.is_none() || mine == other
        }
        let quarter = other.quarter.or_else(|| other.month.map(|month| month.saturating_sub(1) / 3 + 1));
        is(self.year, other.year)
            && is(self.quarter, quarter)
            && is(self.month, other.month)
            && is(self.day, other.day)
            && is(self.clock, other.clock)
    }

    /// How exact it is, without the hour.
    #[must_use]
    pub fn step(self) -> Option<Step> {
        match self {
            Self { day: Some(_), .. } => Some(Step::Day),
            Self { month: Some(_), .. } => Some(Step::Month),
            Self { quarter: Some(_), .. } => Some(Step::Quarter),
            Self { year: Some(_), .. } => Some(Step::Year),
            _ => None,
        }
    }

    /// This time cut down to so long a step.
    #[must_use]
    pub fn at(self, step: Step) -> Self {
        let quarter = self.quarter.or_else(|| self.month.map(|month| month.saturating_sub(1) / 3 + 1));
        match step {
            Step::Year => Self { year: self.year, ..Self::default() },
            Step::Quarter => Self { year: self.year, quarter, ..Self::default() },
            Step::Month => Self { year: self.year, month: self.month, ..Self::default() },
            Step::Day => Self { clock: None, ..self },
        }
    }

    /// Steps since the year 0; only times with a year can be counted, days by the calendar.
    #[must_use]
    pub fn place(self, step: Step) -> Option<i64> {
        let year = self.year?;
        match step {
            Step::Year => Some(i64::from(year)),
            Step::Quarter => Some(i64::from(year) * 4 + i64::from(self.at(Step::Quarter).quarter?) - 1),
            Step::Month => Some(i64::from(year) * 12 + i64::from(self.month?) - 1),
            Step::Day => {
                let date = chrono::NaiveDate::from_ymd_opt(year, self.month?, self.day?)?;
                Some(i64::from(chrono::Datelike::num_days_from_ce(&date)))
            }
        }
    }

    /// The time at a place that [`Self::place`] gave.
    #[must_use]
    pub fn from_place(place: i64, step: Step) -> Option<Self> {
        let part = |length: i64| -> Option<(Option<i32>, Option<u32>)> {
            let year = i32::try_from(place.div_euclid(length)).ok()?;
            Some((Some(year), Some(u32::try_from(place.rem_euclid(length) + 1).ok()?)))
        };
        match step {
            Step::Year => Some(Self::in_year(i32::try_from(place).ok()?)),
            Step::Quarter => part(4).map(|(year, quarter)| Self { year, quarter, ..Self::default() }),
            Step::Month => part(12).map(|(year, month)| Self { year, month, ..Self::default() }),
            Step::Day => {
                let date = chrono::NaiveDate::from_num_days_from_ce_opt(i32::try_from(place).ok()?)?;
                let (month, day) = (chrono::Datelike::month(&date), chrono::Datelike::day(&date));
                Some(Self {
                    year: Some(chrono::Datelike::year(&date)),
                    month: Some(month),
                    day: Some(day),
                    ..Self::default()
                })
            }
        }
    }
}

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

/// The month of a name or its first three letters, as English writes it: with a capital.
#[must_use]
pub fn month(word: &str) -> Option<u32> {
    let place = MONTHS
        .iter()
        .position(|name| *name == word || name.get(..3) == Some(word) || word == "Sept" && *name == "September")?;
    u32::try_from(place + 1).ok()
}

impl std::fmt::Display for Moment {
    /// As a sentence has it: `March 2024`, `Q3 2025`, `2024-03-05`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.month.and_then(|month| MONTHS.get(usize::try_from(month).ok()?.checked_sub(1)?));
        match (*self, name) {
            (Self { year: Some(year), month: Some(month), day: Some(day), .. }, _) => {
                write!(f, "{year:04}-{month:02}-{day:02}")?;
            }
            (Self { year: Some(year), month: Some(_), .. }, Some(name)) => write!(f, "{name} {year}")?,
            (Self { year: None, day: Some(day), .. }, Some(name)) => write!(f, "{name} {day}")?,
            (Self { year: None, .. }, Some(name)) => write!(f, "{name}")?,
            (Self { year: Some(year), quarter: Some(quarter), .. }, _) => write!(f, "Q{quarter} {year}")?,
            (Self { quarter: Some(quarter), .. }, _) => write!(f, "Q{quarter}")?,
            (Self { year: Some(year), .. }, _) => write!(f, "{year}")?,
            _ => {}
        }
        match self.clock {
            Some((hour, minute)) if self.day.is_some() => write!(f, " {hour:02}:{minute:02}"),
            Some((hour, minute)) => write!(f, "{hour:02}:{minute:02}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vague_time_covers_exact_ones() {
        let day = Moment { year: Some(2024), month: Some(8), day: Some(5), ..Moment::default() };
        assert!(Moment::in_year(2024).covers(day));
        assert!(Moment { quarter: Some(3), ..Moment::default() }.covers(day));
        assert!(!Moment { quarter: Some(2), ..Moment::default() }.covers(day));
        assert!(!day.covers(Moment::in_year(2024)));
    }

    #[test]
    fn places_lead_back() {
        for (step, place) in [(Step::Year, 2024), (Step::Quarter, 8097), (Step::Month, 24_299), (Step::Day, 738_000)] {
            let moment = Moment::from_place(place, step).unwrap();
            assert_eq!(moment.place(step), Some(place));
            assert_eq!(moment.step(), Some(step));
        }
        assert_eq!(Moment::from_place(24_299, Step::Month).unwrap().to_string(), "December 2024");
    }
}
