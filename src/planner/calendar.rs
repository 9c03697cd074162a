//! Weeks, months, quarters and years around a day.

use chrono::{Datelike as _, Days, Months, NaiveDate};

use super::query::Grain;

/// The first day of the span of that grain in which `day` is. Weeks begin on Monday, as in Postgres.
pub(super) fn start(grain: Grain, day: NaiveDate) -> Option<NaiveDate> {
    match grain {
        Grain::Hour | Grain::Day => Some(day),
        Grain::Week => day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))),
        Grain::Month => day.with_day(1),
        Grain::Quarter => NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1),
        Grain::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1),
    }
}

/// The day so many spans later.
pub(super) fn later(grain: Grain, day: NaiveDate, count: u32) -> Option<NaiveDate> {
    match grain {
        Grain::Hour | Grain::Day => day.checked_add_days(Days::new(u64::from(count))),
        Grain::Week => day.checked_add_days(Days::new(u64::from(count).checked_mul(7)?)),
        Grain::Month => day.checked_add_months(Months::new(count)),
        Grain::Quarter => day.checked_add_months(Months::new(count.checked_mul(3)?)),
        Grain::Year => day.checked_add_months(Months::new(count.checked_mul(12)?)),
    }
}

/// The day so many spans earlier.
pub(super) fn earlier(grain: Grain, day: NaiveDate, count: u32) -> Option<NaiveDate> {
    match grain {
        Grain::Hour | Grain::Day => day.checked_sub_days(Days::new(u64::from(count))),
        Grain::Week => day.checked_sub_days(Days::new(u64::from(count).checked_mul(7)?)),
        Grain::Month => day.checked_sub_months(Months::new(count)),
        Grain::Quarter => day.checked_sub_months(Months::new(count.checked_mul(3)?)),
        Grain::Year => day.checked_sub_months(Months::new(count.checked_mul(12)?)),
    }
}

/// The grain that a word names.
pub(super) fn unit(low: &str) -> Option<Grain> {
    Some(match low {
        "hour" | "hours" => Grain::Hour,
        "day" | "days" => Grain::Day,
        "week" | "weeks" => Grain::Week,
        "month" | "months" => Grain::Month,
        "quarter" | "quarters" => Grain::Quarter,
        "year" | "years" => Grain::Year,
        _ => return None,
    })
}

/// The grain that a word such as `monthly` names.
pub(super) fn adjective(low: &str) -> Option<Grain> {
    Some(match low {
        "hourly" => Grain::Hour,
        "daily" => Grain::Day,
        "weekly" => Grain::Week,
        "monthly" => Grain::Month,
        "quarterly" => Grain::Quarter,
        "yearly" | "annual" | "annually" => Grain::Year,
        _ => return None,
    })
}

/// The month, from 1, that a word names.
pub(super) fn month(low: &str) -> Option<u32> {
    const MONTHS: [(&str, &str); 12] = [
        ("january", "jan"),
        ("february", "feb"),
        ("march", "mar"),
        ("april", "apr"),
        ("may", "may"),
        ("june", "jun"),
        ("july", "jul"),
        ("august", "aug"),
        ("september", "sep"),
        ("october", "oct"),
        ("november", "nov"),
        ("december", "dec"),
    ];
    let index =
        MONTHS.iter().position(|(long, short)| low == *long || low == *short || (low == "sept" && *short == "sep"));
    index.and_then(|index| u32::try_from(index + 1).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_begin_and_end() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let today = day("2025-05-15");
        let starts =
            [Grain::Day, Grain::Week, Grain::Month, Grain::Quarter, Grain::Year].map(|it| start(it, today).unwrap());
        assert_eq!(starts, ["2025-05-15", "2025-05-12", "2025-05-01", "2025-04-01", "2025-01-01"].map(day));
        assert_eq!(later(Grain::Quarter, day("2025-11-30"), 1), Some(day("2026-02-28")));
        assert_eq!(earlier(Grain::Month, day("2025-03-31"), 1), Some(day("2025-02-28")));
        assert_eq!(later(Grain::Year, today, u32::MAX), None);
        assert_eq!((month("sept"), month("may"), month("mayor")), (Some(9), Some(5), None));
    }
}
