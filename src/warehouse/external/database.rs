//! What somebody entered of their database.

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use secrecy::SecretString;

use super::problem::Problem;

/// Where a database is, and who asks it.
#[derive(Debug, Clone)]
pub struct Database {
    /// A name or an address.
    pub host: String,
    pub port: u16,
    pub name: String,
    pub user: String,
    pub password: SecretString,
    pub tls: Tls,
}

/// How the way there is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// Only with a certificate for this very host that is trusted.
    VerifyFull {
        /// Authorities in PEM that are trusted besides those of Mozilla's list.
        authorities: Option<String>,
    },
    /// In plain text.
    Disable,
}

/// The certificates of a text in PEM, at least one.
///
/// # Errors
/// When there is none, or one that cannot be read.
pub fn certificates(pem: &str) -> Result<Vec<CertificateDer<'static>>, Problem> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(Problem::Authorities),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_told() {
        for text in ["", "x", "-----BEGIN CERTIFICATE-----\n???\n-----END CERTIFICATE-----\n"] {
            assert_eq!(certificates(text), Err(Problem::Authorities), "{text}");
        }
        let one = "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n";
        assert_eq!(certificates(&one.repeat(2)).unwrap().len(), 2);
    }
}
