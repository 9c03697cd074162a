//! The settings of data and of what is asked of it.

use super::setting::{Setting, plain, secret};

/// Heading and settings.
pub(super) const DATA: (&str, &[Setting]) = (
    "Data",
    &[
        secret(
            "DATASETS_DATABASE_URL",
            "The database of uploaded data, which must not be the main one; its user makes roles. By default a database of that name with \
             `_datasets` behind it, on the same server.",
        ),
        plain("DATA_CONNECTIONS", "8", "Statements of users that run at once on one instance."),
        plain("DATA_STATEMENT_SECONDS", "30", "Longest time of such a statement, in seconds."),
        plain("DATA_RESULT_ROWS", "10000", "Rows of a result that are kept."),
        plain("DATA_RESULT_BYTES", "8388608", "Bytes of a result that are kept."),
    ],
);
