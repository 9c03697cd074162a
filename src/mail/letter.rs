//! Letters: a template each, written once and rendered as subject, as text and as HTML.
//!
//! A template fills the blocks of the layouts. Values go into text and subject as they are and into HTML escaped; a
//! template that names a value which nobody gave fails, and a test renders every one.

use chrono::{DateTime, Utc};
use lettre::Message;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use minijinja::{Environment, UndefinedBehavior};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Template {
    /// A link that proves that whoever registered reads the mail of that address.
    VerifyEmail,
    /// A link that allows to choose a new password.
    ResetPassword,
    /// That the password was changed.
    PasswordChanged,
    /// A link, to the new address, that makes it the account's.
    ConfirmNewEmail,
    /// To the old address: that another was asked for.
    EmailChangeAsked,
    /// To the old address: that another has taken its place.
    EmailChanged,
    /// That the account was deleted, and until when it can be restored.
    AccountDeleted,
    /// A link with which somebody makes an account.
    Invitation,
    /// That signing in takes a code from now on.
    SecondFactorEnabled,
    /// That it takes none any more.
    SecondFactorDisabled,
    /// That the account is entered with another service too.
    IdentityLinked,
    /// A link with which somebody joins a course.
    CourseInvitation,
    /// What happened to an alert of the reader's workspace.
    Alert,
}

impl Template {
    /// Every one.
    pub const ALL: [Self; 13] = [
        Self::VerifyEmail,
        Self::ResetPassword,
        Self::PasswordChanged,
        Self::ConfirmNewEmail,
        Self::EmailChangeAsked,
        Self::EmailChanged,
        Self::AccountDeleted,
        Self::Invitation,
        Self::SecondFactorEnabled,
        Self::SecondFactorDisabled,
        Self::IdentityLinked,
        Self::CourseInvitation,
        Self::Alert,
    ];

    /// The name of its file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify_email",
            Self::ResetPassword => "reset_password",
            Self::PasswordChanged => "password_changed",
            Self::ConfirmNewEmail => "confirm_new_email",
            Self::EmailChangeAsked => "email_change_asked",
            Self::EmailChanged => "email_changed",
            Self::AccountDeleted => "account_deleted",
            Self::Invitation => "invitation",
            Self::SecondFactorEnabled => "second_factor_enabled",
            Self::SecondFactorDisabled => "second_factor_disabled",
            Self::IdentityLinked => "identity_linked",
            Self::CourseInvitation => "course_invitation",
            Self::Alert => "alert",
        }
    }

    const fn source(self) -> &'static str {
        match self {
            Self::VerifyEmail => include_str!("templates/verify_email.jinja"),
            Self::ResetPassword => include_str!("templates/reset_password.jinja"),
            Self::PasswordChanged => include_str!("templates/password_changed.jinja"),
            Self::ConfirmNewEmail => include_str!("templates/confirm_new_email.jinja"),
            Self::EmailChangeAsked => include_str!("templates/email_change_asked.jinja"),
            Self::EmailChanged => include_str!("templates/email_changed.jinja"),
            Self::AccountDeleted => include_str!("templates/account_deleted.jinja"),
            Self::Invitation => include_str!("templates/invitation.jinja"),
            Self::SecondFactorEnabled => include_str!("templates/second_factor_enabled.jinja"),
            Self::SecondFactorDisabled => include_str!("templates/second_factor_disabled.jinja"),
            Self::IdentityLinked => include_str!("templates/identity_linked.jinja"),
            Self::CourseInvitation => include_str!("templates/course_invitation.jinja"),
            Self::Alert => include_str!("templates/alert.jinja"),
        }
    }
}

/// What a template may name. None of it ever comes from a stranger: a name that one chose would make our mail his. What is
/// not the reader's own or ours is from the workspace that they are a member of by their own account: names of its things,
/// short and in one line, and values of its data. Those stay words: they are escaped, and never become a link.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Values {
    /// Until when, or at what time, in words for the reader.
    pub time: String,
    /// An e-mail address that the letter speaks of.
    pub email: String,
    /// The host of a service that the installation was told to trust.
    pub service: String,
    /// What happened to a thing of the reader's workspace, with its name: at most 150 characters, in one line.
    pub title: String,
    /// A number of its data, of at most 61 characters; empty for none.
    pub value: String,
    /// What was seen, in a sentence of at most 500 characters.
    pub message: String,
}

/// The layouts, by the ending of what is rendered.
const LAYOUTS: [(&str, &str); 3] = [
    ("subject", "{% block subject %}{% endblock %}"),
    ("txt", include_str!("templates/layout.txt")),
    ("html", include_str!("templates/layout.html")),
];

/// All templates, read.
pub(super) struct Letters {
    templates: Environment<'static>,
    /// What the installation calls itself.
    sender: String,
}

/// What the templates are rendered with.
#[derive(Serialize)]
struct Context<'a> {
    layout: String,
    sender: &'a str,
    link: Option<&'a str>,
    #[serde(flatten)]
    values: &'a Values,
}

impl Letters {
    pub(super) fn read(sender: &str) -> Result<Self> {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        for (ending, layout) in LAYOUTS {
            templates.add_template_owned(format!("layout.{ending}"), layout).map_err(Error::internal)?;
            for template in Template::ALL {
                let name = format!("{}.{ending}", template.name());
                templates.add_template_owned(name, template.source()).map_err(Error::internal)?;
            }
        }
        Ok(Self { templates, sender: sender.to_owned() })
    }

    /// The letter as it leaves.
    pub(super) fn write(
        &self,
        template: Template,
        (from, to): (&Mailbox, Mailbox),
        values: &Values,
        link: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Message> {
        let render = |ending: &str| -> Result<String> {
            let context = Context { layout: format!("layout.{ending}"), sender: &self.sender, link, values };
            let named = self.templates.get_template(&format!("{}.{ending}", template.name()));
            named.and_then(|template| template.render(context)).map_err(Error::internal)
        };
        // Nothing may begin another header, whatever stands in a value.
        let subject: String = render("subject")?.chars().filter(|character| !character.is_control()).collect();
        let id = format!("<{}@{}>", uuid::Uuid::new_v4(), from.email.domain());
        let message = Message::builder()
            .from(from.clone())
            .to(to)
            .subject(subject.trim())
            .date(now.into())
            .message_id(Some(id))
            // No answering machine is to answer a machine (RFC 3834).
            .raw_header(HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned()))
            .multipart(MultiPart::alternative_plain_html(render("txt")?, render("html")?));
        message.map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(template: Template, values: &Values) -> String {
        let letters = Letters::read("Acme <AI>").unwrap();
        let from: Mailbox = "Acme <ai@example.org>".parse().unwrap();
        let to: Mailbox = "ada@example.org".parse().unwrap();
        let link = Some("https://app.example.org/x?token=elm_1&a=b");
        let now = DateTime::from_timestamp(1_772_366_400, 0).unwrap();
        let message = letters.write(template, (&from, to), values, link, now).unwrap();
        String::from_utf8(message.formatted()).unwrap()
    }

    #[test]
    fn every_letter_can_be_written() {
        let values = Values { time: "tomorrow".to_owned(), email: "new@example.org".to_owned(), ..Values::default() };
        for template in Template::ALL {
            let text = written(template, &values);
            assert!(text.contains("\r\nSubject: "), "{text}");
            assert!(text.contains("text/plain") && text.contains("text/html"), "{text}");
            assert!(text.contains("Auto-Submitted: auto-generated\r\n"), "{text}");
            assert!(!text.contains("{{") && !text.contains("{%"), "{text}");
        }
    }

    #[test]
    fn values_stay_values() {
        let values =
            Values { email: "a\r\nBcc: all@example.org\r\n<b>x</b>@example.org".to_owned(), ..Values::default() };
        let text = written(Template::EmailChangeAsked, &values);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(!head.contains("Bcc"), "{head}");
        assert!(body.contains("&lt;b&gt;x"), "{body}");
        assert!(body.contains("Acme &lt;AI&gt;"), "{body}");
    }

    #[test]
    fn names_of_a_workspace_stay_words() {
        let title = "<i>Net</i>\r\nBcc: all@example.org".to_owned();
        let text = written(Template::Alert, &Values { title, message: "<b>".to_owned(), ..Values::default() });
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains("Subject: <i>Net</i>Bcc: all@example.org\r\n"), "{head}");
        let html = body.split_once("text/html").unwrap().1;
        assert!(html.contains("&lt;i&gt;Net") && html.contains("&lt;b&gt;") && !html.contains("<b>"), "{html}");
    }
}
