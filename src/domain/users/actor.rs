//! Who is asking: the first argument of every action.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::client::Client;
use super::model::{Scope, User};
use super::permissions::{self, Permission};
use crate::error::{Error, ErrorCode, Result};
use crate::ids::{ApiKeyId, LoginSessionId, UserId};

/// What somebody is known by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// A person who signed in.
    Session(LoginSessionId),
    /// A program with a key of the person's.
    ApiKey {
        id: ApiKeyId,
        /// What the person lets it do.
        scopes: Vec<Scope>,
    },
}

/// Somebody who is signed in, as the database knew them when the request began.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub user: User,
    pub credential: Credential,
    /// When the access token or the key ends.
    pub expires_at: DateTime<Utc>,
}

impl SignedIn {
    /// The key that a program asks with; `None` for the person.
    #[must_use]
    pub fn api_key(&self) -> Option<ApiKeyId> {
        match self.credential {
            Credential::ApiKey { id, .. } => Some(id),
            Credential::Session(_) => None,
        }
    }

    /// What the key lets a program do; `None` for the person, whom nothing but the role bounds.
    fn scopes(&self) -> Option<&[Scope]> {
        match &self.credential {
            Credential::ApiKey { scopes, .. } => Some(scopes),
            Credential::Session(_) => None,
        }
    }
}

/// The address of nobody's client.
static UNKNOWN: Client = Client { address: None, user_agent: None };

/// Who is asking, somebody or nobody in particular, and with which program. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Actor {
    signed_in: Option<Arc<SignedIn>>,
    client: Option<Arc<Client>>,
    /// Whether the account must have a second factor and has none.
    owes_factor: bool,
}

impl Actor {
    /// Nobody in particular.
    #[must_use]
    pub const fn nobody() -> Self {
        Self { signed_in: None, client: None, owes_factor: false }
    }

    #[must_use]
    pub fn somebody(signed_in: SignedIn) -> Self {
        Self { signed_in: Some(Arc::new(signed_in)), client: None, owes_factor: false }
    }

    /// The same, asking with this program.
    #[must_use]
    pub fn with(self, client: Client) -> Self {
        Self { client: Some(Arc::new(client)), ..self }
    }

    /// The same, who may do nothing but set up a second factor if they owe one.
    #[must_use]
    pub fn owing_factor(self, owes_factor: bool) -> Self {
        Self { owes_factor, ..self }
    }

    /// The program that is asked with, and from where; nothing is known of one that was not told.
    #[must_use]
    pub fn client(&self) -> &Client {
        self.client.as_deref().unwrap_or(&UNKNOWN)
    }

    /// Whoever is signed in, if anybody is.
    #[must_use]
    pub fn signed_in(&self) -> Option<&SignedIn> {
        self.signed_in.as_deref()
    }

    /// Whoever is signed in. Says nothing of what they may do: an action asks [`Actor::require_may`].
    ///
    /// # Errors
    /// UNAUTHENTICATED for nobody, SECOND_FACTOR_SETUP_REQUIRED for whoever owes a second factor.
    pub fn require(&self) -> Result<&SignedIn> {
        let signed_in = self.signed_in().ok_or_else(|| Error::unauthenticated("Please sign in."))?;
        if self.owes_factor {
            let asked = "Your role takes a second factor. Please set one up first.";
            return Err(Error::new(ErrorCode::SecondFactorSetupRequired, asked));
        }
        Ok(signed_in)
    }

    /// The account of whoever is signed in; see [`Actor::require`].
    ///
    /// # Errors
    /// UNAUTHENTICATED for nobody.
    pub fn require_id(&self) -> Result<UserId> {
        Ok(self.require()?.user.id)
    }

    /// A person, and no program with a key: for whatever manages accounts, keys and sign-ins.
    ///
    /// # Errors
    /// UNAUTHENTICATED for nobody, FORBIDDEN for a key.
    pub fn require_person(&self) -> Result<&SignedIn> {
        Ok(self.require_session()?.0)
    }

    /// As [`Actor::require_person`], with the sign-in.
    ///
    /// # Errors
    /// As [`Actor::require_person`].
    pub fn require_session(&self) -> Result<(&SignedIn, LoginSessionId)> {
        self.require()?;
        self.require_session_to_set_up()
    }

    /// As [`Actor::require_session`], also while the account owes a second factor: for setting one up, and for signing out.
    ///
    /// # Errors
    /// UNAUTHENTICATED for nobody, FORBIDDEN for a key.
    pub fn require_session_to_set_up(&self) -> Result<(&SignedIn, LoginSessionId)> {
        let signed_in = self.signed_in().ok_or_else(|| Error::unauthenticated("Please sign in."))?;
        match signed_in.credential {
            Credential::Session(session) => Ok((signed_in, session)),
            Credential::ApiKey { .. } => Err(permissions::not_by_key()),
        }
    }

    /// Somebody who may do this, by role and, for a key, by its scopes.
    ///
    /// # Errors
    /// UNAUTHENTICATED for nobody, FORBIDDEN with what is missing.
    pub fn require_may(&self, permission: Permission) -> Result<&SignedIn> {
        let signed_in = self.require()?;
        permissions::check(permission, signed_in.user.role, signed_in.scopes())?;
        Ok(signed_in)
    }

    /// Whether whoever asks may do this.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.require_may(permission).is_ok()
    }
}
