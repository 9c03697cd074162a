//! What the binary does when it is called: one file a command.

pub mod admin;
pub mod cli;
pub mod demo;
pub mod doctor;
mod ground;
mod keys;
pub mod serve;
