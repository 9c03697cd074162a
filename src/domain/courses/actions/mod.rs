//! What people do with courses. Each action checks who may in its first lines, and locks the course that it changes, so
//! that what it checked still holds when it ends.

pub mod code;
pub mod copy;
pub mod courses;
pub mod enrol;
pub mod invitations;
pub mod members;
pub mod misconceptions;
pub mod readings;
pub mod themes;
pub mod weeks;
