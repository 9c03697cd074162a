//! Which passwords are taken: long enough, and hard to guess. Which kinds of characters they are made of does not matter
//! (NIST SP 800-63B, section 3.1.1.2).
//!
//! How hard one is to guess says zxcvbn (Wheeler, USENIX Security 2016), which knows common passwords, names, words,
//! dates, rows of keys and all of these in disguise, and what the account itself gives away.

use secrecy::{ExposeSecret as _, SecretString};

use super::common_passwords::is_common;
use super::policy::tidy;
use crate::error::{Error, Result};

pub const MIN_PASSWORD_CHARS: usize = 8;
pub const MAX_PASSWORD_CHARS: usize = 200;
/// What zxcvbn looks at: its time grows faster than the length, and who has so many hard characters needs no more.
const LOOKED_AT: usize = 72;

/// What others know of whose password it is.
#[derive(Debug, Clone, Default)]
pub struct Owner {
    pub email: String,
    pub username: Option<String>,
    pub full_name: Option<String>,
}

impl Owner {
    /// The names, and the parts of names that people make passwords of.
    fn words(&self) -> Vec<&str> {
        let names = [Some(self.email.as_str()), self.username.as_deref(), self.full_name.as_deref()];
        let whole = names.into_iter().flatten().filter(|name| !name.is_empty());
        let parts = whole.clone().flat_map(|name| name.split(|character: char| !character.is_alphanumeric()));
        whole.chain(parts.filter(|part| part.chars().count() > 2)).collect()
    }
}

/// Why this password is refused, in a sentence that helps to find a better one. `min_score` is from 0, for any, to 4.
#[must_use]
pub fn problem(password: &str, owner: &Owner, min_score: u8) -> Option<String> {
    let length = password.chars().count();
    if length < MIN_PASSWORD_CHARS {
        return Some(format!("A password has at least {MIN_PASSWORD_CHARS} characters."));
    }
    if length > MAX_PASSWORD_CHARS {
        return Some(format!("A password has at most {MAX_PASSWORD_CHARS} characters."));
    }
    let folded = tidy(password).to_lowercase();
    if is_common(&folded) {
        return Some("This is one of the first passwords that anybody tries.".to_owned());
    }
    let words = owner.words();
    let local = owner.email.split('@').next().unwrap_or_default();
    if words.iter().chain([&local]).any(|name| name.to_lowercase() == folded) {
        return Some("The password must not be the e-mail address, the username or a name of yours.".to_owned());
    }
    let start: String = password.chars().take(LOOKED_AT).collect();
    let judged = zxcvbn::zxcvbn(&start, &words);
    if u8::from(judged.score()) >= min_score {
        return None;
    }
    let advice = judged.feedback().map(|feedback| {
        let warning = feedback.warning().map(|warning| warning.to_string());
        let hints = feedback.suggestions().iter().map(ToString::to_string);
        warning.into_iter().chain(hints).collect::<Vec<_>>().join(" ")
    });
    let advice = advice.filter(|advice| !advice.is_empty());
    let advice = advice.unwrap_or_else(|| "Add another word or two. Uncommon words are better.".to_owned());
    Some(format!("This password is too easy to guess. {advice}"))
}

/// As [`problem`], off the async threads.
///
/// # Errors
/// INTERNAL when the check itself breaks.
pub async fn check(password: &SecretString, owner: Owner, min_score: u8) -> Result<Option<String>> {
    let password = password.clone();
    tokio::task::spawn_blocking(move || problem(password.expose_secret(), &owner, min_score))
        .await
        .map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Owner {
        Owner {
            email: "ada.lovelace@example.org".to_owned(),
            username: Some("CountessAda".to_owned()),
            full_name: Some("Ada King Lovelace".to_owned()),
        }
    }

    #[test]
    fn what_is_hard_to_guess_is_taken_whatever_it_is_made_of() {
        let whole = "💧🔑🐎🔋📎🌵🎺🧊".repeat(25);
        for good in ["eleven purple ducks", "пароль-длинный", "vq7 mlx 2rh", "correct horse staple gun", &whole]
        {
            assert_eq!(problem(good, &ada(), 3), None, "{good}");
        }
    }

    #[test]
    fn what_anybody_would_try_is_not() {
        let long = "x".repeat(201);
        for bad in [
            "1234567",
            "password",
            "PassWord1",
            "Ada.Lovelace@example.org",
            "ada.lovelace",
            "countessada",
            "P@ssw0rd!",
            "        ",
            "aaaabbbb1",
            "qwertyuiop[]",
            "lovelace1815",
            "Lovelace!!",
            "19871987",
            &long,
            &"a".repeat(200),
        ] {
            assert!(problem(bad, &ada(), 3).is_some(), "{bad}");
        }
    }

    #[test]
    fn a_refusal_helps_and_the_bar_is_a_setting() {
        let said = problem("lovelace1815", &ada(), 3).unwrap();
        assert!(said.starts_with("This password is too easy to guess. "), "{said}");
        assert!(said.ends_with('.') && said.len() > 50, "{said}");
        assert_eq!(problem("lovelace1815", &ada(), 0), None);
        assert!(problem("eleven purple ducks", &ada(), 3).is_none());
        assert!(problem("ada.lovelace", &ada(), 0).is_some(), "one's own name is no password at any bar");
    }
}
