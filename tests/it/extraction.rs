//! Text out of files, sound and hostile, through the real child process.

use std::path::{Path, PathBuf};
use std::time::Duration;

use elenchus::config::documents::ExtractionConfig;
use elenchus::extraction::extractor::Extractor;
use elenchus::extraction::media::MediaKind;
use elenchus::extraction::pdf::library::locate_pdfium;
use elenchus::extraction::report::{ExtractCode, ExtractError, Extracted, PageStart};
use tokio::sync::OnceCell;

use crate::support::files::{self, Random};
use crate::support::folders::kept;

fn config() -> ExtractionConfig {
    ExtractionConfig {
        cpu: Duration::from_secs(5),
        memory_bytes: 512 * 1024 * 1024,
        max_chars: 1_000_000,
        pdfium_lib: None,
    }
}

fn extractor(config: ExtractionConfig, pdfium: Option<PathBuf>) -> Extractor {
    Extractor::new(PathBuf::from(env!("CARGO_BIN_EXE_elenchus")), config, pdfium)
}

async fn read(kind: MediaKind, bytes: &[u8]) -> Result<Extracted, ExtractError> {
    extractor(config(), None).extract(kind, files::file(bytes)).await
}

/// The built-in reader of PDFs, and PDFium where it can be had.
async fn pdf_readers() -> Vec<(&'static str, Extractor)> {
    static PDFIUM: OnceCell<Option<PathBuf>> = OnceCell::const_new();
    let locate = || async { locate_pdfium(&config(), kept()).await };
    let mut readers = vec![("unpdf", extractor(config(), None))];
    if let Some(library) = PDFIUM.get_or_init(locate).await {
        readers.push(("PDFium", extractor(config(), Some(library.clone()))));
    } else {
        eprintln!("PDFium cannot be fetched here: only the built-in reader is tested");
    }
    readers
}

fn code(result: &Result<Extracted, ExtractError>) -> Option<ExtractCode> {
    result.as_ref().err().map(|error| error.code)
}

#[tokio::test]
async fn plain_text_is_kept_as_it_is() {
    let extracted = read(MediaKind::Text, b"\xEF\xBB\xBFone\r\n  two\0\r\n\r\n\r\n\r\nthree  \n").await.unwrap();
    assert_eq!(extracted.text, "one\n  two\n\n\n\nthree  \n");
    assert_eq!(extracted.pages, []);
    assert_eq!(extracted.title, None);
    assert!(!extracted.truncated);
}

#[tokio::test]
async fn old_encodings_are_recognised() {
    let cyrillic = "Философия есть любовь к мудрости, и ничего больше.";
    let (bytes, ..) = encoding_rs::WINDOWS_1251.encode(cyrillic);
    assert_eq!(read(MediaKind::Text, &bytes).await.unwrap().text, cyrillic);
    let page = format!("<html><head><meta charset='koi8-r'><title>{cyrillic}</title></head><body>{cyrillic}</body>");
    let (bytes, ..) = encoding_rs::KOI8_R.encode(&page);
    let extracted = read(MediaKind::Html, &bytes).await.unwrap();
    assert_eq!((extracted.text.as_str(), extracted.title.as_deref()), (cyrillic, Some(cyrillic)));
}

#[tokio::test]
async fn accents_are_composed_once_before_offsets_exist() {
    let extracted = read(MediaKind::Text, "cafe\u{301}".as_bytes()).await.unwrap();
    assert_eq!(extracted.text, "café");
}

#[tokio::test]
async fn markdown_is_titled_by_its_first_heading() {
    let text = "```\n# not this\n```\nIntro\n\n## The *method*\n\n- a\n- b\n";
    let extracted = read(MediaKind::Markdown, text.as_bytes()).await.unwrap();
    assert_eq!(extracted.text, text);
    assert_eq!(extracted.title.as_deref(), Some("The *method*"));
    let underlined = read(MediaKind::Markdown, b"Socrates\n========\ntext").await.unwrap();
    assert_eq!(underlined.title.as_deref(), Some("Socrates"));
}

#[tokio::test]
async fn long_texts_are_cut_and_say_so() {
    let limited = extractor(ExtractionConfig { max_chars: 1000, ..config() }, None);
    let long = "я".repeat(5000);
    for kind in [MediaKind::Text, MediaKind::Markdown, MediaKind::Html] {
        let extracted = limited.extract(kind, files::file(long.as_bytes())).await.unwrap();
        assert_eq!((extracted.text.chars().count(), extracted.truncated), (1000, true), "{kind:?}");
    }
    let docx = files::docx_with(&files::paragraph(&long), &[]);
    let extracted = limited.extract(MediaKind::Docx, files::file(&docx)).await.unwrap();
    assert_eq!((extracted.text.chars().count(), extracted.truncated), (1000, true));
    let exact = "я".repeat(1000);
    let extracted = limited.extract(MediaKind::Text, files::file(exact.as_bytes())).await.unwrap();
    assert_eq!((extracted.text, extracted.truncated), (exact, false));
}

#[tokio::test]
async fn html_gives_what_a_reader_sees() {
    let page = "<!doctype html><html><head><title>On &amp; off</title><style>p{}</style></head><body>\
        <script>alert('no')</script><template>no</template><p hidden>no</p><p style='display: none'>no</p>\
        <h1>Heading</h1><p>One <b>bold</b> word&nbsp;&eacute;.</p><hr>\
        <p><a href='http://canary.invalid/'>A link</a></p><table><tr><td>a</td><td>b</td></tr></table>\
        <noscript>no</noscript><iframe src='http://canary.invalid/'>no</iframe></body></html>";
    let extracted = read(MediaKind::Html, page.as_bytes()).await.unwrap();
    assert_eq!(extracted.title.as_deref(), Some("On & off"));
    assert_eq!(extracted.text, "Heading\n\nOne bold word\u{a0}é.\n\nA link\n\na\tb");
}

#[tokio::test]
async fn files_without_text_are_empty() {
    assert_eq!(code(&read(MediaKind::Text, b" \n\t \n").await), Some(ExtractCode::Empty));
    assert_eq!(code(&read(MediaKind::Html, b"<html><script>x</script></html>").await), Some(ExtractCode::Empty));
    let docx = files::docx_with("<w:p/>", &[]);
    assert_eq!(code(&read(MediaKind::Docx, &docx).await), Some(ExtractCode::Empty));
    for (name, reader) in pdf_readers().await {
        let result = reader.extract(MediaKind::Pdf, files::file(&files::pdf(&["", ""]))).await;
        assert_eq!(code(&result), Some(ExtractCode::Empty), "{name}");
    }
}

#[tokio::test]
async fn pdfs_keep_their_pages() {
    let file = files::pdf(&["Know thyself.", "", "Nothing in excess.\nSurety brings ruin."]);
    for (name, reader) in pdf_readers().await {
        let extracted = reader.extract(MediaKind::Pdf, files::file(&file)).await.unwrap();
        let text = extracted.text.replace('\n', " ");
        assert_eq!(text, "Know thyself.  Nothing in excess. Surety brings ruin.", "{name}");
        let pages = [(1, 0), (2, 15), (3, 15)].map(|(page, start_char)| PageStart { page, start_char });
        assert_eq!(extracted.pages, pages, "{name}");
        assert_eq!(extracted.title.as_deref(), Some("The title of the file"), "{name}");
    }
}

#[tokio::test]
async fn hostile_pdfs_get_a_stated_error() {
    let sound = files::pdf(&["Know thyself."]);
    for (name, reader) in pdf_readers().await {
        let extract = |bytes: Vec<u8>| reader.extract(MediaKind::Pdf, files::file(&bytes));
        assert_eq!(code(&extract(files::encrypted_pdf()).await), Some(ExtractCode::Encrypted), "{name}");
        assert_eq!(code(&extract(b"%PDF-1.7\nnothing".to_vec()).await), Some(ExtractCode::Corrupt), "{name}");
        for bytes in [files::looping_pdf(), files::nested_pdf(200_000), sound[..sound.len() / 3].to_vec()] {
            let result = extract(bytes).await;
            assert!(code(&result).is_some(), "{name}: {result:?}");
        }
        assert_eq!(extract(sound.clone()).await.unwrap().text, "Know thyself.", "{name}");
    }
}

#[tokio::test]
async fn a_page_that_unpacks_beyond_the_limit_is_stopped() {
    let bomb = files::flate_bomb_pdf(300);
    assert!(bomb.len() < 8000);
    let narrow = ExtractionConfig { memory_bytes: 256 * 1024 * 1024, ..config() };
    let result = extractor(narrow, None).extract(MediaKind::Pdf, files::file(&bomb)).await;
    assert_eq!(code(&result), Some(ExtractCode::ExtractMemory));
}

#[tokio::test]
async fn damaged_files_never_take_the_parent_along() {
    let mut random = Random(0x5EED);
    let pdf = files::pdf(&["Know thyself.", "Nothing in excess."]);
    let docx = files::docx_with_notes(&files::paragraph("Know thyself."), &["A note."]);
    let config = ExtractionConfig { cpu: Duration::from_secs(1), max_chars: 10_000, ..config() };
    let reader = extractor(config, None);
    for round in 0..100 {
        let (kind, sound) = if round % 2 == 0 { (MediaKind::Pdf, &pdf) } else { (MediaKind::Docx, &docx) };
        let result = reader.extract(kind, files::file(&files::mutate(sound, &mut random))).await;
        match result {
            Ok(extracted) => assert_ne!(extracted.text, ""),
            Err(error) => assert_ne!(error.code, ExtractCode::Unavailable, "{kind:?} {round}"),
        }
    }
}

#[tokio::test]
async fn a_reader_that_does_not_end_is_killed() {
    // A program that never answers stands for a reader that hangs.
    let config = ExtractionConfig { cpu: Duration::from_millis(700), ..config() };
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("hang");
    std::fs::write(&program, format!("#!/bin/sh\necho $$ > {}/pid\nexec sleep 600\n", folder.path().display()))
        .unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let reader = Extractor::new(program, config.clone(), None);
    let result = reader.extract(MediaKind::Text, files::file(b"x")).await;
    assert_eq!(code(&result), Some(ExtractCode::ExtractTimeout));
    let pid = std::fs::read_to_string(folder.path().join("pid")).unwrap();
    assert!(!Path::new("/proc").join(pid.trim()).exists(), "the process {pid} lives");
}

#[tokio::test]
async fn a_reader_whose_answer_is_dropped_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("hang");
    let pid_file = folder.path().join("pid");
    let script = format!("#!/bin/sh\nsleep 600 &\necho $! > {0}.new; mv {0}.new {0}\nwait\n", pid_file.display());
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let reader = Extractor::new(program, config(), None);
    let reading = tokio::spawn(async move { reader.extract(MediaKind::Text, files::file(b"x")).await });
    while !pid_file.exists() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let grandchild = std::fs::read_to_string(&pid_file).unwrap();
    reading.abort();
    assert!(reading.await.unwrap_err().is_cancelled());
    let stat = Path::new("/proc").join(grandchild.trim()).join("stat");
    // A killed process may stay as a zombie until its new parent looks.
    while std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z ")) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_child_is_not_believed() {
    let answers = [
        r#"{"text":{"text":"a\u0000b","pages":[],"title":null,"truncated":false}}"#,
        r#"{"text":{"text":"","pages":[],"title":null,"truncated":false}}"#,
        r#"{"text":{"text":"ab","pages":[{"page":1,"start_char":3}],"title":null,"truncated":false}}"#,
        r#"{"text":{"text":"ab","pages":[{"page":2,"start_char":0},{"page":1,"start_char":1}],"title":null,"truncated":false}}"#,
        "no JSON",
        "",
    ];
    for answer in answers {
        assert_eq!(code(&played(answer).await), Some(ExtractCode::ExtractCrashed), "{answer}");
    }
    let fine = played(r#"{"text":{"text":"ab","pages":[],"title":null,"truncated":false}}"#).await;
    assert_eq!(fine.unwrap().text, "ab");
}

/// What comes of a reader that writes this answer.
async fn played(answer: &str) -> Result<Extracted, ExtractError> {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("say");
    std::fs::write(&program, format!("#!/bin/sh\ncat <<'END'\n{answer}\nEND\n")).unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    Extractor::new(program, config(), None).extract(MediaKind::Text, files::file(b"x")).await
}

#[tokio::test]
async fn a_missing_program_is_not_the_files_fault() {
    let reader = Extractor::new(PathBuf::from("/nowhere/elenchus"), config(), None);
    let error = reader.extract(MediaKind::Text, files::file(b"x")).await.unwrap_err();
    assert_eq!(error.code, ExtractCode::Unavailable);
    assert!(error.code.is_temporary());
}

#[tokio::test]
async fn a_reader_has_nothing_but_the_file() {
    // Deep nesting keeps the reader of HTML busy until its processor time is used up.
    let busy = format!("<html>{}", "<div>".repeat(200_000));
    let config = ExtractionConfig { cpu: Duration::from_secs(1), max_chars: 123_457, ..config() };
    let reader = extractor(config, None);
    let reading = tokio::spawn(async move { reader.extract(MediaKind::Html, files::file(busy.as_bytes())).await });
    let child = loop {
        if let Some(child) = find_child("123457") {
            break child;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    let limits = loop {
        let limits = std::fs::read_to_string(child.join("limits")).unwrap();
        // The last one it sets.
        if limit(&limits, "Max open files") == "0" {
            break limits;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    };
    assert_eq!(limit(&limits, "Max cpu time"), "1");
    assert_eq!(limit(&limits, "Max file size"), "0");
    assert_eq!(limit(&limits, "Max core file size"), "0");
    assert_eq!(limit(&limits, "Max processes"), "0");
    let memory: u64 = limit(&limits, "Max address space").parse().unwrap();
    // What it may take, on top of the program itself and what its allocator and the C library keep ready.
    let program = std::fs::metadata(env!("CARGO_BIN_EXE_elenchus")).unwrap().len();
    let (least, ready) = (512 << 20, 64 << 20);
    assert!((least..least + program + ready).contains(&memory), "{memory}, and the program has {program}");
    assert!(std::fs::read_to_string(child.join("status")).unwrap().contains("NoNewPrivs:\t1"));
    let environment = std::fs::read_to_string(child.join("environ")).unwrap();
    assert_eq!(environment, "MIMALLOC_ARENA_RESERVE=32768\0");
    let mut open: Vec<_> = std::fs::read_dir(child.join("fd")).unwrap().map(|fd| fd.unwrap().path()).collect();
    open.sort();
    // The three that everybody has, and the file once more.
    assert_eq!(open.len(), 4, "{open:?}");
    assert_eq!(std::fs::read_link(&open[0]).unwrap(), std::fs::read_link(&open[3]).unwrap());
    assert_eq!(code(&reading.await.unwrap()), Some(ExtractCode::ExtractTimeout));
}

/// The process of a reader that was asked for that many characters.
fn find_child(max_chars: &str) -> Option<PathBuf> {
    std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path()).find(|path| {
        let line = std::fs::read_to_string(path.join("cmdline")).unwrap_or_default();
        let words: Vec<_> = line.split('\0').collect();
        words.get(1) == Some(&"extract-worker") && words.contains(&max_chars)
    })
}

/// The soft limit of that name in `/proc/<pid>/limits`.
fn limit<'a>(limits: &'a str, name: &str) -> &'a str {
    let line = limits.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.split_whitespace().next().unwrap()
}
