//! The store of files.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::future;
use futures::stream::{BoxStream, StreamExt, TryStreamExt};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::prefix::PrefixStore;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt, RetryConfig};
use secrecy::ExposeSecret;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use uuid::Uuid;

use super::key::ObjectKey;
use super::{disk, failure, incoming};
use crate::config::storage::StorageConfig;
use crate::error::{Error, Result};

/// Bytes of one part of an upload to a bucket. S3 wants at least 5 MiB, and takes 10,000 parts: 80 GB.
const PART_BYTES: u64 = 8 * 1024 * 1024;

/// Files by key. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Storage {
    objects: Arc<dyn ObjectStore>,
    /// The folder of a store on this machine.
    folder: Option<Arc<Path>>,
    incoming: Arc<Path>,
}

/// A file on its way out of the store.
pub struct Stored {
    /// Bytes in all.
    pub size: u64,
    pub bytes: BoxStream<'static, Result<Bytes>>,
}

impl Storage {
    /// Opens the store; a folder is created, a bucket must exist. Whether a bucket answers is for [`Storage::check`].
    ///
    /// # Errors
    /// When the folder cannot be made or the bucket's settings make no sense.
    pub fn open(config: &StorageConfig) -> Result<Self> {
        match config {
            StorageConfig::Local { folder } => Self::open_folder(folder),
            StorageConfig::S3 { prefix, .. } => {
                let bucket = bucket(config).map_err(failure::of_store)?;
                let objects: Arc<dyn ObjectStore> = if prefix.is_empty() {
                    Arc::new(bucket)
                } else {
                    Arc::new(PrefixStore::new(bucket, prefix.as_str()))
                };
                let incoming = incoming::of_machine().map_err(failure::of_disk)?;
                Ok(Self { objects, folder: None, incoming: incoming.into() })
            }
        }
    }

    fn open_folder(folder: &Path) -> Result<Self> {
        incoming::create(folder).map_err(failure::of_disk)?;
        let incoming = incoming::beside(folder).map_err(failure::of_disk)?;
        let objects = LocalFileSystem::new_with_prefix(folder).map_err(failure::of_store)?;
        Ok(Self { objects: Arc::new(objects), folder: Some(folder.into()), incoming: incoming.into() })
    }

    /// Where files that arrive are written before [`Storage::put_file`]. Those older than a day go at the next start.
    #[must_use]
    pub fn temp_dir(&self) -> &Path {
        &self.incoming
    }

    /// Takes the file at `path` into the store; it is gone from there afterwards. A reader of `key` sees the old file
    /// or the new one, never a part.
    pub async fn put_file(&self, key: &ObjectKey, path: &Path) -> Result<()> {
        let Some(folder) = &self.folder else { return self.upload(key, path).await };
        let (from, to, staging) = (path.to_owned(), folder.join(key.as_str()), Arc::clone(&self.incoming));
        let placed = tokio::task::spawn_blocking(move || disk::place(&from, &to, &staging)).await;
        placed.map_err(Error::internal)?.map_err(failure::of_disk)
    }

    async fn upload(&self, key: &ObjectKey, path: &Path) -> Result<()> {
        let mut file = tokio::fs::File::open(path).await.map_err(failure::of_disk)?;
        let size = file.metadata().await.map_err(failure::of_disk)?.len();
        if size <= PART_BYTES {
            let bytes = tokio::fs::read(path).await.map_err(failure::of_disk)?;
            self.objects.put(&location(key), bytes.into()).await.map_err(failure::of_store)?;
        } else {
            self.upload_in_parts(key, &mut file).await?;
        }
        tokio::fs::remove_file(path).await.map_err(failure::of_disk)
    }

    async fn upload_in_parts(&self, key: &ObjectKey, file: &mut tokio::fs::File) -> Result<()> {
        let mut upload = self.objects.put_multipart(&location(key)).await.map_err(failure::of_store)?;
        let Err(error) = send_parts(&mut *upload, file).await else { return Ok(()) };
        // Parts that stay behind cost money and hold no file; the bucket's own rules may still have to remove them.
        if let Err(error) = upload.abort().await {
            tracing::warn!(%key, %error, "the parts of a failed upload may be left in the bucket");
        }
        Err(error)
    }

    /// The file's size and its bytes as they are read.
    ///
    /// # Errors
    /// `NOT_FOUND` when there is none; a failure later on is the stream's last item.
    pub async fn get(&self, key: &ObjectKey) -> Result<Stored> {
        let found = self.objects.get(&location(key)).await.map_err(failure::of_store)?;
        let size = found.meta.size;
        Ok(Stored { size, bytes: found.into_stream().map(|part| part.map_err(failure::of_store)).boxed() })
    }

    /// Writes the file to `path`, which is there only when it is whole.
    pub async fn download_to(&self, key: &ObjectKey, path: &Path) -> Result<()> {
        let parent = path.parent().unwrap_or(Path::new(".")).to_owned();
        let staged = tempfile::NamedTempFile::new_in(parent).map_err(failure::of_disk)?;
        let writing = staged.as_file().try_clone().map_err(failure::of_disk)?;
        self.copy_into(key, tokio::fs::File::from_std(writing)).await?;
        staged.persist(path).map_err(|error| failure::of_disk(error.error))?;
        Ok(())
    }

    /// The file opened for reading: in place on this machine, or a copy without a name that is gone when it is closed.
    pub async fn open_file(&self, key: &ObjectKey) -> Result<std::fs::File> {
        if let Some(folder) = &self.folder {
            let path = folder.join(key.as_str());
            return Ok(tokio::fs::File::open(path).await.map_err(failure::of_disk)?.into_std().await);
        }
        let file = tempfile::tempfile_in(&self.incoming).map_err(failure::of_disk)?;
        let copy = tokio::fs::File::from_std(file.try_clone().map_err(failure::of_disk)?);
        self.copy_into(key, copy).await?;
        std::io::Seek::rewind(&mut &file).map_err(failure::of_disk)?;
        Ok(file)
    }

    async fn copy_into(&self, key: &ObjectKey, mut file: tokio::fs::File) -> Result<()> {
        let mut stored = self.get(key).await?;
        while let Some(part) = stored.bytes.next().await {
            file.write_all(&part?).await.map_err(failure::of_disk)?;
        }
        file.flush().await.map_err(failure::of_disk)
    }

    /// Removes the file. That there is none is as good.
    pub async fn delete(&self, key: &ObjectKey) -> Result<()> {
        match self.objects.delete(&location(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(failure::of_store(error)),
        }
    }

    pub async fn exists(&self, key: &ObjectKey) -> Result<bool> {
        match self.objects.head(&location(key)).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(failure::of_store(error)),
        }
    }

    /// The keys of a room's files that were stored before `before`, by the clock of the store. Whatever lies there under
    /// another name than a key is passed over.
    pub fn list(&self, room: &str, before: DateTime<Utc>) -> BoxStream<'_, Result<ObjectKey>> {
        let listed = self.objects.list(Some(&object_store::path::Path::from(room)));
        let old = listed.try_filter_map(move |found| {
            let key = found.location.as_ref().parse().ok().filter(|_| found.last_modified < before);
            future::ready(Ok(key))
        });
        old.map_err(failure::of_store).boxed()
    }

    /// Writes, reads and removes a small file, to learn whether the store works.
    ///
    /// # Errors
    /// What keeps it from working.
    pub async fn check(&self) -> Result<()> {
        let key = ObjectKey::of("probes", Uuid::nil(), Uuid::new_v4()).map_err(Error::internal)?;
        let path: PathBuf = self.incoming.join(format!("probe-{}", Uuid::new_v4()));
        let written = key.as_str().as_bytes();
        tokio::fs::write(&path, written).await.map_err(failure::of_disk)?;
        let put = self.put_file(&key, &path).await;
        if put.is_err() {
            // It failed for a reason that is being reported; the sweep at the next start takes what is left.
            drop(tokio::fs::remove_file(&path).await);
        }
        put?;
        let read = self.read_all(&key).await;
        self.delete(&key).await?;
        if read? == written { Ok(()) } else { Err(Error::unavailable("The file store gives back other bytes.")) }
    }

    async fn read_all(&self, key: &ObjectKey) -> Result<Vec<u8>> {
        let mut stored = self.get(key).await?;
        let mut all = Vec::new();
        while let Some(part) = stored.bytes.next().await {
            all.extend_from_slice(&part?);
        }
        Ok(all)
    }
}

/// Sends a file one part after the other, so that one part's memory is all it takes.
async fn send_parts(upload: &mut dyn MultipartUpload, file: &mut tokio::fs::File) -> Result<()> {
    loop {
        let mut part = Vec::new();
        file.take(PART_BYTES).read_to_end(&mut part).await.map_err(failure::of_disk)?;
        if part.is_empty() {
            break;
        }
        upload.put_part(part.into()).await.map_err(failure::of_store)?;
    }
    upload.complete().await.map_err(failure::of_store)?;
    Ok(())
}

fn location(key: &ObjectKey) -> object_store::path::Path {
    object_store::path::Path::from(key.as_str())
}

fn bucket(config: &StorageConfig) -> object_store::Result<object_store::aws::AmazonS3> {
    let StorageConfig::S3 { bucket, endpoint, region, access_key_id, secret_access_key, .. } = config else {
        return Err(object_store::Error::NotSupported { source: "not a bucket".into() });
    };
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(region)
        // Not every compatible store knows how to delete many at once, and we delete one by one.
        .with_disable_bulk_delete(true)
        .with_retry(RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(20), ..RetryConfig::default() });
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    if let (Some(id), Some(secret)) = (access_key_id, secret_access_key) {
        builder = builder.with_access_key_id(id.expose_secret()).with_secret_access_key(secret.expose_secret());
    }
    builder.build()
}
