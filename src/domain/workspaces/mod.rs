//! Workspaces: where data sources, queries, charts and dashboards live, and the people who work with them.
//!
//! Everybody has one of their own, made at first use, and may make others to share. A member's role
//! ([`model::WorkspaceRole`]) is beside the role of the account. Every statement joins the membership of whoever asks
//! ([`store`]): a workspace that one is no member of is as good as none. What lives in workspaces is kept by the domains
//! behind this one, which ask [`reading`] who may what.

pub mod actions;
pub mod jobs;
pub mod member_store;
pub mod model;
pub mod policy;
pub mod reading;
pub mod store;
