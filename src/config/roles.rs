//! The names of roles in settings. A test holds them against the roles that there are.

use super::env::ConfigError;

pub const ROLES: [&str; 5] = ["STUDENT", "PROFESSOR", "ANALYST", "MEMBER", "ADMIN"];

/// One role of a setting.
///
/// # Errors
/// When there is no such role.
pub fn role(setting: &'static str, text: &str) -> Result<String, ConfigError> {
    if ROLES.contains(&text) {
        return Ok(text.to_owned());
    }
    Err(ConfigError::new(setting, format!("{text:?} is not one of {}", ROLES.join(", "))))
}

/// Roles separated by commas.
///
/// # Errors
/// When one is none.
pub fn roles(setting: &'static str, list: &str) -> Result<Vec<String>, ConfigError> {
    list.split(',').map(str::trim).filter(|name| !name.is_empty()).map(|name| role(setting, name)).collect()
}
