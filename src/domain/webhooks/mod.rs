//! Webhooks: messages that are signed and sent to endpoints of a workspace when something happens in it, after Standard Webhooks
//! (<https://www.standardwebhooks.com>).
//!
//! The domains behind this one say what happened, in their own transactions ([`sending`]). What is to be delivered is a row for each
//! endpoint; jobs deliver ([`jobs`], [`delivering`]), one call to an endpoint at a time, and again until it is taken or the tries are used
//! up ([`verdict`]). A delivery arrives at least once, always with the same id.

pub mod actions;
pub mod delivering;
pub mod delivery_store;
pub mod entering;
pub mod jobs;
pub mod model;
pub mod reading;
pub mod resending;
pub mod rotating;
pub mod sending;
pub mod signing;
pub mod store;
pub mod tending;
pub mod verdict;
