//! `/graphql/ws`: the `graphql-transport-ws` protocol
//! (<https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>).
//!
//! [`upgrade`] lets a socket in, [`session`] keeps it, [`operation`] runs what it asks for, [`message`] reads and writes
//! the protocol's messages, [`close`] lists the codes it ends with.

pub mod close;
pub mod message;
pub mod operation;
pub mod session;
pub mod upgrade;
