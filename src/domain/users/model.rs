//! Rows and enums of accounts.

use chrono::{DateTime, Utc};
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use diesel::prelude::*;
use diesel::sql_types::Text;
use secrecy::SecretString;

use crate::db::schema::{api_keys, identities, invitations, login_sessions, mail_tokens, users};
use crate::ids::{ApiKeyId, IdentityId, InvitationId, LoginSessionId, MailTokenId, UserId};

/// What a person may do in general.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Role {
    Student,
    Professor,
    Analyst,
    Member,
    Admin,
}

crate::db::enums::text_enum!(Role {
    Student => "STUDENT",
    Professor => "PROFESSOR",
    Analyst => "ANALYST",
    Member => "MEMBER",
    Admin => "ADMIN",
});

/// What a key lets a program do, out of what its owner may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum Scope {
    ConversationsRead,
    /// Includes reading them.
    ConversationsWrite,
    DocumentsRead,
    /// Includes reading them.
    DocumentsWrite,
    CoursesRead,
    /// Includes reading them.
    CoursesWrite,
    /// Workspaces, and what is in them.
    DataRead,
    /// Includes reading them.
    DataWrite,
    /// What administrators see of the installation.
    SystemRead,
}

crate::db::enums::text_enum!(Scope {
    ConversationsRead => "CONVERSATIONS_READ",
    ConversationsWrite => "CONVERSATIONS_WRITE",
    DocumentsRead => "DOCUMENTS_READ",
    DocumentsWrite => "DOCUMENTS_WRITE",
    CoursesRead => "COURSES_READ",
    CoursesWrite => "COURSES_WRITE",
    DataRead => "DATA_READ",
    DataWrite => "DATA_WRITE",
    SystemRead => "SYSTEM_READ",
});

impl Scope {
    /// Whether who has this has the other: itself, and for writing the reading of the same.
    #[must_use]
    pub fn includes(self, other: Self) -> bool {
        self == other
            || matches!(
                (self, other),
                (Self::ConversationsWrite, Self::ConversationsRead)
                    | (Self::DocumentsWrite, Self::DocumentsRead)
                    | (Self::CoursesWrite, Self::CoursesRead)
                    | (Self::DataWrite, Self::DataRead)
            )
    }
}

/// Why a sign-in ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum RevokeReason {
    /// Its owner signed out.
    Logout,
    /// A refresh token came a second time.
    Reuse,
    /// Its owner ended it from another sign-in.
    ByOwner,
    ByAdmin,
    PasswordChanged,
}

crate::db::enums::text_enum!(RevokeReason {
    Logout => "LOGOUT",
    Reuse => "REUSE",
    ByOwner => "BY_OWNER",
    ByAdmin => "BY_ADMIN",
    PasswordChanged => "PASSWORD_CHANGED",
});

/// The one thing that a link in a mail is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub enum MailPurpose {
    VerifyEmail,
    ResetPassword,
    ChangeEmail,
}

crate::db::enums::text_enum!(MailPurpose {
    VerifyEmail => "VERIFY_EMAIL",
    ResetPassword => "RESET_PASSWORD",
    ChangeEmail => "CHANGE_EMAIL",
});

/// A link that was asked for.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = mail_tokens, check_for_backend(diesel::pg::Pg))]
pub struct MailToken {
    pub id: MailTokenId,
    pub user_id: UserId,
    pub purpose: MailPurpose,
    /// Where it goes, which it proves to be read.
    pub email: String,
    /// `None` until the mail leaves.
    pub expires_at: Option<DateTime<Utc>>,
    pub used_at: Option<DateTime<Utc>>,
}

/// Whom an issuer knows somebody as.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = identities, check_for_backend(diesel::pg::Pg))]
pub struct Identity {
    pub id: IdentityId,
    /// The address by which the issuer calls itself.
    pub issuer: String,
    /// Its own name for the person.
    pub subject: String,
    pub user_id: UserId,
    /// The address that it vouched for then.
    pub email: String,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
}

/// An account as others of its owner's things refer to it. Never carries the password.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub username: Option<String>,
    pub full_name: Option<String>,
    pub role: Role,
    pub is_active: bool,
    pub organization: Option<String>,
    pub job_title: Option<String>,
    pub timezone: String,
    pub language: String,
    pub preferences: serde_json::Value,
    pub last_login_at: Option<DateTime<Utc>>,
    pub last_seen_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    /// Since when signing in takes a second factor; `None` while it does not.
    pub second_factor_at: Option<DateTime<Utc>>,
    /// `None` until somebody proved to read the mail of the address.
    pub email_verified_at: Option<DateTime<Utc>>,
    /// SHA-256 of the picture; `None` for none.
    pub avatar_hash: Option<Vec<u8>>,
}

/// What a person may change about their own account; `None` leaves a field, `Some(None)` empties it.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = users)]
pub struct ProfileChange {
    pub full_name: Option<Option<String>>,
    pub username: Option<Option<String>>,
    pub organization: Option<Option<String>>,
    pub job_title: Option<Option<String>>,
    pub timezone: Option<String>,
    pub language: Option<String>,
    pub preferences: Option<serde_json::Value>,
}

/// Which accounts to list; `None` leaves out no account.
#[derive(Debug, Clone, Default)]
pub struct UserFilter {
    /// A part of e-mail address, username or full name, in any case.
    pub search: Option<String>,
    pub role: Option<Role>,
    pub is_active: Option<bool>,
}

/// One sign-in.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = login_sessions, check_for_backend(diesel::pg::Pg))]
pub struct LoginSession {
    pub id: LoginSessionId,
    pub user_agent: Option<String>,
    pub address: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    /// `None` while it holds, or held to its end.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// An API key as its owner sees it. Never carries what would prove it.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = api_keys, check_for_backend(diesel::pg::Pg))]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub prefix: String,
    pub scopes: Vec<Scope>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub use_count: i64,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Leave for one address to make one account. Never carries the token.
#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = invitations, check_for_backend(diesel::pg::Pg))]
pub struct Invitation {
    pub id: InvitationId,
    pub email: String,
    pub role: Role,
    /// `None` once that account is purged.
    pub inviter_id: Option<UserId>,
    /// `None` before it is used, and once that account is purged.
    pub guest_id: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
    pub revoked_at: Option<DateTime<Utc>>,
}

/// What a sign-in hands out. `Debug` shows neither token.
#[derive(Debug)]
pub struct SignInResult {
    pub user: User,
    /// Proves who is asking, until `expires_at`.
    pub access_token: SecretString,
    /// Good for one exchange against a new pair of tokens.
    pub refresh_token: SecretString,
    /// When the access token ends.
    pub expires_at: DateTime<Utc>,
    /// The same from now on, in whole seconds, for clients whose clocks are wrong.
    pub expires_in_seconds: i64,
}
