//! The handle on mail.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::message::Mailbox;
use secrecy::{ExposeSecret as _, SecretString};

use super::letter::{Letters, Template, Values};
use super::post::{Failure, Post};
use super::report_letter::{self, Envelope, ReportLetter};
use crate::config::mail::MailConfig;
use crate::error::{Error, Result};

/// Where in the app a link leads. `docs/API.md` lists them: an app that has these pages needs no configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// Calls `verifyEmail`.
    VerifyEmail,
    /// Asks for a password and calls `resetPassword`.
    ResetPassword,
    /// Calls `confirmEmailChange`.
    ConfirmEmail,
    /// Asks for name and password and calls `register`.
    AcceptInvitation,
    /// Signs in or registers, and calls `acceptCourseInvitation`.
    JoinCourse,
}

impl Page {
    const fn path(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify-email",
            Self::ResetPassword => "reset-password",
            Self::ConfirmEmail => "confirm-email",
            Self::AcceptInvitation => "accept-invitation",
            Self::JoinCourse => "join-course",
        }
    }
}

/// Sends mail, where this installation does. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    app_url: Arc<str>,
    desk: Option<Arc<Desk>>,
}

struct Desk {
    from: Mailbox,
    /// What the installation calls itself.
    sender: String,
    letters: Letters,
    post: Post,
}

impl Mailer {
    /// # Errors
    /// When the certificates of `MAIL_CA_FILE` are none.
    pub fn open(config: &MailConfig) -> Result<Self> {
        let app_url = config.app_url.as_str().into();
        let Some(delivery) = &config.delivery else { return Ok(Self { app_url, desk: None }) };
        let sender = config.from.name.as_deref().unwrap_or("Elenchus");
        let desk = Desk {
            from: config.from.clone(),
            sender: sender.to_owned(),
            letters: Letters::read(sender)?,
            post: Post::open(delivery, config.from.email.domain())?,
        };
        Ok(Self { app_url, desk: Some(Arc::new(desk)) })
    }

    /// Whether this installation sends mail.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.desk.is_some()
    }

    /// Refuses what cannot be done without mail.
    ///
    /// # Errors
    /// FORBIDDEN where this installation sends none.
    pub fn require_on(&self) -> Result<()> {
        if self.is_on() {
            return Ok(());
        }
        Err(Error::forbidden("This installation sends no mail. Please ask whoever runs it."))
    }

    /// The address in the app that takes a token. Ours have no character that an address would have to escape.
    #[must_use]
    pub fn link(&self, page: Page, token: &SecretString) -> SecretString {
        format!("{}/{}?token={}", self.app_url, page.path(), token.expose_secret()).into()
    }

    /// The address of the app.
    #[must_use]
    pub fn app_url(&self) -> &str {
        &self.app_url
    }

    /// Sends a letter and waits until the mail server has taken it: for jobs, which try again what is put off.
    ///
    /// # Errors
    /// Whether another try makes sense. Where this installation sends no mail, none does.
    pub async fn send(
        &self,
        template: Template,
        to: &str,
        values: &Values,
        link: Option<&SecretString>,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let desk = self.desk()?;
        let to = address(to)?;
        let link = link.map(secrecy::ExposeSecret::expose_secret);
        let message = desk.letters.write(template, (&desk.from, Mailbox::new(None, to)), values, link, now);
        desk.post.send(template.name(), message.map_err(Failure::Never)?).await?;
        metrics::counter!("elenchus_mails_total", "letter" => template.name()).increment(1);
        Ok(())
    }

    /// As [`Mailer::send`], for a report.
    ///
    /// # Errors
    /// As [`Mailer::send`].
    pub async fn send_report(
        &self,
        letter: &ReportLetter,
        envelope: &Envelope<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), Failure> {
        let desk = self.desk()?;
        let to = Mailbox::new(None, address(envelope.to)?);
        let message = report_letter::write(letter, (&desk.from, desk.sender.as_str()), (to, envelope), now);
        desk.post.send("report", message.map_err(Failure::Never)?).await?;
        metrics::counter!("elenchus_mails_total", "letter" => "report").increment(1);
        Ok(())
    }

    fn desk(&self) -> Result<&Desk, Failure> {
        let none = || Failure::Never(Error::forbidden("This installation sends no mail."));
        self.desk.as_deref().ok_or_else(none)
    }
}

fn address(text: &str) -> Result<Address, Failure> {
    let no_address = |_| Failure::Never(Error::bad_input("email", "No mail can be sent to this address."));
    text.parse().map_err(no_address)
}
