//! Files in a folder and in a bucket.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use elenchus::config::storage::StorageConfig;
use elenchus::error::ErrorCode;
use elenchus::storage::key::ObjectKey;
use elenchus::storage::store::Storage;
use futures::TryStreamExt;
use secrecy::SecretString;
use uuid::Uuid;

use crate::support::bucket::Bucket;

fn local(folder: &Path) -> Storage {
    Storage::open(&StorageConfig::Local { folder: folder.to_owned() }).unwrap()
}

async fn remote(bucket: &Bucket, key_id: &str) -> Storage {
    drop(rustls::crypto::ring::default_provider().install_default());
    let address = bucket.serve().await;
    Storage::open(&StorageConfig::S3 {
        bucket: "papers".into(),
        prefix: "of/us".into(),
        endpoint: Some(format!("http://{address}")),
        region: "region-1".into(),
        access_key_id: Some(SecretString::from(key_id)),
        secret_access_key: Some(SecretString::from("the-secret")),
    })
    .unwrap()
}

fn key() -> ObjectKey {
    ObjectKey::document(Uuid::new_v4(), Uuid::new_v4())
}

fn arrived(storage: &Storage, bytes: &[u8]) -> PathBuf {
    let path = storage.temp_dir().join(Uuid::new_v4().to_string());
    fs::write(&path, bytes).unwrap();
    path
}

async fn contents(storage: &Storage, key: &ObjectKey) -> Vec<u8> {
    let stored = storage.get(key).await.unwrap();
    let parts: Vec<_> = stored.bytes.try_collect().await.unwrap();
    let bytes = parts.concat();
    assert_eq!(stored.size, bytes.len() as u64);
    bytes
}

/// What every store does.
async fn behaves(storage: &Storage) {
    let key = key();
    assert!(!storage.exists(&key).await.unwrap());
    assert_eq!(storage.get(&key).await.err().unwrap().code(), ErrorCode::NotFound);
    assert_eq!(storage.open_file(&key).await.err().unwrap().code(), ErrorCode::NotFound);
    storage.delete(&key).await.unwrap();

    let first = arrived(storage, b"first");
    storage.put_file(&key, &first).await.unwrap();
    assert!(!first.exists(), "the file was taken");
    assert!(storage.exists(&key).await.unwrap());
    assert_eq!(contents(storage, &key).await, b"first");

    storage.put_file(&key, &arrived(storage, b"")).await.unwrap();
    assert_eq!(contents(storage, &key).await, b"");
    let large: Vec<u8> = (0..9_000_000_u32).map(|index| index.to_le_bytes()[0]).collect();
    storage.put_file(&key, &arrived(storage, &large)).await.unwrap();
    assert!(contents(storage, &key).await == large, "a file of several parts comes back as it was");

    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("copy");
    storage.download_to(&key, &target).await.unwrap();
    assert!(fs::read(&target).unwrap() == large);
    let mut file = storage.open_file(&key).await.unwrap();
    let mut read = Vec::new();
    std::io::Read::read_to_end(&mut file, &mut read).unwrap();
    assert!(read == large);

    storage.delete(&key).await.unwrap();
    assert!(!storage.exists(&key).await.unwrap());
    assert_eq!(storage.download_to(&key, &target).await.unwrap_err().code(), ErrorCode::NotFound);
    storage.check().await.unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing half-written is left");
}

#[tokio::test]
async fn a_folder_keeps_files() {
    let folder = tempfile::tempdir().unwrap();
    let storage = local(&folder.path().join("files"));
    behaves(&storage).await;
    assert_eq!(fs::read_dir(storage.temp_dir()).unwrap().count(), 0);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let key = key();
    storage.put_file(&key, &arrived(&storage, b"private")).await.unwrap();
    let file = folder.path().join("files").join(key.as_str());
    assert_eq!((mode(&file), mode(file.parent().unwrap())), (0o600, 0o700));
}

#[tokio::test]
async fn a_bucket_keeps_files() {
    let bucket = Bucket::default();
    let storage = remote(&bucket, "the-key-id").await;
    behaves(&storage).await;
    assert!(bucket.objects.lock().unwrap().is_empty());
    let key = key();
    storage.put_file(&key, &arrived(&storage, b"one")).await.unwrap();
    let path = format!("/papers/of/us/{key}");
    assert_eq!(bucket.objects.lock().unwrap().get(&path).map(Vec::as_slice), Some(&b"one"[..]));
}

#[tokio::test]
async fn a_bucket_that_refuses_us_is_reported() {
    let storage = remote(&Bucket::default(), "somebody-else").await;
    let error = storage.check().await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::UpstreamUnavailable);
    assert_eq!(error.message(), "The file store refuses the server's credentials.");
    let failed = arrived(&storage, b"x");
    storage.put_file(&key(), &failed).await.unwrap_err();
    assert!(failed.exists(), "what was not stored is not lost");
    fs::remove_file(failed).unwrap();
}

#[tokio::test]
async fn an_upload_that_fails_half_way_leaves_nothing() {
    let bucket = Bucket::default();
    let storage = remote(&bucket, "the-key-id").await;
    bucket.refuses_parts.store(true, Ordering::SeqCst);
    let (key, path) = (key(), arrived(&storage, &vec![7; 9 * 1024 * 1024]));
    let error = storage.put_file(&key, &path).await.unwrap_err();
    assert_eq!(error.code(), ErrorCode::UpstreamUnavailable);
    let object = format!("/papers/of/us/{key}");
    let methods: Vec<_> = bucket.seen.lock().unwrap().iter().map(|seen| seen.replace(&object, "")).collect();
    assert_eq!(methods, ["POST ", "PUT ", "PUT ", "DELETE "]);
    assert!(bucket.objects.lock().unwrap().is_empty() && bucket.parts.lock().unwrap().is_empty());
    assert!(path.exists(), "what was not stored is not lost");
    fs::remove_file(path).unwrap();
}

#[tokio::test]
async fn a_file_from_another_filesystem_is_copied_whole() {
    let other = Path::new("/dev/shm");
    if !other.is_dir() {
        eprintln!("there is no second filesystem here");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let storage = local(folder.path());
    let source = tempfile::NamedTempFile::new_in(other).unwrap().into_temp_path().keep().unwrap();
    fs::write(&source, b"far away").unwrap();
    let key = key();
    storage.put_file(&key, &source).await.unwrap();
    assert_eq!(contents(&storage, &key).await, b"far away");
    assert!(!source.exists());
}

#[tokio::test]
async fn readers_see_a_whole_file_while_it_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let storage = local(folder.path());
    let key = key();
    let body = |round: u8| vec![round; 100_000];
    storage.put_file(&key, &arrived(&storage, &body(0))).await.unwrap();
    let (writer, key_there) = (storage.clone(), key.clone());
    let writing = tokio::spawn(async move {
        for round in 1..50 {
            writer.put_file(&key_there, &arrived(&writer, &body(round))).await.unwrap();
        }
    });
    while !writing.is_finished() {
        let seen = contents(&storage, &key).await;
        assert_eq!(seen.len(), 100_000);
        assert!(seen.iter().all(|byte| *byte == seen[0]));
    }
    writing.await.unwrap();
    assert_eq!(contents(&storage, &key).await, body(49));
}

#[tokio::test]
async fn leftovers_go_after_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let incoming = local(folder.path()).temp_dir().to_owned();
    for (name, hours) in [("old", 25), ("new", 23)] {
        let file = fs::File::create(incoming.join(name)).unwrap();
        #[expect(clippy::disallowed_methods, reason = "the age of a file is measured by the machine's clock")]
        file.set_modified(SystemTime::now() - Duration::from_hours(hours)).unwrap();
    }
    drop(local(folder.path()));
    assert!(!incoming.join("old").exists());
    assert!(incoming.join("new").exists());
}

#[tokio::test]
async fn a_folder_that_cannot_be_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, b"").unwrap();
    let error = Storage::open(&StorageConfig::Local { folder: file.join("below") }).unwrap_err();
    assert_eq!(error.code(), ErrorCode::UpstreamUnavailable);
}

#[test]
fn only_keys_that_we_make_are_keys() {
    let (owner, object) = (Uuid::new_v4(), Uuid::new_v4());
    let made = ObjectKey::document(owner, object);
    assert_eq!(made.as_str(), format!("documents/{owner}/{object}"));
    assert_eq!(made.as_str().parse(), Ok(made.clone()));
    let others = [
        String::new(),
        "documents".into(),
        format!("documents/{owner}"),
        format!("documents/{owner}/../{object}"),
        format!("documents/../{object}"),
        format!("/documents/{owner}/{object}"),
        format!("documents/{owner}/{object}/"),
        format!("..//{owner}/{object}"),
        format!("Documents/{owner}/{object}"),
        format!("documents/{owner}/{}", object.to_string().to_uppercase()),
        format!("documents/{owner}/{}", object.simple()),
        format!("documents/{owner}/{object}\0"),
        format!("documents/{owner}/name.pdf"),
    ];
    for text in others {
        assert!(text.parse::<ObjectKey>().is_err(), "{text:?}");
    }
}
