//! Encryption at rest: what opens where, and how all of it comes under a new key.

use std::collections::BTreeSet;

use elenchus::config::env::Env;
use elenchus::config::load::Config;
use elenchus::config::secrets::Secrets;
use elenchus::seal::columns::{COLUMNS, Column, SECOND_FACTOR};
use elenchus::seal::reseal::{Resealed, Survey, reseal, survey};
use elenchus::seal::sealer::{OpenError, Sealer, sealed_with};
use proptest::prelude::*;
use secrecy::{ExposeSecret as _, SecretSlice};
use uuid::Uuid;

use super::support::people::World;

const OTHER: Column = Column { purpose: "another use", ..SECOND_FACTOR };

fn key(byte: u8) -> SecretSlice<u8> {
    vec![byte; 32].into()
}

fn sealer(keys: &[u8]) -> Sealer {
    Sealer::new(&keys.iter().map(|byte| key(*byte)).collect::<Vec<_>>())
}

fn opened(sealer: &Sealer, column: &Column, row: Uuid, sealed: &[u8]) -> Result<Vec<u8>, OpenError> {
    sealer.open(column, row, sealed).map(|value| value.expose_secret().to_vec())
}

#[test]
fn a_sealed_value_opens_in_its_own_row_and_column_alone() {
    let sealer = sealer(&[1]);
    let (row, other) = (Uuid::from_u128(7), Uuid::from_u128(8));
    let sealed = sealer.seal(&SECOND_FACTOR, row, b"twenty bytes of a key").unwrap();
    assert_eq!(opened(&sealer, &SECOND_FACTOR, row, &sealed).unwrap(), b"twenty bytes of a key");
    assert_eq!(opened(&sealer, &SECOND_FACTOR, other, &sealed), Err(OpenError::Broken), "moved to another row");
    assert_eq!(opened(&sealer, &OTHER, row, &sealed), Err(OpenError::Broken), "moved to another column");
    assert!(!sealed.windows(5).any(|part| b"twenty bytes of a key".windows(5).any(|plain| plain == part)));
    let again = sealer.seal(&SECOND_FACTOR, row, b"twenty bytes of a key").unwrap();
    assert_ne!(sealed, again, "the same value twice looks like two");
    let debug = format!("{sealer:?}");
    assert!(debug.contains("REDACTED") && !debug.contains("1, 1, 1"), "{debug}");
}

/// Computed apart, in Python with its own HMAC, `HChaCha20` and the ChaCha20-Poly1305 of OpenSSL: another form of the same would make
/// everything that is stored unreadable.
#[test]
fn what_was_sealed_in_the_past_opens() {
    let sealed = hex::decode(KNOWN).unwrap();
    let row = Uuid::from_u128(0x0123_4567_89ab_cdef_0123_4567_89ab_cdef);
    assert_eq!(opened(&sealer(&[7]), &SECOND_FACTOR, row, &sealed).unwrap(), b"a known value");
}

const KNOWN: &str = "01fab4186f5d9e2e42000102030405060708090a0b0c0d0e0f10111213141516173edcea95ff13bb8a101d31973aa4b9fe26cd4e086fbf8a161b786f7d65";

#[test]
fn older_keys_open_and_the_newest_seals() {
    let row = Uuid::from_u128(1);
    let before = sealer(&[1]).seal(&SECOND_FACTOR, row, b"kept").unwrap();
    let (old, both, new) = (sealer(&[1]), sealer(&[2, 1]), sealer(&[2]));
    assert_eq!(opened(&both, &SECOND_FACTOR, row, &before).unwrap(), b"kept");
    let id = old.newest().unwrap();
    assert_eq!(sealed_with(&before), Some(id));
    assert_eq!(opened(&new, &SECOND_FACTOR, row, &before), Err(OpenError::UnknownKey(id)));
    let after = both.seal(&SECOND_FACTOR, row, b"kept").unwrap();
    assert_eq!(sealed_with(&after), new.newest());
    assert_eq!(opened(&new, &SECOND_FACTOR, row, &after).unwrap(), b"kept");
    assert!(sealer(&[]).seal(&SECOND_FACTOR, row, b"kept").is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_value_comes_back(value in prop::collection::vec(any::<u8>(), 0..2000), row: u128) {
        let (sealer, row) = (sealer(&[3]), Uuid::from_u128(row));
        let sealed = sealer.seal(&SECOND_FACTOR, row, &value).unwrap();
        prop_assert_eq!(opened(&sealer, &SECOND_FACTOR, row, &sealed).unwrap(), value);
    }

    #[test]
    fn one_changed_bit_is_noticed(value in prop::collection::vec(any::<u8>(), 0..100), place: prop::sample::Index, bit in 0_u32..8) {
        let (sealer, row) = (sealer(&[3]), Uuid::from_u128(9));
        let mut sealed = sealer.seal(&SECOND_FACTOR, row, &value).unwrap();
        let at = place.index(sealed.len());
        sealed[at] ^= 1_u8 << bit;
        prop_assert!(opened(&sealer, &SECOND_FACTOR, row, &sealed).is_err());
    }

    #[test]
    fn cut_and_lengthened_values_are_refused(cut: prop::sample::Index, more in prop::collection::vec(any::<u8>(), 1..50)) {
        let (sealer, row) = (sealer(&[3]), Uuid::from_u128(9));
        let sealed = sealer.seal(&SECOND_FACTOR, row, b"a value").unwrap();
        prop_assert!(opened(&sealer, &SECOND_FACTOR, row, &sealed[..cut.index(sealed.len())]).is_err());
        prop_assert!(opened(&sealer, &SECOND_FACTOR, row, &[sealed, more].concat()).is_err());
    }

    #[test]
    fn any_bytes_are_refused_calmly(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(opened(&sealer(&[3]), &SECOND_FACTOR, Uuid::nil(), &bytes).is_err());
    }
}

/// Accounts with a sealed value each; more than are read at once.
async fn filled(world: &World, sealer: &Sealer, count: usize) -> Vec<Uuid> {
    let mut rows = Vec::new();
    for number in 0..count {
        let row = Uuid::from_u128(1000 + u128::try_from(number).unwrap());
        let sealed = hex::encode(sealer.seal(&SECOND_FACTOR, row, row.as_bytes()).unwrap());
        let sql = format!(
            "INSERT INTO users (id, email, created_at, updated_at) VALUES ('{row}', '{number}@example.org', now(), now()); \
             INSERT INTO second_factors VALUES ('{row}', decode('{sealed}', 'hex'), NULL, now())"
        );
        world.sql(&sql).await;
        rows.push(row);
    }
    rows
}

async fn value(world: &World, row: Uuid) -> Vec<u8> {
    let query = format!("SELECT encode(sealed_secret, 'hex') FROM second_factors WHERE user_id = '{row}'");
    hex::decode(world.text(&query).await.unwrap()).unwrap()
}

async fn surveyed(world: &World, sealer: &Sealer) -> [i64; 3] {
    let Survey { newest, older, unknown } = survey(&world.app.db.read().await.unwrap(), sealer).await.unwrap();
    [newest, older, unknown]
}

#[tokio::test]
async fn everything_comes_under_the_new_key_and_what_does_not_open_is_left_and_named() {
    let world = World::new().await;
    let (old, both, new) = (sealer(&[1]), sealer(&[2, 1]), sealer(&[2]));
    let rows = filled(&world, &old, 430).await;
    let (moved, foreign) = (rows[17], rows[300]);
    // One that somebody moved, and one whose key nobody has.
    world
        .sql(&format!(
            "UPDATE second_factors SET sealed_secret = (SELECT sealed_secret FROM second_factors WHERE user_id = '{}') \
             WHERE user_id = '{moved}'",
            rows[18]
        ))
        .await;
    let strange = hex::encode(sealer(&[9]).seal(&SECOND_FACTOR, foreign, b"lost").unwrap());
    world
        .sql(&format!(
            "UPDATE second_factors SET sealed_secret = decode('{strange}', 'hex') WHERE user_id = '{foreign}'"
        ))
        .await;
    let left_before = [value(&world, moved).await, value(&world, foreign).await];
    assert_eq!(surveyed(&world, &both).await, [0, 429, 1]);

    let done = reseal(&world.app.db, &both).await.unwrap();
    let unknown = OpenError::UnknownKey(sealer(&[9]).newest().unwrap());
    let left = vec![("second_factors", moved, OpenError::Broken), ("second_factors", foreign, unknown)];
    assert_eq!(done, Resealed { values: 428, left: left.clone() });
    assert_eq!(surveyed(&world, &both).await, [428, 1, 1]);
    assert_eq!(surveyed(&world, &new).await, [428, 0, 2]);
    for row in [rows[0], rows[199], rows[200], rows[429]] {
        assert_eq!(opened(&new, &SECOND_FACTOR, row, &value(&world, row).await).unwrap(), row.as_bytes());
    }
    assert_eq!([value(&world, moved).await, value(&world, foreign).await], left_before);

    let again = value(&world, rows[5]).await;
    assert_eq!(reseal(&world.app.db, &both).await.unwrap(), Resealed { values: 0, left });
    assert_eq!(value(&world, rows[5]).await, again, "what is under the newest key is not touched");
}

#[tokio::test]
async fn two_at_once_and_one_broken_off_lose_nothing() {
    let world = World::new().await;
    let both = sealer(&[2, 1]);
    let rows = filled(&world, &sealer(&[1]), 250).await;
    // One is broken off at some point.
    let db = world.app.db.clone();
    let broken_off = tokio::spawn(async move { reseal(&db, &sealer(&[2, 1])).await });
    tokio::task::yield_now().await;
    broken_off.abort();
    let (one, two) = tokio::join!(reseal(&world.app.db, &both), reseal(&world.app.db, &both));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert!(one.left.is_empty() && two.left.is_empty() && one.values + two.values <= 250, "{one:?} {two:?}");
    assert_eq!(surveyed(&world, &sealer(&[2])).await, [250, 0, 0]);
    for row in rows {
        assert_eq!(opened(&sealer(&[2]), &SECOND_FACTOR, row, &value(&world, row).await).unwrap(), row.as_bytes());
    }
}

#[tokio::test]
async fn the_list_of_sealed_columns_is_that_of_the_database() {
    let world = World::new().await;
    let query = "SELECT string_agg(table_name || ' ' || column_name, ',') FROM information_schema.columns \
                 WHERE table_schema = 'public' AND data_type = 'bytea' AND column_name LIKE 'sealed_%'";
    let found = world.text(query).await.unwrap();
    let found: BTreeSet<String> = found.split(',').map(str::to_owned).collect();
    let listed: BTreeSet<String> = COLUMNS.iter().map(|column| format!("{} {}", column.table, column.value)).collect();
    assert_eq!(found, listed);
    let purposes: BTreeSet<_> = COLUMNS.iter().map(|column| column.purpose).collect();
    assert_eq!(purposes.len(), COLUMNS.len(), "each column has a key of its own");
    for column in COLUMNS {
        let query = format!(
            "SELECT count(*) FROM information_schema.key_column_usage u JOIN information_schema.table_constraints c \
             USING (constraint_name) WHERE c.constraint_type = 'PRIMARY KEY' AND u.table_name = '{}' AND u.column_name = '{}'",
            column.table, column.id
        );
        assert_eq!(world.text(&query).await.unwrap(), "1", "{column:?}");
    }
}

#[test]
fn keys_are_read_newest_first_and_malformed_ones_named() {
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path();
    let load = |pairs: &[(&str, &str)]| {
        let config = Config::from_env(&Env::from_pairs(pairs.iter().copied())).unwrap();
        Secrets::load(&config.auth, data_dir)
    };
    let encoded = |byte: u8| base64::Engine::encode(&base64::engine::general_purpose::STANDARD, [byte; 32]);
    let (one, two, three) = (encoded(1), encoded(2), encoded(3));
    let list = format!("{two}, {three}\n{one}");
    let secrets = load(&[("ENCRYPTION_KEY", &one), ("ENCRYPTION_KEY_PREVIOUS", &list)]).unwrap();
    let keys: Vec<u8> = secrets.encryption_keys.iter().map(|key| key.expose_secret()[0]).collect();
    assert_eq!(keys, [1, 2, 3]);
    let wrong = "this is text of more than 32 characters";
    for (pairs, name) in [
        ([("ENCRYPTION_KEY", wrong), ("SECRET_KEY", wrong)], "ENCRYPTION_KEY"),
        ([("ENCRYPTION_KEY", one.as_str()), ("ENCRYPTION_KEY_PREVIOUS", wrong)], "ENCRYPTION_KEY_PREVIOUS"),
    ] {
        let error = load(&pairs).unwrap_err();
        assert_eq!((error.name.as_str(), error.problem.as_str()), (name, "is not 32 bytes in base64"));
    }
}
