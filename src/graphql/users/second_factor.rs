//! Second factors as data.

use async_graphql::{InputObject, SimpleObject};

use super::types::User;

/// Who sets up an authenticator app.
#[derive(InputObject)]
pub struct BeginTwoFactorInput {
    /// Your password. Null for an account that has none: its sign-in must then be less than ten minutes old.
    pub password: Option<String>,
}

/// A key for an authenticator app. It is shown this once.
#[derive(SimpleObject)]
pub struct BeginTwoFactorPayload {
    /// The key in base 32, to be typed into an app that cannot see.
    pub secret: String,
    /// The key in an `otpauth:` address, to be shown as a QR code. Make the picture yourself: whoever sees the address has the
    /// second factor.
    pub otpauth_url: String,
}

/// The proof that the app has the key.
#[derive(InputObject)]
pub struct ConfirmTwoFactorInput {
    /// The six digits that the app shows.
    pub code: String,
}

/// A second factor that is on.
#[derive(SimpleObject)]
pub struct ConfirmTwoFactorPayload {
    /// The account.
    pub user: User,
    /// Ten codes for when the device is lost, each good for one sign-in. They are shown this once: have them printed or
    /// kept apart from the device.
    pub recovery_codes: Vec<String>,
}

/// Both proofs of the account's owner.
#[derive(InputObject)]
pub struct DisableTwoFactorInput {
    /// Your password. Null for an account that has none: its sign-in must then be less than ten minutes old.
    pub password: Option<String>,
    /// The six digits that the app shows, or a recovery code.
    pub code: String,
}

/// A second factor that is off.
#[derive(SimpleObject)]
pub struct DisableTwoFactorPayload {
    /// The account.
    pub user: User,
}

/// Both proofs of the account's owner.
#[derive(InputObject)]
pub struct RegenerateRecoveryCodesInput {
    /// Your password. Null for an account that has none: its sign-in must then be less than ten minutes old.
    pub password: Option<String>,
    /// The six digits that the app shows, or one of the recovery codes so far.
    pub code: String,
}

/// New recovery codes; all older ones are void.
#[derive(SimpleObject)]
pub struct RegenerateRecoveryCodesPayload {
    /// The account.
    pub user: User,
    /// Ten codes, each good for one sign-in. They are shown this once.
    pub recovery_codes: Vec<String>,
}

/// The second step of a sign-in.
#[derive(InputObject)]
pub struct CompleteLoginInput {
    /// What stood in `extensions.challenge` of the refusal SECOND_FACTOR_REQUIRED.
    pub challenge: String,
    /// The six digits that the app shows, or a recovery code.
    pub code: String,
}
