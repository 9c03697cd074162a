//! Documents that clients name instead of sending them.
//!
//! [`queries`] finds them: automatic persisted queries, which any client may register ([`store`] keeps them for all
//! instances), or, with a list of [`trusted`] documents, those alone. [`hash`] is how they are named.

pub mod hash;
pub mod queries;
pub mod store;
pub mod trusted;
