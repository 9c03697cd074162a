//! Pages of PDF.

use super::sheets::chart;
use crate::charts::pdf::{About, pdf};

fn about() -> About {
    About { title: "Sales <2026>".to_owned(), made_at: Some((2026, 3, 1, 12, 0)) }
}

fn count(bytes: &[u8], word: &[u8]) -> usize {
    bytes.windows(word.len()).filter(|window| *window == word).count()
}

#[test]
fn a_document_has_a_page_for_each_picture_and_is_the_same_every_time() {
    let pages = [chart("One"), chart("Two"), chart("Three")];
    let document = pdf(&pages, 841.89, 595.28, &about()).unwrap();
    assert!(document.starts_with(b"%PDF-1."));
    assert_eq!(document, pdf(&pages, 841.89, 595.28, &about()).unwrap());
    assert_eq!(count(&document, b"/Type/Page/") + count(&document, b"/Type /Page\n"), 3);
    assert!(count(&document, b"/Title") >= 1 && count(&document, b"D:20260301120000Z") >= 1);
    assert!(count(&document, b"NotoSans") >= 1, "its letters are within");
}

#[test]
fn what_is_no_document_is_said_to_be_none() {
    let refused = |pages: &[String], width: f32| pdf(pages, width, 595.28, &about()).unwrap_err().code();
    assert_eq!(refused(&[], 841.89), "PICTURE_SIZE");
    let page = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"10\" height=\"10\"/>".to_owned();
    assert_eq!(refused(&vec![page.clone(); 51], 841.89), "PICTURE_SIZE");
    assert_eq!(refused(&[page.replace("\"10\"/>", "\"1000000\"/>")], 841.89), "PICTURE_SIZE");
    assert_eq!(refused(&["<svg".to_owned()], 841.89), "PICTURE_FAILED");
    assert!(pdf(&[page], 841.89, 595.28, &About { title: String::new(), made_at: None }).is_ok());
}
