//! What a column holds: the narrowest type that all of its values are of.
//!
//! Every value is looked at. A reading that one value does not allow is out for its column; what is left at the end is decided for
//! the file as a whole, as a file has one decimal mark and one order of day and month.

use super::column::{Column, ColumnType, Note};
use super::convert::truth;
use super::dialect::{DateOrder, DecimalMark, Dialect};
use super::moment;
use super::number::{self, Number, Sort};
use super::record::Field;

/// What the numbers of a column have in common.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Numbers {
    /// `None` before the first.
    sort: Option<Sort>,
    unit: Option<char>,
    has_leading_zeros: bool,
}

/// What the dates and moments of a column have in common.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Moments {
    needed_order: bool,
    /// How many have a time.
    times: u64,
    with_offset: u64,
    without_offset: u64,
}

/// The readings of a column that all its values so far allow.
#[derive(Debug, Clone)]
pub struct Candidates {
    values: u64,
    /// Which of the two truths came, and whether in words of more than a letter.
    truths: Option<(bool, bool, bool)>,
    point: Option<Numbers>,
    comma: Option<Numbers>,
    day_first: Option<Moments>,
    month_first: Option<Moments>,
    is_time: bool,
    is_json: bool,
}

impl Default for Candidates {
    fn default() -> Self {
        Self {
            values: 0,
            truths: Some((false, false, false)),
            point: Some(Numbers::default()),
            comma: Some(Numbers::default()),
            day_first: Some(Moments::default()),
            month_first: Some(Moments::default()),
            is_time: true,
            is_json: true,
        }
    }
}

impl Candidates {
    /// Takes note of one value.
    pub fn observe(&mut self, field: &Field, dialect: &Dialect) {
        let text = match field {
            // What is wrong is told, and has no say in what is right.
            Field::Null | Field::Error(_) => return,
            Field::Written(text) | Field::Cell(text) if dialect.is_null_of_type(text.trim()) => return,
            Field::Text(text) if dialect.is_null(text) => return,
            field => field.as_str().unwrap_or_default(),
        };
        self.values += 1;
        self.is_json &= matches!(field, Field::Json(_));
        let is_free = matches!(field, Field::Written(_));
        let is_literal = matches!(field, Field::Literal(_));
        self.truths = self.truths.filter(|_| is_free || is_literal).and_then(|(no, yes, is_word)| {
            let is = truth(text)?;
            Some((no || !is, yes || is, is_word || text.trim().len() > 1))
        });
        for (mark, numbers) in [(DecimalMark::Point, &mut self.point), (DecimalMark::Comma, &mut self.comma)] {
            let mark = if is_literal { DecimalMark::Point } else { mark };
            *numbers = numbers.filter(|_| is_free || is_literal).and_then(|so_far| {
                let number = number::parse(text, mark)?;
                with(so_far, &number)
            });
        }
        let may_be_moment = matches!(field, Field::Written(_) | Field::Text(_) | Field::Cell(_));
        for (order, moments) in
            [(DateOrder::DayFirst, &mut self.day_first), (DateOrder::MonthFirst, &mut self.month_first)]
        {
            *moments = moments.filter(|_| may_be_moment).and_then(|so_far| {
                let moment = moment::moment(text, order)?;
                let has_time = moment::date(text, order).is_none();
                Some(Moments {
                    needed_order: so_far.needed_order || moment.needed_order,
                    times: so_far.times + u64::from(has_time),
                    with_offset: so_far.with_offset + u64::from(moment.has_offset),
                    without_offset: so_far.without_offset + u64::from(!moment.has_offset),
                })
            });
        }
        self.is_time = self.is_time && may_be_moment && moment::time(text).is_some();
    }

    /// Whether the two marks give this column other numbers, or one of them none.
    fn votes(&self) -> (bool, bool) {
        (self.point.is_some() && self.comma.is_none(), self.comma.is_some() && self.point.is_none())
    }

    /// Whether both marks give numbers, and others.
    fn is_torn(&self) -> bool {
        match (&self.point, &self.comma) {
            (Some(point), Some(comma)) => point.sort != comma.sort,
            _ => false,
        }
    }

    fn kind(&self, dialect: &Dialect) -> (ColumnType, Option<char>, Option<Note>) {
        let plain = |kind| (kind, None, None);
        if self.values == 0 {
            return (ColumnType::Text, None, Some(Note::Empty));
        }
        if self.is_json {
            return plain(ColumnType::Json);
        }
        // A column of nothing but Y may be of anything.
        if self.truths.is_some_and(|(no, yes, is_word)| is_word || (no && yes)) {
            return plain(ColumnType::Boolean);
        }
        let numbers = match dialect.decimal_mark {
            DecimalMark::Point => &self.point,
            DecimalMark::Comma => &self.comma,
        };
        if let Some(numbers) = numbers {
            return match numbers {
                Numbers { has_leading_zeros: true, .. } => (ColumnType::Text, None, Some(Note::LeadingZeros)),
                Numbers { sort: Some(Sort::Integer), unit, .. } => (ColumnType::Integer, *unit, None),
                Numbers { sort: Some(Sort::Decimal), unit, .. } => (ColumnType::Decimal, *unit, None),
                Numbers { sort: _, unit, .. } => (ColumnType::Float, *unit, None),
            };
        }
        if self.is_time {
            return plain(ColumnType::Time);
        }
        let moments = match dialect.date_order {
            Some(DateOrder::DayFirst) => self.day_first,
            Some(DateOrder::MonthFirst) => self.month_first,
            None => self.day_first.or(self.month_first),
        };
        match moments {
            Some(Moments { needed_order: true, .. }) if dialect.date_order.is_none() => {
                (ColumnType::Text, None, Some(Note::AmbiguousDates))
            }
            Some(Moments { times: 0, .. }) => plain(ColumnType::Date),
            Some(Moments { with_offset: 0, .. }) => plain(ColumnType::Timestamp),
            Some(Moments { without_offset: 0, .. }) => plain(ColumnType::TimestampTz),
            _ => plain(ColumnType::Text),
        }
    }
}

/// What numbers so far and one more have in common; nothing when they are of two units.
fn with(so_far: Numbers, number: &Number) -> Option<Numbers> {
    let Some(sort) = so_far.sort else {
        let Number { sort, unit, has_leading_zeros, .. } = *number;
        return Some(Numbers { sort: Some(sort), unit, has_leading_zeros });
    };
    (so_far.unit == number.unit).then(|| Numbers {
        sort: Some(sort.max(number.sort)),
        unit: so_far.unit,
        has_leading_zeros: so_far.has_leading_zeros || number.has_leading_zeros,
    })
}

/// The decimal mark of a file: what more columns can only be read with. Where none says, a file whose values stand between semicolons has
/// the comma if that makes a difference, as then the comma was not free to be a delimiter.
#[must_use]
pub fn decimal_mark(columns: &[Candidates], delimiter: char) -> DecimalMark {
    let point = columns.iter().filter(|column| column.votes().0).count();
    let comma = columns.iter().filter(|column| column.votes().1).count();
    let is_torn = columns.iter().any(Candidates::is_torn);
    if comma > point || (comma == point && delimiter == ';' && is_torn) {
        DecimalMark::Comma
    } else {
        DecimalMark::Point
    }
}

/// The order of day and month in a file; `None` where no column says, or they contradict each other.
#[must_use]
pub fn date_order(columns: &[Candidates]) -> Option<DateOrder> {
    let needs = |moments: Option<Moments>| moments.is_some_and(|moments| moments.needed_order);
    let only = |one: fn(&Candidates) -> Option<Moments>, other: fn(&Candidates) -> Option<Moments>| {
        columns.iter().any(|column| needs(one(column)) && other(column).is_none() && column.values > 0)
    };
    match (only(|it| it.day_first, |it| it.month_first), only(|it| it.month_first, |it| it.day_first)) {
        (true, false) => Some(DateOrder::DayFirst),
        (false, true) => Some(DateOrder::MonthFirst),
        _ => None,
    }
}

/// A column as it was found; of the type that its file says, where that says one.
#[must_use]
pub fn column(
    candidates: &Candidates,
    name: String,
    header: String,
    told: Option<ColumnType>,
    dialect: &Dialect,
) -> Column {
    let (kind, unit, note) = match told {
        Some(kind) => (kind, None, (candidates.values == 0).then_some(Note::Empty)),
        None => candidates.kind(dialect),
    };
    Column { name, header, kind, unit, note }
}
