//! Whether somebody may make an account for themselves.

use crate::app::App;
use crate::config::auth::Registration;
use crate::domain::users::policy;
use crate::error::{Error, Result};

/// Refuses accounts that nobody was invited to make, unless registration is open to this address. However they are made:
/// with a password, or by signing in elsewhere.
///
/// # Errors
/// FORBIDDEN, with the field where the address is at fault.
pub fn require_open(app: &App, email: &str) -> Result<()> {
    let auth = &app.config.auth;
    match auth.registration {
        Registration::Open if policy::is_of(email, &auth.registration_domains) => Ok(()),
        Registration::Open => {
            let domains = auth.registration_domains.join(", ");
            Err(Error::forbidden(format!("Only addresses of {domains} may register here.")).with_field("input.email"))
        }
        Registration::Invited => Err(Error::forbidden("One registers here by invitation. Please ask for one.")),
        Registration::Closed => Err(closed()),
    }
}

/// Refuses guests while registration is closed to everybody.
///
/// # Errors
/// FORBIDDEN.
pub fn require_not_closed(app: &App) -> Result<()> {
    if app.config.auth.registration == Registration::Closed { Err(closed()) } else { Ok(()) }
}

fn closed() -> Error {
    Error::forbidden("Registration is closed. Please ask an administrator for an account.")
}
