//! Databases of somebody else's, of which nothing is certain: neither where their names lead nor what they say.
//!
//! [`database`] is what somebody entered. [`dial`] calls an address that was judged, and no other, and sees to TLS; [`metered`] bounds what comes
//! back. [`looking`] finds out what is there and whether the role may do more than it should, [`running`] runs a statement,
//! [`problem`] is what can be said of a failure.

pub mod database;
pub mod dial;
pub mod looking;
pub mod metered;
pub mod problem;
pub mod running;
