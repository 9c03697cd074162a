//! A database a test, cloned from a migrated template that is made anew when the migrations change.

use sha2::{Digest as _, Sha256};
use tokio::sync::OnceCell;
use tokio_postgres::NoTls;

use elenchus::db::connect::Connector;
use elenchus::db::migrate;

use super::cluster::{DATABASE_PREFIX, admin_url};
use super::folders::checkout;

/// Serializes making the template: "template" in bytes.
const LOCK: i64 = 0x7465_6d70_6c61_7465;

/// The address of another database on the run's Postgres.
async fn url_of(name: &str) -> String {
    let server = admin_url().await;
    let (address, options) =
        server.split_once('?').map_or((server, None), |(address, options)| (address, Some(options)));
    let (base, _) = address.rsplit_once('/').unwrap();
    options.map_or_else(|| format!("{base}/{name}"), |options| format!("{base}/{name}?{options}"))
}

async fn admin() -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(admin_url().await, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

fn template_name() -> String {
    let mut files = Vec::new();
    for folder in std::fs::read_dir(checkout("migrations")).unwrap() {
        let folder = folder.unwrap().path();
        if folder.is_dir() {
            files.push(folder.join("up.sql"));
        }
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        hash.update(std::fs::read(file).unwrap());
    }
    format!("elenchus_template_{}", hex::encode(&hash.finalize()[..6]))
}

/// Makes the template unless it is there, and says its name.
async fn template() -> &'static str {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    TEMPLATE
        .get_or_init(|| async {
            let name = template_name();
            let admin = admin().await;
            admin.execute("SELECT pg_advisory_lock($1)", &[&LOCK]).await.unwrap();
            if admin.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&name]).await.unwrap().is_none() {
                // Under another name until it is whole.
                let draft = format!("{name}_draft");
                admin.batch_execute(&format!("DROP DATABASE IF EXISTS {draft}")).await.unwrap();
                admin.batch_execute(&format!("CREATE DATABASE {draft}")).await.unwrap();
                let connector = Connector::new(&url_of(&draft).await, std::time::Duration::from_secs(5)).unwrap();
                migrate::run(&connector).await.unwrap();
                admin
                    .batch_execute(&format!(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{draft}'"
                    ))
                    .await
                    .unwrap();
                admin.batch_execute(&format!("ALTER DATABASE {draft} RENAME TO {name}")).await.unwrap();
            }
            name
        })
        .await
}

/// A migrated database that goes when this does.
pub struct TestDatabase {
    pub url: String,
    name: String,
}

impl TestDatabase {
    pub async fn new() -> Self {
        // Another test may have done so.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let template = template().await;
        let name = format!("{DATABASE_PREFIX}{}", uuid::Uuid::new_v4().simple());
        admin().await.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await.unwrap();
        Self { url: url_of(&name).await, name }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let name = self.name.clone();
        // The test's own runtime is going down.
        let done = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let admin = admin().await;
                // With what was uploaded, which is in a database of its own.
                for database in [format!("{name}_datasets"), name] {
                    admin.batch_execute(&format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)")).await.unwrap();
                }
            });
        });
        if done.join().is_err() {
            eprintln!("database {} was left behind", self.name);
        }
    }
}
