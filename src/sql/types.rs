//! The types that a value may be cast to.

use sqlparser::ast::{
    ArrayElemTypeDef, CharacterLength, DataType, ExactNumberInfo, IntervalFields, ObjectName, TimezoneInfo,
};

use super::gate::Gate;
use super::names::{folded, parts};
use super::refusal::{Code, Refusal, quoted};

/// In characters. `char(n)` fills up with spaces, so a large n is a cheap way to use much memory.
const MAX_CHARACTERS: u64 = 10_000;
/// Of arrays.
const MAX_DIMENSIONS: usize = 6;

/// Plain types that the parser knows by name only.
const NAMED: [&str; 12] = [
    "cidr",
    "daterange",
    "inet",
    "int4range",
    "int8range",
    "jsonpath",
    "macaddr",
    "numrange",
    "tsquery",
    "tsrange",
    "tstzrange",
    "tsvector",
];

impl Gate<'_> {
    pub(super) fn data_type(&mut self, data_type: &DataType) -> Result<(), Refusal> {
        let mut element = data_type;
        let mut dimensions = 0;
        while let DataType::Array(ArrayElemTypeDef::SquareBracket(inner, _)) = element {
            element = inner;
            dimensions += 1;
        }
        if dimensions > MAX_DIMENSIONS {
            return Err(Refusal::new(Code::TypeNotAllowed, "An array has six dimensions at most."));
        }
        let name = name(element)?;
        self.text.word(&name);
        for _ in 0..dimensions {
            self.text.tight("[]");
        }
        Ok(())
    }
}

fn name(data_type: &DataType) -> Result<String, Refusal> {
    Ok(match data_type {
        DataType::Char(length) | DataType::Character(length) => format!("char{}", characters(length.as_ref())?),
        DataType::Varchar(length) | DataType::CharVarying(length) | DataType::CharacterVarying(length) => {
            format!("varchar{}", characters(length.as_ref())?)
        }
        DataType::Text => "text".to_owned(),
        DataType::Uuid => "uuid".to_owned(),
        DataType::Bytea => "bytea".to_owned(),
        DataType::JSON => "json".to_owned(),
        DataType::JSONB => "jsonb".to_owned(),
        DataType::Bool | DataType::Boolean => "boolean".to_owned(),
        DataType::SmallInt(None) | DataType::Int2(None) => "smallint".to_owned(),
        DataType::Int(None) | DataType::Integer(None) | DataType::Int4(None) => "integer".to_owned(),
        DataType::BigInt(None) | DataType::Int8(None) => "bigint".to_owned(),
        DataType::Real | DataType::Float4 => "real".to_owned(),
        DataType::Float(ExactNumberInfo::None)
        | DataType::Double(ExactNumberInfo::None)
        | DataType::DoublePrecision
        | DataType::Float8 => "double precision".to_owned(),
        DataType::Float(ExactNumberInfo::Precision(bits)) => format!("float({bits})"),
        DataType::Numeric(info) | DataType::Decimal(info) | DataType::Dec(info) => match info {
            ExactNumberInfo::None => "numeric".to_owned(),
            ExactNumberInfo::Precision(precision) => format!("numeric({precision})"),
            ExactNumberInfo::PrecisionAndScale(precision, scale) => format!("numeric({precision}, {scale})"),
        },
        DataType::Date => "date".to_owned(),
        DataType::Time(precision, zone) => with_zone("time", *precision, *zone),
        DataType::Timestamp(precision, zone) => with_zone("timestamp", *precision, *zone),
        DataType::Interval { fields, precision } => {
            let fields = fields.map_or("", interval_fields);
            format!("interval{fields}{}", in_parentheses(*precision))
        }
        DataType::TsVector => "tsvector".to_owned(),
        DataType::TsQuery => "tsquery".to_owned(),
        DataType::Custom(name, modifiers) if modifiers.is_empty() => custom(name)?,
        DataType::Regclass => return Err(refused("regclass")),
        // Not shown: writing it out could go as deep as it is nested.
        _ => return Err(Refusal::new(Code::TypeNotAllowed, "This type is not allowed.")),
    })
}

fn custom(name: &ObjectName) -> Result<String, Refusal> {
    match parts(name)?.as_slice() {
        [ident] => {
            let folded = folded(ident)?;
            if NAMED.contains(&folded.as_str()) { Ok(folded) } else { Err(refused(&folded).at(ident.span)) }
        }
        [.., last] => Err(refused(&last.value).at(last.span)),
        [] => Err(refused("")),
    }
}

fn characters(length: Option<&CharacterLength>) -> Result<String, Refusal> {
    match length {
        None => Ok(String::new()),
        Some(CharacterLength::IntegerLength { length, unit: None }) if *length <= MAX_CHARACTERS => {
            Ok(format!("({length})"))
        }
        Some(_) => {
            let message = format!("The length of char and varchar is a number up to {MAX_CHARACTERS}.");
            Err(Refusal::new(Code::TypeNotAllowed, message))
        }
    }
}

fn with_zone(name: &str, precision: Option<u64>, zone: TimezoneInfo) -> String {
    let zone = match zone {
        TimezoneInfo::None | TimezoneInfo::WithoutTimeZone => "",
        TimezoneInfo::WithTimeZone | TimezoneInfo::Tz => " with time zone",
    };
    format!("{name}{}{zone}", in_parentheses(precision))
}

fn in_parentheses(precision: Option<u64>) -> String {
    precision.map_or_else(String::new, |precision| format!("({precision})"))
}

const fn interval_fields(fields: IntervalFields) -> &'static str {
    match fields {
        IntervalFields::Year => " year",
        IntervalFields::Month => " month",
        IntervalFields::Day => " day",
        IntervalFields::Hour => " hour",
        IntervalFields::Minute => " minute",
        IntervalFields::Second => " second",
        IntervalFields::YearToMonth => " year to month",
        IntervalFields::DayToHour => " day to hour",
        IntervalFields::DayToMinute => " day to minute",
        IntervalFields::DayToSecond => " day to second",
        IntervalFields::HourToMinute => " hour to minute",
        IntervalFields::HourToSecond => " hour to second",
        IntervalFields::MinuteToSecond => " minute to second",
    }
}

fn refused(shown: &str) -> Refusal {
    Refusal::new(Code::TypeNotAllowed, format!("The type {} is not allowed.", quoted(shown)))
}
