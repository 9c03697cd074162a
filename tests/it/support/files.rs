//! Files made on the spot: sound ones, and all kinds of hostile ones.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{Cursor, Read, Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// An open temporary file with these bytes, at its start.
pub fn file(bytes: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    file
}

/// A PDF object by object, with a cross-reference table.
#[derive(Default)]
pub struct Pdf {
    bytes: Vec<u8>,
    offsets: Vec<usize>,
    trailer: String,
}

impl Pdf {
    pub fn new() -> Self {
        Self { bytes: b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec(), ..Self::default() }
    }

    /// Adds the next object, numbered from 1.
    pub fn object(&mut self, body: &[u8]) -> usize {
        self.offsets.push(self.bytes.len());
        let number = self.offsets.len();
        self.bytes.extend(format!("{number} 0 obj\n").bytes());
        self.bytes.extend_from_slice(body);
        self.bytes.extend_from_slice(b"\nendobj\n");
        number
    }

    pub fn stream(&mut self, dictionary: &str, data: &[u8]) -> usize {
        let mut body = format!("<< {dictionary} /Length {} >>\nstream\n", data.len()).into_bytes();
        body.extend_from_slice(data);
        body.extend_from_slice(b"\nendstream");
        self.object(&body)
    }

    /// Adds entries to the trailer.
    pub fn trailer(&mut self, entries: &str) {
        self.trailer.push_str(entries);
    }

    /// The file, whose catalogue is object 1.
    pub fn finish(mut self) -> Vec<u8> {
        let start = self.bytes.len();
        let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", self.offsets.len() + 1);
        for offset in &self.offsets {
            writeln!(table, "{offset:010} 00000 n ").unwrap();
        }
        let size = self.offsets.len() + 1;
        write!(table, "trailer\n<< /Size {size} /Root 1 0 R {} >>\nstartxref\n{start}\n%%EOF\n", self.trailer).unwrap();
        self.bytes.extend_from_slice(table.as_bytes());
        self.bytes
    }
}

/// A PDF with a page for each text, in Helvetica, a line of the text a line on the page.
pub fn pdf(pages: &[&str]) -> Vec<u8> {
    pdf_with(pages, "")
}

fn pdf_with(pages: &[&str], trailer: &str) -> Vec<u8> {
    let mut pdf = Pdf::new();
    let kids: Vec<_> = (0..pages.len()).map(|index| format!("{} 0 R", 5 + index * 2)).collect();
    pdf.object(b"<< /Type /Catalog /Pages 2 0 R >>");
    pdf.object(format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len()).as_bytes());
    pdf.object(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
    pdf.object(b"<< /Title (The title of the file) >>");
    for (index, text) in pages.iter().enumerate() {
        pdf.object(page(2, 6 + 2 * index).as_bytes());
        pdf.stream("", content_of(text).as_bytes());
    }
    pdf.trailer("/Info 4 0 R ");
    pdf.trailer(trailer);
    pdf.finish()
}

fn page(parent: usize, content: usize) -> String {
    format!(
        "<< /Type /Page /Parent {parent} 0 R /MediaBox [0 0 612 792] /Contents {content} 0 R \
         /Resources << /Font << /F1 3 0 R >> >> >>"
    )
}

fn content_of(text: &str) -> String {
    let mut content = "BT /F1 12 Tf 14 TL 72 720 Td\n".to_owned();
    for line in text.lines() {
        writeln!(content, "({line}) Tj T*").unwrap();
    }
    content + "ET"
}

/// A PDF that says it is encrypted, under a password that nobody knows.
pub fn encrypted_pdf() -> Vec<u8> {
    let zeros = "00".repeat(32);
    let encrypt = format!("/Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <{zeros}> /U <{zeros}> >> ");
    pdf_with(&["secret"], &format!("{encrypt} /ID [<{0}> <{0}>]", "0123456789abcdef0123456789abcdef"))
}

/// A PDF whose tree of pages bites its own tail.
pub fn looping_pdf() -> Vec<u8> {
    let mut pdf = Pdf::new();
    pdf.object(b"<< /Type /Catalog /Pages 2 0 R >>");
    pdf.object(b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>");
    pdf.object(b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 1000000 >>");
    pdf.finish()
}

/// A PDF with a content stream of `mebibytes` MiB of blanks, packed twice, that takes a few kilobytes.
pub fn flate_bomb_pdf(mebibytes: usize) -> Vec<u8> {
    let once = zlib(b' ', mebibytes * 1024 * 1024);
    let mut twice = b"\x78\x9C".to_vec();
    twice.extend(deflate(|zip| zip.write_all(&once).unwrap()));
    // The checksum is left out: readers take what they have by then.
    let mut pdf = Pdf::new();
    pdf.object(b"<< /Type /Catalog /Pages 2 0 R >>");
    pdf.object(b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>");
    pdf.object(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
    pdf.object(page(2, 5).as_bytes());
    pdf.stream("/Filter [/FlateDecode /FlateDecode]", &twice);
    pdf.finish()
}

/// A PDF with an array nested `depth` deep where a page is expected.
pub fn nested_pdf(depth: usize) -> Vec<u8> {
    let mut pdf = Pdf::new();
    pdf.object(b"<< /Type /Catalog /Pages 2 0 R /Nested 3 0 R >>");
    pdf.object(format!("<< /Type /Pages /Count 1 /Kids {}{} >>", "[".repeat(depth), "]".repeat(depth)).as_bytes());
    pdf.object(("[".repeat(depth) + &"]".repeat(depth)).as_bytes());
    pdf.finish()
}

/// `length` times the same byte as a zlib stream (RFC 1950), with its checksum in closed form.
fn zlib(byte: u8, length: usize) -> Vec<u8> {
    let (count, value) = (length as u128, u128::from(byte));
    let low = (1 + count * value) % 65521;
    let high = (count + value * (count * (count + 1) / 2)) % 65521;
    let block = vec![byte; 1024 * 1024];
    let mut stream = b"\x78\x9C".to_vec();
    stream.extend(deflate(|zip| {
        for _ in 0..length / block.len() {
            zip.write_all(&block).unwrap();
        }
    }));
    stream.extend_from_slice(&u32::try_from(high << 16 | low).unwrap().to_be_bytes());
    stream
}

/// What `write` writes as a deflate stream, by way of a zip entry, which holds just that.
fn deflate(write: impl FnOnce(&mut ZipWriter<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer.start_file("x", SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
    write(&mut writer);
    let mut zip = zip::ZipArchive::new(writer.finish().unwrap()).unwrap();
    let mut stream = Vec::new();
    zip.by_index_raw(0).unwrap().read_to_end(&mut stream).unwrap();
    stream
}

/// A zip of these entries.
pub fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let packed = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in entries {
        zip.start_file(*name, packed).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A zip of empty entries with these names, unpacked: a writer of zips would take a while.
pub fn many_entries(names: &[String]) -> Vec<u8> {
    let mut directory = Vec::new();
    let mut bytes = Vec::new();
    for name in names {
        let length = u16::try_from(name.len()).unwrap().to_le_bytes();
        directory.extend_from_slice(b"PK\x01\x02\x14\0\x14\0");
        directory.extend_from_slice(&[0; 20]);
        directory.extend_from_slice(&length);
        directory.extend_from_slice(&[0; 12]);
        directory.extend_from_slice(&u32::try_from(bytes.len()).unwrap().to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(b"PK\x03\x04\x14\0");
        bytes.extend_from_slice(&[0; 20]);
        bytes.extend_from_slice(&length);
        bytes.extend_from_slice(&[0; 2]);
        bytes.extend_from_slice(name.as_bytes());
    }
    let (start, size, count) = (bytes.len() as u64, directory.len() as u64, names.len() as u64);
    bytes.extend_from_slice(&directory);
    // More than 65,535 entries need the 64-bit records (APPNOTE 4.3.14 to 4.3.16).
    let end64 = bytes.len() as u64;
    bytes.extend_from_slice(b"PK\x06\x06");
    bytes.extend_from_slice(&44_u64.to_le_bytes());
    bytes.extend_from_slice(&[45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for value in [count, count, size, start] {
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    bytes.extend_from_slice(b"PK\x06\x07\0\0\0\0");
    bytes.extend_from_slice(&end64.to_le_bytes());
    bytes.extend_from_slice(&1_u32.to_le_bytes());
    bytes.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    bytes.extend_from_slice(&[0xFF; 12]);
    bytes.extend_from_slice(&[0, 0]);
    bytes
}

pub const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
</Types>"#;
pub const RELATIONSHIPS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
</Relationships>"#;
const NOTE_RELATIONSHIPS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" Target="footnotes.xml"/>
<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="http://canary.invalid/" TargetMode="External"/>
</Relationships>"#;

/// The main part of a Word document around the given content of its body.
pub fn word_part(body: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><w:document
xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"
xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"
xmlns:v="urn:schemas-microsoft-com:vml"><w:body>{body}</w:body></w:document>"#
    )
}

/// A Word document with this body, and these parts as well.
pub fn docx_with(body: &str, more: &[(&str, &[u8])]) -> Vec<u8> {
    let part = word_part(body);
    let mut entries: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", CONTENT_TYPES.as_bytes()),
        ("_rels/.rels", RELATIONSHIPS.as_bytes()),
        ("word/document.xml", part.as_bytes()),
    ];
    entries.extend_from_slice(more);
    archive(&entries)
}

/// A Word document with this body and these footnotes, numbered from 1.
pub fn docx_with_notes(body: &str, notes: &[&str]) -> Vec<u8> {
    let mut part = r#"<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:t>a line</w:t></w:r></w:p></w:footnote>"#
        .to_owned();
    for (index, note) in notes.iter().enumerate() {
        write!(part, r#"<w:footnote w:id="{}"><w:p><w:r><w:t>{note}</w:t></w:r></w:p></w:footnote>"#, index + 1)
            .unwrap();
    }
    part.push_str("</w:footnotes>");
    docx_with(
        body,
        &[("word/_rels/document.xml.rels", NOTE_RELATIONSHIPS.as_bytes()), ("word/footnotes.xml", part.as_bytes())],
    )
}

/// A paragraph of a Word document.
pub fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>")
}

/// Pseudo-random numbers, the same every time (xorshift64*, Vigna 2016).
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let value = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(value).unwrap() % bound
    }
}

/// `bytes` with a few bytes changed, cut out or doubled.
pub fn mutate(bytes: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=random.below(20) {
        let at = random.below(bytes.len());
        match random.below(8) {
            0 => bytes.truncate(at.max(16)),
            1 => {
                let end = (at + random.below(64)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            _ => bytes[at] = u8::try_from(random.below(256)).unwrap(),
        }
    }
    bytes
}
