//! A PDF out of plain text, so that the demo has one: one font, one column, nothing else (ISO 32000-1, sections 7 and 9).

use std::fmt::Write as _;

/// Lower left corner of the page is the origin; 72 units are an inch.
const A4: &str = "0 0 595 842";
const LEFT: u32 = 56;
const TOP: u32 = 780;
const LEADING: u32 = 16;

/// A PDF with a page for each part of `text` between form feeds, and a line for each of its lines. Only ASCII is shown;
/// other characters become question marks.
#[must_use]
pub fn of_text(text: &str) -> Vec<u8> {
    let pages: Vec<&str> = text.split('\u{c}').collect();
    // Objects are numbered from 1: catalogue, pages, font, then each page with its contents.
    let numbers = (0..pages.len()).map(|at| 4 + 2 * at);
    let kids: Vec<String> = numbers.clone().map(|number| format!("{number} 0 R")).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Count {} /Kids [{}] >>", pages.len(), kids.join(" ")),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>".to_owned(),
    ];
    for (page, number) in pages.iter().zip(numbers) {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [{A4}] /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>",
            number + 1
        ));
        let shown = contents(page);
        objects.push(format!("<< /Length {} >>\nstream\n{shown}\nendstream", shown.len()));
    }
    file(&objects)
}

fn contents(page: &str) -> String {
    let mut shown = format!("BT /F1 11 Tf {LEADING} TL {LEFT} {TOP} Td");
    for line in page.trim_matches('\n').lines() {
        shown.push_str("\n(");
        for character in line.chars() {
            match character {
                '(' | ')' | '\\' => shown.extend(['\\', character]),
                ' '..='~' => shown.push(character),
                _ => shown.push('?'),
            }
        }
        shown.push_str(") Tj T*");
    }
    shown.push_str("\nET");
    shown
}

/// Header, objects, the table of where each begins, and where that table begins.
fn file(objects: &[String]) -> Vec<u8> {
    let mut out = String::from("%PDF-1.4\n");
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (object, number) in objects.iter().zip(1..) {
        // Writing to a string does not fail.
        let _written = writeln!(table, "{:010} 00000 n ", out.len());
        let _written = write!(out, "{number} 0 obj\n{object}\nendobj\n");
    }
    let start = out.len();
    out.push_str(&table);
    let _written = write!(out, "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_begins_where_the_table_says() {
        let pdf = String::from_utf8(of_text("One (1)\\\nzwölf\u{c}Two")).unwrap();
        let start: usize = pdf.split("startxref\n").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
        let table = &pdf[start..];
        let offsets: Vec<usize> =
            table.lines().skip(3).map_while(|line| line.strip_suffix(" 00000 n ")?.parse().ok()).collect();
        assert_eq!(offsets.len(), 7);
        for (offset, number) in offsets.iter().zip(1..) {
            assert!(pdf[*offset..].starts_with(&format!("{number} 0 obj\n")), "object {number}");
        }
        assert!(pdf.contains("/Count 2 /Kids [4 0 R 6 0 R]"));
        assert!(pdf.contains("(One \\(1\\)\\\\) Tj T*\n(zw?lf) Tj T*"));
    }
}
