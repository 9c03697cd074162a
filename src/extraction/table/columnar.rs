//! A Parquet file, row by row.

use std::collections::HashSet;
use std::fs::File;
use std::io::Write;

use parquet::basic::ConvertedType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;
use parquet::schema::types::{Type, TypePtr};

use super::lines::{Halt, Lines, Sheets};
use super::source::Source;
use super::stamps::Stamps;
use super::value;
use crate::extraction::report::{ExtractCode, ExtractError};

/// A column of a row, and what it is.
enum Value<'a> {
    Field(&'a Field, &'a Type),
    /// Microseconds since 1970.
    Stamp(Option<i64>),
}

/// Writes the rows of all row groups.
pub(super) fn read(file: File, lines: &mut Lines<impl Write>) -> Result<Sheets, Halt> {
    let source = Source::new(file).map_err(|error| ExtractError::corrupt("Parquet file", error))?;
    let reader = SerializedFileReader::new(source).map_err(explain)?;
    let schema = reader.metadata().file_metadata().schema_descr();
    let columns: Vec<TypePtr> = schema.root_schema().get_fields().to_vec();
    check(&columns)?;
    lines.names(columns.iter().map(|column| (column.name(), value::declared(column))))?;
    let mut number = 0;
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(explain)?;
        let mut stamps = Stamps::open(&*group).map_err(explain)?;
        for row in group.get_row_iter(None).map_err(explain)? {
            let row = row.map_err(explain)?;
            let stamps = stamps.next().map_err(explain)?;
            number += 1;
            let values = row.get_column_iter().zip(&columns).enumerate().map(|(place, ((_, field), column))| {
                match stamps.iter().find(|(stamp, _)| *stamp == place) {
                    Some((_, micros)) => Value::Stamp(*micros),
                    None => Value::Field(field, column),
                }
            });
            lines.row(number, values, |value, into| match value {
                Value::Field(field, column) => value::write(field, Some(column), into),
                Value::Stamp(Some(micros)) => value::stamp(micros, false, into),
                Value::Stamp(None) => super::lines::plain("null", into),
            })?;
        }
    }
    Ok(Sheets::default())
}

/// What the reader of rows takes for granted, or gets wrong.
fn check(columns: &[TypePtr]) -> Result<(), ExtractError> {
    if columns.is_empty() {
        return Err(ExtractError::new(ExtractCode::Empty, "This Parquet file has no columns."));
    }
    let mut names = HashSet::new();
    for column in columns {
        let name: String = column.name().chars().filter(|char| !char.is_control()).take(60).collect();
        if !names.insert(column.name()) {
            let message = format!("Two columns of this Parquet file are called \"{name}\".");
            return Err(ExtractError::new(ExtractCode::Unsupported, message));
        }
        if has_interval(column) {
            let message = format!("The column \"{name}\" holds intervals, which are not read. Write them as text.");
            return Err(ExtractError::new(ExtractCode::Unsupported, message));
        }
    }
    Ok(())
}

fn has_interval(of: &Type) -> bool {
    if of.is_primitive() {
        return of.get_basic_info().converted_type() == ConvertedType::INTERVAL;
    }
    of.get_fields().iter().any(|field| has_interval(field))
}

fn explain(error: ParquetError) -> ExtractError {
    match error {
        ParquetError::NYI(what) => {
            let what: String = what.chars().filter(|char| !char.is_control()).take(200).collect();
            ExtractError::new(
                ExtractCode::Unsupported,
                format!("This Parquet file is written in a way that is not read ({what})."),
            )
        }
        error if error.to_string().contains("encrypt") => {
            ExtractError::new(ExtractCode::Encrypted, "This Parquet file is encrypted. Write it without encryption.")
        }
        error => ExtractError::corrupt("Parquet file", error),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parquet::basic::{Compression, GzipLevel, ZstdLevel};
    use parquet::column::writer::ColumnWriter;
    use parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    use super::*;

    /// What a column holds: its values, and the levels at which they stand.
    enum Given {
        Bools(Vec<bool>),
        Ints(Vec<i32>),
        Longs(Vec<i64>),
        Stamps(Vec<[u32; 3]>),
        Floats(Vec<f32>),
        Doubles(Vec<f64>),
        Texts(Vec<Vec<u8>>),
        Fixed(Vec<Vec<u8>>),
    }

    /// A row group: each leaf's values, definition levels and repetition levels.
    type Group = Vec<(Given, Vec<i16>, Vec<i16>)>;

    fn written(schema: &str, groups: Vec<Group>, compression: Compression) -> Vec<u8> {
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
        let mut out = Vec::new();
        let mut writer = SerializedFileWriter::new(&mut out, schema, properties).unwrap();
        for group in groups {
            let mut row_group = writer.next_row_group().unwrap();
            for (values, defined, repeated) in group {
                let mut column = row_group.next_column().unwrap().unwrap();
                let defined = Some(defined.as_slice()).filter(|levels| !levels.is_empty());
                let repeated = Some(repeated.as_slice()).filter(|levels| !levels.is_empty());
                let arrays =
                    |values: &[Vec<u8>]| values.iter().map(|it| ByteArray::from(it.clone())).collect::<Vec<_>>();
                match (column.untyped(), values) {
                    (ColumnWriter::BoolColumnWriter(to), Given::Bools(it)) => to.write_batch(&it, defined, repeated),
                    (ColumnWriter::Int32ColumnWriter(to), Given::Ints(it)) => to.write_batch(&it, defined, repeated),
                    (ColumnWriter::Int64ColumnWriter(to), Given::Longs(it)) => to.write_batch(&it, defined, repeated),
                    (ColumnWriter::FloatColumnWriter(to), Given::Floats(it)) => to.write_batch(&it, defined, repeated),
                    (ColumnWriter::DoubleColumnWriter(to), Given::Doubles(it)) => {
                        to.write_batch(&it, defined, repeated)
                    }
                    (ColumnWriter::Int96ColumnWriter(to), Given::Stamps(it)) => {
                        let it: Vec<Int96> = it.into_iter().map(|it| Int96::from(it.to_vec())).collect();
                        to.write_batch(&it, defined, repeated)
                    }
                    (ColumnWriter::ByteArrayColumnWriter(to), Given::Texts(it)) => {
                        to.write_batch(&arrays(&it), defined, repeated)
                    }
                    (ColumnWriter::FixedLenByteArrayColumnWriter(to), Given::Fixed(it)) => {
                        let it: Vec<FixedLenByteArray> = arrays(&it).into_iter().map(Into::into).collect();
                        to.write_batch(&it, defined, repeated)
                    }
                    _ => panic!("another type"),
                }
                .unwrap();
                column.close().unwrap();
            }
            row_group.close().unwrap();
        }
        writer.close().unwrap();
        out
    }

    fn lines_of(bytes: &[u8]) -> Result<Vec<String>, ExtractError> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let mut out = Vec::new();
        match read(file, &mut Lines::new(&mut out)) {
            Ok(sheets) => {
                assert_eq!(sheets, Sheets::default());
                Ok(String::from_utf8(out).unwrap().lines().map(str::to_owned).collect())
            }
            Err(Halt::Refused(error)) => Err(error),
            Err(Halt::Unheard(error)) => panic!("{error}"),
        }
    }

    fn texts(texts: &[&str]) -> Given {
        Given::Texts(texts.iter().map(|text| text.as_bytes().to_vec()).collect())
    }

    const FLAT: &str = "message m {
        required boolean ok; optional int32 n (INTEGER(16,true)); required int64 u (INTEGER(64,false)); required float f; required double d;
        required int32 price (DECIMAL(9,2)); required fixed_len_byte_array(16) exact (DECIMAL(38,18)); required int32 day (DATE);
        required int32 at (TIME(MILLIS,true)); required int64 nanos_at (TIME(NANOS,false)); required int64 utc (TIMESTAMP(MICROS,true));
        required int64 local (TIMESTAMP(MILLIS,false)); required int64 nanos (TIMESTAMP(NANOS,true)); required int64 old (TIMESTAMP_MILLIS);
        optional int96 spark; required binary code (STRING); required binary level (ENUM); required binary doc (JSON); required binary raw;
        required fixed_len_byte_array(16) id (UUID); required fixed_len_byte_array(2) half (FLOAT16); }";

    #[test]
    fn flat_columns_of_every_type() {
        let two = |given| (given, vec![], vec![]);
        // 2026-12-31 is day 20818 after 1970, whose first day is the Julian 2440588.
        let noon = 20_818 * 86_400_i64 + 43_200;
        let nanos = 43_200_123_456_789_u64;
        let spark = [(nanos & 0xffff_ffff) as u32, (nanos >> 32) as u32, 2_440_588 + 20_818];
        let exact = |unscaled: i128| unscaled.to_be_bytes().to_vec();
        let uuid: u128 = 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef;
        let group = vec![
            two(Given::Bools(vec![true, false])),
            (Given::Ints(vec![-7]), vec![0, 1], vec![]),
            two(Given::Longs(vec![-1, 5])),
            two(Given::Floats(vec![0.1, f32::NAN])),
            two(Given::Doubles(vec![0.1 + 0.2, f64::NEG_INFINITY])),
            two(Given::Ints(vec![123, -5])),
            two(Given::Fixed(vec![exact(12_345_678_901_234_567_890_123_456_789_012_345_678), exact(-1)])),
            two(Given::Ints(vec![20_818, -1])),
            two(Given::Ints(vec![43_200_250, 90_000_000])),
            two(Given::Longs(vec![1_500, 0])),
            two(Given::Longs(vec![noon * 1_000_000 + 1, -1])),
            two(Given::Longs(vec![noon * 1000, i64::MAX])),
            two(Given::Longs(vec![noon * 1_000_000_000 + 1_999, -1])),
            two(Given::Longs(vec![noon * 1000, 0])),
            (Given::Stamps(vec![spark]), vec![1, 0], vec![]),
            two(texts(&["007", "a\"b"])),
            two(texts(&["HIGH", "LOW"])),
            two(texts(&["{\"a\": 1}", "[]"])),
            two(Given::Texts(vec![vec![0, 255], b"plain".to_vec()])),
            two(Given::Fixed(vec![uuid.to_be_bytes().to_vec(), vec![0; 16]])),
            two(Given::Fixed(vec![vec![0, 0x3e], vec![0, 0x7c]])),
        ];
        let lines = lines_of(&written(FLAT, vec![group], Compression::SNAPPY)).unwrap();
        let names = "[[\"ok\",\"BOOLEAN\"],[\"n\",\"INTEGER\"],\"u\",[\"f\",\"FLOAT\"],[\"d\",\"FLOAT\"],[\"price\",\"DECIMAL\"],\
            [\"exact\",\"DECIMAL\"],[\"day\",\"DATE\"],[\"at\",\"TIME\"],[\"nanos_at\",\"TIME\"],[\"utc\",\"TIMESTAMP_TZ\"],\
            [\"local\",\"TIMESTAMP\"],[\"nanos\",\"TIMESTAMP_TZ\"],[\"old\",\"TIMESTAMP_TZ\"],[\"spark\",\"TIMESTAMP\"],\
            [\"code\",\"TEXT\"],[\"level\",\"TEXT\"],[\"doc\",\"JSON\"],[\"raw\",\"TEXT\"],[\"id\",\"TEXT\"],[\"half\",\"FLOAT\"]]";
        let first = "[true,null,18446744073709551615,0.1,0.30000000000000004,\"1.23\",\"12345678901234567890.123456789012345678\",\
            \"2026-12-31\",\"12:00:00.250\",\"00:00:00.000001\",\"2026-12-31 12:00:00.000001+00:00\",\"2026-12-31 12:00:00\",\
            \"2026-12-31 12:00:00.000001+00:00\",\"2026-12-31 12:00:00+00:00\",\"2026-12-31 12:00:00.123456\",\"007\",\"HIGH\",\
            \"{\\\"a\\\": 1}\",\"00ff\",\"01234567-89ab-cdef-0123-456789abcdef\",1.5]";
        let second = "[false,-7,5,null,\"-Infinity\",\"-0.05\",\"-0.000000000000000001\",\"1969-12-31\",90000000000,\"00:00:00\",\
            \"1969-12-31 23:59:59.999999+00:00\",9223372036854775807,\"1969-12-31 23:59:59.999999+00:00\",\"1970-01-01 00:00:00+00:00\",\
            null,\"a\\\"b\",\"LOW\",\"[]\",\"706c61696e\",\"00000000-0000-0000-0000-000000000000\",\"Infinity\"]";
        assert_eq!(lines, [names, first, second]);
    }

    #[test]
    fn what_is_nested_is_json_and_row_groups_follow_each_other() {
        let schema = "message m {
            required int32 n; optional group tags (LIST) { repeated group list { optional binary element (STRING); } }
            optional group at { optional int32 day (DATE); required double x; }
            optional group by (MAP) { repeated group key_value { required int32 key; optional int64 value (TIMESTAMP(NANOS,true)); } } }";
        let group = |n: i32| {
            vec![
                (Given::Ints(vec![n, n + 1]), vec![], vec![]),
                (texts(&["a", "b"]), vec![3, 2, 3, 1], vec![0, 1, 1, 0]),
                (Given::Ints(vec![0]), vec![2, 0], vec![]),
                (Given::Doubles(vec![2.5]), vec![1, 0], vec![]),
                (Given::Ints(vec![7, 8]), vec![2, 2, 0], vec![0, 1, 0]),
                (Given::Longs(vec![1000]), vec![3, 2, 0], vec![0, 1, 0]),
            ]
        };
        for compression in
            [Compression::ZSTD(ZstdLevel::default()), Compression::LZ4_RAW, Compression::GZIP(GzipLevel::default())]
        {
            let lines = lines_of(&written(schema, vec![group(1), group(3)], compression)).unwrap();
            let row = |n: i32| {
                format!(
                    "[{n},[\"a\",null,\"b\"],{{\"day\":\"1970-01-01\",\"x\":2.5}},{{\"7\":\"1970-01-01 00:00:00.000001+00:00\",\"8\":null}}]"
                )
            };
            let bare = |n: i32| format!("[{n},[],null,null]");
            let names = "[[\"n\",\"INTEGER\"],[\"tags\",\"JSON\"],[\"at\",\"JSON\"],[\"by\",\"JSON\"]]".to_owned();
            assert_eq!(lines, [names, row(1), bare(2), row(3), bare(4)]);
        }
    }

    #[test]
    fn timestamps_of_96_bits_keep_step_over_batches() {
        let levels: Vec<i16> = (0..3000_i16).map(|row| i16::from(row % 3 != 0)).collect();
        let stamps = (0..3000_u32).filter(|row| row % 3 != 0).map(|row| [row * 1000, 0, 2_440_588]).collect();
        let group = vec![(Given::Stamps(stamps), levels, vec![])];
        let lines =
            lines_of(&written("message m { optional int96 t; }", vec![group], Compression::UNCOMPRESSED)).unwrap();
        assert_eq!((lines.len(), lines[1].as_str()), (3001, "[null]"));
        assert_eq!(lines[2999], "[\"1970-01-01 00:00:00.002998\"]", "row 2999 is the 2998th from 0");
    }

    #[test]
    fn what_is_no_sound_file_is_refused() {
        let code = |bytes: &[u8]| lines_of(bytes).unwrap_err().code;
        let group = vec![(Given::Ints((0..5000).collect()), vec![], vec![])];
        let sound = written("message m { required int32 n; }", vec![group], Compression::SNAPPY);
        assert_eq!(code(&sound[..sound.len() / 2]), ExtractCode::Corrupt);
        assert_eq!(code(b"PAR1"), ExtractCode::Corrupt);
        assert_eq!(code(b"PAR1....\xff\xff\xff\x7fPAR1"), ExtractCode::Corrupt);
        let secret = [sound.get(..sound.len() - 4).unwrap(), b"PARE"].concat();
        assert_eq!(code(&secret), ExtractCode::Encrypted);
        let interval =
            written("message m { required fixed_len_byte_array(12) i (INTERVAL); }", vec![], Compression::SNAPPY);
        assert_eq!(code(&interval), ExtractCode::Unsupported);
        let twice = written("message m { required int32 n; required int32 n; }", vec![], Compression::SNAPPY);
        assert_eq!(code(&twice), ExtractCode::Unsupported);
        assert_eq!(
            lines_of(&written("message m { required int32 n; }", vec![], Compression::SNAPPY)).unwrap(),
            ["[[\"n\",\"INTEGER\"]]"]
        );
    }
}
