//! One connection to Postgres: TLS by rustls where the URL asks for it, the same settings on every session.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use diesel::{ConnectionError, ConnectionResult};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection as _};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use tokio_postgres::config::SslMode;
use tokio_postgres_rustls::MakeRustlsConnect;

/// How long what was sent may go without being received.
const UNREACHABLE: Duration = Duration::from_secs(30);

/// How to connect, worked out once.
#[derive(Clone)]
pub struct Connector {
    config: tokio_postgres::Config,
    tls: MakeRustlsConnect,
}

/// A connection, and whether it still stands.
pub struct Connected {
    pub connection: AsyncPgConnection,
    pub alive: Arc<AtomicBool>,
}

fn refused(problem: impl std::fmt::Display) -> ConnectionError {
    ConnectionError::BadConnection(problem.to_string())
}

/// The client's errors keep to themselves what the system or Postgres said.
fn explained(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// Ends connections to a server that cannot be reached any more, within a minute: by itself Linux waits for a quarter of an hour, and for two hours where
/// nothing is sent. The URL may name other times.
fn notice_silence(config: &mut tokio_postgres::Config) {
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(UNREACHABLE);
    }
    if config.get_keepalives() && config.get_keepalives_idle() == tokio_postgres::Config::new().get_keepalives_idle() {
        config.keepalives_idle(UNREACHABLE).keepalives_interval(UNREACHABLE / 3).keepalives_retries(3);
    }
}

impl Connector {
    /// Reads a `postgres://` URL. `sslmode=verify-full` and `verify-ca` mean `require`, since rustls always verifies;
    /// `sslrootcert` names a PEM file of further authorities.
    ///
    /// # Errors
    /// When the URL or the certificate file cannot be read.
    pub fn new(url: &str, timeout: Duration) -> ConnectionResult<Self> {
        let (url, root_cert) = split_root_cert(url);
        let url = url.replace("sslmode=verify-full", "sslmode=require").replace("sslmode=verify-ca", "sslmode=require");
        let mut config: tokio_postgres::Config = url.parse().map_err(refused)?;
        config.connect_timeout(timeout).application_name("elenchus");
        notice_silence(&mut config);
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        if let Some(path) = root_cert {
            for certificate in CertificateDer::pem_file_iter(&path).map_err(refused)? {
                roots.add(certificate.map_err(refused)?).map_err(refused)?;
            }
        }
        let tls = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        Ok(Self { config, tls: MakeRustlsConnect::new(tls) })
    }

    /// The same server, and another database on it.
    #[must_use]
    pub fn to_database(&self, name: &str) -> Self {
        let mut other = self.clone();
        other.config.dbname(name);
        other
    }

    /// The same database, signed in as somebody else.
    #[must_use]
    pub fn signed_in_as(&self, user: &str, password: &str) -> Self {
        let mut other = self.clone();
        other.config.user(user).password(password);
        other
    }

    /// What to say of a database that does not answer: its name, host and port, never the password.
    #[must_use]
    pub fn unreachable(&self) -> String {
        let hosts = self.config.get_hosts().iter().map(|host| match host {
            tokio_postgres::config::Host::Tcp(name) => name.clone(),
            tokio_postgres::config::Host::Unix(path) => path.display().to_string(),
        });
        let port = self.config.get_ports().first().unwrap_or(&5432);
        let hosts = hosts.collect::<Vec<_>>().join(", ");
        format!("cannot connect to {} at {hosts}:{port}", self.config.get_dbname().unwrap_or("the default database"))
    }

    /// How long signing in may take: as long as connecting to each of the hosts may.
    #[must_use]
    pub fn patience(&self) -> Duration {
        let each = self.config.get_connect_timeout().copied().unwrap_or(UNREACHABLE);
        each * u32::try_from(self.config.get_hosts().len()).unwrap_or(1).max(1)
    }

    /// A bare client; the returned flag falls when the connection ends.
    ///
    /// # Errors
    /// When Postgres does not answer or refuses.
    pub async fn client(&self) -> ConnectionResult<(tokio_postgres::Client, Arc<AtomicBool>)> {
        // The client's own bound ends with the connection: a frozen server takes that, and says nothing.
        let signed_in = tokio::time::timeout(self.patience(), self.signed_in()).await;
        signed_in.map_err(|_| refused("the server says nothing"))?.map_err(|error| refused(explained(&error)))
    }

    /// Asks the server to break off what a connection is doing; the answer comes on that connection.
    ///
    /// # Errors
    /// When Postgres does not answer.
    pub async fn cancel(&self, token: tokio_postgres::CancelToken) -> Result<(), tokio_postgres::Error> {
        match self.config.get_ssl_mode() {
            SslMode::Disable => token.cancel_query(tokio_postgres::NoTls).await,
            _ => token.cancel_query(self.tls.clone()).await,
        }
    }

    /// As [`Self::client`], with the client's own error, which says why Postgres refuses; a server that takes the connection and says nothing is waited for.
    ///
    /// # Errors
    /// When Postgres does not answer or refuses.
    pub async fn signed_in(&self) -> Result<(tokio_postgres::Client, Arc<AtomicBool>), tokio_postgres::Error> {
        let alive = Arc::new(AtomicBool::new(true));
        let client = if self.config.get_ssl_mode() == SslMode::Disable {
            let (client, connection) = self.config.connect(tokio_postgres::NoTls).await?;
            tokio::spawn(attended(connection, Arc::clone(&alive)));
            client
        } else {
            let (client, connection) = self.config.connect(self.tls.clone()).await?;
            tokio::spawn(attended(connection, Arc::clone(&alive)));
            client
        };
        Ok((client, alive))
    }

    /// A connection for Diesel with our session settings.
    ///
    /// # Errors
    /// When Postgres does not answer or refuses.
    pub async fn connect(&self, statement_timeout: Duration) -> ConnectionResult<Connected> {
        let (client, alive) = self.client().await?;
        let mut connection = AsyncPgConnection::try_from(client).await?;
        // Short queries of many parents gain nothing from just-in-time compilation and pay for it; the two limits keep
        // a client that vanished from holding locks.
        let settings = format!(
            "SET statement_timeout = {}; SET idle_in_transaction_session_timeout = '60s'; SET jit = off;",
            statement_timeout.as_millis()
        );
        connection.batch_execute(&settings).await.map_err(refused)?;
        super::statements::count_on(&mut connection);
        Ok(Connected { connection, alive })
    }

    /// The raw configuration, for connections that carry LISTEN or COPY.
    #[must_use]
    pub fn config(&self) -> &tokio_postgres::Config {
        &self.config
    }

    #[must_use]
    pub fn tls(&self) -> MakeRustlsConnect {
        self.tls.clone()
    }
}

/// Drives a connection until it ends, and then lets the flag fall.
async fn attended(connection: impl Future<Output = Result<(), tokio_postgres::Error>>, alive: Arc<AtomicBool>) {
    let ended = connection.await;
    alive.store(false, Ordering::SeqCst);
    tracing::debug!(?ended, "database connection ended");
}

/// Takes `sslrootcert=…` out of the URL, which tokio-postgres does not know.
fn split_root_cert(url: &str) -> (String, Option<String>) {
    let Some((base, query)) = url.split_once('?') else { return (url.to_owned(), None) };
    let mut root_cert = None;
    let rest: Vec<&str> = query
        .split('&')
        .filter(|pair| match pair.strip_prefix("sslrootcert=") {
            Some(path) => {
                root_cert = Some(path.to_owned());
                false
            }
            None => true,
        })
        .collect();
    let url = if rest.is_empty() { base.to_owned() } else { format!("{base}?{}", rest.join("&")) };
    (url, root_cert)
}
