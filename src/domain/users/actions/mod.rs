//! What people do with accounts. Each action checks who may in its first lines.

pub mod accounts;
pub mod administration;
pub mod authenticate;
pub mod avatar;
pub mod close;
pub mod email_change;
pub mod invitations;
pub mod keys;
pub mod login;
pub mod logout;
pub mod new_account;
pub mod password_change;
pub mod password_reset;
pub mod profile;
pub mod reauthenticate;
pub mod refresh;
pub mod register;
pub mod registration;
pub mod second_factor;
pub mod second_step;
pub mod sessions;
pub mod standing;
pub mod tokens;
pub mod verification;
