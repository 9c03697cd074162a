//! Exchanging the installation's keys: `elenchus admin rotate-secret`, `rotate-encryption-key` and `reseal`.

use serde_json::json;

use super::ground::{say, with_app};
use crate::config::key_files::KeyFile;
use crate::config::load::Config;
use crate::domain::users::audit::model::{Action, Entry};
use crate::domain::users::audit::{self, Author};
use crate::error::{Error, Result};
use crate::seal::reseal;

/// Makes a new key in the data directory; the present one goes on being accepted. Needs no database.
///
/// # Errors
/// When the key is not in the data directory but given, or its files cannot be written.
pub fn rotate(config: &Config, file: KeyFile) -> Result<()> {
    let given = match file {
        KeyFile::Secret => &config.auth.secret_key,
        KeyFile::Encryption => &config.auth.encryption_key,
    };
    let name = file.setting();
    if given.is_some() {
        return Err(Error::bad_input(
            name,
            format!(
                "{name} is given, so it is for you to exchange: put its value in front of {name}_PREVIOUS, a new one \
                 from `openssl rand -base64 32` into {name}, and start all servers again."
            ),
        ));
    }
    let wrong = |error: crate::config::env::ConfigError| Error::bad_input(error.name.clone(), error.to_string());
    file.rotate(&config.server.data_dir).map_err(wrong)?;
    let folder = config.server.data_dir.display();
    let key = file.name();
    say(&format!("There is a new {key} in {folder}; the one before is in {key}.previous."));
    say(match file {
        KeyFile::Secret => {
            "Start the server again. Nobody is signed out; remove the older key when the last address of a file that it signed \
             has run out, after seven days at most."
        }
        KeyFile::Encryption => "Start the server again. `elenchus admin reseal` then makes the older key needless.",
    });
    Ok(())
}

/// Encrypts anew whatever an older key encrypted.
///
/// # Errors
/// When Postgres does not answer, or a value cannot be decrypted.
pub async fn reseal(config: Config) -> Result<()> {
    with_app(config, async |app| {
        let done = reseal::reseal(&app.db, &app.sealer).await?;
        let said = json!({"values": done.values, "left": done.left.len()});
        let entry = Entry::new(Action::KeyResealed).after(said);
        audit::record_by(&*app.db.write().await?, app.clock.now(), &Author::system(), entry).await?;
        say(&format!("{} values are encrypted anew.", done.values));
        for (table, row, problem) in &done.left {
            say(&format!("{table} {row}: {problem}"));
        }
        match done.left.len() {
            0 => Ok(()),
            count => Err(Error::unavailable(format!(
                "{count} values cannot be decrypted and were left as they are. Give the key that they need in \
                 ENCRYPTION_KEY_PREVIOUS."
            ))),
        }
    })
    .await
}
