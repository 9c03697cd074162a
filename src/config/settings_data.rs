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
        plain(
            "DATA_SOURCE_NETWORKS",
            "",
            "Networks and addresses besides public ones where external databases and webhooks may be, as in 10.0.0.0/8,192.168.7.4. Whoever may \
             add one can reach every port from 1024 there, and 80 and 443.",
        ),
        plain(
            "DATA_SOURCE_PLAINTEXT",
            "false",
            "Whether external databases may be asked without TLS, and, in development, webhooks called in those networks: `true` or `false`.",
        ),
        plain(
            "DATA_EXTERNAL_CACHE_SECONDS",
            "60",
            "How long a result from an external database, of which nobody knows whether it changed, is served again; 0 for never.",
        ),
    ],
);
