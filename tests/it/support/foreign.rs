//! A database of somebody else's: on the Postgres of the run, with a role of its own, behind doors of TCP with and without TLS.

use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_postgres::config::Host;
use tokio_postgres::{Client, NoTls};
use tokio_util::sync::CancellationToken;

use super::cluster::{DATABASE_PREFIX, admin_url};

/// The password of the role; nothing else in the tests holds this word.
pub const SWORDFISH: &str = "swordfish-of-nobody-else-4711";
/// Signed the certificates of the doors.
pub const AUTHORITY: &str = include_str!("../fixtures/tls-authority.pem");
/// For 127.0.0.1.
pub const LOCAL: &str = include_str!("../fixtures/tls-local.pem");
/// For another host.
pub const ELSEWHERE: &str = include_str!("../fixtures/tls-elsewhere.pem");

/// What is in it. `$role` may read some of it.
const CONTENTS: &str = "
    CREATE TABLE orders (id bigint PRIMARY KEY, region text, net numeric, placed date, tags text[]);
    COMMENT ON TABLE orders IS 'What was sold.';
    COMMENT ON COLUMN orders.net IS 'Without tax.';
    INSERT INTO orders VALUES (1, 'north', 10.50, '2026-01-02', '{a,b}'), (2, 'north', 20.00, '2026-01-03', NULL),
        (3, 'south', 5.00, '2026-01-04', '{}');
    CREATE VIEW totals AS SELECT region, sum(net) AS net FROM orders GROUP BY region;
    CREATE TABLE hidden (word text);
    CREATE SCHEMA archive;
    CREATE TABLE archive.orders (id bigint, net numeric);
    INSERT INTO archive.orders VALUES (7, 1.00);
    CREATE SCHEMA closed;
    CREATE TABLE closed.words (word text);
    INSERT INTO closed.words VALUES ('marzipan');
    CREATE SCHEMA shut;
    GRANT USAGE ON SCHEMA archive, closed TO $role;
    GRANT SELECT ON orders, totals, archive.orders, closed.words TO $role;
    ANALYZE orders";

/// A database and a role.
pub struct Foreign {
    pub database: String,
    pub role: String,
}

impl Foreign {
    pub async fn new() -> Self {
        let name = format!("{DATABASE_PREFIX}{}", uuid::Uuid::new_v4().simple());
        let foreign = Self { database: name.clone(), role: name };
        let admin = connect(None).await;
        admin.batch_execute(&format!("CREATE DATABASE {}", foreign.database)).await.unwrap();
        foreign.sql(&format!("CREATE ROLE $role LOGIN PASSWORD '{SWORDFISH}'")).await;
        foreign.sql(CONTENTS).await;
        foreign
    }

    /// What its owner does there. `$role` is its role.
    pub async fn sql(&self, statements: &str) {
        let statements = statements.replace("$role", &self.role);
        connect(Some(&self.database)).await.batch_execute(&statements).await.unwrap();
    }

    /// The first column of the first row, a number.
    pub async fn number(&self, query: &str) -> i64 {
        connect(Some(&self.database)).await.query_one(query, &[]).await.unwrap().get(0)
    }

    /// How many statements its role runs.
    pub async fn active(&self) -> i64 {
        let role = &self.role;
        self.number(&format!("SELECT count(*) FROM pg_stat_activity WHERE usename = '{role}' AND state = 'active'"))
            .await
    }

    /// What somebody enters who comes by this door.
    pub fn entered(&self, workspace: &Value, door: &Door) -> Value {
        json!({
            "workspaceId": workspace, "name": "Sales", "host": "127.0.0.1", "port": door.port, "database": self.database,
            "username": self.role, "password": SWORDFISH, "tls": "DISABLE",
        })
    }
}

impl Drop for Foreign {
    fn drop(&mut self) {
        let (database, role) = (self.database.clone(), self.role.clone());
        // The test's own runtime is going down.
        let done = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let admin = connect(None).await;
                admin.batch_execute(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)")).await.unwrap();
                admin.batch_execute(&format!("DROP ROLE IF EXISTS {role}")).await.unwrap();
            });
        });
        if done.join().is_err() {
            eprintln!("database {} was left behind", self.database);
        }
    }
}

async fn config() -> tokio_postgres::Config {
    admin_url().await.parse().unwrap()
}

/// As the superuser.
async fn connect(database: Option<&str>) -> Client {
    let mut config = config().await;
    if let Some(database) = database {
        config.dbname(database);
    }
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// The socket of the run's Postgres, which listens nowhere else.
async fn socket() -> PathBuf {
    let config = config().await;
    let [Host::Unix(folder)] = config.get_hosts() else { panic!("{config:?}") };
    folder.join(format!(".s.PGSQL.{}", config.get_ports().first().unwrap_or(&5432)))
}

/// A way in by TCP. It shuts when it is dropped, with all who came by it.
pub struct Door {
    pub port: u16,
    shut: CancellationToken,
}

impl Door {
    /// As Postgres itself, which has no TLS.
    pub async fn plain() -> Self {
        let socket = socket().await;
        Self::leading(move |mut stream| {
            let socket = socket.clone();
            async move {
                let mut server = tokio::net::UnixStream::connect(socket).await.unwrap();
                drop(tokio::io::copy_bidirectional(&mut stream, &mut server).await);
            }
        })
        .await
    }

    /// As [`Self::plain`], and while this says so nothing goes in or out, as of a Postgres that is frozen: it takes connections, and says nothing.
    pub async fn that_freezes() -> (Self, watch::Sender<bool>) {
        let (sender, frozen) = watch::channel(false);
        let socket = socket().await;
        let door = Self::leading(move |mut stream| {
            let (socket, mut frozen) = (socket.clone(), frozen.clone());
            async move {
                let mut server = tokio::net::UnixStream::connect(socket).await.unwrap();
                let mut passing = std::pin::pin!(tokio::io::copy_bidirectional(&mut stream, &mut server));
                while frozen.wait_for(|frozen| !frozen).await.is_ok() {
                    tokio::select! {
                        _ = &mut passing => return,
                        _ = frozen.wait_for(|frozen| *frozen) => {}
                    }
                }
            }
        });
        (door.await, sender)
    }

    /// With this certificate and its key.
    pub async fn encrypted(pem: &str) -> Self {
        let socket = socket().await;
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect::<Result<_, _>>().unwrap();
        let key = PrivateKeyDer::from_pem_slice(pem.as_bytes()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(certificates, key)
            .unwrap();
        let config = Arc::new(config);
        Self::leading(move |stream| {
            let (socket, config) = (socket.clone(), Arc::clone(&config));
            async move {
                let stream = stream.into_std().unwrap();
                // A client that hangs up, or does not trust us, ends its talk.
                std::thread::spawn(move || drop(talk(stream, config, &socket)));
            }
        })
        .await
    }

    /// To somebody who is no Postgres.
    pub async fn leading<F: Future<Output = ()> + Send + 'static>(
        to: impl Fn(tokio::net::TcpStream) -> F + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (port, shut) = (listener.local_addr().unwrap().port(), CancellationToken::new());
        let is_shut = shut.clone();
        tokio::spawn(async move {
            while let Some(Ok((stream, _))) = is_shut.run_until_cancelled(listener.accept()).await {
                let (inside, is_shut) = (to(stream), is_shut.clone());
                tokio::spawn(async move { is_shut.run_until_cancelled(inside).await });
            }
        });
        Self { port, shut }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.shut.cancel();
    }
}

/// Takes TLS off on its way in and puts it on on its way out. Looks at both sides in turn, as a thread can only wait for one.
fn talk(mut stream: std::net::TcpStream, config: Arc<ServerConfig>, socket: &Path) -> std::io::Result<()> {
    const LOOK: Option<Duration> = Some(Duration::from_millis(2));
    stream.set_nonblocking(false)?;
    let mut request = [0; 8];
    stream.read_exact(&mut request)?;
    assert_eq!(request, [0, 0, 0, 8, 4, 210, 22, 47], "nothing is said in plain text");
    stream.write_all(b"S")?;
    let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
    let mut client = StreamOwned::new(connection, stream);
    while client.conn.is_handshaking() {
        client.conn.complete_io(&mut client.sock)?;
    }
    client.sock.set_read_timeout(LOOK)?;
    let mut server = UnixStream::connect(socket)?;
    server.set_read_timeout(LOOK)?;
    let is_quiet = |error: &std::io::Error| matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
    let mut buffer = [0; 16 * 1024];
    loop {
        match client.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => server.write_all(&buffer[..count])?,
            Err(error) if is_quiet(&error) => {}
            Err(error) => return Err(error),
        }
        match server.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(count) => {
                client.write_all(&buffer[..count])?;
                client.flush()?;
            }
            Err(error) if is_quiet(&error) => {}
            Err(error) => return Err(error),
        }
    }
}
