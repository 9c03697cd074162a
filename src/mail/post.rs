//! How a letter leaves: to a mail server, or into a folder.

use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{self, PoolConfig};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};
use secrecy::ExposeSecret as _;

use crate::config::mail::{Delivery, Security, Smtp};
use crate::error::{Error, Result};

/// Longest wait for a connection to the mail server.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longest time for a whole letter, which may have 10 MiB: the transport bounds the connecting alone.
const WHOLE: Duration = Duration::from_mins(3);
/// Connections that are kept for the next letter: none, since one that was given up in the middle of a letter would be among them.
const KEPT: u32 = 0;

/// Why a letter did not leave.
#[derive(Debug)]
pub enum Failure {
    /// Of the moment: another try may succeed.
    Later(Error),
    /// This letter is refused, however often it is tried.
    Never(Error),
}

/// A way for letters to leave.
pub(super) enum Post {
    Folder(PathBuf),
    Server(AsyncSmtpTransport<Tokio1Executor>),
}

impl Post {
    /// # Errors
    /// When the certificates of `MAIL_CA_FILE` are none.
    pub(super) fn open(delivery: &Delivery, own_domain: &str) -> Result<Self> {
        match delivery {
            Delivery::Folder(folder) => Ok(Self::Folder(folder.clone())),
            Delivery::Smtp(server) => Ok(Self::Server(transport(server, own_domain)?)),
        }
    }

    /// `name` is what the letter is; it becomes part of the name of a file.
    pub(super) async fn send(&self, name: &'static str, message: Message) -> Result<(), Failure> {
        match self {
            Self::Server(transport) => match tokio::time::timeout(WHOLE, transport.send(message)).await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(refused(&error)),
                Err(_) => Err(Failure::Later(Error::unavailable("The mail server does not answer in time."))),
            },
            Self::Folder(folder) => {
                let folder = folder.clone();
                let kept = tokio::task::spawn_blocking(move || keep(&folder, name, &message)).await;
                let failed = |error: std::io::Error| {
                    Failure::Later(Error::unavailable("The folder for mail cannot be written to.").with_source(error))
                };
                kept.map_err(|error| Failure::Later(Error::internal(error)))?.map_err(failed)
            }
        }
    }
}

fn transport(server: &Smtp, own_domain: &str) -> Result<AsyncSmtpTransport<Tokio1Executor>> {
    let tls = match server.security {
        Security::None => Tls::None,
        Security::StartTls => Tls::Required(parameters(server)?),
        Security::Tls => Tls::Wrapper(parameters(server)?),
    };
    let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host.clone())
        .port(server.port)
        .tls(tls)
        .hello_name(ClientId::Domain(own_domain.to_owned()))
        .timeout(Some(PATIENCE))
        .pool_config(PoolConfig::new().max_size(KEPT));
    if let Some((user, password)) = &server.credentials {
        builder = builder.credentials(Credentials::new(user.clone(), password.expose_secret().to_owned()));
    }
    Ok(builder.build())
}

/// TLS by rustls: the name of the server is checked, against the roots that browsers trust and those given besides.
fn parameters(server: &Smtp) -> Result<TlsParameters> {
    let mut builder = TlsParameters::builder(server.host.clone()).certificate_store(CertificateStore::WebpkiRoots);
    if let Some(pem) = &server.more_roots {
        let wrong =
            |error| Error::bad_input("MAIL_CA_FILE", "MAIL_CA_FILE holds no certificate in PEM.").with_source(error);
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(wrong)?);
    }
    builder.build_rustls().map_err(Error::internal)
}

/// What a mail server's refusal means. Its words are not kept: they repeat the address.
fn refused(error: &smtp::Error) -> Failure {
    let status = error.status().map(|code| code.to_string());
    let source = match &status {
        Some(code) => format!("the mail server says {code}"),
        None if error.is_tls() => "the mail server's TLS is not trusted".to_owned(),
        None if error.is_timeout() => "the mail server does not answer in time".to_owned(),
        None if error.is_client() => "the mail server cannot take this address".to_owned(),
        None => "the mail server cannot be reached".to_owned(),
    };
    // 530 to 538 are about us and our password, not about the letter: an operator may yet set it right.
    let is_about_us = status.as_deref().is_some_and(|code| code.starts_with("53"));
    if (error.is_permanent() && !is_about_us) || (error.is_client() && !error.is_tls()) {
        return Failure::Never(
            Error::bad_input("email", "The mail server does not take this mail.").with_source(source),
        );
    }
    Failure::Later(Error::unavailable("The mail server does not take mail right now.").with_source(source))
}

/// Writes a letter into the folder, for nobody else to read: it may hold a link that opens an account.
fn keep(folder: &Path, name: &str, message: &Message) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let path = folder.join(format!("{}-{name}.eml", uuid::Uuid::new_v4()));
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(&message.formatted())
}
