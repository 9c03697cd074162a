//! Files: put, read and deleted by a key that the server makes, on this machine or in an S3-compatible bucket, and
//! the signed paths under which a client fetches one.

pub mod copy;
pub mod disk;
pub mod failure;
pub mod incoming;
pub mod key;
pub mod signed;
pub mod store;
