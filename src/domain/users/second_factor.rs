//! The second factor: codes of an authenticator app, recovery codes, and the challenge that asks for either.
//!
//! Codes are TOTP (RFC 6238) over HMAC-SHA1 with 6 digits and steps of 30 seconds, which is what every app computes; the
//! step before and the one after are taken too, for clocks that differ. Recovery codes have 80 random bits and challenges 256,
//! so that their plain SHA-256 is enough to keep.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use sha2::{Digest as _, Sha256};
use totp_rs::{Algorithm, Builder, Totp};

use crate::error::{Error, Result};

/// How long a challenge is good for.
pub const CHALLENGE_LIFE: TimeDelta = TimeDelta::minutes(5);
/// Wrong codes that one challenge takes.
pub const CHALLENGE_TRIES: i32 = 5;
/// Codes that an account gets at once.
pub const RECOVERY_CODES: usize = 10;
/// Length of a key after RFC 4226, section 4.
const SECRET_BYTES: usize = 20;
const DIGITS: u8 = 6;
/// In seconds.
const STEP: u64 = 30;
/// Steps before and after that are taken too.
const SKEW: u16 = 1;
/// Lets secret scanners recognise a challenge that was put where it does not belong.
const CHALLENGE_PREFIX: &str = "elc_";
/// Crockford's base 32 in small letters: no letter that is taken for a digit.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const RECOVERY_LETTERS: usize = 16;

/// What somebody typed as their code.
#[derive(Debug)]
pub enum Code {
    /// Six digits of an app.
    App(SecretString),
    /// The hash of a recovery code.
    Recovery([u8; 32]),
}

impl Code {
    /// Reads a code with or without the spaces and hyphens that it is shown with; `None` for what cannot be one.
    #[must_use]
    pub fn read(typed: &SecretString) -> Option<Self> {
        let typed = typed.expose_secret();
        if typed.len() > 100 {
            return None;
        }
        let bare: String = typed.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect();
        if bare.len() == usize::from(DIGITS) && bare.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Self::App(bare.into()));
        }
        let meant: String = bare.to_ascii_lowercase().chars().map(meant).collect();
        let is_one = meant.len() == RECOVERY_LETTERS && meant.bytes().all(|letter| LETTERS.contains(&letter));
        is_one.then(|| Self::Recovery(Sha256::digest(meant.as_bytes()).into()))
    }
}

/// The letter of a code that was taken for another one.
const fn meant(letter: char) -> char {
    match letter {
        'o' => '0',
        'i' | 'l' => '1',
        letter => letter,
    }
}

/// A key for an app.
#[must_use]
pub fn new_secret() -> SecretSlice<u8> {
    rand::random::<[u8; SECRET_BYTES]>().to_vec().into()
}

/// What an app takes a key by.
#[derive(Debug)]
pub struct Enrolment {
    /// The key in base 32, to be typed.
    pub secret: SecretString,
    /// The key in an `otpauth:` address, for a QR code.
    pub url: SecretString,
}

impl Enrolment {
    /// `installation` and `account` are the names under which an app lists it.
    ///
    /// # Errors
    /// INTERNAL when the key is none.
    pub fn new(secret: &SecretSlice<u8>, installation: &str, account: &str) -> Result<Self> {
        let totp = totp(secret, installation, account)?;
        let url = totp.to_url().map_err(Error::internal)?;
        Ok(Self { secret: totp.secret().to_base32().into(), url: url.into() })
    }
}

/// The step that a code of this key is of: the present one, the one before or the one after. `None` for a wrong code.
///
/// # Errors
/// INTERNAL when the key is none.
pub fn step_of(secret: &SecretSlice<u8>, code: &SecretString, now: DateTime<Utc>) -> Result<Option<i64>> {
    let time = u64::try_from(now.timestamp()).map_err(Error::internal)?;
    let step = totp(secret, "", "account")?.check(code.expose_secret(), time);
    step.map(i64::try_from).transpose().map_err(Error::internal)
}

fn totp(secret: &SecretSlice<u8>, installation: &str, account: &str) -> Result<Totp> {
    // A colon parts the two names.
    let named = |name: &str| name.replace(':', " ");
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_step_duration(STEP)
        .with_skew(SKEW)
        .with_secret(secret.expose_secret().to_vec())
        .with_account_name(named(account))
        .with_issuer(Some(named(installation)).filter(|name| !name.is_empty()))
        .build()
        .map_err(Error::internal)
}

/// A recovery code and what is kept of it.
#[derive(Debug)]
pub struct RecoveryCode {
    /// As it is shown: four times four letters.
    pub text: SecretString,
    pub hash: [u8; 32],
}

impl RecoveryCode {
    #[must_use]
    pub fn generate() -> Self {
        let mut bits = u128::from_be_bytes(rand::random());
        let mut plain = String::with_capacity(RECOVERY_LETTERS);
        let mut shown = String::new();
        for place in 0..RECOVERY_LETTERS {
            let letter = LETTERS.get((bits & 31) as usize).copied().map_or('0', char::from);
            bits >>= 5;
            if place > 0 && place % 4 == 0 {
                shown.push('-');
            }
            shown.push(letter);
            plain.push(letter);
        }
        Self { text: shown.into(), hash: Sha256::digest(plain.as_bytes()).into() }
    }

    /// A full set.
    #[must_use]
    pub fn set() -> Vec<Self> {
        (0..RECOVERY_CODES).map(|_| Self::generate()).collect()
    }
}

/// Says that somebody has proved the first factor, and is good for nothing but the second.
#[derive(Debug)]
pub struct Challenge {
    pub text: SecretString,
    pub hash: [u8; 32],
}

impl Challenge {
    #[must_use]
    pub fn generate() -> Self {
        let bytes: [u8; 32] = rand::random();
        Self { text: format!("{CHALLENGE_PREFIX}{}", BASE64.encode(bytes)).into(), hash: Sha256::digest(bytes).into() }
    }
}

/// What is kept of a challenge; `None` for what cannot be one.
#[must_use]
pub fn challenge_hash(text: &SecretString) -> Option<[u8; 32]> {
    let bytes = text.expose_secret().strip_prefix(CHALLENGE_PREFIX)?;
    let bytes: [u8; 32] = BASE64.decode(bytes).ok()?.try_into().ok()?;
    Some(Sha256::digest(bytes).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, whose codes have eight digits: ours are their last six.
    #[test]
    fn codes_are_those_of_the_specification() {
        let secret: SecretSlice<u8> = b"12345678901234567890".to_vec().into();
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at =
                |seconds: i64| step_of(&secret, &code.into(), DateTime::from_timestamp(seconds, 0).unwrap()).unwrap();
            let step = time / 30;
            assert_eq!([at(time - 30), at(time), at(time + 30)], [Some(step); 3], "{time}");
            assert_eq!(at((step + 2) * 30), None, "{time}");
            // Before the first window there is no time.
            if step > 1 {
                assert_eq!(at((step - 1) * 30 - 1), None, "{time}");
            }
        }
    }

    #[test]
    fn an_app_gets_key_and_names() {
        let secret: SecretSlice<u8> = b"12345678901234567890".to_vec().into();
        let enrolment = Enrolment::new(&secret, "Elenchus: mine", "a:b@example.org").unwrap();
        assert_eq!(enrolment.secret.expose_secret(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(
            enrolment.url.expose_secret(),
            "otpauth://totp/Elenchus%20%20mine:a%20b%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Elenchus%20%20mine"
        );
    }

    #[test]
    fn codes_are_read_as_they_are_typed() {
        let app = |typed: &str| match Code::read(&typed.into()) {
            Some(Code::App(code)) => Some(code.expose_secret().to_owned()),
            _ => None,
        };
        for typed in ["123456", " 123 456\n", "123-456"] {
            assert_eq!(app(typed).as_deref(), Some("123456"), "{typed}");
        }
        for typed in ["", "12345", "1234567", "١٢٣٤٥٦", "12345a", &"1 ".repeat(60)] {
            assert!(app(typed).is_none(), "{typed}");
        }
        let code = RecoveryCode::generate();
        let text = code.text.expose_secret();
        assert_eq!((text.len(), text.matches('-').count()), (19, 3), "{text}");
        let loose = text.to_uppercase().replace('-', " ").replace('0', "O").replace('1', "l");
        for typed in [text, &loose, &text.replace('-', "")] {
            assert!(matches!(Code::read(&typed.into()), Some(Code::Recovery(hash)) if hash == code.hash), "{typed}");
        }
        assert!(Code::read(&text[1..].into()).is_none());
        let set: std::collections::BTreeSet<_> = RecoveryCode::set().into_iter().map(|code| code.hash).collect();
        assert_eq!(set.len(), RECOVERY_CODES);
    }

    #[test]
    fn a_challenge_is_told_by_its_form() {
        let challenge = Challenge::generate();
        assert_eq!(challenge_hash(&challenge.text), Some(challenge.hash));
        for text in ["", "elc_", "elr_AAAA", &challenge.text.expose_secret()[4..], "elc_!"] {
            assert_eq!(challenge_hash(&text.into()), None, "{text}");
        }
        assert!(!format!("{challenge:?}").contains("elc_"));
    }
}
