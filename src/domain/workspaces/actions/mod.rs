//! What people do with workspaces. Each action checks who may in its first lines, and locks the workspace that it
//! changes, so that what it checked still holds when it ends.

pub mod departure;
pub mod members;
pub mod workspaces;
