//! A document whose server is killed at every step of its reading.

use super::document_uploads::{follow, of, passages_are_the_text, row, until, until_meaning};
use super::support::database::TestDatabase;
use super::support::uploads::{Place, upload};
use super::support::vectors::VectorServer;

/// Keeps others from writing to a table until it is dropped.
struct Gate {
    client: tokio_postgres::Client,
}

impl Gate {
    async fn on(database: &TestDatabase, table: &str) -> Self {
        let (client, connection) = tokio_postgres::connect(&database.url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(&format!("BEGIN; LOCK TABLE {table} IN SHARE MODE")).await.unwrap();
        Self { client }
    }

    async fn open(self) {
        self.client.batch_execute("ROLLBACK").await.unwrap();
    }
}

/// Lets the hold on the job of a killed process run out.
async fn lease_ends(database: &TestDatabase) {
    let ended = "WITH ended AS (UPDATE jobs SET locked_until = now() - interval '1 second' \
                 WHERE kind = 'documents.process' AND state = 'RUNNING' RETURNING 1) SELECT count(*) FROM ended";
    let (client, connection) = tokio_postgres::connect(&database.url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    assert_eq!(client.query_one(ended, &[]).await.unwrap().get::<_, i64>(0), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_outlives_the_death_of_its_server_at_every_step() {
    let (database, place, vectors) = (TestDatabase::new().await, Place::new().await, VectorServer::start().await);
    let settings = [&vectors.settings()[..], &[("CHUNK_CHARS", "100"), ("CHUNK_OVERLAP_CHARS", "0")]].concat();
    let waiting =
        |table: &str| format!("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '{table}'::regclass");
    let made = "SELECT concat_ws(' ', (SELECT count(*) FROM document_texts), (SELECT count(*) FROM chunks), \
                (SELECT count(*) FROM chunk_embeddings))";
    let paragraph = |n| format!("Paragraph {n} tells of badger number {n}, and of its long way home over the hills.");
    let text = (0..100).map(paragraph).collect::<Vec<_>>().join("\n\n");

    // Killed when the text is out of the file, before it is stored.
    let mut server = place.serve(&database, &settings).await;
    let person = server.register("ada@example.org").await;
    until_meaning(&person).await;
    let (client, connection) = tokio_postgres::connect(&database.url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
        .batch_execute(
            "CREATE TABLE seen (id serial, status text); CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS \
             'BEGIN INSERT INTO seen (status) VALUES (NEW.status); RETURN NULL; END'; \
             CREATE TRIGGER see AFTER UPDATE ON documents FOR EACH ROW WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION see()",
        )
        .await
        .unwrap();
    let gate = Gate::on(&database, "document_texts").await;
    let id = upload(&person, &[("long.txt", text.as_bytes())]).await.remove(0);
    until(&database, &waiting("document_texts"), "1").await;
    server.kill();
    gate.open().await;
    assert_eq!(row(&database, made).await, "0 0 0");

    // When it is cut into passages, before they are stored.
    let gate = Gate::on(&database, "chunks").await;
    lease_ends(&database).await;
    let mut server = place.serve(&database, &settings).await;
    until(&database, &waiting("chunks"), "1").await;
    server.kill();
    gate.open().await;
    assert_eq!(row(&database, made).await, "1 0 0");

    // When some passages have their vectors.
    let mut server = place.serve(&database, &settings).await;
    until_meaning(&person.at(&server)).await;
    vectors.hold_after(1);
    lease_ends(&database).await;
    vectors.held().await;
    server.kill();
    assert_eq!(row(&database, made).await, "1 100 64");
    let chunks = "SELECT md5(string_agg(id::text || content, ',' ORDER BY position)) FROM chunks";
    let before = row(&database, chunks).await;

    vectors.abandoned().await;
    vectors.release();
    lease_ends(&database).await;
    let server = place.serve(&database, &settings).await;
    let person = person.at(&server);
    let seen = follow(&person, std::slice::from_ref(&id)).await;
    assert_eq!(of(&seen, &id).1["status"], "READY");
    until(&database, made, "1 100 100").await;
    assert_eq!(row(&database, chunks).await, before, "what was made is not made again");
    assert_eq!(row(&database, "SELECT string_agg(status, ' ' ORDER BY id) FROM seen").await, "PROCESSING READY");
    assert_eq!(row(&database, "SELECT chunk_count FROM search_corpora").await, "100");
    until(&database, "SELECT concat_ws(' ', state, attempts) FROM jobs WHERE kind = 'documents.process'", "DONE 4")
        .await;
    passages_are_the_text(&person, &[id]).await;
}
