//! An account before it is one: what is asked for, and what is wrong with it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use secrecy::SecretString;

use crate::app::App;
use crate::domain::users::model::Role;
use crate::domain::users::password_rules::{self, Owner};
use crate::domain::users::store::{self, NewUser, Taken};
use crate::domain::users::{password, policy};
use crate::error::{Error, FieldError, Result};
use crate::ids::UserId;

/// What an account is asked to be.
#[derive(Debug)]
pub struct NewAccount {
    pub email: String,
    pub password: SecretString,
    pub username: Option<String>,
    pub full_name: Option<String>,
    pub role: Role,
}

impl NewAccount {
    /// The account as it would be kept.
    ///
    /// # Errors
    /// BAD_USER_INPUT with every field that is refused; `path` stands in front of their names.
    pub async fn checked(self, app: &App, path: &str, any_role: bool) -> Result<Self> {
        let some = |text: Option<String>| text.filter(|text| !text.is_empty());
        let account = Self {
            email: policy::folded(&self.email),
            username: some(self.username.map(|name| policy::folded(&name))),
            full_name: some(self.full_name.map(|name| policy::tidy(&name))),
            ..self
        };
        let username = account.username.as_deref();
        let owner = Owner {
            email: account.email.clone(),
            username: account.username.clone(),
            full_name: account.full_name.clone(),
        };
        let min_score = app.config.accounts.password_min_score;
        let password_problem = password_rules::check(&account.password, owner, min_score).await?;
        let role_problem = (!any_role && !policy::may_choose(account.role))
            .then_some("One may register as MEMBER or STUDENT; an administrator gives other roles.");
        let problems = [
            ("email", policy::email_problem(&account.email).map(str::to_owned)),
            ("password", password_problem),
            ("username", username.and_then(policy::username_problem).map(str::to_owned)),
            ("fullName", account.full_name.as_deref().and_then(policy::full_name_problem).map(str::to_owned)),
            ("role", role_problem.map(str::to_owned)),
        ];
        let fields: Vec<_> = problems
            .into_iter()
            .filter_map(|(name, problem)| problem.map(|message| FieldError { path: format!("{path}{name}"), message }))
            .collect();
        if fields.is_empty() { Ok(account) } else { Err(Error::bad_inputs(fields)) }
    }

    /// The row of this account, its password hashed.
    ///
    /// # Errors
    /// `RATE_LIMITED` when no turn to hash comes within `patience`.
    pub async fn into_row(self, app: &App, patience: Duration, now: DateTime<Utc>) -> Result<NewUser> {
        let password_hash = password::hash(&app.hashing, patience, &self.password).await?;
        Ok(NewUser {
            id: UserId::generate(now),
            email: self.email,
            username: self.username,
            full_name: self.full_name,
            password_hash: Some(password_hash),
            role: self.role,
            created_at: now,
            updated_at: now,
            email_verified_at: None,
        })
    }
}

/// Refuses names that belong to another account.
///
/// # Errors
/// CONFLICT with the fields; `path` stands in front of their names.
pub async fn require_free(app: &App, email: &str, username: Option<&str>, path: &str) -> Result<()> {
    let taken = store::taken(&*app.db.read().await?, email, username).await?;
    let conflict = |message| Err(Error::conflict(message));
    match taken {
        Taken { email: false, username: false } => Ok(()),
        Taken { email: true, username: false } => conflict("This e-mail address has an account already."),
        Taken { email: false, username: true } => conflict("This username is taken."),
        Taken { email: true, username: true } => conflict("This e-mail address and this username are taken."),
    }
    .map_err(|mut error: Error| {
        for (name, is_taken) in [("email", taken.email), ("username", taken.username)] {
            if is_taken {
                error = error.with_field(format!("{path}{name}"));
            }
        }
        error
    })
}
