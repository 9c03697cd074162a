//! Mail on its way: to a server that speaks SMTP, and to a folder in development.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::json;

use super::support::letters::{Letter, names};
use super::support::served::Served;
use super::support::smtp::MailServer;

/// A server that sends mail to this one, under a password.
async fn posting(mail: &MailServer) -> Served {
    let url = format!("smtp://post%40example.org:s%2Fecret%3A1@127.0.0.1:{}?tls=none", mail.port);
    let settings = [
        ("MAIL_URL", url.as_str()),
        ("MAIL_FROM", "\".acme\" <ai@example.org>"),
        ("APP_URL", "https://app.example.org/"),
    ];
    Served::with(&settings).await
}

#[tokio::test]
async fn letters_arrive_whole_by_smtp() {
    let mail = MailServer::new().await;
    let served = posting(&mail).await;
    served.person("ada").await;
    served.library.work_off().await;
    let taken = mail.taken();
    assert_eq!(taken.len(), 1, "{:?}", mail.heard());
    let letter = &taken[0];
    assert_eq!(letter.login, Some(("post@example.org".to_owned(), "s/ecret:1".to_owned())));
    assert_eq!((letter.from.as_str(), letter.to.as_slice()), ("ai@example.org", &["ada@example.org".to_owned()][..]));
    let read = Letter::read("verify_email", &letter.data);
    assert_eq!((read.to.as_str(), read.subject.as_str()), ("ada@example.org", "Confirm your e-mail address"));
    assert!(read.raw.contains("\nDate: Sun, 01 Mar 2026 12:00:00 +0000\n"), "{}", read.raw);
    assert!(read.raw.contains("\nAuto-Submitted: auto-generated\n"), "{}", read.raw);
    assert!(read.raw.contains("@example.org>\n"), "an id of our own domain: {}", read.raw);
    let token = read.token();
    assert!(read.text.contains(&format!("\nhttps://app.example.org/verify-email?token={token}\n")), "{}", read.text);
    assert!(read.text.contains("until 2 March 2026, 12:00 (UTC)."), "{}", read.text);
    // A line that begins with a dot has another on its way, and arrives as it was.
    assert!(read.text.trim_end().ends_with("\n-- \n.acme"), "{:?}", read.text);
    assert!(
        read.raw.contains("text/html") && read.raw.contains("<a href=3D\"https:")
            || read.raw.contains("<a href=\"https:")
    );
}

#[tokio::test]
async fn what_a_mail_server_puts_off_is_tried_again_and_what_it_refuses_is_not() {
    let asked = AtomicUsize::new(0);
    let mail = MailServer::answering(move |line| {
        if line.contains("<never@") {
            return Some("550 5.1.1 <never@example.org> is not known here".to_owned());
        }
        let is_first = line.starts_with("RCPT") && asked.fetch_add(1, Ordering::SeqCst) < 2;
        is_first.then(|| "451 4.3.0 <later@example.org> come back".to_owned())
    })
    .await;
    let served = posting(&mail).await;
    served.person("later").await;
    let job = "state || ' ' || attempts FROM jobs WHERE kind = 'users.send_link'";
    served.library.work_off().await;
    assert_eq!(served.library.text(job).await.unwrap(), "QUEUED 1");
    let hash = served.library.text("encode(hash, 'hex') FROM mail_tokens").await.unwrap();
    served.library.try_again().await;
    assert_eq!(served.library.text(job).await.unwrap(), "QUEUED 2");
    assert_eq!(mail.taken(), []);
    served.library.try_again().await;
    assert_eq!(served.library.text(job).await.unwrap(), "DONE 3");
    assert_eq!(mail.taken().len(), 1);
    assert_ne!(served.library.text("encode(hash, 'hex') FROM mail_tokens").await.unwrap(), hash, "a token a try");
    let token = Letter::read("verify_email", &mail.taken()[0].data).token();
    let verify = "mutation ($input: MailTokenInput!) { verifyEmail(input: $input) { email } }";
    let verified = served.ask(None, verify, json!({"input": {"token": token}})).await;
    assert_eq!(verified["data"]["verifyEmail"]["email"], "later@example.org", "{verified}");

    served.person("never").await;
    served.library.work_off().await;
    let failed = "attempts || ' ' || last_error FROM jobs WHERE kind = 'users.send_link' AND state = 'FAILED'";
    let failed = served.library.text(failed).await.unwrap();
    assert_eq!(failed, "1 BAD_USER_INPUT: The mail server does not take this mail.: the mail server says 550");
}

#[tokio::test]
async fn a_mail_server_that_is_away_or_refuses_our_password_is_tried_again() {
    let mail = MailServer::answering(|line| line.starts_with("AUTH").then(|| "535 5.7.8 no".to_owned())).await;
    let served = posting(&mail).await;
    served.person("ada").await;
    served.library.work_off().await;
    let job = "state || ' ' || attempts || ' ' || last_error FROM jobs WHERE kind = 'users.send_link'";
    let refused =
        "QUEUED 1 UPSTREAM_UNAVAILABLE: The mail server does not take mail right now.: the mail server says 535";
    assert_eq!(served.library.text(job).await.unwrap(), refused);

    // A port on which nobody listens.
    let away = Served::with(&[("MAIL_URL", "smtp://127.0.0.1:1?tls=none"), ("MAIL_FROM", "ai@example.org")]).await;
    away.person("ada").await;
    away.library.work_off().await;
    let away = away.library.text(job).await.unwrap();
    assert!(away.starts_with("QUEUED 1 UPSTREAM_UNAVAILABLE: "), "{away}");
}

#[tokio::test]
async fn a_mail_server_without_tls_gets_neither_a_letter_nor_a_password() {
    let mail = MailServer::new().await;
    let url = format!("smtp://me:secret@127.0.0.1:{}", mail.port);
    let served = Served::with(&[("MAIL_URL", &url), ("MAIL_FROM", "ai@example.org")]).await;
    served.person("ada").await;
    served.library.work_off().await;
    let heard = mail.heard();
    assert!(heard.contains(&"EHLO".to_owned()), "{heard:?}");
    assert!(!heard.iter().any(|command| ["AUTH", "MAIL", "RCPT", "DATA"].contains(&command.as_str())), "{heard:?}");
    assert_eq!(mail.taken(), []);
}

#[tokio::test]
async fn in_development_letters_lie_in_a_folder_for_nobody_else_to_read() {
    let served = Served::new().await;
    served.person("ada").await;
    served.library.work_off().await;
    let folder = served.library.folder.path().join("mail");
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.iter().map(|path| mode(path)).collect::<Vec<_>>(), [0o600]);
    assert_eq!(names(&served.library.letters().await), [("ada@example.org", "verify_email")]);
}

#[tokio::test]
async fn without_mail_nothing_is_queued_and_what_needs_it_says_so() {
    let served = Served::with(&[("MAIL_URL", "none")]).await;
    let ada = served.person("ada").await;
    let forget = "mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { email } }";
    let forget = served.ask(None, forget, json!({"input": {"email": "ada@example.org"}})).await;
    let verify = served.ask(Some(&ada.token), "mutation { requestEmailVerification { user { id } } }", json!({})).await;
    for refused in [forget, verify] {
        let error = &refused["errors"][0];
        assert_eq!(error["extensions"]["code"], "FORBIDDEN", "{refused}");
        assert_eq!(error["message"], "This installation sends no mail. Please ask whoever runs it.");
    }
    assert_eq!(served.library.text("count(*) FROM jobs WHERE kind LIKE 'users.send%'").await.unwrap(), "0");
}
