//! Workbooks and Parquet files made on the spot, sound and hostile.

use std::io::{Cursor, Read};
use std::sync::Arc;

use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use rust_xlsxwriter::Workbook;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The bytes of a workbook.
pub fn workbook(fill: impl FnOnce(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book);
    book.save_to_buffer().unwrap()
}

/// A workbook whose only sheet, `S`, has these rows in XML, and whose table of texts is this one.
pub fn raw_workbook(rows: impl Read, mut texts: impl Read) -> Vec<u8> {
    let relationships = |kind: &str, target: &str| {
        let kind = format!("http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}");
        format!("<Relationships><Relationship Id=\"r1\" Type=\"{kind}\" Target=\"{target}\"/></Relationships>")
    };
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, content: &mut dyn Read| {
        zip.start_file(name, SimpleFileOptions::default().large_file(true)).unwrap();
        std::io::copy(content, &mut zip).unwrap();
    };
    part("_rels/.rels", &mut relationships("officeDocument", "xl/workbook.xml").as_bytes());
    part("xl/_rels/workbook.xml.rels", &mut relationships("worksheet", "worksheets/sheet1.xml").as_bytes());
    part("xl/workbook.xml", &mut b"<workbook><sheets><sheet name=\"S\" id=\"r1\"/></sheets></workbook>".as_slice());
    let head = b"<worksheet><sheetData>".as_slice();
    part("xl/worksheets/sheet1.xml", &mut head.chain(rows).chain(b"</sheetData></worksheet>".as_slice()));
    part("xl/sharedStrings.xml", &mut texts);
    zip.finish().unwrap().into_inner()
}

/// The values of a column that are there.
pub enum Given {
    Ints(Vec<i32>),
    Longs(Vec<i64>),
    Doubles(Vec<f64>),
    Texts(Vec<&'static str>),
}

/// A leaf column: its values, and the levels at which they stand (definition, repetition), empty where none are needed.
pub type Leaf = (Given, Vec<i16>, Vec<i16>);

/// A Parquet file of one row group.
pub fn parquet_file(schema: &str, leaves: Vec<Leaf>) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut out = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut out, schema, Arc::new(WriterProperties::default())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    for (values, defined, repeated) in leaves {
        let mut column = group.next_column().unwrap().unwrap();
        let defined = Some(defined.as_slice()).filter(|levels| !levels.is_empty());
        let repeated = Some(repeated.as_slice()).filter(|levels| !levels.is_empty());
        let written = match (column.untyped(), values) {
            (ColumnWriter::Int32ColumnWriter(to), Given::Ints(it)) => to.write_batch(&it, defined, repeated),
            (ColumnWriter::Int64ColumnWriter(to), Given::Longs(it)) => to.write_batch(&it, defined, repeated),
            (ColumnWriter::DoubleColumnWriter(to), Given::Doubles(it)) => to.write_batch(&it, defined, repeated),
            (ColumnWriter::ByteArrayColumnWriter(to), Given::Texts(it)) => {
                let it: Vec<ByteArray> = it.into_iter().map(ByteArray::from).collect();
                to.write_batch(&it, defined, repeated)
            }
            _ => panic!("a column of another type"),
        };
        written.unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    out
}
