//! Tables out of workbooks and Parquet files, sound and hostile, through the real child process.

use std::io::{Read as _, Seek as _};
use std::path::PathBuf;
use std::time::Duration;

use elenchus::config::documents::ExtractionConfig;
use elenchus::extraction::extractor::Extractor;
use elenchus::extraction::report::{ExtractCode, ExtractError};
use elenchus::extraction::table::child::Wanted;
use elenchus::extraction::table::lines::Sheets;

use super::support::files::{self, Random};
use super::support::sheets::{Given, parquet_file, raw_workbook, workbook};

const WORKBOOK: Wanted = Wanted::Workbook { has_header: true, sheet: None };
/// Bytes that are taken of a child.
const MOST: u64 = 64 * 1024 * 1024;

fn config() -> ExtractionConfig {
    ExtractionConfig {
        cpu: Duration::from_secs(5),
        memory_bytes: 512 * 1024 * 1024,
        max_chars: 1_000_000,
        pdfium_lib: None,
    }
}

fn extractor(config: ExtractionConfig) -> Extractor {
    Extractor::new(PathBuf::from(env!("CARGO_BIN_EXE_elenchus")), config, None)
}

async fn read_by(reader: Extractor, wanted: &Wanted, bytes: &[u8]) -> Result<(String, Sheets), ExtractError> {
    let sink = tempfile::tempfile().unwrap();
    let mut table = reader.tabulate(wanted, files::file(bytes), sink, MOST).await?;
    let mut lines = String::new();
    table.lines.rewind().unwrap();
    table.lines.read_to_string(&mut lines).unwrap();
    Ok((lines, table.sheets))
}

async fn read(wanted: &Wanted, bytes: &[u8]) -> Result<(String, Sheets), ExtractError> {
    read_by(extractor(config()), wanted, bytes).await
}

async fn code(wanted: &Wanted, bytes: &[u8]) -> ExtractCode {
    let read = read(wanted, bytes).await;
    read.map(|(lines, _)| panic!("{} bytes of lines", lines.len())).unwrap_err().code
}

#[tokio::test]
async fn a_sheet_and_a_parquet_file_are_read_in_a_process_that_has_nothing_but_the_file() {
    let book = workbook(|book| {
        book.add_worksheet().set_name("One").unwrap().write(0, 0, "a").unwrap().write(2, 0, 1.5).unwrap();
        book.add_worksheet().set_name("Two").unwrap().write(0, 0, "b").unwrap().write(1, 0, "x").unwrap();
    });
    let names = vec!["One".to_owned(), "Two".to_owned()];
    let (lines, sheets) = read(&WORKBOOK, &book).await.unwrap();
    assert_eq!((lines.as_str(), sheets.chosen.as_deref()), ("[\"a\"]\n\n\n[1.5]\n", Some("One")));
    assert_eq!(sheets.names, names);
    let two = Wanted::Workbook { has_header: false, sheet: Some("Two".to_owned()) };
    let (lines, sheets) = read(&two, &book).await.unwrap();
    assert_eq!((lines.as_str(), sheets.chosen.as_deref()), ("[\"\"]\n[\"b\"]\n[\"x\"]\n", Some("Two")));
    // Many row groups' worth of pages, each read from its own place in the file.
    let values: Vec<i64> = (0..100_000).map(|n| n * 7_919 % 1_000_003).collect();
    let file = parquet_file("message m { required int64 n; }", vec![(Given::Longs(values.clone()), vec![], vec![])]);
    let (lines, sheets) = read(&Wanted::Parquet, &file).await.unwrap();
    let expected = values.iter().map(i64::to_string).collect::<Vec<_>>().join("]\n[");
    assert!(lines == format!("[[\"n\",\"INTEGER\"]]\n[{expected}]\n"), "{}", lines.len());
    assert_eq!(sheets, Sheets::default());
}

#[tokio::test]
async fn what_is_damaged_or_something_else_is_said_to_be() {
    let book = workbook(|book| {
        book.add_worksheet().write(0, 0, "a").unwrap();
    });
    assert_eq!(code(&WORKBOOK, &book[..book.len() - 30]).await, ExtractCode::Corrupt);
    assert_eq!(code(&Wanted::Parquet, &book).await, ExtractCode::Corrupt);
    let file = parquet_file("message m { required int32 n; }", vec![(Given::Ints(vec![1, 2]), vec![], vec![])]);
    assert_eq!(code(&Wanted::Parquet, &file[..file.len() - 1]).await, ExtractCode::Corrupt);
    assert_eq!(code(&WORKBOOK, &file).await, ExtractCode::Corrupt);
    let nowhere = Wanted::Workbook { has_header: true, sheet: Some("Nowhere".to_owned()) };
    let error = read(&nowhere, &book).await.unwrap_err();
    assert_eq!(error.message, "There is no sheet \"Nowhere\" in this workbook. It has \"Sheet1\".");
}

#[tokio::test]
async fn bombs_do_not_go_off() {
    let blanks = |mebibytes: u64| std::io::repeat(b' ').take(mebibytes * 1024 * 1024);
    let head = b"<row><c><v>1</v></c></row>".as_slice();
    let nothing = || b"<sst/>".as_slice();
    // One text of 300 MiB, which takes 300 KB: more than the child has memory for.
    let text = b"<row><c t=\"inlineStr\"><is><t xml:space=\"preserve\">".as_slice();
    let huge = raw_workbook(head.chain(text).chain(blanks(300)), nothing());
    assert!(huge.len() < 500_000, "{}", huge.len());
    let tight = ExtractionConfig { memory_bytes: 128 * 1024 * 1024, ..config() };
    let died = read_by(extractor(tight), &WORKBOOK, &huge).await.unwrap_err().code;
    assert!(matches!(died, ExtractCode::ExtractMemory | ExtractCode::ExtractTimeout), "{died}");
    // One text of 100 KB in each of 2,000 cells: 200 MB out of a few kilobytes.
    let texts = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(100_000));
    let rows = "<row><c t=\"s\"><v>0</v></c></row>".repeat(2000);
    assert_eq!(code(&WORKBOOK, &raw_workbook(rows.as_bytes(), texts.as_bytes())).await, ExtractCode::TooLarge);
    // A table of texts that claims to have more of them than there is memory.
    let claim = b"<sst uniqueCount=\"100000000000\"><si><t>a</t></si></sst>".as_slice();
    let died = code(&WORKBOOK, &raw_workbook(head, claim)).await;
    assert!(matches!(died, ExtractCode::ExtractMemory | ExtractCode::ExtractCrashed), "{died}");
}

#[tokio::test]
async fn nothing_that_is_turned_over_in_a_file_does_harm() {
    let book = workbook(|book| {
        let sheet = book.add_worksheet();
        for row in 0..40 {
            sheet.write(row, 0, format!("text {row}")).unwrap().write(row, 1, f64::from(row) / 7.0).unwrap();
        }
    });
    let schema = "message m { optional int64 n; required binary t (STRING); optional group l (LIST) { repeated group list { optional int32 element; } } }";
    let file = parquet_file(
        schema,
        vec![
            (Given::Longs((0..30).collect()), vec![1; 30], vec![]),
            (Given::Texts(vec!["some text"; 30]), vec![], vec![]),
            (Given::Ints((0..30).collect()), vec![3; 30], vec![0; 30]),
        ],
    );
    let mut random = Random(7);
    for (wanted, sound) in [(&WORKBOOK, &book), (&Wanted::Parquet, &file)] {
        for _ in 0..40 {
            if let Err(error) = read(wanted, &files::mutate(sound, &mut random)).await {
                assert!(!error.code.is_temporary(), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn a_child_is_not_believed() {
    let played = async |said: &str| {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("say");
        std::fs::write(&program, format!("#!/bin/sh\ncat <<'END'\n{said}\nEND\n")).unwrap();
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
        read_by(Extractor::new(program, config(), None), &Wanted::Parquet, b"x").await
    };
    let fine = played("[\"a\"]\n[1]\n{\"table\":{\"names\":[],\"chosen\":null}}").await.unwrap();
    assert_eq!(fine, ("[\"a\"]\n[1]\n".to_owned(), Sheets::default()));
    for said in ["[\"a\"]\n[1]", "no JSON", "", "[\"a\"]\n{\"table\":{\"names\":[],\"chosen\":\"x\"}}"] {
        assert_eq!(played(said).await.unwrap_err().code, ExtractCode::ExtractCrashed, "{said}");
    }
}

#[tokio::test]
async fn a_reader_that_says_nothing_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("hang");
    std::fs::write(&program, "#!/bin/sh\necho '[\"a\"]'\nexec sleep 600\n").unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let reader = Extractor::new(program, ExtractionConfig { cpu: Duration::from_millis(300), ..config() }, None);
    let error = read_by(reader, &Wanted::Parquet, b"x").await.unwrap_err();
    assert_eq!(error.code, ExtractCode::ExtractTimeout);
}
