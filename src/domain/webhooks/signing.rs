//! Secrets and signatures of Standard Webhooks, version 1.0.0
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>), with HMAC-SHA256.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};
use sha2::Sha256;

use crate::error::{Error, Result};

/// What a secret begins with where people see it.
const MARK: &str = "whsec_";
/// Bytes of a new secret; the specification has 24 to 64.
const SECRET_BYTES: usize = 32;
/// Characters by which a secret is known that nobody sees again: the mark, and 30 bits of 256.
const PREFIX_CHARS: usize = MARK.len() + 5;

/// A new secret.
#[must_use]
pub fn new_secret() -> SecretSlice<u8> {
    rand::random::<[u8; SECRET_BYTES]>().to_vec().into()
}

/// A secret as receivers take it.
#[must_use]
pub fn shown(secret: &SecretSlice<u8>) -> SecretString {
    format!("{MARK}{}", BASE64.encode(secret.expose_secret())).into()
}

/// How a secret begins, by which people tell which one it is.
#[must_use]
pub fn prefix(secret: &SecretSlice<u8>) -> String {
    shown(secret).expose_secret().chars().take(PREFIX_CHARS).collect()
}

/// The header `webhook-signature`: a signature with each secret. `timestamp` is that of the try, in seconds since 1970. The id holds no full
/// stop, as ids of ours do not: what is signed reads in one way only.
///
/// # Errors
/// INTERNAL for a secret that signs nothing, which none does.
pub fn signatures(secrets: &[SecretSlice<u8>], id: &str, timestamp: i64, body: &str) -> Result<String> {
    let signed = secrets.iter().map(|secret| signature(secret, id, timestamp, body)).collect::<Result<Vec<_>>>()?;
    Ok(signed.join(" "))
}

fn signature(secret: &SecretSlice<u8>, id: &str, timestamp: i64, body: &str) -> Result<String> {
    let mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret());
    let mut mac = mac.map_err(|_| Error::internal("a secret is no key"))?;
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    Ok(format!("v1,{}", BASE64.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretSlice<u8> {
        BASE64.decode(text).unwrap().into()
    }

    /// The example that the libraries of the specification are tested with.
    #[test]
    fn a_known_message_has_the_known_signature() {
        let known = secret("C2FVsBQIhrscChlQIMV+b5sSYspob7oD");
        let (id, at) = ("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1_649_367_553);
        let body = r#"{"email":"test@example.com","username":"test_user"}"#;
        let signed = signatures(&[known], id, at, body).unwrap();
        assert_eq!(signed, "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=");
    }

    #[test]
    fn each_secret_signs() {
        let (one, two) = (secret("AAAA"), secret("AAAB"));
        let alone = |secret: &SecretSlice<u8>| signatures(std::slice::from_ref(secret), "id", 1, "{}").unwrap();
        let both = signatures(&[one.clone(), two.clone()], "id", 1, "{}").unwrap();
        assert_eq!(both, format!("{} {}", alone(&one), alone(&two)));
        assert_ne!(alone(&one), alone(&two));
        for (id, at, body) in [("other", 1, "{}"), ("id", 2, "{}"), ("id", 1, "{ }")] {
            assert_ne!(signatures(std::slice::from_ref(&one), id, at, body).unwrap(), alone(&one));
        }
    }

    #[test]
    fn secrets_are_random_and_marked() {
        let (one, other) = (new_secret(), new_secret());
        assert_ne!(one.expose_secret(), other.expose_secret());
        let text = shown(&one);
        let bytes = BASE64.decode(text.expose_secret().strip_prefix("whsec_").unwrap()).unwrap();
        assert_eq!((bytes.as_slice(), bytes.len()), (one.expose_secret(), 32));
        assert_eq!((prefix(&one).len(), text.expose_secret().starts_with(&prefix(&one))), (11, true));
    }
}
