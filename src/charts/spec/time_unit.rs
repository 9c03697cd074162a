//! Units of time that moments are put into.

use serde::Deserialize;

/// A unit, counted in UTC whether or not the specification says `utc`: the server has no zone of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum TimeUnit {
    Year,
    YearQuarter,
    YearMonth,
    YearMonthDate,
    YearMonthDateHours,
    YearMonthDateHoursMinutes,
    /// Of any year, as are those below.
    Quarter,
    Month,
    /// Of any month.
    Date,
    /// Of the week, from Sunday.
    Day,
    Hours,
}

impl TryFrom<String> for TimeUnit {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        Ok(match name.strip_prefix("utc").unwrap_or(&name) {
            "year" => Self::Year,
            "yearquarter" => Self::YearQuarter,
            "yearmonth" => Self::YearMonth,
            "yearmonthdate" => Self::YearMonthDate,
            "yearmonthdatehours" => Self::YearMonthDateHours,
            "yearmonthdatehoursminutes" => Self::YearMonthDateHoursMinutes,
            "quarter" => Self::Quarter,
            "month" => Self::Month,
            "date" => Self::Date,
            "day" => Self::Day,
            "hours" => Self::Hours,
            _ => return Err(format!("no unit of time: {name}")),
        })
    }
}

impl TimeUnit {
    /// The words before a column's name in an axis's title.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::YearQuarter => "year-quarter",
            Self::YearMonth => "year-month",
            Self::YearMonthDate => "year-month-date",
            Self::YearMonthDateHours => "year-month-date-hours",
            Self::YearMonthDateHoursMinutes => "year-month-date-hours-minutes",
            Self::Quarter => "quarter",
            Self::Month => "month",
            Self::Date => "date",
            Self::Day => "day",
            Self::Hours => "hours",
        }
    }
}
