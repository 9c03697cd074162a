//! Accounts and sign-in as data.

use async_graphql::{Enum, ID, InputObject, SimpleObject};
use chrono::{DateTime, Utc};
use secrecy::ExposeSecret as _;

use crate::domain::users::model;

/// What a person may do in general.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "model::Role")]
pub enum Role {
    /// Learns in courses.
    Student,
    /// Teaches courses.
    Professor,
    /// Works with data and dashboards.
    Analyst,
    /// Uses the assistant.
    Member,
    /// Runs this installation.
    Admin,
}

/// A person's account.
#[derive(Debug, Clone, SimpleObject)]
#[graphql(complex)]
pub struct User {
    /// Opaque, and the same for the life of the account.
    pub id: ID,
    /// The e-mail address, as it was given.
    pub email: String,
    /// The name to sign in with besides the e-mail address. Null when there is none.
    pub username: Option<String>,
    /// The name for others to read. Null when none was given.
    pub full_name: Option<String>,
    /// What the person may do in general.
    pub role: Role,
    /// False for an account that has been deactivated: it cannot sign in.
    pub is_active: bool,
    /// Where the person works or studies. Null when not given.
    pub organization: Option<String>,
    /// What the person does there. Null when not given.
    pub job_title: Option<String>,
    /// Time zone, by its name in the IANA database.
    pub timezone: String,
    /// Preferred language, as a BCP 47 tag.
    pub language: String,
    /// Choices of the person: `theme` (SYSTEM, LIGHT, DARK), `notifications` (`email` and `inApp`: true or false, `digest`: NONE,
    /// DAILY, WEEKLY), and whatever else clients keep.
    pub preferences: async_graphql::Json<serde_json::Value>,
    /// The last sign-in with a password. Null when there was none.
    pub last_login_at: Option<DateTime<Utc>>,
    /// The last request, within five minutes. Null when there was none.
    pub last_seen_at: Option<DateTime<Utc>>,
    /// Whether signing in takes a second factor: a code of an authenticator app.
    pub two_factor_enabled: bool,
    /// When the account was made.
    pub created_at: DateTime<Utc>,
    /// When something about the account was last changed.
    pub updated_at: DateTime<Utc>,
    /// When the e-mail address was confirmed. Null while it is not.
    pub email_verified_at: Option<DateTime<Utc>>,
    #[graphql(skip)]
    pub avatar_hash: Option<Vec<u8>>,
}

impl From<model::User> for User {
    fn from(user: model::User) -> Self {
        Self {
            id: ID(user.id.to_string()),
            email: user.email,
            username: user.username,
            full_name: user.full_name,
            role: user.role.into(),
            is_active: user.is_active,
            organization: user.organization,
            job_title: user.job_title,
            timezone: user.timezone,
            language: user.language,
            preferences: async_graphql::Json(user.preferences),
            last_login_at: user.last_login_at,
            last_seen_at: user.last_seen_at,
            two_factor_enabled: user.second_factor_at.is_some(),
            created_at: user.created_at,
            updated_at: user.updated_at,
            email_verified_at: user.email_verified_at,
            avatar_hash: user.avatar_hash,
        }
    }
}

/// A sign-in: who it is, and the tokens that prove it from now on.
#[derive(SimpleObject)]
pub struct AuthPayload {
    /// Goes into the header `Authorization: Bearer …`, until `expiresAt`.
    pub access_token: String,
    /// Good for one call of `refreshSession`. Keep it where scripts of other sites cannot read it.
    pub refresh_token: String,
    /// When the access token ends.
    pub expires_at: DateTime<Utc>,
    /// The same in whole seconds from now on: no matter how wrong the client's clock is.
    pub expires_in_seconds: i32,
    /// The account that is signed in.
    pub user: User,
}

impl From<model::SignInResult> for AuthPayload {
    fn from(result: model::SignInResult) -> Self {
        Self {
            access_token: result.access_token.expose_secret().to_owned(),
            refresh_token: result.refresh_token.expose_secret().to_owned(),
            expires_at: result.expires_at,
            expires_in_seconds: i32::try_from(result.expires_in_seconds).unwrap_or(i32::MAX),
            user: result.user.into(),
        }
    }
}

/// A new account.
#[derive(InputObject)]
pub struct RegisterInput {
    /// An e-mail address without an account, of at most 254 characters.
    pub email: String,
    /// 8 to 200 characters of any kind that are hard to guess: not a common password, nor made of your own names.
    pub password: String,
    /// 2 to 64 letters, digits, dots, underscores and hyphens that no other account has, in any case. Kept as it is given,
    /// or in lower case where it has letters beyond ASCII. Null for none.
    pub username: Option<String>,
    /// The name for others to read, of at most 255 characters. Null for none.
    pub full_name: Option<String>,
    /// MEMBER or STUDENT, unless an administrator makes the account; not looked at with an invitation, which says what the
    /// account will be. Null for MEMBER.
    pub role: Option<Role>,
    /// The token of an invitation for this address. Null without one.
    pub invitation_token: Option<String>,
}

/// Somebody who has an account.
#[derive(InputObject)]
pub struct LoginInput {
    /// E-mail address or username, in any case.
    pub identifier: String,
    /// The account's password.
    pub password: String,
}

/// A sign-in to be prolonged.
#[derive(InputObject)]
pub struct RefreshSessionInput {
    /// The newest refresh token of the sign-in.
    pub refresh_token: String,
}

/// The answer to signing out.
#[derive(SimpleObject)]
pub struct LogoutPayload {
    /// The account that was signed in.
    pub user: User,
}
