//! A forger's tools: access tokens of exactly these parts.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::{Sha256, Sha384, Sha512};

pub fn encoded(value: &Value) -> String {
    BASE64.encode(value.to_string())
}

/// Header and payload as they are signed.
fn unsigned(header: &Value, claims: &Value) -> String {
    format!("{}.{}", encoded(header), encoded(claims))
}

/// A token of exactly these parts, under HMAC-SHA256.
pub fn forge(header: &Value, claims: &Value, key: &[u8]) -> String {
    let signed = unsigned(header, claims);
    let mut mac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", BASE64.encode(mac.finalize().into_bytes()))
}

/// As [`forge`], under HMAC-SHA384.
pub fn forge_384(header: &Value, claims: &Value, key: &[u8]) -> String {
    let signed = unsigned(header, claims);
    let mut mac = Hmac::<Sha384>::new_from_slice(key).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", BASE64.encode(mac.finalize().into_bytes()))
}

/// As [`forge`], under HMAC-SHA512.
pub fn forge_512(header: &Value, claims: &Value, key: &[u8]) -> String {
    let signed = unsigned(header, claims);
    let mut mac = Hmac::<Sha512>::new_from_slice(key).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", BASE64.encode(mac.finalize().into_bytes()))
}

/// The header (0) or the claims (1) of a token.
pub fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&BASE64.decode(part).unwrap()).unwrap()
}

/// `object` with one value changed, or taken out by null.
pub fn with(object: &Value, name: &str, value: Value) -> Value {
    let mut object = object.clone();
    if value.is_null() {
        object.as_object_mut().unwrap().remove(name);
    } else {
        object[name] = value;
    }
    object
}
