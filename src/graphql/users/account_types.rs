//! What people do with their own accounts, as data.

use async_graphql::{InputObject, Json, MaybeUndefined, SimpleObject, Upload};

use super::types::User;
use crate::domain::users::model::ProfileChange;
use crate::graphql::scalars::changed;

/// Whose password is forgotten.
#[derive(InputObject)]
pub struct RequestPasswordResetInput {
    /// The e-mail address of the account, in any case.
    pub email: String,
}

/// The answer to asking for a new password: the same whether or not there is such an account.
#[derive(SimpleObject)]
pub struct RequestPasswordResetPayload {
    /// The address, as it was given.
    pub email: String,
}

/// A new password, by the link of a mail.
#[derive(InputObject)]
pub struct ResetPasswordInput {
    /// The token in the link.
    pub token: String,
    /// 8 to 200 characters of any kind that are hard to guess.
    pub new_password: String,
}

/// A password that was set.
#[derive(SimpleObject)]
pub struct ResetPasswordPayload {
    /// The address to sign in with now.
    pub email: String,
}

/// A new password, in the place of a known one.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The password until now. Null for an account that has none: its sign-in must then be less than ten minutes old.
    pub current_password: Option<String>,
    /// 8 to 200 characters of any kind that are hard to guess.
    pub new_password: String,
}

/// An account that was changed.
#[derive(SimpleObject)]
pub struct AccountPayload {
    /// As it is now.
    pub user: User,
}

/// The link of a mail.
#[derive(InputObject)]
pub struct MailTokenInput {
    /// The token in the link.
    pub token: String,
}

/// An address that was confirmed by the link of a mail.
#[derive(SimpleObject)]
pub struct ConfirmedEmailPayload {
    /// The address.
    pub email: String,
    /// The account as it is now. Null unless it is the one that this was called with: a link alone shows nothing of it.
    pub user: Option<User>,
}

/// Another e-mail address.
#[derive(InputObject)]
pub struct ChangeEmailInput {
    /// An e-mail address that no other account has, of at most 254 characters.
    pub new_email: String,
    /// The account's password. Null for an account that has none: its sign-in must then be less than ten minutes old.
    pub password: Option<String>,
}

/// What came of asking for another address.
#[derive(SimpleObject)]
pub struct ChangeEmailPayload {
    /// The account as it is now.
    pub user: User,
    /// The address that a link was sent to, and that the account has once it is opened. Null when the account has the new
    /// address already, because this installation sends no mail.
    pub pending_email: Option<String>,
}

/// A picture of oneself.
#[derive(InputObject)]
pub struct UploadAvatarInput {
    /// The picture, sent as a part of a multipart request.
    pub file: Upload,
}

/// What to change about one's profile. A field that is left out stays, one that is null is emptied.
#[derive(InputObject)]
pub struct UpdateProfileInput {
    /// The name for others to read, of at most 255 characters.
    pub full_name: MaybeUndefined<String>,
    /// 2 to 64 letters, digits, dots, underscores and hyphens that no other account has, in any case.
    pub username: MaybeUndefined<String>,
    /// Where you work or study, at most 255 characters.
    pub organization: MaybeUndefined<String>,
    /// What you do there, at most 255 characters.
    pub job_title: MaybeUndefined<String>,
    /// A time zone, by its name in the IANA database: Europe/Berlin. Null for UTC.
    pub timezone: MaybeUndefined<String>,
    /// A language, as a BCP 47 tag: de, pt-BR. Null for en.
    pub language: MaybeUndefined<String>,
    /// A JSON object that is merged into your preferences: a key that is null is removed, others stay (RFC 7396). `theme` is
    /// SYSTEM, LIGHT or DARK; `notifications` holds `email` and `inApp` (true or false) and `digest` (NONE, DAILY, WEEKLY); other
    /// keys belong to clients. At most 16 KiB in all, 8 deep. Null empties them.
    pub preferences: MaybeUndefined<Json<serde_json::Value>>,
}

impl UpdateProfileInput {
    /// The columns to change, and what is to become of the preferences.
    pub fn into_change(self) -> (ProfileChange, Option<Option<serde_json::Value>>) {
        let change = ProfileChange {
            full_name: changed(self.full_name),
            username: changed(self.username),
            organization: changed(self.organization),
            job_title: changed(self.job_title),
            timezone: changed(self.timezone).map(|zone| zone.unwrap_or_else(|| "UTC".to_owned())),
            language: changed(self.language).map(|tag| tag.unwrap_or_else(|| "en".to_owned())),
            preferences: None,
        };
        (change, changed(self.preferences.map_value(|Json(value)| value)))
    }
}
