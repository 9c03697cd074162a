//! A connection to somebody else's database: to an address that was judged, and to no other.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustls::{ClientConfig, RootCertStore};
use secrecy::ExposeSecret as _;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::{MakeTlsConnect, NoTlsStream, TlsConnect as _};
use tokio_postgres::{CancelToken, Client, Connection, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::database::{Database, Tls, certificates};
use super::metered::{Allowance, Metered};
use super::problem::Problem;
use crate::outbound::addresses::{NoAddress, Reachable};

/// How long it may take until somebody is let in.
const CONNECT: Duration = Duration::from_secs(10);
/// How long a server has to say goodbye.
const FAREWELL: Duration = Duration::from_secs(1);
/// Bytes that a server may say until it has let somebody in.
const GREETING: usize = 64 * 1024;
/// Asks for TLS (`SSLRequest` of Postgres's protocol): its length, and a version that there is not.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// Bytes both ways.
trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

/// What Postgres is spoken on: TLS is below it, where there is any.
type Line = Metered<Box<dyn Wire>>;

/// One address of a host, and what is trusted there; `None` for plain text.
#[derive(Clone)]
struct Route {
    address: SocketAddr,
    host: String,
    tls: Option<MakeRustlsConnect>,
}

impl Route {
    async fn open(&self) -> Result<Box<dyn Wire>, Problem> {
        let gone = |_: io::Error| Problem::Unreachable;
        let mut stream = TcpStream::connect(self.address).await.map_err(gone)?;
        stream.set_nodelay(true).map_err(gone)?;
        let Some(tls) = &self.tls else { return Ok(Box::new(stream)) };
        stream.write_all(&SSL_REQUEST).await.map_err(gone)?;
        let mut answer = [0];
        stream.read_exact(&mut answer).await.map_err(gone)?;
        if answer != *b"S" {
            return Err(Problem::TlsNotOffered);
        }
        let mut tls = tls.clone();
        let Ok(connect) = MakeTlsConnect::<TcpStream>::make_tls_connect(&mut tls, &self.host);
        let encrypted = connect.connect(stream).await.map_err(|error| no_tls(&error))?;
        Ok(Box::new(encrypted))
    }
}

/// What is known of a connection besides its client.
#[derive(Clone)]
pub(in crate::warehouse) struct Outside {
    route: Route,
    allowance: Arc<Allowance>,
    /// With the last of these the connection goes.
    _hangup: Arc<Hangup>,
}

impl Outside {
    /// Lets the server say so many bytes from now on, and be told so many.
    pub(in crate::warehouse) fn grant(&self, bytes: usize, to_say: usize) {
        self.allowance.grant(bytes, to_say);
    }

    /// Lets the server be told so many bytes more.
    pub(in crate::warehouse) fn say(&self, bytes: usize) {
        self.allowance.say(bytes);
    }

    /// Asks the server to break off what a connection is doing, on another one to the same address.
    pub(in crate::warehouse) async fn cancel(&self, token: CancelToken) {
        let cancelling = async {
            let stream = self.route.open().await.map_err(|problem| problem.to_string())?;
            token.cancel_query_raw(stream, NoTls).await.map_err(|error| error.to_string())
        };
        let outcome = tokio::time::timeout(CONNECT, cancelling).await;
        if let Err(error) = outcome.unwrap_or_else(|_| Err("it takes too long".to_owned())) {
            tracing::debug!(error, "a statement could not be broken off");
        }
    }
}

/// Ends a connection whose server does not let go of it.
struct Hangup(AbortHandle);

impl Drop for Hangup {
    fn drop(&mut self) {
        let connection = self.0.clone();
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(async move {
                tokio::time::sleep(FAREWELL).await;
                connection.abort();
            })),
            Err(_) => connection.abort(),
        }
    }
}

/// Somebody who was let in.
pub(in crate::warehouse) struct SignedIn {
    pub(in crate::warehouse) client: Client,
    /// Falls when the connection ends.
    pub(in crate::warehouse) alive: Arc<AtomicBool>,
    pub(in crate::warehouse) outside: Outside,
}

/// Connects and signs in, within ten seconds. What the name means is looked up once, here.
///
/// # Errors
/// Why nobody was let in.
pub(in crate::warehouse) async fn sign_in(database: &Database, reachable: &Reachable) -> Result<SignedIn, Problem> {
    let signing_in = async {
        let found = reachable.resolve(&database.host, database.port).await;
        let addresses = found.map_err(|error| match error {
            NoAddress::Closed => Problem::Closed,
            NoAddress::Unknown => Problem::Unreachable,
        })?;
        let tls = trusted(&database.tls)?;
        // One that swallows everything leaves time for the others.
        let share = CONNECT / u32::try_from(addresses.len()).unwrap_or(1).max(1);
        for address in addresses {
            let route = Route { address, host: database.host.clone(), tls: tls.clone() };
            match tokio::time::timeout(share, route.open()).await {
                Ok(Ok(stream)) => return enter(database, route, stream).await,
                Ok(Err(Problem::Unreachable)) | Err(_) => {}
                Ok(Err(problem)) => return Err(problem),
            }
        }
        Err(Problem::Unreachable)
    };
    tokio::time::timeout(CONNECT, signing_in).await.unwrap_or(Err(Problem::Unreachable))
}

async fn enter(database: &Database, route: Route, stream: Box<dyn Wire>) -> Result<SignedIn, Problem> {
    let mut config = tokio_postgres::Config::new();
    config.user(&database.user).password(database.password.expose_secret()).dbname(&database.name);
    // TLS is there already, below.
    config.application_name("elenchus").ssl_mode(SslMode::Disable);
    let allowance = Allowance::new(GREETING, GREETING);
    let line: Line = Metered::new(stream, Arc::clone(&allowance));
    let (client, connection) = config.connect_raw(line, NoTls).await.map_err(|error| refused(&error))?;
    let alive = Arc::new(AtomicBool::new(true));
    let attended = tokio::spawn(attended(connection, Arc::clone(&alive)));
    let outside = Outside { route, allowance, _hangup: Arc::new(Hangup(attended.abort_handle())) };
    Ok(SignedIn { client, alive, outside })
}

/// Drives a connection until it ends, and then lets the flag fall. What the server tells besides nobody reads, and no log keeps.
async fn attended(mut connection: Connection<Line, NoTlsStream>, alive: Arc<AtomicBool>) {
    while let Some(Ok(_unread)) = poll_fn(|context| connection.poll_message(context)).await {}
    alive.store(false, Ordering::SeqCst);
}

fn trusted(tls: &Tls) -> Result<Option<MakeRustlsConnect>, Problem> {
    let Tls::VerifyFull { authorities } = tls else { return Ok(None) };
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if let Some(pem) = authorities {
        for certificate in certificates(pem)? {
            roots.add(certificate).map_err(|_| Problem::Authorities)?;
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| Problem::TlsFailed)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Some(MakeRustlsConnect::new(config)))
}

fn no_tls(error: &io::Error) -> Problem {
    match error.get_ref().and_then(|cause| cause.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(_)) => Problem::TlsUnverified,
        _ => Problem::TlsFailed,
    }
}

fn refused(error: &tokio_postgres::Error) -> Problem {
    let Some(state) = error.code() else {
        let is_broken = error.is_closed()
            || std::error::Error::source(error).is_some_and(|cause| cause.downcast_ref::<io::Error>().is_some());
        return if is_broken { Problem::Unreachable } else { Problem::Foreign };
    };
    if [SqlState::INVALID_PASSWORD, SqlState::INVALID_AUTHORIZATION_SPECIFICATION].contains(state) {
        return Problem::SignIn;
    }
    // Without the right to connect, which is asked for after the password.
    if [SqlState::INVALID_CATALOG_NAME, SqlState::INSUFFICIENT_PRIVILEGE].contains(state) {
        return Problem::NoDatabase;
    }
    Problem::Unreachable
}
