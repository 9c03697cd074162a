//! `elenchus admin`.

use std::io::BufRead as _;

use clap::Subcommand;
use secrecy::SecretString;

use super::ground::{say, with_app};
use super::keys;
use crate::config::key_files::KeyFile;
use crate::config::load::Config;
use crate::domain::accounts::deletion;
use crate::domain::users::actions::accounts;
use crate::domain::users::actions::administration::{self, Change};
use crate::domain::users::actions::new_account::NewAccount;
use crate::domain::users::actions::second_factor;
use crate::domain::users::model::Role;
use crate::domain::users::permissions;
use crate::error::{Error, Result};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Prints who may do what: permissions by role, and by scope of an API key.
    Permissions,
    /// Makes an account. The password is read from the first line of standard input.
    CreateUser {
        /// E-mail address.
        #[arg(long)]
        email: String,
        /// Name to sign in with besides the e-mail address.
        #[arg(long)]
        username: Option<String>,
        /// Name for others to read.
        #[arg(long)]
        name: Option<String>,
        /// STUDENT, PROFESSOR, ANALYST, MEMBER or ADMIN.
        #[arg(long, default_value = "MEMBER")]
        role: Role,
    },
    /// Takes the second factor off the account of somebody who has lost both app and recovery codes.
    ResetSecondFactor {
        /// E-mail address.
        email: String,
    },
    /// Opens an account again that its owner deleted and that is not purged yet. Nobody is signed in by it.
    Restore {
        /// E-mail address.
        email: String,
    },
    /// Makes a new secret.key in the data directory; what the one before signed is still accepted.
    RotateSecret,
    /// Makes a new encryption.key in the data directory; what the one before encrypted can still be read.
    RotateEncryptionKey,
    /// Encrypts anew whatever an older key encrypted, so that the older key can be removed.
    Reseal,
    /// Gives an account another role.
    SetRole {
        /// E-mail address of the account.
        email: String,
        /// STUDENT, PROFESSOR, ANALYST, MEMBER or ADMIN.
        role: Role,
    },
    /// Shuts an account: its sign-ins end, and what is written for it is stopped.
    Deactivate {
        /// E-mail address of the account.
        email: String,
    },
    /// Opens an account again.
    Reactivate {
        /// E-mail address of the account.
        email: String,
    },
}

/// # Errors
/// When what is asked for cannot be done.
pub async fn run(config: Config, command: Command) -> Result<()> {
    match command {
        Command::Permissions => {
            say(permissions::printed().trim_end());
            Ok(())
        }
        Command::CreateUser { email, username, name, role } => create_user(config, email, username, name, role).await,
        Command::ResetSecondFactor { email } => reset_second_factor(config, &email).await,
        Command::Restore { email } => {
            with_app(config, async |app| {
                let user = deletion::restore_account(&app, &email).await?;
                say(&format!("{} {} {}", user.id, user.role, user.email));
                Ok(())
            })
            .await
        }
        Command::RotateSecret => keys::rotate(&config, KeyFile::Secret),
        Command::RotateEncryptionKey => keys::rotate(&config, KeyFile::Encryption),
        Command::Reseal => keys::reseal(config).await,
        Command::SetRole { email, role } => change(config, email, Change::Role(role)).await,
        Command::Deactivate { email } => change(config, email, Change::Deactivate).await,
        Command::Reactivate { email } => change(config, email, Change::Reactivate).await,
    }
}

async fn change(config: Config, email: String, change: Change) -> Result<()> {
    with_app(config, async |app| {
        let found = accounts::find_by_email(&app, &email).await?;
        let user = found.ok_or_else(|| Error::not_found(&format!("account: {email}")))?;
        let user = administration::change_as_operator(&app, user.id, change).await?;
        let state = if user.is_active { "active" } else { "deactivated" };
        say(&format!("{} {} {state} {}", user.id, user.role, user.email));
        Ok(())
    })
    .await
}

async fn create_user(
    config: Config,
    email: String,
    username: Option<String>,
    name: Option<String>,
    role: Role,
) -> Result<()> {
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password).map_err(Error::internal)?;
    let password = SecretString::from(password.trim_end_matches(['\r', '\n']).to_owned());
    with_app(config, async |app| {
        let account = NewAccount { email, password, username, full_name: name, role };
        let user = accounts::create_user(&app, account).await.map_err(explained)?;
        say(&format!("{} {} {}", user.id, user.role, user.email));
        Ok(())
    })
    .await
}

async fn reset_second_factor(config: Config, email: &str) -> Result<()> {
    with_app(config, async |app| {
        let user = accounts::find_by_email(&app, email).await?.ok_or_else(|| Error::not_found("account"))?;
        let was_on = second_factor::reset(&app, &user).await?;
        let now = if was_on { "signs in without a second factor" } else { "had no second factor" };
        say(&format!("{} {now}.", user.email));
        Ok(())
    })
    .await
}

/// The fields at fault, in the one line that a command has.
fn explained(error: Error) -> Error {
    if error.fields().is_empty() {
        return error;
    }
    let fields: Vec<String> = error.fields().iter().map(|field| format!("{}: {}", field.path, field.message)).collect();
    Error::new(error.code(), fields.join(" "))
}
