//! A report as a mail: pictures in the text that show, tables, files, and a way to want it no more.
//!
//! The structure is that of RFC 2046 and 2387: `mixed` of an `alternative` and the files, if there are any; the `alternative` of plain text and,
//! if there are pictures, a `related` of the HTML and those. The way out is that of RFC 8058. What stands in the letter is of one workspace, and
//! goes to people who may see it there: names that others gave are shown, and escaped.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Mailbox, MultiPart, SinglePart};
use minijinja::{Environment, UndefinedBehavior};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// A file of a letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FilePart {
    /// As it is saved.
    pub name: String,
    pub media_type: String,
    /// In base64.
    pub content: String,
}

/// What a part of a dashboard shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shows {
    /// A PNG in base64.
    Picture(String),
    Table {
        headers: Vec<String>,
        rows: Vec<Vec<String>>,
        /// Rows that are not shown.
        more: usize,
        /// Columns that are not shown.
        more_columns: usize,
    },
    /// Somebody's words.
    Text(String),
    /// A sentence that says why there is nothing.
    Missing(String),
}

/// A part of a dashboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// `None` for one without.
    pub title: Option<String>,
    /// What is to be known of what it shows.
    pub note: Option<String>,
    pub shows: Shows,
}

/// A report to be sent, the same for all who get it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportLetter {
    /// Of the report.
    pub title: String,
    /// The title of the dashboard.
    pub dashboard: String,
    /// For when it is, in words.
    pub time: String,
    /// Where the app is.
    pub address: String,
    pub sections: Vec<Section>,
    /// Sentences about files that should be there.
    pub left_out: Vec<String>,
    pub files: Vec<FilePart>,
}

/// What is on the outside of one letter.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// The address.
    pub to: &'a str,
    /// The same at every try, so that who gets a letter twice can tell.
    pub id: &'a str,
    /// Where its reader says that they want no more.
    pub unsubscribe: &'a SecretString,
}

/// A section as the templates take it.
#[derive(Serialize)]
struct View<'a> {
    kind: &'static str,
    title: Option<&'a str>,
    note: Option<&'a str>,
    cid: String,
    text: &'a str,
    headers: &'a [String],
    rows: &'a [Vec<String>],
    more: usize,
    more_columns: usize,
}

#[derive(Serialize)]
struct Context<'a> {
    sender: &'a str,
    letter: &'a ReportLetter,
    sections: &'a [View<'a>],
    missing: usize,
    unsubscribe: &'a str,
}

/// The letter as it leaves.
///
/// # Errors
/// INTERNAL for a letter whose parts are none.
pub(super) fn write(
    letter: &ReportLetter,
    (from, sender): (&Mailbox, &str),
    (to, envelope): (Mailbox, &Envelope<'_>),
    now: DateTime<Utc>,
) -> Result<Message> {
    let sections: Vec<View<'_>> = letter.sections.iter().enumerate().map(view).collect();
    let missing = letter.sections.iter().filter(|section| matches!(section.shows, Shows::Missing(_))).count();
    let unsubscribe = envelope.unsubscribe.expose_secret();
    let context = Context { sender, letter, sections: &sections, missing, unsubscribe };
    let (plain, html) = rendered(&context)?;
    let mut pictures = Vec::new();
    for (section, view) in letter.sections.iter().zip(&sections) {
        if let Shows::Picture(png) = &section.shows {
            pictures.push(part(Attachment::new_inline(view.cid.clone()), png, "image/png")?);
        }
    }
    let alternative = MultiPart::alternative().singlepart(SinglePart::plain(plain));
    let html = SinglePart::html(html);
    let alternative = if pictures.is_empty() {
        alternative.singlepart(html)
    } else {
        alternative.multipart(pictures.into_iter().fold(MultiPart::related().singlepart(html), MultiPart::singlepart))
    };
    let mut whole = alternative;
    if !letter.files.is_empty() {
        whole = MultiPart::mixed().multipart(whole);
        for file in &letter.files {
            whole = whole.singlepart(part(Attachment::new(file.name.clone()), &file.content, &file.media_type)?);
        }
    }
    // Nothing may begin another header, whatever stands in a title.
    let subject: String = letter.title.chars().filter(|character| !character.is_control()).collect();
    let message = Message::builder()
        .from(from.clone())
        .to(to)
        .subject(subject.trim())
        .date(now.into())
        .message_id(Some(format!("<{}@{}>", envelope.id, from.email.domain())))
        // No answering machine is to answer a machine (RFC 3834).
        .raw_header(plain_header("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(plain_header("List-Unsubscribe", format!("<{unsubscribe}>")))
        .raw_header(plain_header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()))
        .multipart(whole);
    message.map_err(Error::internal)
}

fn view((place, section): (usize, &Section)) -> View<'_> {
    let mut view = View {
        kind: "text",
        title: section.title.as_deref(),
        note: section.note.as_deref(),
        cid: format!("chart-{}@report", place + 1),
        text: "",
        headers: &[],
        rows: &[],
        more: 0,
        more_columns: 0,
    };
    match &section.shows {
        Shows::Picture(_) => view.kind = "picture",
        Shows::Table { headers, rows, more, more_columns } => {
            view.kind = "table";
            view.headers = headers;
            view.rows = rows;
            view.more = *more;
            view.more_columns = *more_columns;
        }
        Shows::Text(text) => view.text = text,
        Shows::Missing(why) => {
            view.kind = "missing";
            view.text = why;
        }
    }
    view
}

/// As plain text and as HTML.
fn rendered(context: &Context<'_>) -> Result<(String, String)> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_trim_blocks(true);
    templates.set_lstrip_blocks(true);
    // What ends in .html is escaped, what ends in .txt is not.
    templates.add_template("report.txt", include_str!("templates/report.txt")).map_err(Error::internal)?;
    templates.add_template("report.html", include_str!("templates/report.html")).map_err(Error::internal)?;
    let render = |name: &str| templates.get_template(name).and_then(|template| template.render(context));
    Ok((render("report.txt").map_err(Error::internal)?, render("report.html").map_err(Error::internal)?))
}

/// A file, byte for byte.
fn part(attachment: Attachment, content: &str, media_type: &str) -> Result<SinglePart> {
    let bytes = BASE64.decode(content).map_err(Error::internal)?;
    let unwritable = |_| Error::internal("a file cannot be written in base64");
    let body = Body::new_with_encoding(bytes, ContentTransferEncoding::Base64).map_err(unwritable)?;
    Ok(attachment.body(body, ContentType::parse(media_type).map_err(Error::internal)?))
}

/// A header of plain words that is not folded: whoever looks for an address in one wants it whole.
fn plain_header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(HeaderName::new_from_ascii_str(name), value.clone(), value)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A PNG in name alone.
    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n....";

    fn section(title: &str, shows: Shows) -> Section {
        Section { title: Some(title.to_owned()), note: None, shows }
    }

    fn letter() -> ReportLetter {
        let file = |name: &str, media_type: &str, bytes: &[u8]| FilePart {
            name: name.to_owned(),
            media_type: media_type.to_owned(),
            content: BASE64.encode(bytes),
        };
        ReportLetter {
            title: "The week".to_owned(),
            dashboard: "Sales <b>".to_owned(),
            time: "2 March 2026, 08:00 (Europe/Berlin)".to_owned(),
            address: "https://app.example.org".to_owned(),
            sections: vec![
                section("By region", Shows::Picture(BASE64.encode(PNG))),
                section(
                    "Orders",
                    Shows::Table {
                        headers: vec!["region".to_owned(), "net".to_owned()],
                        rows: vec![vec!["<north>".to_owned(), "14".to_owned()]],
                        more: 2,
                        more_columns: 0,
                    },
                ),
                section("Costs", Shows::Missing("This is missing: its query failed.".to_owned())),
                Section { title: None, note: None, shows: Shows::Text("Words & <i>words</i>".to_owned()) },
            ],
            left_out: vec!["01-big.csv: It is too large for a mail.".to_owned()],
            files: vec![
                file("dashboard.pdf", "application/pdf", b"%PDF-1.7"),
                file("01-orders.csv", "text/csv; charset=utf-8", b"region,net\r\nnorth,14\r\n"),
            ],
        }
    }

    fn written(letter: &ReportLetter) -> String {
        let from: Mailbox = "Acme <ai@example.org>".parse().unwrap();
        let link = SecretString::from("https://api.example.org/reports/unsubscribe/abc.def");
        let envelope = Envelope { to: "ada@example.org", id: "run.ada", unsubscribe: &link };
        let now = DateTime::from_timestamp(1_772_366_400, 0).unwrap();
        let to: Mailbox = "ada@example.org".parse().unwrap();
        let message = write(letter, (&from, "Acme"), (to, &envelope), now).unwrap();
        String::from_utf8(message.formatted()).unwrap()
    }

    /// The types of all parts, in their order.
    fn types(text: &str) -> Vec<&str> {
        let types = text.lines().filter_map(|line| line.strip_prefix("Content-Type: "));
        types.map(|kind| kind.split(';').next().unwrap()).collect()
    }

    #[test]
    fn the_parts_stand_as_mail_programs_want_them() {
        let text = written(&letter());
        let expected = [
            "multipart/mixed",
            "multipart/alternative",
            "text/plain",
            "multipart/related",
            "text/html",
            "image/png",
            "application/pdf",
            "text/csv",
        ];
        assert_eq!(types(&text), expected, "{text}");
        assert!(text.contains("Content-ID: <chart-1@report>\r\n"), "{text}");
        assert!(text.contains(&BASE64.encode(b"region,net\r\nnorth,14\r\n")), "byte for byte: {text}");
        assert!(text.contains("filename=\"01-orders.csv\""), "{text}");

        let mut bare = letter();
        bare.files.clear();
        bare.sections.remove(0);
        assert_eq!(types(&written(&bare)), ["multipart/alternative", "text/plain", "text/html"]);
        bare.sections.push(letter().sections.remove(0));
        let expected = ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"];
        assert_eq!(types(&written(&bare)), expected);
    }

    #[test]
    fn whoever_gets_it_can_want_it_no_more() {
        let text = written(&letter());
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        let way = "List-Unsubscribe: <https://api.example.org/reports/unsubscribe/abc.def>\r\n";
        assert!(head.contains(way), "{head}");
        assert!(head.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click"), "{head}");
        assert!(head.contains("Message-ID: <run.ada@example.org>"), "{head}");
    }

    #[test]
    fn what_stands_in_it_is_shown_and_never_run() {
        let mut letter = letter();
        letter.title = "A\r\nBcc: all@example.org".to_owned();
        let text = written(&letter);
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        assert!(!head.contains("\r\nBcc"), "{head}");
        let sections: Vec<View<'_>> = letter.sections.iter().enumerate().map(view).collect();
        let unsubscribe = "https://api.example.org/u";
        let context = Context { sender: "Acme", letter: &letter, sections: &sections, missing: 1, unsubscribe };
        let (plain, html) = rendered(&context).unwrap();
        for (raw, escaped) in
            [("Sales <b>", "Sales &lt;b&gt;"), ("<north>", "&lt;north&gt;"), ("& <i>", "&amp; &lt;i&gt;")]
        {
            assert!(html.contains(escaped) && !html.contains(raw), "{html}");
            assert!(plain.contains(raw), "{plain}");
        }
        assert!(html.contains("<img src=\"cid:chart-1@report\""), "{html}");
        assert!(plain.contains("region | net\n<north> | 14\n(2 more rows)\n"), "{plain}");
        for text in [plain, html] {
            assert!(text.contains("This is missing: its query failed."), "{text}");
            assert!(text.contains("01-big.csv: It is too large for a mail."), "{text}");
            assert!(text.contains("1 part of this report is missing."), "{text}");
        }
    }
}
