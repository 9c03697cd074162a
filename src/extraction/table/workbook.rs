//! A sheet of a workbook (ECMA-376). It is read twice, cell by cell: once for what there is, once for its rows.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Write};

use calamine::{Reader as _, SheetType, SheetVisible, Xlsx, XlsxError, XlsxFormulaMetadata};

use super::cell::Cell;
use super::lines::{Halt, Lines, Sheets};
use crate::extraction::report::{ExtractCode, ExtractError};

/// Columns and rows of the largest sheet.
const COLUMNS: u32 = 16_384;
const ROWS: u32 = 1_048_576;
/// Sheets that are named where one is not found, and how long their names may be.
const NAMED: usize = 20;
const NAME_CHARS: usize = 40;

type Book = Xlsx<BufReader<File>>;

/// What there is on a sheet.
#[derive(Debug, Default)]
struct Extent {
    /// The first row with something in it, from 0; `None` while there is none.
    first: Option<u32>,
    /// The columns with something in them, from 0.
    columns: BTreeSet<u32>,
    /// What stands in the first row.
    heads: Vec<(u32, String)>,
}

/// Writes a sheet, the first that is shown and not empty where none is named. Columns and rows with nothing in them are left out.
pub(super) fn read(
    file: File,
    has_header: bool,
    sheet: Option<&str>,
    lines: &mut Lines<impl Write>,
) -> Result<Sheets, Halt> {
    let mut book: Book = Xlsx::new(BufReader::new(file)).map_err(explain)?;
    let mut shown = Vec::new();
    let mut hidden = Vec::new();
    let mut names = Vec::new();
    for sheet in book.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
        names.push(sheet.name.clone());
        if sheet.visible == SheetVisible::Visible { &mut shown } else { &mut hidden }.push(sheet.name.clone());
    }
    let candidates = match sheet {
        Some(wanted) if names.iter().any(|name| name == wanted) => vec![wanted.to_owned()],
        Some(wanted) => return Err(unknown(wanted, &names).into()),
        None => shown.into_iter().chain(hidden).collect(),
    };
    for name in candidates {
        let extent = extent(&mut book, &name)?;
        if let Some(first) = extent.first {
            write(&mut book, &name, first, &extent, has_header, lines)?;
            return Ok(Sheets { names, chosen: Some(name) });
        }
    }
    let empty = match sheet {
        Some(_) => "This sheet is empty.",
        None => "All sheets of this workbook are empty.",
    };
    Err(ExtractError::new(ExtractCode::Empty, empty).into())
}

fn extent(book: &mut Book, name: &str) -> Result<Extent, Halt> {
    let mut extent = Extent::default();
    each_cell(book, name, |(row, column), cell| {
        let first = *extent.first.get_or_insert(row);
        extent.columns.insert(column);
        if row == first {
            extent.heads.push((column, cell.text().trim().to_owned()));
        }
        Ok(())
    })?;
    Ok(extent)
}

fn write(
    book: &mut Book,
    name: &str,
    first: u32,
    extent: &Extent,
    has_header: bool,
    lines: &mut Lines<impl Write>,
) -> Result<(), Halt> {
    let head = |column: &u32| {
        let head = extent.heads.iter().rfind(|(place, _)| place == column);
        head.filter(|_| has_header).map_or("", |(_, head)| head.as_str())
    };
    lines.names(extent.columns.iter().map(|column| (head(column), None)))?;
    let columns: Vec<u32> = extent.columns.iter().copied().collect();
    let nothing = vec![b"null".to_vec(); columns.len()];
    let mut current: Option<(u32, Vec<Vec<u8>>)> = None;
    each_cell(book, name, |(row, column), cell| {
        if has_header && row == first {
            return Ok(());
        }
        if current.as_ref().is_none_or(|(number, _)| *number != row)
            && let Some((number, values)) = current.replace((row, nothing.clone()))
        {
            put(lines, number, &values)?;
        }
        let place = columns.binary_search(&column).ok();
        let value = current.as_mut().zip(place).and_then(|((_, values), place)| values.get_mut(place));
        if let Some(value) = value {
            value.clear();
            cell.write(value);
        }
        Ok(())
    })?;
    match current {
        Some((number, values)) => Ok(put(lines, number, &values)?),
        None => Ok(()),
    }
}

/// Rows count from 0 here, and from 1 where people see them.
fn put(lines: &mut Lines<impl Write>, row: u32, values: &[Vec<u8>]) -> std::io::Result<()> {
    lines.row(u64::from(row) + 1, values.iter(), |value, into| into.extend_from_slice(value))
}

/// Every cell with something in it, row by row.
fn each_cell(
    book: &mut Book,
    name: &str,
    mut take: impl FnMut((u32, u32), Cell) -> Result<(), Halt>,
) -> Result<(), Halt> {
    let is_1904 = book.has_1904_epoch();
    let mut cells = book.worksheet_cells_reader(name).map_err(explain)?;
    let mut last = 0;
    while let Some(found) = cells.next_cell_with_formula_metadata().map_err(explain)? {
        let formula = found.formula.as_ref().map(|formula| match formula {
            XlsxFormulaMetadata::Normal { formula } | XlsxFormulaMetadata::Shared { formula, .. } => formula.as_str(),
            _ => "",
        });
        let cell = Cell { value: &found.value, formula, is_1904 };
        if cell.is_blank() {
            continue;
        }
        let (row, column) = found.pos;
        if row < last || row >= ROWS || column >= COLUMNS {
            return Err(corrupt("a cell is out of place").into());
        }
        last = row;
        take((row, column), cell)?;
    }
    Ok(())
}

fn unknown(wanted: &str, names: &[String]) -> ExtractError {
    let short = |name: &str| -> String { name.chars().filter(|char| !char.is_control()).take(NAME_CHARS).collect() };
    let known: Vec<String> = names.iter().take(NAMED).map(|name| format!("\"{}\"", short(name))).collect();
    let known = known.join(", ");
    let message = format!("There is no sheet \"{}\" in this workbook. It has {known}.", short(wanted));
    let message: String = message.chars().take(1000).collect();
    ExtractError::new(ExtractCode::Unsupported, message)
}

fn corrupt(detail: impl std::fmt::Display) -> ExtractError {
    ExtractError::corrupt("workbook", detail)
}

fn explain(error: XlsxError) -> ExtractError {
    match error {
        XlsxError::Password => ExtractError::encrypted(),
        // What every workbook has, and no other zip archive.
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => {
            ExtractError::new(ExtractCode::Unsupported, "This is a zip archive, and no workbook of Excel (XLSX).")
        }
        error => corrupt(error),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    /// The lines of a table and its sheets, or why there is none.
    fn lines_of(bytes: &[u8], has_header: bool, sheet: Option<&str>) -> Result<(Vec<String>, Sheets), ExtractError> {
        let mut out = Vec::new();
        match read(file(bytes), has_header, sheet, &mut Lines::new(&mut out)) {
            Ok(sheets) => Ok((String::from_utf8(out).unwrap().lines().map(str::to_owned).collect(), sheets)),
            Err(Halt::Refused(error)) => Err(error),
            Err(Halt::Unheard(error)) => panic!("{error}"),
        }
    }

    /// A workbook of parts, as `xl/workbook.xml` and the rest would have them, with this sheet.
    fn packed(workbook: &str, sheet: &str) -> Vec<u8> {
        let relationship = |id: &str, kind: &str, target: &str| {
            let kind = format!("http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}");
            format!("<Relationships><Relationship Id=\"{id}\" Type=\"{kind}\" Target=\"{target}\"/></Relationships>")
        };
        let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, text) in [
            ("_rels/.rels", relationship("r1", "officeDocument", "xl/workbook.xml")),
            ("xl/_rels/workbook.xml.rels", relationship("r1", "worksheet", "worksheets/sheet1.xml")),
            (
                "xl/workbook.xml",
                format!("<workbook>{workbook}<sheets><sheet name=\"S\" id=\"r1\"/></sheets></workbook>"),
            ),
            ("xl/worksheets/sheet1.xml", format!("<worksheet><sheetData>{sheet}</sheetData></worksheet>")),
        ] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(text.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn a_sheet_becomes_rows_with_their_numbers() {
        let mut book = Workbook::new();
        book.add_worksheet().set_name("Empty").unwrap();
        let sheet = book.add_worksheet();
        sheet.set_name("Orders & more").unwrap();
        let (day, clock) = (Format::new().set_num_format("yyyy-mm-dd"), Format::new().set_num_format("hh:mm"));
        // Row 3 has the names, column A and row 5 are empty, and column E has no name.
        for (column, name) in [(1, "No"), (2, " Day "), (3, "Net"), (5, "Paid")] {
            sheet.write(2, column, name).unwrap();
        }
        let date = ExcelDateTime::from_ymd(2026, 12, 31).unwrap();
        sheet.write(3, 1, 1).unwrap().write_with_format(3, 2, &date, &day).unwrap();
        sheet.write(3, 3, 0.1).unwrap().write(3, 5, true).unwrap();
        sheet.write(5, 1, "007").unwrap().write_with_format(5, 2, 0.5, &clock).unwrap();
        sheet.write(5, 4, "a \"b\"\nc").unwrap().write(5, 3, Formula::new("1+1").set_result("2")).unwrap();
        sheet.write_blank(9, 9, &day).unwrap();
        let (lines, sheets) = lines_of(&book.save_to_buffer().unwrap(), true, None).unwrap();
        let expected = [
            "[\"No\",\"Day\",\"Net\",\"\",\"Paid\"]",
            "",
            "",
            "",
            "[1,\"2026-12-31\",0.1,null,true]",
            "",
            "[\"007\",\"12:00:00\",2,\"a \\\"b\\\"\\nc\",null]",
        ];
        assert_eq!(lines, expected);
        let names = vec!["Empty".to_owned(), "Orders & more".to_owned()];
        assert_eq!(sheets, Sheets { names, chosen: Some("Orders & more".into()) });
        let bytes = book.save_to_buffer().unwrap();
        let (lines, _) = lines_of(&bytes, false, Some("Orders & more")).unwrap();
        assert_eq!(
            (lines[0].as_str(), lines[3].as_str()),
            ("[\"\",\"\",\"\",\"\",\"\"]", "[\"No\",\" Day \",\"Net\",null,\"Paid\"]")
        );
        assert_eq!(lines_of(&bytes, true, Some("Empty")).unwrap_err().code, ExtractCode::Empty);
        let unknown = lines_of(&bytes, true, Some("Nowhere")).unwrap_err().message;
        assert_eq!(unknown, "There is no sheet \"Nowhere\" in this workbook. It has \"Empty\", \"Orders & more\".");
    }

    #[test]
    fn a_hidden_sheet_comes_last() {
        let mut book = Workbook::new();
        book.add_worksheet().set_name("Hidden").unwrap().set_hidden(true).write(0, 0, "x").unwrap();
        book.add_worksheet().set_name("Shown").unwrap().set_active(true).write(0, 0, "y").unwrap();
        let (lines, sheets) = lines_of(&book.save_to_buffer().unwrap(), true, None).unwrap();
        assert_eq!((lines.join(""), sheets.chosen), ("[\"y\"]".into(), Some("Shown".into())));
        assert_eq!(sheets.names, ["Hidden", "Shown"]);
    }

    #[test]
    fn days_of_the_other_epoch_and_cells_that_are_wrong() {
        let sheet = "<row><c t=\"inlineStr\"><is><t>a</t></is></c><c t=\"str\"><v>b</v></c></row>\
                     <row><c t=\"d\"><v>2026-01-02T03:04:05Z</v></c><c t=\"e\"><v>#DIV/0!</v></c></row>\
                     <row><c><f>SUM(1,2)</f></c><c t=\"b\"><v>0</v></c></row>\
                     <row><c/><c t=\"str\"><f>\"\"</f><v></v></c></row>\
                     <row><c r=\"B9\"><v>1E-7</v></c></row>";
        let (lines, _) = lines_of(&packed("<workbookPr date1904=\"1\"/>", sheet), true, None).unwrap();
        let expected = [
            "[\"a\",\"b\"]",
            "",
            "[\"2026-01-02T03:04:05Z\",{\"error\":\"#DIV/0!\"}]",
            "[{\"error\":\"=SUM(1,2)\"},false]",
            "",
            "",
            "",
            "",
            "",
            "[null,0.0000001]",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn what_is_no_sound_workbook_is_refused() {
        let code = |bytes: &[u8]| lines_of(bytes, true, None).unwrap_err().code;
        let mut book = Workbook::new();
        for row in 0..500 {
            book.add_worksheet().write(row, 0, "some text that takes room").unwrap();
        }
        let sound = book.save_to_buffer().unwrap();
        assert_eq!(code(&sound[..sound.len() / 2]), ExtractCode::Corrupt);
        assert_eq!(code(b"PK\x03\x04 and nothing more"), ExtractCode::Corrupt);
        let backwards = "<row r=\"5\"><c r=\"A5\"><v>1</v></c></row><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>";
        assert_eq!(code(&packed("", backwards)), ExtractCode::Corrupt);
        assert_eq!(code(&packed("", "<row r=\"9999999\"><c r=\"A9999999\"><v>1</v></c></row>")), ExtractCode::Corrupt);
        assert_eq!(code(&packed("", "<row><c><v>1</v>")), ExtractCode::Corrupt);
        assert_eq!(code(&packed("", "")), ExtractCode::Empty);
        let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
        assert_eq!(code(&zip.finish().unwrap().into_inner()), ExtractCode::Unsupported);
    }
}
