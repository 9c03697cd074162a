//! Seals and opens one value, with XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03): its nonce of 192 bits may be random
//! for any number of values.
//!
//! A sealed value is `version (1) | key id (8) | nonce (24) | ciphertext and tag`. The key of a column is HKDF-SHA256
//! (RFC 5869) of the installation's key and the column's purpose. Version, key id and the row's id are authenticated with
//! the value: whoever can write to the database cannot move a sealed value to another row or column, and cannot say that it
//! was sealed otherwise.

use std::fmt;

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use secrecy::{ExposeSecret as _, SecretBox, SecretSlice};
use sha2::Sha256;
use uuid::Uuid;

use super::columns::Column;
use crate::error::{Error, Result};

/// Says how a value was sealed; another way gets another number.
const VERSION: u8 = 1;
/// Version and key id, with which every sealed value begins.
pub const HEAD_BYTES: usize = 1 + KEY_ID_BYTES;
const KEY_ID_BYTES: usize = 8;
const NONCE_BYTES: usize = 24;
/// What the key ids are derived for; tells nothing about the key.
const KEY_ID_INFO: &[u8] = b"elenchus seal 1 key id";
/// In front of a column's purpose.
const KEY_INFO: &[u8] = b"elenchus seal 1 key ";

/// Names a key without telling anything about it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId([u8; KEY_ID_BYTES]);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a value does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    #[error("not a sealed value")]
    Malformed,
    #[error("sealed with the key {0}, which is not among ENCRYPTION_KEY and ENCRYPTION_KEY_PREVIOUS")]
    UnknownKey(KeyId),
    #[error("changed since it was sealed, or moved from another row")]
    Broken,
}

/// Seals with the newest key and opens with any.
#[derive(Debug)]
pub struct Sealer {
    /// Newest first.
    keys: Vec<(KeyId, SecretSlice<u8>)>,
}

impl Sealer {
    /// Takes the keys of the installation, the newest first.
    #[must_use]
    pub fn new(keys: &[SecretSlice<u8>]) -> Self {
        Self { keys: keys.iter().map(|key| (key_id(key), key.clone())).collect() }
    }

    /// The key that new values are sealed with; `None` without keys.
    #[must_use]
    pub fn newest(&self) -> Option<KeyId> {
        self.keys.first().map(|(id, _)| *id)
    }

    /// What values begin with that are sealed with the newest key; `None` without keys.
    #[must_use]
    pub fn head(&self) -> Option<[u8; HEAD_BYTES]> {
        self.newest().map(head)
    }

    /// Whether values that are sealed with this key can be opened.
    #[must_use]
    pub fn knows(&self, id: KeyId) -> bool {
        self.keys.iter().any(|(known, _)| *known == id)
    }

    /// Seals a value for one row of a column.
    ///
    /// # Errors
    /// INTERNAL without a key.
    pub fn seal(&self, column: &Column, row: Uuid, value: &[u8]) -> Result<Vec<u8>> {
        let (id, key) = self.keys.first().ok_or_else(|| Error::internal("there is no key to seal with"))?;
        let head = head(*id);
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let payload = Payload { msg: value, aad: &context(head, row) };
        let sealed = cipher(key, column)
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::internal("a value is too long to be sealed"))?;
        Ok([head.as_slice(), &nonce, &sealed].concat())
    }

    /// Opens what was sealed for this row of this column.
    ///
    /// # Errors
    /// When it was sealed with an unknown key, changed or moved.
    pub fn open(&self, column: &Column, row: Uuid, sealed: &[u8]) -> Result<SecretSlice<u8>, OpenError> {
        let id = sealed_with(sealed).ok_or(OpenError::Malformed)?;
        let (_, key) = self.keys.iter().find(|(known, _)| *known == id).ok_or(OpenError::UnknownKey(id))?;
        let rest = sealed.get(HEAD_BYTES..).ok_or(OpenError::Malformed)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(OpenError::Malformed)?;
        let payload = Payload { msg: sealed, aad: &context(head(id), row) };
        let value = cipher(key, column).decrypt(&XNonce::from(*nonce), payload).map_err(|_| OpenError::Broken)?;
        Ok(value.into())
    }
}

/// The key that a value says it is sealed with; `None` for what was not sealed by us.
#[must_use]
pub fn sealed_with(sealed: &[u8]) -> Option<KeyId> {
    let (version, rest) = sealed.split_first()?;
    let id = rest.first_chunk::<KEY_ID_BYTES>().filter(|_| *version == VERSION)?;
    Some(KeyId(*id))
}

fn head(id: KeyId) -> [u8; HEAD_BYTES] {
    let mut head = [VERSION; HEAD_BYTES];
    if let Some(rest) = head.last_chunk_mut() {
        *rest = id.0;
    }
    head
}

/// What is authenticated besides the value.
fn context(head: [u8; HEAD_BYTES], row: Uuid) -> Vec<u8> {
    [head.as_slice(), row.as_bytes()].concat()
}

fn cipher(key: &SecretSlice<u8>, column: &Column) -> XChaCha20Poly1305 {
    let info = [KEY_INFO, column.purpose.as_bytes()].concat();
    let derived = SecretBox::init_with_mut(|derived: &mut [u8; 32]| expand(key, &info, derived));
    XChaCha20Poly1305::new(derived.expose_secret().into())
}

fn key_id(key: &SecretSlice<u8>) -> KeyId {
    let mut id = [0; KEY_ID_BYTES];
    expand(key, KEY_ID_INFO, &mut id);
    KeyId(id)
}

/// HKDF fails only for more than 255 blocks of output.
fn expand(key: &SecretSlice<u8>, info: &[u8], into: &mut [u8]) {
    let _short_enough = Hkdf::<Sha256>::new(None, key.expose_secret()).expand(info, into);
}
