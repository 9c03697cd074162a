//! Passages: their places in the text are exact, and together they hold all of it.

use elenchus::domain::documents::chunk::{ChunkSpan, chunk};
use elenchus::extraction::report::PageStart;
use proptest::prelude::*;

/// Checks everything that is promised of passages, by counting characters the slow way.
fn check(text: &str, size: usize, overlap: usize) -> Result<Vec<ChunkSpan>, TestCaseError> {
    let chunks = chunk(text, &[], size, overlap);
    let characters: Vec<char> = text.chars().collect();
    let mut covered = vec![false; characters.len()];
    let mut before: Option<ChunkSpan> = None;
    for (index, span) in chunks.iter().enumerate() {
        prop_assert_eq!(span.index, index);
        let by_chars: String = characters[span.start_char..span.end_char].iter().collect();
        let by_bytes = span.slice(text).unwrap();
        prop_assert_eq!(&by_chars, by_bytes);
        prop_assert_eq!(by_bytes.trim(), by_bytes, "white space around a passage");
        prop_assert!((1..=size).contains(&(span.end_char - span.start_char)), "{:?}", span);
        if let Some(before) = before {
            prop_assert!(before.start_char < span.start_char && before.end_char < span.end_char, "out of order");
            let repeated = before.end_char.saturating_sub(span.start_char);
            prop_assert!(repeated <= overlap, "{} characters repeated", repeated);
        }
        covered[span.start_char..span.end_char].fill(true);
        before = Some(*span);
    }
    for (at, char) in characters.iter().enumerate() {
        prop_assert!(covered[at] || char.is_whitespace(), "{:?} at {} is in no passage", char, at);
    }
    Ok(chunks)
}

fn script() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z]{1,12}[.,!?]? ",
        2 => "[а-яА-ЯёЁ]{1,14}[.,]? ",
        2 => "[\u{621}-\u{64A}]{1,10}[،؟]? ",
        2 => "[\u{905}-\u{939}\u{93E}-\u{94D}]{1,10}[।]? ",
        2 => "[\u{4E00}-\u{4FFF}]{1,20}[。，]?",
        1 => Just("👨‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿👍🏽".to_owned()),
        1 => "(e\u{301}|o\u{308}\u{304}|n\u{303}){1,8} ",
        1 => "\u{61}[\u{300}-\u{30F}]{1,30}",
        2 => "[ \t\n\u{A0}\u{3000}]{1,6}",
        1 => "\n{1,4}",
        1 => "[a-z]{60,120}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(150) })]

    #[test]
    fn passages_are_exact_in_every_script(
        parts in prop::collection::vec(script(), 0..120),
        size in 1_usize..90,
        part in 0_usize..100,
    ) {
        check(&parts.concat(), size, size * part / 100)?;
    }

    #[test]
    fn passages_are_exact_in_any_text(text in "\\PC{0,400}", size in 1_usize..60) {
        check(&text, size, size / 5)?;
    }
}

fn contents(text: &str, size: usize, overlap: usize) -> Vec<&str> {
    check(text, size, overlap).unwrap().into_iter().map(|span| span.slice(text).unwrap()).collect()
}

#[test]
fn cuts_are_made_at_the_largest_boundary() {
    let text = "One sentence. Another one.\n\nA second paragraph.";
    assert_eq!(contents(text, 30, 0), ["One sentence. Another one.", "A second paragraph."]);
    assert_eq!(contents(text, 20, 0), ["One sentence.", "Another one.", "A second paragraph."]);
}

#[test]
fn a_passage_repeats_the_end_of_the_one_before() {
    assert_eq!(contents("a b c d e f g h", 7, 3), ["a b c d", "c d e f", "e f g h"]);
}

#[test]
fn nothing_comes_of_nothing() {
    assert_eq!(contents("", 10, 2), [""; 0]);
    assert_eq!(contents(" \n\t\u{3000}\n\n ", 3, 1), [""; 0]);
}

#[test]
fn a_huge_word_is_cut_into_full_passages() {
    let word = "x".repeat(2500);
    assert_eq!(contents(&word, 1000, 0), [&word[..1000], &word[..1000], &word[..500]]);
    // One grapheme that is longer than a passage.
    let marks = format!("a{}", "\u{301}".repeat(50));
    check(&marks, 10, 2).unwrap();
}

#[test]
fn settings_that_make_no_sense_are_bent() {
    let all = |size, overlap| chunk("ab cd", &[], size, overlap).len();
    assert_eq!(all(0, 0), 4);
    assert_eq!(all(2, 2), 2);
}

#[test]
fn a_passage_knows_the_page_on_which_it_begins() {
    let text = "first page\n\nthird page\n\nthird goes on";
    let pages = [(1, 0), (2, 12), (3, 12)].map(|(page, start_char)| PageStart { page, start_char });
    let pages: Vec<_> = chunk(text, &pages, 14, 0).into_iter().map(|span| (span.start_char, span.page)).collect();
    assert_eq!(pages, [(0, Some(1)), (12, Some(3)), (24, Some(3))]);
}

#[test]
fn long_texts_without_a_break_and_with_nothing_but_breaks() {
    let size = 60_000;
    for text in ["x".repeat(size), "字".repeat(size), "word ".repeat(size / 5), "a\n".repeat(size / 2)] {
        let chunks = chunk(&text, &[], 1000, 200);
        assert_eq!(chunks.last().unwrap().end_byte, text.trim_end().len());
        assert_eq!(chunks.len(), 75);
    }
    assert_eq!(chunk(&"\n".repeat(size), &[], 1000, 200), []);
}
