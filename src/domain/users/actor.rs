//! Who is asking: the first argument of every action.

use chrono::{DateTime, Utc};

use super::model::{Role, User};
use crate::error::{Error, Result};
use crate::ids::{LoginSessionId, UserId};

/// Somebody who is signed in, as the database knew them when the request began.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub user: User,
    pub session: LoginSessionId,
    /// When the access token ends.
    pub expires_at: DateTime<Utc>,
}

/// Who is asking: somebody, or nobody in particular. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Actor(Option<std::sync::Arc<SignedIn>>);

impl Actor {
    /// Nobody in particular.
    #[must_use]
    pub const fn nobody() -> Self {
        Self(None)
    }

    #[must_use]
    pub fn somebody(signed_in: SignedIn) -> Self {
        Self(Some(std::sync::Arc::new(signed_in)))
    }

    /// Whoever is signed in, if anybody is.
    #[must_use]
    pub fn signed_in(&self) -> Option<&SignedIn> {
        self.0.as_deref()
    }

    /// Whoever is signed in.
    ///
    /// # Errors
    /// UNAUTHENTICATED for nobody.
    pub fn require(&self) -> Result<&SignedIn> {
        self.signed_in().ok_or_else(|| Error::unauthenticated("Please sign in."))
    }

    /// The account of whoever is signed in.
    ///
    /// # Errors
    /// UNAUTHENTICATED for nobody.
    pub fn require_id(&self) -> Result<UserId> {
        Ok(self.require()?.user.id)
    }

    #[must_use]
    pub fn is_admin(&self) -> bool {
        self.signed_in().is_some_and(|signed_in| signed_in.user.role == Role::Admin)
    }
}
