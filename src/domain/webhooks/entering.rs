//! Pure rules of what somebody enters of an endpoint.

use url::Url;

use super::model::{Content, EventKind};
use crate::error::{Error, FieldError, Result};
use crate::outbound::posting::Unanswered;

/// Endpoints of one workspace at most.
pub const WEBHOOKS_MAX: i64 = 20;
/// Longest address, in characters, as the table has it.
const URL_MAX: usize = 2000;
/// Longest description, in characters, as the table has it.
const DESCRIPTION_MAX: usize = 500;
/// Lowest port but for those of the web: below are those of other services, which nobody is to be made to knock at.
const PORT_MIN: u16 = 1024;
/// The input that holds the address.
const URL: &str = "input.url";

/// What was entered, tidy.
///
/// # Errors
/// BAD_USER_INPUT with every field that does not do.
pub fn checked(entered: &Content) -> Result<Content> {
    let mut refused = Vec::new();
    let mut refuse = |path: String, message: String| refused.push(FieldError { path, message });
    let url = checked_url(&entered.url);
    if let Err(message) = &url {
        refuse(URL.to_owned(), message.clone());
    }
    let mut events: Vec<EventKind> = Vec::new();
    for (place, event) in entered.events.iter().enumerate() {
        if *event == EventKind::Ping {
            refuse(format!("input.events.{place}"), "A ping comes when testWebhook asks for it.".to_owned());
        } else if !events.contains(event) {
            events.push(*event);
        }
    }
    if entered.events.is_empty() {
        refuse("input.events".to_owned(), "Name at least one.".to_owned());
    }
    let description = entered.description.as_deref().map(clean).filter(|text| !text.is_empty());
    if description.as_ref().is_some_and(|text| text.chars().count() > DESCRIPTION_MAX) {
        refuse("input.description".to_owned(), format!("At most {DESCRIPTION_MAX} characters."));
    }
    match url {
        Ok(url) if refused.is_empty() => Ok(Content { url, events, description, is_enabled: entered.is_enabled }),
        _ => Err(Error::bad_inputs(refused)),
    }
}

/// An address as it is called, or why it is none. Where it leads is judged by whoever calls.
fn checked_url(text: &str) -> Result<String, String> {
    let url: Url = text.trim().parse().map_err(|_| "Give an address such as https://example.org/hook.".to_owned())?;
    if !matches!(url.scheme(), "https" | "http") || url.host_str().is_none_or(str::is_empty) {
        return Err("Give an address such as https://example.org/hook.".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("Give it without a name and a password: messages prove themselves by their signatures.".to_owned());
    }
    if url.fragment().is_some() {
        return Err("Give it without a part behind #: that is sent to nobody.".to_owned());
    }
    if url.port().is_some_and(|port| port < PORT_MIN && !matches!(port, 80 | 443)) {
        return Err(format!("Give the port 443, or one from {PORT_MIN}."));
    }
    if url.as_str().chars().count() > URL_MAX {
        return Err(format!("At most {URL_MAX} characters."));
    }
    Ok(url.into())
}

/// What is said of an address that is not called.
#[must_use]
pub fn refused(problem: Unanswered) -> Error {
    let message = match problem {
        Unanswered::Plain => "This server calls endpoints with https alone.",
        _ => "This server does not call this address.",
    };
    Error::bad_input(URL, message)
}

/// Trimmed. Postgres takes no NUL.
fn clean(text: &str) -> String {
    text.replace('\0', "\u{FFFD}").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(url: &str) -> Content {
        Content {
            url: url.to_owned(),
            events: vec![EventKind::ReportSent, EventKind::AlertChanged, EventKind::ReportSent],
            description: Some(" \n ".to_owned()),
            is_enabled: true,
        }
    }

    #[test]
    fn what_is_entered_is_tidied() {
        let tidy = checked(&content(" HTTPS://Example.org:443/a b?c=d ")).unwrap();
        assert_eq!(tidy.url, "https://example.org/a%20b?c=d");
        assert_eq!(tidy.events, [EventKind::ReportSent, EventKind::AlertChanged]);
        assert_eq!(tidy.description, None);
    }

    #[test]
    fn addresses_that_do_not_do_are_told() {
        let long = format!("https://example.org/{}", "x".repeat(2000));
        for wrong in [
            "",
            "example.org",
            "ftp://example.org/",
            "https://",
            "file:///etc/passwd",
            "https://me:secret@example.org/",
            "https://example.org/#here",
            "https://example.org:22/",
            "https://example.org:0/",
            "https://example.org:65536/",
            &long,
        ] {
            let error = checked(&content(wrong)).unwrap_err();
            assert_eq!(error.fields()[0].path, "input.url", "{wrong}");
        }
        for right in
            ["https://example.org:1024/", "https://[2606:4700::1]/", "http://example.org/", "https://1.1.1.1:80/"]
        {
            assert!(checked(&content(right)).is_ok(), "{right}");
        }
    }

    #[test]
    fn all_that_does_not_do_is_told() {
        let wrong = Content {
            url: String::new(),
            events: vec![EventKind::AlertChanged, EventKind::Ping],
            description: Some("x".repeat(501)),
            is_enabled: true,
        };
        let error = checked(&wrong).unwrap_err();
        let paths: Vec<&str> = error.fields().iter().map(|field| field.path.as_str()).collect();
        assert_eq!(paths, ["input.url", "input.events.1", "input.description"]);
        let none = Content { events: Vec::new(), ..content("https://example.org/") };
        assert_eq!(checked(&none).unwrap_err().fields()[0].path, "input.events");
    }
}
