//! What lets people into courses: codes that a room full of students types in, and tokens in the links of invitations. The
//! database keeps only the SHA-256 of either.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

/// Crockford's Base32 (<https://www.crockford.com/base32.html>): nothing in it is read as something else.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code: 50 bits, at ten guesses an hour and account.
const CODE_CHARS: usize = 10;
/// Lets secret scanners recognise a token that was put where it does not belong.
const MARK: &str = "elc_";

/// A new code, as `7K3QD-9XWMB`, and what the database keeps of it.
#[must_use]
pub fn code() -> (SecretString, Vec<u8>) {
    let mut code = String::with_capacity(CODE_CHARS + 1);
    for (place, byte) in rand::random::<[u8; CODE_CHARS]>().into_iter().enumerate() {
        if place == CODE_CHARS / 2 {
            code.push('-');
        }
        // Each of 32 letters is the remainder of 8 bytes out of 256: none is likelier than another.
        code.push(ALPHABET.get(usize::from(byte) % ALPHABET.len()).copied().map_or('0', char::from));
    }
    let kept = code_hash(&code);
    (code.into(), kept)
}

/// What the database keeps of a code as somebody typed it: case and hyphens do not matter, nor letters for digits that
/// look like them.
#[must_use]
pub fn code_hash(typed: &str) -> Vec<u8> {
    let plain: String = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|char| match char.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    Sha256::digest(plain.as_bytes()).to_vec()
}

/// A new token of an invitation, and what the database keeps of it.
#[must_use]
pub fn token() -> (SecretString, Vec<u8>) {
    let bytes = rand::random::<[u8; 32]>();
    (format!("{MARK}{}", BASE64.encode(bytes)).into(), Sha256::digest(bytes).to_vec())
}

/// What the database keeps of a token; `None` for what cannot be one.
#[must_use]
pub fn token_hash(token: &SecretString) -> Option<Vec<u8>> {
    let text = token.expose_secret().trim().strip_prefix(MARK)?;
    let bytes: [u8; 32] = BASE64.decode(text).ok()?.try_into().ok()?;
    Some(Sha256::digest(bytes).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_the_same_however_it_is_typed() {
        let (code, kept) = code();
        let code = code.expose_secret();
        assert_eq!((code.len(), code.find('-')), (11, Some(5)), "{code}");
        let sloppy = format!(" {} ", code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l"));
        assert_eq!(code_hash(&sloppy), kept);
        assert_ne!(code_hash(&code[..10]), kept);
        assert_ne!(self::code().1, kept);
    }

    #[test]
    fn a_token_reads_back_and_nothing_else_does() {
        let (token, kept) = token();
        assert_eq!(token_hash(&token), Some(kept.clone()));
        let text = token.expose_secret();
        assert_eq!(token_hash(&format!(" {text}\n").into()), Some(kept));
        for other in ["", "elc_", &text[4..], &text.replacen("elc", "elm", 1)] {
            assert_eq!(token_hash(&other.to_owned().into()), None, "{other}");
        }
    }
}
