//! Values of Parquet as JSON: numbers with all their digits, moments as texts, bytes in hexadecimal, what is nested as it is.

use chrono::{DateTime, NaiveTime};
use parquet::basic::{ConvertedType, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::record::Field;
use parquet::schema::types::Type;

use super::lines;

/// What a column is by its format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// As the value itself says; a moment in UTC, as all were before there were logical types.
    Plain,
    Text,
    Uuid,
    /// Nanoseconds since midnight.
    TimeNanos,
    /// Whether it is a moment in UTC. Of 96 bits nobody knows.
    Stamp(bool),
    StampNanos(bool),
}

fn kind(of: &Type) -> Kind {
    if !of.is_primitive() {
        return Kind::Plain;
    }
    let nanos = |unit: &TimeUnit| matches!(unit, TimeUnit::NANOS);
    match of.get_basic_info().logical_type_ref() {
        Some(LogicalType::String | LogicalType::Enum | LogicalType::Json) => Kind::Text,
        Some(LogicalType::Uuid) => Kind::Uuid,
        Some(LogicalType::Time(time)) if nanos(&time.unit) => Kind::TimeNanos,
        Some(LogicalType::Timestamp(stamp)) if nanos(&stamp.unit) => Kind::StampNanos(stamp.is_adjusted_to_u_t_c),
        Some(LogicalType::Timestamp(stamp)) => Kind::Stamp(stamp.is_adjusted_to_u_t_c),
        _ if of.get_physical_type() == Physical::INT96 => Kind::Stamp(false),
        _ => Kind::Plain,
    }
}

fn is_utc(kind: Kind) -> bool {
    matches!(kind, Kind::Plain | Kind::Stamp(true))
}

/// The type of a column, by the name under which tables know it; `None` where its values decide.
pub(super) fn declared(of: &Type) -> Option<&'static str> {
    let info = of.get_basic_info();
    if !of.is_primitive() || (info.has_repetition() && info.repetition() == Repetition::REPEATED) {
        return Some("JSON");
    }
    let of_stamp = |is_utc| if is_utc { "TIMESTAMP_TZ" } else { "TIMESTAMP" };
    match kind(of) {
        Kind::Uuid => return Some("TEXT"),
        Kind::TimeNanos => return Some("TIME"),
        Kind::StampNanos(is_utc) => return Some(of_stamp(is_utc)),
        _ => {}
    }
    let float16 = info.logical_type_ref() == Some(&LogicalType::Float16);
    let json = info.logical_type_ref() == Some(&LogicalType::Json);
    match (of.get_physical_type(), info.converted_type()) {
        (_, ConvertedType::DECIMAL) => Some("DECIMAL"),
        (_, ConvertedType::DATE) => Some("DATE"),
        (_, ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS) => Some("TIME"),
        (Physical::INT96, _) | (_, ConvertedType::TIMESTAMP_MILLIS | ConvertedType::TIMESTAMP_MICROS) => {
            Some(of_stamp(is_utc(kind(of))))
        }
        (_, ConvertedType::JSON) => Some("JSON"),
        (Physical::BOOLEAN, _) => Some("BOOLEAN"),
        // Half of these are larger than whole numbers of a table.
        (Physical::INT64, ConvertedType::UINT_64) => None,
        (Physical::INT32 | Physical::INT64, _) => Some("INTEGER"),
        (Physical::FLOAT | Physical::DOUBLE, _) => Some("FLOAT"),
        (Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY, _) if float16 => Some("FLOAT"),
        (Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY, _) if json => Some("JSON"),
        (Physical::BYTE_ARRAY | Physical::FIXED_LEN_BYTE_ARRAY, _) => Some("TEXT"),
    }
}

/// Appends a value of a column as JSON; `of` is `None` where its place in the schema is not known.
pub(super) fn write(value: &Field, of: Option<&Type>, into: &mut Vec<u8>) {
    let kind = of.map_or(Kind::Plain, kind);
    let is_utc = is_utc(kind);
    match value {
        Field::Null => lines::plain("null", into),
        Field::Bool(is) => lines::plain(is, into),
        Field::Byte(number) => lines::plain(number, into),
        Field::Short(number) => lines::plain(number, into),
        Field::Int(number) => lines::plain(number, into),
        Field::UByte(number) => lines::plain(number, into),
        Field::UShort(number) => lines::plain(number, into),
        Field::UInt(number) => lines::plain(number, into),
        Field::ULong(number) => lines::plain(number, into),
        Field::Long(nanos) if kind == Kind::TimeNanos => time(nanos.div_euclid(1000), into),
        Field::Long(nanos) => match kind {
            Kind::StampNanos(is_utc) => stamp(nanos.div_euclid(1000), is_utc, into),
            _ => lines::plain(nanos, into),
        },
        Field::Float16(number) => float(f64::from(f32::from(*number)), number.to_string(), into),
        // With the digits that tell it from other numbers of its size.
        Field::Float(number) => float(f64::from(*number), format!("{number:?}"), into),
        Field::Double(number) => float(*number, format!("{number:?}"), into),
        Field::Decimal(_) => lines::text(value.to_string().trim_end_matches('.'), into),
        Field::Str(text) => lines::text(text, into),
        Field::Bytes(bytes) => lines::text(&bytes_of(bytes.data(), kind), into),
        Field::Date(days) => date(*days, into),
        Field::TimeMillis(millis) => time(i64::from(*millis).saturating_mul(1000), into),
        Field::TimeMicros(micros) => time(*micros, into),
        Field::TimestampMillis(millis) => stamp(millis.saturating_mul(1000), is_utc, into),
        Field::TimestampMicros(micros) => stamp(*micros, is_utc, into),
        Field::Group(row) => {
            let fields = of.map(Type::get_fields).unwrap_or_default();
            let entries = row.get_column_iter().enumerate();
            within(*b"{}", entries, into, |(place, (name, value)), into| {
                lines::text(name, into);
                into.push(b':');
                write(value, fields.get(place).map(AsRef::as_ref), into);
            });
        }
        Field::ListInternal(list) => {
            let element = of.and_then(element);
            within(*b"[]", list.elements().iter(), into, |value, into| write(value, element, into));
        }
        Field::MapInternal(map) => {
            let pair = of.and_then(|of| of.get_fields().first()).filter(|pair| pair.is_group());
            let half = |at: usize| pair.and_then(|pair| pair.get_fields().get(at)).map(AsRef::as_ref);
            within(*b"{}", map.entries().iter(), into, |(key, value), into| {
                // A key is a text in JSON, whatever it is here.
                let mut written = Vec::new();
                write(key, half(0), &mut written);
                if written.first() == Some(&b'"') {
                    into.extend_from_slice(&written);
                } else {
                    lines::text(&String::from_utf8_lossy(&written), into);
                }
                into.push(b':');
                write(value, half(1), into);
            });
        }
    }
}

/// Appends a moment, in microseconds since 1970.
pub(super) fn stamp(micros: i64, is_utc: bool, into: &mut Vec<u8>) {
    match DateTime::from_timestamp_micros(micros) {
        Some(moment) => {
            let moment = moment.naive_utc();
            lines::text(
                &format!("{}{}", moment.format("%Y-%m-%d %H:%M:%S%.f"), if is_utc { "+00:00" } else { "" }),
                into,
            );
        }
        None => lines::plain(micros, into),
    }
}

fn date(days: i32, into: &mut Vec<u8>) {
    match DateTime::from_timestamp(i64::from(days) * 86_400, 0) {
        Some(date) => lines::text(&date.date_naive().to_string(), into),
        None => lines::plain(days, into),
    }
}

/// What is no time of a day stays the number that it is.
fn time(micros: i64, into: &mut Vec<u8>) {
    let seconds = u32::try_from(micros.div_euclid(1_000_000)).ok();
    let nanos = u32::try_from(micros.rem_euclid(1_000_000) * 1000).ok();
    let time =
        seconds.zip(nanos).and_then(|(seconds, nanos)| NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos));
    match time {
        Some(time) => lines::text(&time.format("%H:%M:%S%.f").to_string(), into),
        None => lines::plain(micros, into),
    }
}

/// JSON has no number that is none; a text says which it is.
fn float(number: f64, digits: String, into: &mut Vec<u8>) {
    if number.is_nan() {
        lines::plain("null", into);
    } else if number.is_infinite() {
        lines::text(if number > 0.0 { "Infinity" } else { "-Infinity" }, into);
    } else {
        lines::plain(digits, into);
    }
}

fn bytes_of(bytes: &[u8], kind: Kind) -> String {
    if kind == Kind::Uuid
        && let Ok(uuid) = uuid::Uuid::from_slice(bytes)
    {
        return uuid.to_string();
    }
    match (kind, std::str::from_utf8(bytes)) {
        (Kind::Text, Ok(text)) => text.to_owned(),
        _ => hex::encode(bytes),
    }
}

/// What a list holds; by the rules for lists that were written before there were rules
/// (<https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists>).
fn element(list: &Type) -> Option<&Type> {
    if list.is_primitive() {
        return Some(list);
    }
    let repeated = list.get_fields().first()?;
    let is_wrapped = repeated.is_group()
        && repeated.get_fields().len() == 1
        && repeated.name() != "array"
        && !repeated.name().ends_with("_tuple");
    if is_wrapped { repeated.get_fields().first().map(AsRef::as_ref) } else { Some(repeated.as_ref()) }
}

fn within<T>(
    [open, close]: [u8; 2],
    values: impl Iterator<Item = T>,
    into: &mut Vec<u8>,
    mut write: impl FnMut(T, &mut Vec<u8>),
) {
    into.push(open);
    for (place, value) in values.enumerate() {
        if place > 0 {
            into.push(b',');
        }
        write(value, into);
    }
    into.push(close);
}
