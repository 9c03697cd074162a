//! The rules of the tables: they explain themselves, every reference is looked after, the code sees them as they are.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use elenchus::db::connect::Connector;
use elenchus::db::migrate;
use tokio_postgres::{Client, NoTls};

use super::support::database::TestDatabase;
use super::support::folders::checkout;

/// Columns whose names say all there is to say, wherever they stand.
const OBVIOUS: &[&str] = &[
    "id",
    "created_at",
    "updated_at",
    "started_at",
    "ended_at",
    "issued_at",
    "last_used_at",
    "attached_at",
    "revoked_at",
    "feedback_at",
    "feedback_comment",
    "last_login_at",
    "username",
    "full_name",
    "organization",
    "job_title",
    "timezone",
    "user_agent",
    "version",
    "max_attempts",
    "byte_size",
    "title",
    "category",
    "jurisdiction",
    "practice_area",
    "keywords",
    "error_message",
    "chunk_count",
    "dimensions",
    "embedding",
    "term",
    "provider",
    "output_tokens",
    "cached_input_tokens",
    "duration_ms",
    "span_id",
    "page",
    "end_char",
    "answer_end_char",
    "role",
];
/// Others of the kind, with their tables.
const OBVIOUS_HERE: &[&str] = &[
    "users.language",
    "refresh_tokens.expires_at",
    "document_texts.content",
    "chunks.content",
    "conversations.status",
];

async fn connect(database: &TestDatabase) -> Client {
    let (client, connection) = tokio_postgres::connect(&database.url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn rows(client: &Client, query: &str) -> Vec<Vec<String>> {
    let rows = client.query(query, &[]).await.unwrap();
    rows.iter()
        .map(|row| (0..row.len()).map(|at| row.get::<_, Option<String>>(at).unwrap_or_default()).collect())
        .collect()
}

/// Every table and column: table, column, type, whether it may be null, comment, whether it refers to another.
const COLUMNS: &str = "
    SELECT c.relname::text, a.attname::text, t.typname::text, (NOT a.attnotnull)::text,
           col_description(c.oid, a.attnum),
           EXISTS (SELECT FROM pg_constraint f WHERE f.conrelid = c.oid AND f.contype = 'f' AND a.attnum = ANY (f.conkey))::text
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
      AND c.relname <> '__diesel_schema_migrations'
    ORDER BY c.relname, a.attnum";

#[tokio::test]
async fn tables_and_columns_explain_themselves() {
    let database = TestDatabase::new().await;
    let client = connect(&database).await;
    let silent = rows(
        &client,
        "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
           AND relname <> '__diesel_schema_migrations' AND obj_description(oid, 'pg_class') IS NULL",
    )
    .await;
    assert_eq!(silent, Vec::<Vec<String>>::new());
    let mut silent = Vec::new();
    for column in rows(&client, COLUMNS).await {
        let [table, name, _, _, comment, refers] = column.as_slice() else { panic!("{column:?}") };
        let full = format!("{table}.{name}");
        let says_all = OBVIOUS.contains(&name.as_str()) || OBVIOUS_HERE.contains(&full.as_str()) || refers == "true";
        if comment.is_empty() && !says_all {
            silent.push(full);
        }
    }
    assert_eq!(silent, Vec::<String>::new());
}

#[tokio::test]
async fn every_reference_has_a_key_with_a_chosen_rule_and_an_index() {
    let database = TestDatabase::new().await;
    let client = connect(&database).await;
    let unbound: Vec<_> = rows(&client, COLUMNS)
        .await
        .into_iter()
        .filter(|column| column[2] == "uuid" && column[1].ends_with("_id") && column[5] != "true")
        .collect();
    assert_eq!(unbound, Vec::<Vec<String>>::new(), "a reference without a foreign key");

    let keys = rows(
        &client,
        "SELECT conrelid::regclass::text, conname::text, confdeltype::text FROM pg_constraint
         WHERE contype = 'f' AND connamespace = 'public'::regnamespace",
    )
    .await;
    assert!(keys.len() > 15, "{keys:?}");
    let undecided: Vec<_> = keys.into_iter().filter(|key| key[2] == "a").collect();
    assert_eq!(undecided, Vec::<Vec<String>>::new(), "a foreign key without ON DELETE");

    // Serves the look-up `WHERE column = $1`: begins with the column, and holds all rows, or all that have a value.
    let slow = rows(
        &client,
        "SELECT conrelid::regclass::text, conname::text FROM pg_constraint f
         WHERE contype = 'f' AND connamespace = 'public'::regnamespace AND NOT EXISTS (
             SELECT FROM pg_index i WHERE i.indrelid = f.conrelid
               AND (i.indkey::int2[])[0:array_length(f.conkey, 1) - 1] @> f.conkey
               AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) = '(' ||
                    (SELECT attname FROM pg_attribute WHERE attrelid = f.conrelid AND attnum = f.conkey[1]) || ' IS NOT NULL)'))",
    )
    .await;
    assert_eq!(slow, Vec::<Vec<String>>::new(), "a foreign key without an index");
}

/// Column and type by table, and the columns of the primary key.
type Tables = BTreeMap<String, (Vec<String>, Vec<(String, String)>)>;

#[tokio::test]
async fn the_code_sees_the_tables_as_they_are() {
    let database = TestDatabase::new().await;
    let client = connect(&database).await;
    let mut tables = Tables::new();
    for column in rows(&client, COLUMNS).await {
        let kind = diesel_type(&column[2]);
        let kind = if column[3] == "true" { format!("Nullable<{kind}>") } else { kind };
        tables.entry(column[0].clone()).or_default().1.push((column[1].clone(), kind));
    }
    let keys = rows(
        &client,
        "SELECT c.conrelid::regclass::text, a.attname::text
         FROM pg_constraint c CROSS JOIN unnest(c.conkey) WITH ORDINALITY AS k (attnum, place)
         JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
         WHERE c.contype = 'p' AND c.conrelid::regclass::text = ANY (SELECT relname FROM pg_class
               WHERE relnamespace = 'public'::regnamespace AND relname <> '__diesel_schema_migrations')
         ORDER BY c.conrelid, k.place",
    )
    .await;
    for key in keys {
        tables.get_mut(&key[0]).unwrap().0.push(key[1].clone());
    }
    let path = checkout("src/db/schema.rs");
    assert_eq!(parse_schema(&std::fs::read_to_string(path).unwrap()), tables);
}

fn diesel_type(postgres: &str) -> String {
    if let Some(element) = postgres.strip_prefix('_') {
        return format!("Array<{}>", diesel_type(element));
    }
    let mut letters = postgres.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn parse_schema(text: &str) -> Tables {
    let mut tables = Tables::new();
    for block in text.split("diesel::table! {").skip(1) {
        let block = block.split("\n}\n").next().unwrap();
        let lines = block.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("use "));
        let mut table = None;
        for line in lines {
            if let Some((name, key)) = line.strip_suffix(") {").and_then(|head| head.split_once(" (")) {
                let key = key.split(", ").map(str::to_owned).collect();
                table = Some(tables.entry(name.to_owned()).or_insert((key, Vec::new())));
            } else if let Some((name, kind)) = line.trim_end_matches(',').split_once(" -> ") {
                table.as_mut().unwrap().1.push((name.to_owned(), kind.to_owned()));
            } else {
                assert_eq!(line, "}");
            }
        }
    }
    tables
}

#[tokio::test]
async fn going_down_leaves_nothing_and_going_up_again_works() {
    let database = TestDatabase::new().await;
    let client = connect(&database).await;
    let connector = Connector::new(&database.url, Duration::from_secs(5)).unwrap();
    let everything = "
        SELECT c.relkind::text, c.relname::text FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace
        UNION ALL SELECT 'function', proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT 'type', typname::text FROM pg_type
          WHERE typnamespace = 'public'::regnamespace AND typrelid = 0 AND typelem = 0
        UNION ALL SELECT 'extension', extname::text FROM pg_extension WHERE extname <> 'plpgsql'
        ORDER BY 1, 2";
    let before: BTreeSet<_> = rows(&client, everything).await.into_iter().collect();
    let count = std::fs::read_dir(checkout("migrations"))
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().path().is_dir())
        .count();
    assert_eq!(migrate::pending(&connector).await.unwrap(), 0);
    assert_eq!(migrate::revert_all(&connector).await.unwrap(), count);
    let left = rows(&client, everything).await;
    let left: Vec<_> = left.iter().map(|row| row[1].as_str()).collect();
    assert_eq!(left, ["__diesel_schema_migrations_pkey", "__diesel_schema_migrations"]);
    assert_eq!(migrate::pending(&connector).await.unwrap(), count);

    // As when several instances start at once on an empty database.
    let (one, two, three) = tokio::join!(migrate::run(&connector), migrate::run(&connector), migrate::run(&connector));
    let mut applied = [one.unwrap(), two.unwrap(), three.unwrap()];
    applied.sort_unstable();
    assert_eq!(applied, [0, 0, count]);
    assert_eq!(rows(&client, everything).await.into_iter().collect::<BTreeSet<_>>(), before);
}
