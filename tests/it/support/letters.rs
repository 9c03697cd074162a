//! What people find in their mailboxes: the folder to which mail goes in development, and the jobs that write to it.

use std::time::Duration;

use elenchus::worker;
use tokio_util::sync::CancellationToken;

use super::library::Library;
use super::live::until_some;

/// A letter that was sent.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Which it is.
    pub name: String,
    pub to: String,
    pub subject: String,
    /// Its text, without the HTML.
    pub text: String,
    /// All of it, as it left.
    pub raw: String,
}

impl Letter {
    /// The token in its link.
    pub fn token(&self) -> String {
        let start = self.text.find("elm_").unwrap_or_else(|| panic!("no token in {}", self.text));
        self.text[start..].split_whitespace().next().unwrap().to_owned()
    }

    /// Reads a letter; `name` is the one of its template, where that is known.
    pub fn read(name: &str, raw: &str) -> Self {
        let raw = raw.replace("\r\n", "\n");
        let (head, body) = raw.split_once("\n\n").unwrap();
        let head = head.replace("\n ", " ");
        let header = |name: &str| {
            let start = format!("{name}: ");
            head.lines().find_map(|line| line.strip_prefix(&start)).unwrap_or_else(|| panic!("{head}")).to_owned()
        };
        let boundary = head.split("boundary=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let start = body.find("text/plain").unwrap();
        let part = body[start..].split(&format!("\n--{boundary}")).next().unwrap();
        let (part_head, text) = part.split_once("\n\n").unwrap();
        let text = if part_head.contains("quoted-printable") { unquoted(text) } else { text.to_owned() };
        Self { name: name.to_owned(), to: header("To"), subject: header("Subject"), text, raw }
    }
}

/// Quoted-printable (RFC 2045, section 6.7).
fn unquoted(text: &str) -> String {
    let text = text.replace("=\n", "");
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        if let (b'=', [high, low, more @ ..]) = (first, after) {
            let hex = String::from_utf8(vec![*high, *low]).unwrap();
            bytes.push(u8::from_str_radix(&hex, 16).unwrap());
            rest = more;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

impl Library {
    /// Runs all jobs that are due, and those that they cause, as a worker does.
    pub async fn work_off(&self) {
        let stop = CancellationToken::new();
        let (app, ends) = (self.app.clone(), stop.clone());
        let runner = worker::runner(2);
        let working = tokio::spawn(async move {
            runner.run(app.db.clone(), app.bus.clone(), app, ends, Duration::from_secs(30)).await;
        });
        until_some("all jobs have been tried", async || {
            let due = "count(*) FROM jobs WHERE state = 'RUNNING' OR (state = 'QUEUED' AND run_at <= now())";
            (self.text(due).await.unwrap() == "0").then_some(())
        })
        .await;
        stop.cancel();
        working.await.unwrap();
    }

    /// Has jobs that failed tried again at once.
    pub async fn try_again(&self) {
        self.sql("UPDATE jobs SET run_at = now() WHERE state = 'QUEUED'").await;
        self.work_off().await;
    }

    /// The letters in the folder, by address and name; they are taken out of it.
    pub async fn letters(&self) -> Vec<Letter> {
        self.work_off().await;
        let folder = self.folder.path().join("mail");
        let mut letters = Vec::new();
        for entry in std::fs::read_dir(&folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap();
            // 36 characters of a UUID and a hyphen come first.
            letters.push(Letter::read(&stem[37..], &std::fs::read_to_string(&path).unwrap()));
            std::fs::remove_file(path).unwrap();
        }
        letters.sort_by(|a, b| (&a.to, &a.name).cmp(&(&b.to, &b.name)));
        letters
    }

    /// The only letter of that name, which is taken out of the folder with all others.
    pub async fn letter(&self, name: &str) -> Letter {
        let letters = self.letters().await;
        let found: Vec<_> = letters.iter().filter(|letter| letter.name == name).collect();
        assert_eq!(found.len(), 1, "{name} among {:?}", names(&letters));
        found[0].clone()
    }
}

/// Which letters went to whom.
pub fn names(letters: &[Letter]) -> Vec<(&str, &str)> {
    letters.iter().map(|letter| (letter.to.as_str(), letter.name.as_str())).collect()
}
