//! Why a database cannot be asked, in words for whoever entered it. None repeats what a server said: that is anybody's text.

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("This host is not one that this server may call.")]
    Closed,
    #[error("There is no answer from this host and port.")]
    Unreachable,
    #[error("What answers there does not speak as Postgres does.")]
    Foreign,
    #[error("Postgres there is older than 13.")]
    TooOld,
    #[error("The server there does not offer TLS.")]
    TlsNotOffered,
    #[error("The certificate of the server there is not trusted, or not for this host.")]
    TlsUnverified,
    #[error("TLS with the server there does not come about.")]
    TlsFailed,
    #[error("Databases must be reached with TLS: whoever runs this server wants it so.")]
    Plaintext,
    #[error("This is no certificate in PEM.")]
    Authorities,
    #[error("The server there does not let this user in with this password.")]
    SignIn,
    #[error("There is no such database, or this user may not connect to it.")]
    NoDatabase,
    /// What the role is, in the words of Postgres.
    #[error(
        "This user may do more than read: it is {0}, or a member of such a role. Make a role that may only SELECT."
    )]
    TooPowerful(&'static str),
    #[error("There is no schema {0}, or this user may not use it.")]
    NoSchema(String),
    #[error(
        "There are more than {tables} tables or {columns} columns. Name fewer schemas, or let the user read fewer tables."
    )]
    TooMany { tables: usize, columns: usize },
    #[error("The password cannot be decrypted any more. Enter it again.")]
    Locked,
    #[error("Too many databases are being looked at. Please try again.")]
    Busy,
}

impl Problem {
    /// A stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Closed => "ADDRESS_NOT_ALLOWED",
            Self::Unreachable => "UNREACHABLE",
            Self::Foreign => "NOT_POSTGRES",
            Self::TooOld => "TOO_OLD",
            Self::TlsNotOffered => "TLS_NOT_OFFERED",
            Self::TlsUnverified => "TLS_NOT_VERIFIED",
            Self::TlsFailed => "TLS_FAILED",
            Self::Plaintext => "TLS_REQUIRED",
            Self::Authorities => "CERTIFICATE_UNREADABLE",
            Self::SignIn => "SIGN_IN_REFUSED",
            Self::NoDatabase => "NO_SUCH_DATABASE",
            Self::TooPowerful(_) => "ROLE_TOO_POWERFUL",
            Self::NoSchema(_) => "NO_SUCH_SCHEMA",
            Self::TooMany { .. } => "TOO_MANY_TABLES",
            Self::Locked => "PASSWORD_LOST",
            Self::Busy => "BUSY",
        }
    }
}
