#![expect(clippy::unwrap_used, reason = "a test whose setting cannot be made has failed")]

mod extractive;
mod prices;
mod provider_faults;
mod providers;
mod support;
