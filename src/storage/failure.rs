//! What went wrong in the file store, in words that help.

use std::io;

use crate::error::Error;

/// The house error for a failure of the store.
pub(super) fn of_store(error: object_store::Error) -> Error {
    use object_store::Error as Store;
    match error {
        Store::NotFound { .. } => Error::not_found("file").with_source(error),
        Store::PermissionDenied { .. } | Store::Unauthenticated { .. } => {
            Error::unavailable("The file store refuses the server's credentials.").with_source(error)
        }
        error => match io_kind(&error) {
            Some(kind) => of_kind(kind, error),
            None => Error::unavailable("The file store does not answer as it should.").with_source(error),
        },
    }
}

/// The house error for a failure of the disk.
pub(super) fn of_disk(error: io::Error) -> Error {
    of_kind(error.kind(), error)
}

fn of_kind(kind: io::ErrorKind, source: impl std::error::Error + Send + Sync + 'static) -> Error {
    let error = match kind {
        io::ErrorKind::NotFound => Error::not_found("file"),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Error::unavailable("The server's file store is full.")
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            Error::unavailable("The server is not allowed to write to its file store.")
        }
        io::ErrorKind::FileTooLarge => Error::unavailable("The file is too large for the server's disk."),
        _ => Error::unavailable("The server's file store failed."),
    };
    error.with_source(source)
}

/// The kind of the failure of the operating system at the root of an error, if there is one.
fn io_kind(error: &(dyn std::error::Error + 'static)) -> Option<io::ErrorKind> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            return Some(io.kind());
        }
        next = cause.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_decides_what_is_said() {
        let said = |kind: io::ErrorKind| of_disk(io::Error::from(kind)).message().to_owned();
        assert_eq!(said(io::ErrorKind::StorageFull), "The server's file store is full.");
        assert_eq!(said(io::ErrorKind::PermissionDenied), "The server is not allowed to write to its file store.");
        let nested = object_store::Error::Generic {
            store: "LocalFileSystem",
            source: Box::new(io::Error::from(io::ErrorKind::StorageFull)),
        };
        assert_eq!(of_store(nested).message(), "The server's file store is full.");
    }
}
