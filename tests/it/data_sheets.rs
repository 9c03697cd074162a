//! Workbooks and Parquet files that become tables, as text files do: found out, corrected, told, added, refused.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use serde_json::{Value, json};

use super::support::desk::Desk;
use super::support::sheets::{Given, parquet_file, raw_workbook, workbook};

const LOAD: &str = "mutation($input: LoadDatasetInput!) { loadDataset(input: $input) { upload { id status } } }";

/// Two sheets with something in them behind one without; the names are in row 2, row 4 is empty.
fn orders() -> Vec<u8> {
    workbook(|book: &mut Workbook| {
        let (day, moment) =
            (Format::new().set_num_format("dd.mm.yyyy"), Format::new().set_num_format("yyyy-mm-dd hh:mm"));
        book.add_worksheet().set_name("Cover").unwrap();
        let sheet = book.add_worksheet();
        sheet.set_name("Orders").unwrap();
        for (column, name) in ["Order No", "Code", "Ordered", "Shipped", "Net", "Paid"].into_iter().enumerate() {
            sheet.write(1, u16::try_from(column).unwrap() + 1, name).unwrap();
        }
        let date = |text: &str| ExcelDateTime::parse_from_str(text).unwrap();
        sheet.write(2, 1, 1).unwrap().write(2, 2, "007").unwrap().write(2, 5, 0.1).unwrap().write(2, 6, true).unwrap();
        sheet.write_with_format(2, 3, date("2026-12-31"), &day).unwrap();
        sheet.write_with_format(2, 4, date("2027-01-02T08:30:00"), &moment).unwrap();
        sheet
            .write(4, 1, 2)
            .unwrap()
            .write(4, 2, "8")
            .unwrap()
            .write(4, 5, Formula::new("1+2").set_result("3"))
            .unwrap();
        sheet.write_with_format(4, 3, date("2027-01-01"), &day).unwrap().write(4, 6, false).unwrap();
        book.add_worksheet().set_name("Rates").unwrap().write(0, 0, "Rate").unwrap().write(1, 0, 1.5).unwrap();
    })
}

#[tokio::test]
async fn a_workbook_becomes_a_table() {
    let desk = Desk::new().await;
    let ada = desk.served.person("ada").await;
    let upload = desk.bring(&ada, "Orders.xlsx", &orders(), json!({})).await;
    assert_eq!((&upload["status"], &upload["loadedRows"]), (&json!("LOADED"), &json!(2)), "{upload}");
    let found = &upload["inspection"];
    assert_eq!((&found["sheets"], &found["chosen"]["sheet"]), (&json!(["Cover", "Orders", "Rates"]), &json!("Orders")));
    let kinds: Vec<(&Value, &Value)> =
        found["columns"].as_array().unwrap().iter().map(|column| (&column["name"], &column["type"])).collect();
    let expected = [
        ("order_no", "INTEGER"),
        ("code", "TEXT"),
        ("ordered", "DATE"),
        ("shipped", "TIMESTAMP"),
        ("net", "DECIMAL"),
        ("paid", "BOOLEAN"),
    ];
    assert_eq!(json!(kinds), json!(expected));
    assert_eq!(found["sample"][0], json!(["1", "007", "2026-12-31", "2027-01-02 08:30:00", "0.1", "true"]));
    let run = desk.run(&ada, &upload["dataSource"]["id"], "SELECT * FROM orders ORDER BY order_no").await;
    let rows =
        json!([[1, "007", "2026-12-31", "2027-01-02T08:30:00", 0.1, true], [2, "8", "2027-01-01", null, 3, false],]);
    assert_eq!(run["rows"], rows, "{run}");
}

#[tokio::test]
async fn a_sheet_is_chosen_and_its_types_corrected() {
    let desk = Desk::new().await;
    let ada = desk.served.person("ada").await;
    let upload = desk.bring(&ada, "Orders.xlsx", &orders(), json!({ "load": false })).await;
    assert_eq!(upload["status"], json!("INSPECTED"), "{upload}");
    let load = async |input: Value| {
        let answer = desk.served.ask(Some(&ada.token), LOAD, json!({ "input": input })).await;
        assert_eq!(answer["data"]["loadDataset"]["upload"]["status"], json!("PENDING"), "{answer}");
        desk.ended(&ada, upload["id"].as_str().unwrap()).await
    };
    let columns = json!([{ "name": "code", "type": "INTEGER" }, { "name": "net", "rename": "price", "type": "TEXT" }]);
    let loaded = load(json!({ "id": upload["id"], "columns": columns })).await;
    let source = &loaded["dataSource"]["id"];
    let run = desk.run(&ada, source, "SELECT code, price FROM orders ORDER BY code").await;
    assert_eq!(run["rows"], json!([[7, "0.1"], [8, "3"]]), "{loaded}");
    let loaded =
        load(json!({ "id": upload["id"], "table": "rates", "dialect": { "sheet": "Rates", "hasHeader": false } }))
            .await;
    assert_eq!((&loaded["inspection"]["chosen"]["sheet"], &loaded["loadedRows"]), (&json!("Rates"), &json!(2)));
    let run = desk.run(&ada, source, "SELECT column_1 FROM rates ORDER BY column_1").await;
    assert_eq!(run["rows"], json!([["1.5"], ["Rate"]]));
    let nowhere = load(json!({ "id": upload["id"], "dialect": { "sheet": "Nowhere" } })).await;
    let message = "There is no sheet \"Nowhere\" in this workbook. It has \"Cover\", \"Orders\", \"Rates\".";
    assert_eq!(nowhere["error"], json!({ "code": "NO_TABLE", "message": message }));
    let input = json!({ "id": upload["id"], "dialect": { "sheet": "a\nb" } });
    let refused = desk.served.ask(Some(&ada.token), LOAD, json!({ "input": input })).await;
    assert_eq!(refused["errors"][0]["extensions"]["fields"][0]["path"], json!("input.dialect.sheet"), "{refused}");
}

#[tokio::test]
async fn bad_cells_are_told_with_their_rows_and_nothing_is_loaded() {
    let desk = Desk::new().await;
    let ada = desk.served.person("ada").await;
    let rows = "<row r=\"2\"><c r=\"B2\" t=\"str\"><v>n</v></c><c r=\"C2\" t=\"str\"><v>t</v></c></row>\
                <row r=\"3\"><c r=\"B3\"><v>1</v></c><c r=\"C3\" t=\"e\"><v>#N/A</v></c></row>\
                <row r=\"7\"><c r=\"B7\" t=\"e\"><v>#DIV/0!</v></c></row>\
                <row r=\"8\"><c r=\"B8\"><f>SUM(B1:B2)</f></c></row>\
                <row r=\"9\"><c r=\"B9\" t=\"str\"><v>two</v></c></row>";
    let book = raw_workbook(rows.as_bytes(), b"<sst/>".as_slice());
    let upload = desk.bring(&ada, "n.xlsx", &book, json!({})).await;
    assert_eq!((&upload["status"], &upload["error"]["code"]), (&json!("FAILED"), &json!("BAD_ROWS")));
    let problem = |line: i32, value: &str, message: &str| json!({ "line": line, "column": "n", "value": value, "message": message });
    let error = problem(7, "#DIV/0!", "This is an error in place of a value.");
    let formula =
        problem(8, "=SUM(B1:B2)", "This formula has no result in the file: open it in its program and save it.");
    assert_eq!(upload["problems"], json!([error, formula]));
    let rows = rows.replace("<row r=\"8\"><c r=\"B8\"><f>SUM(B1:B2)</f></c></row>", "");
    let book = raw_workbook(rows.as_bytes(), b"<sst/>".as_slice());
    let told =
        json!({ "dialect": { "nullTexts": ["#DIV/0!", "#N/A"] }, "columns": [{ "name": "n", "type": "INTEGER" }] });
    let upload = desk.bring(&ada, "n.xlsx", &book, told).await;
    assert_eq!(upload["problems"], json!([problem(9, "two", "This is not a whole number.")]), "{upload}");
    let upload =
        desk.bring(&ada, "n.xlsx", &book, json!({ "dialect": { "nullTexts": ["#DIV/0!", "#N/A", "two"] } })).await;
    let run = desk.run(&ada, &upload["dataSource"]["id"], "SELECT n, t FROM n ORDER BY n").await;
    assert_eq!(run["rows"], json!([[1, null], [null, null], [null, null]]), "{upload}");
}

#[tokio::test]
async fn a_workbook_is_added_to_a_table_made_of_text() {
    let desk = Desk::new().await;
    let ada = desk.served.person("ada").await;
    let upload = desk.bring(&ada, "n.csv", b"day,net\n2026-12-31,1.5\n", json!({})).await;
    let book = workbook(|book| {
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "net").unwrap().write(0, 1, "day").unwrap().write(1, 0, 2).unwrap();
        let day = Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_with_format(1, 1, ExcelDateTime::from_ymd(2027, 1, 1).unwrap(), &day).unwrap();
    });
    let added = desk.bring(&ada, "more.xlsx", &book, json!({ "table": "n", "mode": "APPEND" })).await;
    assert_eq!((&added["status"], &added["table"]["rowCount"]), (&json!("LOADED"), &json!(2)), "{added}");
    let run = desk.run(&ada, &upload["dataSource"]["id"], "SELECT day, net FROM n ORDER BY day").await;
    assert_eq!(run["rows"], json!([["2026-12-31", 1.5], ["2027-01-01", 2]]));
}

#[tokio::test]
async fn a_parquet_file_becomes_a_table_of_the_types_that_it_says() {
    let desk = Desk::new().await;
    let ada = desk.served.person("ada").await;
    let schema = "message m {
        required int64 Id; optional int64 price (DECIMAL(18,4)); optional int32 day (DATE); required int64 seen (TIMESTAMP(MICROS,true));
        required binary Code (STRING); required double ratio; optional group tags (LIST) { repeated group list { optional binary element (STRING); } }
        optional int32 nothing; }";
    let file = parquet_file(
        schema,
        vec![
            (Given::Longs(vec![1, 9_007_199_254_740_993]), vec![], vec![]),
            (Given::Longs(vec![-12_345]), vec![1, 0], vec![]),
            (Given::Ints(vec![20_818]), vec![0, 1], vec![]),
            (Given::Longs(vec![1_798_718_400_000_001, 0]), vec![], vec![]),
            (Given::Texts(vec!["007", "2026-01-02"]), vec![], vec![]),
            (Given::Doubles(vec![3.0, 0.1]), vec![], vec![]),
            (Given::Texts(vec!["a"]), vec![3, 2, 0], vec![0, 1, 0]),
            (Given::Ints(vec![]), vec![0, 0], vec![]),
        ],
    );
    let upload = desk.bring(&ada, "facts.parquet", &file, json!({})).await;
    assert_eq!((&upload["status"], &upload["loadedRows"]), (&json!("LOADED"), &json!(2)), "{upload}");
    let found = &upload["inspection"];
    assert_eq!((&found["sheets"], &found["chosen"]["sheet"]), (&json!([]), &Value::Null));
    let kinds: Vec<&Value> = found["columns"].as_array().unwrap().iter().map(|column| &column["type"]).collect();
    assert_eq!(json!(kinds), json!(["INTEGER", "DECIMAL", "DATE", "TIMESTAMP_TZ", "TEXT", "FLOAT", "JSON", "INTEGER"]));
    assert_eq!(found["columns"][7]["note"], json!("EMPTY"));
    let sql = "SELECT id, price, day, seen, code, ratio, tags, nothing FROM facts ORDER BY id";
    let run = desk.run(&ada, &upload["dataSource"]["id"], sql).await;
    let rows = json!([
        [1, -1.2345, null, "2026-12-31T12:00:00.000001+00:00", "007", 3, ["a", null], null],
        ["9007199254740993", null, "2026-12-31", "1970-01-01T00:00:00+00:00", "2026-01-02", 0.1, null, null],
    ]);
    assert_eq!(run["rows"], rows, "{run}");
    // Its rows count from 1 too.
    let columns = json!([{ "name": "code", "type": "INTEGER" }]);
    let wrong = desk.bring(&ada, "facts.parquet", &file, json!({ "columns": columns })).await;
    let problem =
        json!({ "line": 2, "column": "code", "value": "2026-01-02", "message": "This is not a whole number." });
    assert_eq!(wrong["problems"], json!([problem]));
}

#[tokio::test]
async fn what_cannot_be_read_is_no_table() {
    let desk = Desk::with(&[("UPLOAD_MAX_BYTES", "1000000")]).await;
    let ada = desk.served.person("ada").await;
    let error = async |name: &str, bytes: &[u8]| {
        let upload = desk.bring(&ada, name, bytes, json!({})).await;
        assert_eq!((&upload["status"], &upload["table"]), (&json!("FAILED"), &Value::Null), "{upload}");
        (upload["error"]["code"].as_str().unwrap().to_owned(), upload["error"]["message"].as_str().unwrap().to_owned())
    };
    let book = orders();
    let (code, message) = error("cut.xlsx", &book[..book.len() / 2]).await;
    assert_eq!(code, "NO_TABLE");
    assert!(message.starts_with("This workbook is damaged and cannot be read ("), "{message}");
    let (code, message) = error("cut.parquet", b"PAR1 and no more").await;
    assert_eq!(code, "NO_TABLE");
    assert!(message.starts_with("This Parquet file is damaged and cannot be read ("), "{message}");
    let zip = super::support::files::archive(&[("a.txt", b"a")]);
    let message = "This is a zip archive, and no workbook of Excel (XLSX).".to_owned();
    assert_eq!(error("a.zip", &zip).await, ("NO_TABLE".into(), message));
    let empty = workbook(|book| {
        book.add_worksheet();
    });
    assert_eq!(error("empty.xlsx", &empty).await, ("NO_TABLE".into(), "All sheets of this workbook are empty.".into()));
    // Some kilobytes that would be 40 MB of lines, where 32 times the largest upload are taken.
    let texts = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(100_000));
    let rows = "<row><c t=\"s\"><v>0</v></c></row>".repeat(400);
    let bomb = raw_workbook(rows.as_bytes(), texts.as_bytes());
    let message = "This file unpacks to more than is read of one file.".to_owned();
    assert_eq!(error("bomb.xlsx", &bomb).await, ("TOO_LARGE".into(), message));
    let sent = desk.send(&ada, "old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", json!({})).await;
    assert_eq!(sent["errors"][0]["extensions"]["code"], json!("UNSUPPORTED_MEDIA_TYPE"));
}
