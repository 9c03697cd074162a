//! The kind of a file, by its bytes.

use std::io::Cursor;

use elenchus::extraction::media::{MediaError, MediaKind, detect};

use crate::support::files;

fn kind(bytes: &[u8], name: &str) -> Result<MediaKind, String> {
    detect(&mut Cursor::new(bytes), name).map_err(|error| match error {
        MediaError::Unsupported(message) => message,
        MediaError::Io(error) => panic!("{error}"),
    })
}

fn docx() -> Vec<u8> {
    files::docx_with(&files::paragraph("x"), &[])
}

#[test]
fn the_bytes_decide_and_not_the_name() {
    for name in ["a.pdf", "a.docx", "a.txt", "a.html", "a.exe", ""] {
        assert_eq!(kind(&files::pdf(&["x"]), name), Ok(MediaKind::Pdf), "{name}");
        assert_eq!(kind(&docx(), name), Ok(MediaKind::Docx), "{name}");
        assert_eq!(kind(b"<!-- x --> <!DOCTYPE html><p>x", name), Ok(MediaKind::Html), "{name}");
    }
    assert_eq!(kind(b"just words", "a.pdf"), Ok(MediaKind::Text));
    assert_eq!(kind(b"just words", "a.docx"), Ok(MediaKind::Text));
}

#[test]
fn among_texts_the_name_may_break_the_tie() {
    let both = b"# Heading\n\nSee [this](http://example.org).\n";
    assert_eq!(kind(both, "a"), Ok(MediaKind::Markdown));
    assert_eq!(kind(both, "a.txt"), Ok(MediaKind::Text));
    assert_eq!(kind(b"# only one mark", "a"), Ok(MediaKind::Text));
    assert_eq!(kind(b"plain", "A.MD"), Ok(MediaKind::Markdown));
    assert_eq!(kind(b"words with <p>tags</p>", "a.htm"), Ok(MediaKind::Html));
    assert_eq!(kind(b"words with <p>tags</p>", "a.txt"), Ok(MediaKind::Text));
    assert_eq!(kind(b"no tags, 1 < 2", "a.html"), Ok(MediaKind::Text));
    assert_eq!(kind(b"<?xml version=\"1.0\"?>\n<HTML lang=en>", "a.txt"), Ok(MediaKind::Html));
    assert_eq!(kind(b"<htmlish> is no tag", "a"), Ok(MediaKind::Text));
    assert_eq!(kind(b"\xEF\xBB\xBF\xD0\x9F\xD1\x80", "a"), Ok(MediaKind::Text));
    assert_eq!(kind(b"caf\xE9 in Latin-1", "a"), Ok(MediaKind::Text));
}

#[test]
fn everything_else_is_refused_with_what_is_accepted() {
    let mut zip_after_text = b"some text\n".to_vec();
    zip_after_text.extend(docx());
    let mut zip_after_pdf = files::pdf(&["x"]);
    zip_after_pdf.extend(docx());
    let mut pdf_after_text = b"some text\n".to_vec();
    pdf_after_text.extend(b"%PDF-1.7\n1 0 obj\n%%EOF\n");
    let mut junk_after_docx = docx();
    junk_after_docx.extend(b"MZ and more");
    let mut junk_after_text = vec![b'a'; 200_000];
    junk_after_text.extend([0, 1, 2, 3]);
    let utf16: Vec<u8> = "Hello there".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let old = [&b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"[..], &[0; 600]].concat();
    let utf16_name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let locked = [&old[..], &utf16_name].concat();
    let sheet = files::archive(&[("[Content_Types].xml", b""), ("xl/workbook.xml", b"")]);
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty", vec![], "empty"),
        ("zip", files::archive(&[("a.txt", b"x")]), "zip archive, not a Word document"),
        ("sheet", sheet, "spreadsheet"),
        ("cut zip", docx()[..400].to_vec(), "cut short"),
        ("junk after zip", junk_after_docx, "something after its end"),
        ("zip after text", zip_after_text, "goes on as something else|not text|at once"),
        ("zip after PDF", zip_after_pdf, "PDF and a zip archive at once"),
        ("PDF after text", pdf_after_text, "something else in front"),
        ("junk after text", junk_after_text, "goes on as something else"),
        ("UTF-16 with mark", b"\xFF\xFEh\0i\0".to_vec(), "UTF-16"),
        ("UTF-16 without mark", utf16, "UTF-16"),
        ("old Office", old, "old Office format"),
        ("locked Office", locked, "under a password"),
        ("RTF", b"{\\rtf1 x}".to_vec(), "RTF"),
        ("PostScript", b"%!PS-Adobe".to_vec(), "PostScript"),
        ("PNG", b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR".to_vec(), "image/png"),
        ("junk", (0..=255).cycle().take(5000).collect(), "not text"),
    ];
    for (what, bytes, said) in cases {
        let message = kind(&bytes, "a.pdf").unwrap_err();
        assert!(said.split('|').any(|part| message.contains(part)), "{what}: {message}");
        assert!(message.ends_with("Accepted are PDF, Word (DOCX), HTML, Markdown and plain text."), "{what}");
    }
}

#[test]
fn a_zip_within_a_pdf_is_an_attachment() {
    let mut pdf = files::pdf(&["x"]);
    let at = pdf.len() - 10;
    pdf.splice(at..at, docx());
    assert_eq!(kind(&pdf, "a"), Ok(MediaKind::Pdf));
}

#[test]
fn the_file_is_left_at_its_start() {
    let mut file = Cursor::new(vec![b'a'; 200_000]);
    file.set_position(5);
    assert_eq!(detect(&mut file, "a").unwrap(), MediaKind::Text);
    assert_eq!(file.position(), 0);
}
