//! A small S3: one bucket in memory, path-style addresses, requests signed with AWS Signature Version 4 or refused.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};

#[derive(Debug, Clone, Default)]
pub struct Bucket {
    /// Objects by path, `/bucket/key`.
    pub objects: Arc<Mutex<HashMap<String, Vec<u8>>>>,
    /// When objects were stored, by path; those that are not named here were at the end of November 2026.
    pub modified: Arc<Mutex<HashMap<String, DateTime<Utc>>>>,
    /// Parts of uploads that are under way, by number.
    pub parts: Arc<Mutex<HashMap<u32, Vec<u8>>>>,
    /// Requests: method and path.
    pub seen: Arc<Mutex<Vec<String>>>,
    /// Whether the second part of an upload is refused.
    pub refuses_parts: Arc<AtomicBool>,
}

impl Bucket {
    /// Serves the bucket on a port of its own.
    pub async fn serve(&self) -> SocketAddr {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(self.clone());
        let router = router.layer(axum::extract::DefaultBodyLimit::disable());
        tokio::spawn(async move { axum::serve(listener, router).await });
        address
    }
}

/// Objects in a page of a list.
const PAGE: usize = 2;

/// A page of `ListObjectsV2`. A token is the place of the first object of the page.
fn list(bucket: &Bucket, objects: &HashMap<String, Vec<u8>>, path: &str, query: &str) -> String {
    let value = |name: &str| {
        let found = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        found.unwrap_or_default().replace("%2F", "/")
    };
    let prefix = format!("{}/{}", path.trim_end_matches('/'), value("prefix"));
    let mut found: Vec<_> = objects.iter().filter(|(path, _)| path.starts_with(&prefix)).collect();
    found.sort();
    let start: usize = value("continuation-token").parse().unwrap_or(0);
    let modified = bucket.modified.lock().unwrap();
    let mut xml = "<ListBucketResult>".to_owned();
    for (object, bytes) in found.iter().skip(start).take(PAGE) {
        let at = modified.get(*object).map_or_else(|| "2026-11-30T00:00:00Z".to_owned(), DateTime::to_rfc3339);
        let key = object.trim_start_matches(path.trim_end_matches('/')).trim_start_matches('/');
        write!(xml, "<Contents><Key>{key}</Key><LastModified>{at}</LastModified>").unwrap();
        write!(xml, "<ETag>tag</ETag><Size>{}</Size></Contents>", bytes.len()).unwrap();
    }
    if start + PAGE < found.len() {
        write!(xml, "<NextContinuationToken>{}</NextContinuationToken>", start + PAGE).unwrap();
    }
    xml + "</ListBucketResult>"
}

async fn answer(State(bucket): State<Bucket>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let query = uri.query().unwrap_or_default();
    let path = uri.path().to_owned();
    bucket.seen.lock().unwrap().push(format!("{method} {path}"));
    let signature = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !signature.starts_with("AWS4-HMAC-SHA256 Credential=the-key-id/")
        || !signature.contains("/region-1/s3/aws4_request")
        || !signature.contains("Signature=")
        || !headers.contains_key("x-amz-content-sha256")
    {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut objects = bucket.objects.lock().unwrap();
    let mut parts = bucket.parts.lock().unwrap();
    let number = query.split('&').find_map(|pair| pair.strip_prefix("partNumber=")).and_then(|text| text.parse().ok());
    let etag = [("etag", "\"tag\"")];
    match (method.as_str(), number) {
        ("POST", _) if query.starts_with("uploads") => {
            let xml = "<InitiateMultipartUploadResult><UploadId>one</UploadId></InitiateMultipartUploadResult>";
            xml.into_response()
        }
        ("PUT", Some(2)) if bucket.refuses_parts.load(Ordering::SeqCst) => StatusCode::BAD_REQUEST.into_response(),
        ("PUT", Some(number)) => {
            parts.insert(number, body.to_vec());
            etag.into_response()
        }
        ("POST", _) => {
            let mut all: Vec<_> = parts.drain().collect();
            all.sort_unstable();
            objects.insert(path, all.into_iter().flat_map(|(_, part)| part).collect());
            "<CompleteMultipartUploadResult><ETag>tag</ETag></CompleteMultipartUploadResult>".into_response()
        }
        ("PUT", None) => {
            objects.insert(path, body.to_vec());
            etag.into_response()
        }
        ("GET", _) if query.contains("list-type=2") => list(&bucket, &objects, &path, query).into_response(),
        ("GET" | "HEAD", _) => match objects.get(&path) {
            Some(bytes) => ([("etag", "\"tag\""), ("last-modified", "Sat, 21 Nov 2026 00:00:00 GMT")], bytes.clone())
                .into_response(),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        ("DELETE", _) if query.starts_with("uploadId") => {
            parts.clear();
            StatusCode::NO_CONTENT.into_response()
        }
        ("DELETE", _) => {
            objects.remove(&path);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => StatusCode::BAD_REQUEST.into_response(),
    }
}
