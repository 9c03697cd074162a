//! Word documents: what is text in them, and what hostile ones come to.

use std::path::PathBuf;
use std::time::Duration;

use elenchus::config::documents::ExtractionConfig;
use elenchus::extraction::extractor::Extractor;
use elenchus::extraction::media::MediaKind;
use elenchus::extraction::report::{ExtractCode, ExtractError, Extracted};

use crate::support::files::{self, paragraph};

async fn read(bytes: &[u8]) -> Result<Extracted, ExtractError> {
    let config = ExtractionConfig {
        cpu: Duration::from_secs(5),
        memory_bytes: 512 * 1024 * 1024,
        max_chars: 1_000_000,
        pdfium_lib: None,
    };
    let exe = PathBuf::from(env!("CARGO_BIN_EXE_elenchus"));
    Extractor::new(exe, config, None).extract(MediaKind::Docx, files::file(bytes)).await
}

async fn text(body: &str) -> String {
    read(&files::docx_with(body, &[])).await.unwrap().text
}

async fn code(bytes: &[u8]) -> ExtractCode {
    read(bytes).await.unwrap_err().code
}

fn run(text: &str) -> String {
    format!("<w:r><w:t>{text}</w:t></w:r>")
}

#[tokio::test]
async fn paragraphs_tabs_breaks_and_entities() {
    let body =
        "<w:p><w:pPr><w:tabs><w:tab w:val=\"left\"/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/>\
        <w:t>c &amp; &#233;<![CDATA[<d>]]></w:t></w:r></w:p><w:p/><w:p><w:hyperlink>"
            .to_owned()
            + &run("a link")
            + "</w:hyperlink></w:p><w:p><m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath></w:p>";
    assert_eq!(text(&body).await, "a\tb\nc & é<d>\n\na link\n\nx=1");
}

#[tokio::test]
async fn tables_are_rows_of_cells() {
    let cell = |text: &str| format!("<w:tc><w:p>{}</w:p><w:p>{}</w:p></w:tc>", run(text), run("more"));
    let row = |content: String| format!("<w:tr>{content}</w:tr>");
    let body = paragraph("before")
        + "<w:tbl>"
        + &row(cell("a") + &cell("b"))
        + &row("<w:trPr><w:del w:id=\"1\"/></w:trPr>".to_owned() + &cell("gone"))
        + &row(cell("c") + &cell("d"))
        + "</w:tbl>"
        + &paragraph("after");
    assert_eq!(text(&body).await, "before\n\na more\tb more\nc more\td more\n\nafter");
}

#[tokio::test]
async fn tracked_changes_read_as_accepted() {
    let body = "<w:p>".to_owned()
        + &run("kept ")
        + "<w:ins>"
        + &run("added")
        + "</w:ins>"
        + "<w:del><w:r><w:delText>deleted</w:delText></w:r></w:del>"
        + "<w:moveFrom>"
        + &run("moved away")
        + "</w:moveFrom>"
        + "<w:moveTo>"
        + &run(" moved")
        + "</w:moveTo>"
        + "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
        + "<w:r><w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t> shown</w:t></w:r>"
        + "<w:r><w:instrText>PAGE</w:instrText></w:r></w:p>";
    assert_eq!(text(&body).await, "kept added moved shown");
}

#[tokio::test]
async fn text_boxes_come_once_and_content_controls_are_looked_into() {
    let a_box = |text: &str| format!("<w:txbxContent>{}</w:txbxContent>", paragraph(text));
    let body = "<w:p>".to_owned()
        + &run("anchor")
        + "<w:r><mc:AlternateContent><mc:Choice Requires=\"wps\">"
        + &a_box("in the box")
        + "</mc:Choice><mc:Fallback>"
        + "<w:pict><v:textbox>"
        + &a_box("in the box")
        + "</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        + &run(" goes on")
        + "</w:p><w:sdt><w:sdtPr><w:t>no</w:t></w:sdtPr><w:sdtContent>"
        + &paragraph("controlled")
        + "</w:sdtContent></w:sdt>";
    assert_eq!(text(&body).await, "anchor goes on\n\nin the box\n\ncontrolled");
}

#[tokio::test]
async fn notes_follow_the_block_that_refers_to_them() {
    let reference = |id: u8| format!("<w:r><w:footnoteReference w:id=\"{id}\"/></w:r>");
    let body = format!("<w:p>{}{}</w:p>", run("First."), reference(1))
        + &format!("<w:tbl><w:tr><w:tc><w:p>{}{}</w:p></w:tc></w:tr></w:tbl>", run("cell"), reference(2))
        + &paragraph("Last.");
    let extracted =
        read(&files::docx_with_notes(&body, &["Note one.", "Note two.", "Never referred to."])).await.unwrap();
    assert_eq!(extracted.text, "First.\n\nNote one.\n\ncell\n\nNote two.\n\nLast.");
    assert_eq!(extracted.pages, []);
}

#[tokio::test]
async fn lists_and_titles() {
    let item = |text: &str| format!("<w:p><w:pPr><w:numPr/></w:pPr>{}</w:p>", run(text));
    let heading = format!("<w:p><w:pPr><w:pStyle w:val=\"Heading1\"/></w:pPr>{}</w:p>", run("On method"));
    let body = heading + &item("one") + &item("two") + &paragraph("end");
    let extracted = read(&files::docx_with(&body, &[])).await.unwrap();
    assert_eq!(extracted.text, "On method\n\none\ntwo\n\nend");
    assert_eq!(extracted.title.as_deref(), Some("On method"));
    let core = "<cp:coreProperties xmlns:cp=\"a\" xmlns:dc=\"b\"><dc:creator>X</dc:creator><dc:title>Own title</dc:title>\
        <dc:subject>Y</dc:subject></cp:coreProperties>";
    let extracted = read(&files::docx_with(&body, &[("docProps/core.xml", core.as_bytes())])).await.unwrap();
    assert_eq!(extracted.title.as_deref(), Some("Own title"));
}

#[tokio::test]
async fn other_zips_are_unsupported() {
    let sheet = files::CONTENT_TYPES.replace("wordprocessingml.document.main", "spreadsheetml.sheet.main");
    let macros = files::CONTENT_TYPES
        .replace("openxmlformats-officedocument.wordprocessingml.document.main", "ms-word.document.macroEnabled.main");
    let part = files::word_part(&paragraph("x"));
    for types in [sheet, macros] {
        let entries = [
            ("[Content_Types].xml", types.as_bytes()),
            ("_rels/.rels", files::RELATIONSHIPS.as_bytes()),
            ("word/document.xml", part.as_bytes()),
        ];
        assert_eq!(code(&files::archive(&entries)).await, ExtractCode::Unsupported);
    }
    assert_eq!(code(&files::archive(&[("word/document.xml", part.as_bytes())])).await, ExtractCode::Unsupported);
    assert_eq!(code(b"PK\x03\x04 and no more").await, ExtractCode::Corrupt);
}

#[tokio::test]
async fn entities_and_document_types_are_refused() {
    let part = files::word_part(&paragraph("&lol;"));
    let bomb = "<!DOCTYPE w [<!ENTITY a \"lol\"><!ENTITY lol \"&a;&a;&a;&a;\">]>".to_owned()
        + &part[part.find("<w:document").unwrap()..];
    let external = bomb.replace("<!ENTITY lol \"&a;&a;&a;&a;\">", "<!ENTITY lol SYSTEM \"file:///etc/passwd\">");
    for part in [part.clone(), bomb, external] {
        let entries = [
            ("[Content_Types].xml", files::CONTENT_TYPES.as_bytes()),
            ("_rels/.rels", files::RELATIONSHIPS.as_bytes()),
            ("word/document.xml", part.as_bytes()),
        ];
        assert_eq!(code(&files::archive(&entries)).await, ExtractCode::Corrupt);
    }
}

#[tokio::test]
async fn bombs_are_too_large() {
    let blanks = paragraph(&" ".repeat(8 * 1024 * 1024));
    assert_eq!(code(&files::docx_with(&blanks, &[])).await, ExtractCode::TooLarge);
    let deep = "<w:p>".repeat(600) + &"</w:p>".repeat(600);
    assert_eq!(code(&files::docx_with(&deep, &[])).await, ExtractCode::TooLarge);
    let names: Vec<_> = (0..100_000).map(|index| format!("word/{index}")).collect();
    assert_eq!(code(&files::many_entries(&names)).await, ExtractCode::TooLarge);
}

#[tokio::test]
async fn sizes_that_lie_and_names_that_climb_change_nothing() {
    let sound = files::docx_with(&paragraph("Know thyself."), &[("../../../etc/cron.d/x", b"* * * * * root true")]);
    assert_eq!(read(&sound).await.unwrap().text, "Know thyself.");
    // The directory says that every entry unpacks to four gigabytes, or to nothing.
    for lie in [[0xFE, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0]] {
        let mut lying = sound.clone();
        for at in memchr::memmem::find_iter(&sound, b"PK\x01\x02") {
            lying[at + 24..at + 28].copy_from_slice(&lie);
        }
        match read(&lying).await {
            Ok(extracted) => assert_eq!(extracted.text, "Know thyself."),
            Err(error) => assert_eq!(error.code, ExtractCode::Corrupt),
        }
    }
    let main = files::RELATIONSHIPS.replace("word/document.xml", "../../../../etc/passwd");
    let entries = [("[Content_Types].xml", files::CONTENT_TYPES.as_bytes()), ("_rels/.rels", main.as_bytes())];
    assert_eq!(code(&files::archive(&entries)).await, ExtractCode::Unsupported);
}
