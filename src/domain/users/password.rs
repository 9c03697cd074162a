//! Passwords: argon2id (RFC 9106) with 19 MiB, two passes, one lane, the first choice of OWASP's password storage
//! cheat sheet; kept as PHC strings (<https://github.com/P-H-C/phc-string-format>).
//!
//! Every hash takes its memory on purpose, so only as many run at once as the semaphore has permits. The permit goes
//! with the work: a request that is dropped while its hash is computed frees nothing before the hash is done.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{Error as HashError, PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;

use super::password_rules::MAX_PASSWORD_CHARS;
use crate::error::{Error, ErrorCode, Result};

/// Longest wait for a turn; after it the caller is told to come back.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// Memory of one hash, in KiB.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Hashes a new password into a PHC string.
///
/// # Errors
/// `RATE_LIMITED` when no turn comes within `patience`.
pub async fn hash(hashing: &Arc<Semaphore>, patience: Duration, password: &SecretString) -> Result<String> {
    let password = normalized(password);
    metrics::counter!("elenchus_password_hashes_total").increment(1);
    in_turn(hashing, patience, move || {
        let hash = argon2()?.hash_password(password.expose_secret().as_bytes()).map_err(Error::internal)?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether the password belongs to this PHC string. Without one the same work is done in vain, so that the time does
/// not tell an account that exists from one that does not.
///
/// # Errors
/// `RATE_LIMITED` when no turn comes within `patience`; INTERNAL when the PHC string is damaged.
pub async fn verify(
    hashing: &Arc<Semaphore>,
    patience: Duration,
    password: &SecretString,
    hash: Option<String>,
) -> Result<bool> {
    // No account has a longer one, and the caller's length says nothing about any account.
    let too_long = password.expose_secret().chars().count() > MAX_PASSWORD_CHARS;
    let hash = hash.filter(|_| !too_long);
    let password = if too_long { SecretString::default() } else { normalized(password) };
    metrics::counter!("elenchus_password_checks_total").increment(1);
    in_turn(hashing, patience, move || {
        let real = hash.is_some();
        let hash = hash.unwrap_or_else(nobodys_hash);
        let hash = PasswordHash::new(&hash).map_err(Error::internal)?;
        match argon2()?.verify_password(password.expose_secret().as_bytes(), &hash) {
            Ok(()) => Ok(real),
            Err(HashError::PasswordInvalid) => Ok(false),
            Err(error) => Err(Error::internal(error)),
        }
    })
    .await
}

/// Whether a hash was made with other parameters than a new one would be, or by another algorithm: the password is then
/// to be hashed anew at the next chance, which is when its owner signs in.
#[must_use]
pub fn is_outdated(hash: &str) -> bool {
    let current = |hash: &PasswordHash| {
        hash.algorithm == Algorithm::Argon2id.ident()
            && hash.version == Some(Version::V0x13.into())
            && Params::try_from(hash)
                .is_ok_and(|params| (params.m_cost(), params.t_cost(), params.p_cost()) == (MEMORY_KIB, PASSES, LANES))
    };
    !PasswordHash::new(hash).is_ok_and(|hash| current(&hash))
}

/// Runs `work` off the async threads as soon as a permit is free.
async fn in_turn<T: Send + 'static>(
    hashing: &Arc<Semaphore>,
    patience: Duration,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let turn = tokio::time::timeout(patience, Arc::clone(hashing).acquire_owned())
        .await
        .map_err(|_| {
            Error::new(ErrorCode::RateLimited, "Too many people are signing in right now. Please try again.")
                .with_retry_after(u32::try_from(PATIENCE.as_secs()).unwrap_or(u32::MAX))
        })?
        .map_err(Error::internal)?;
    tokio::task::spawn_blocking(move || {
        let done = work();
        drop(turn);
        done
    })
    .await
    .map_err(Error::internal)?
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// A hash as all others, of no known password: salt and hash are bytes from a random source.
fn nobodys_hash() -> String {
    const SALT_AND_HASH: &str = "iwxDmob1qCOgz9OVlYB2TQ$0JiSeyN/Eu3iYTZvc/6xGtC9zuHgO7bZAaQOxBPhofY";
    format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${SALT_AND_HASH}")
}

/// NFC, so that the same characters are the same password on every keyboard (NIST SP 800-63B, section 3.1.1.2).
fn normalized(password: &SecretString) -> SecretString {
    password.expose_secret().nfc().collect::<String>().into()
}
